"""What is wrong with a Postfix, and what to do about it, as sentences in Spanish and English."""

from collections.abc import Mapping

from guardian.guard.postfix_settings import Fault, Finding

_SAID: Mapping[str, Mapping[Fault, str]] = {
    "es": {
        Fault.NO_MILTER: (
            "El correo que llega por SMTP no pasa por el guardián, porque su socket (gateway.socket) no está en "
            "smtpd_milters: ejecuta deploy/postfix/set-up, o ponlo ahí delante de los demás."
        ),
        Fault.LOCAL_MAIL_PASSES: (
            "Lo que envían los programas de esta máquina no pasa por el guardián, porque su socket (gateway.socket) "
            "no está en non_smtpd_milters: ejecuta deploy/postfix/set-up, o ponlo ahí delante de los demás."
        ),
        Fault.UNCERTAIN: (
            "No se puede saber si el guardián está entre los milters de {name} ({value}): compáralos con "
            "gateway.socket y escribe su socket como lo hace deploy/postfix/set-up."
        ),
        Fault.MILTERS_BY_CLIENT: (
            "La tabla {value}, que usa {name}, da a algunos clientes otros milters o ninguno, y desde aquí no se ve "
            "a cuáles: comprueba que cada entrada nombre el socket del guardián y que ninguna diga DISABLE."
        ),
        Fault.ENTRY_FAILS_OPEN: (
            "En {name}, con default_action={value} junto al socket del guardián, el correo no espera cuando está "
            "caído: quítalo de ahí."
        ),
        Fault.FAILS_OPEN: (
            "Con milter_default_action = {value} el correo no espera cuando el guardián está caído: pon quarantine."
        ),
        Fault.ALL_PASSES: (
            "Ningún correo pasa por el guardián, porque receive_override_options = {value} desactiva los milters: "
            "quita no_milters."
        ),
        Fault.OLD_PROTOCOL: (
            "El guardián habla la versión 6 del protocolo y aquí dice {value}: pon milter_protocol = 6."
        ),
        Fault.SMUGGLING: (
            "Se puede colar un segundo correo dentro de otro con un salto de línea suelto: pon "
            "smtpd_forbid_bare_newline = normalize, y si Postfix no lo conoce, actualízalo."
        ),
        Fault.SMUGGLING_INSIDE: (
            "Desde la red propia todavía se puede colar un correo dentro de otro: deja "
            "smtpd_forbid_bare_newline_exclusions vacío."
        ),
        Fault.SHORT_QUEUE_IDS: (
            "Los identificadores de cola se repiten y dos correos podrían confundirse: pon "
            "enable_long_queue_ids = yes."
        ),
        Fault.LINES_FOLDED: (
            "Postfix parte las líneas largas al enviar y rompe firmas DKIM: pon smtp_line_length_limit = 0."
        ),
        Fault.HEADERS_DROPPED: (
            "Postfix quita cabeceras y lo liberado no sería igual que lo retenido: pon message_drop_headers "
            "= bcc, resent-bcc."
        ),
        Fault.HEADERS_REWRITTEN: (
            "Postfix completa direcciones en las cabeceras y lo liberado no sería igual que lo retenido: "
            "deja local_header_rewrite_clients vacío."
        ),
        Fault.NO_FREE_PORT: (
            "No hay ningún smtpd en el {name}, adonde va lo que se libera: añade a master.cf el servicio de "
            "deploy/postfix, o corrige guard.reinject."
        ),
        Fault.FREE_PORT_FILTERED: (
            "Lo liberado volvería a pasar por el guardián en el {name}: añádele -o smtpd_milters= y -o "
            "receive_override_options=no_milters."
        ),
        Fault.FREE_PORT_OPEN: (
            "El {name} no pasa por el guardián y escucha fuera de esta máquina: haz que escuche solo en 127.0.0.1."
        ),
        Fault.FREE_PORT_DEMANDS_TLS: (
            "El {name} exige TLS y nada de lo que se libera llega a salir: ponle -o smtpd_tls_security_level=none en "
            "master.cf."
        ),
        Fault.WAY_ROUND: (
            "Por el servicio {name} se puede enviar correo sin pasar por el guardián: quítale la opción que "
            "desactiva o cambia los milters, o pon ahí delante el socket del guardián."
        ),
        Fault.WAY_ROUND_HERE: (
            "Por el servicio {name} los programas de esta máquina pueden enviar correo sin pasar por el guardián: si "
            "no es donde un filtro devuelve lo que el guardián ya ha visto, quítale la opción que desactiva o cambia "
            "los milters, o pon ahí delante el socket del guardián."
        ),
        Fault.SERVICE_FAILS_OPEN: (
            "En el servicio {name}, con -o milter_default_action={value}, el correo no espera cuando el guardián "
            "está caído: quítale esa opción."
        ),
    },
    "en": {
        Fault.NO_MILTER: (
            "Mail that comes in by SMTP does not pass the guard, since its socket (gateway.socket) is not in "
            "smtpd_milters: run deploy/postfix/set-up, or put it there in front of the others."
        ),
        Fault.LOCAL_MAIL_PASSES: (
            "What programs on this machine send does not pass the guard, since its socket (gateway.socket) is not in "
            "non_smtpd_milters: run deploy/postfix/set-up, or put it there in front of the others."
        ),
        Fault.UNCERTAIN: (
            "Whether the guard is among the milters of {name} ({value}) cannot be told: compare them with "
            "gateway.socket, and write its socket as deploy/postfix/set-up does."
        ),
        Fault.MILTERS_BY_CLIENT: (
            "The table {value}, which {name} uses, gives some clients other milters or none, and to which cannot be "
            "seen from here: see to it that every entry names the guard's socket and that none says DISABLE."
        ),
        Fault.ENTRY_FAILS_OPEN: (
            "In {name}, with default_action={value} beside the guard's socket, mail does not wait while the guard is "
            "down: take that away."
        ),
        Fault.FAILS_OPEN: (
            "With milter_default_action = {value} mail does not wait while the guard is down: set quarantine."
        ),
        Fault.ALL_PASSES: (
            "No mail passes the guard, because receive_override_options = {value} turns milters off: "
            "take no_milters away."
        ),
        Fault.OLD_PROTOCOL: (
            "The guard speaks version 6 of the protocol and this says {value}: set milter_protocol = 6."
        ),
        Fault.SMUGGLING: (
            "A second mail can be smuggled inside another with a bare newline: set smtpd_forbid_bare_newline "
            "= normalize, and update Postfix if it does not know it."
        ),
        Fault.SMUGGLING_INSIDE: (
            "From your own network a mail can still be smuggled inside another: leave "
            "smtpd_forbid_bare_newline_exclusions empty."
        ),
        Fault.SHORT_QUEUE_IDS: (
            "Queue ids come again and two mails could be taken for one: set enable_long_queue_ids = yes."
        ),
        Fault.LINES_FOLDED: (
            "Postfix folds long lines when it sends and breaks DKIM signatures: set smtp_line_length_limit = 0."
        ),
        Fault.HEADERS_DROPPED: (
            "Postfix drops header fields, so that what is released would differ from what was held: set "
            "message_drop_headers = bcc, resent-bcc."
        ),
        Fault.HEADERS_REWRITTEN: (
            "Postfix completes addresses in headers, so that what is released would differ from what was "
            "held: leave local_header_rewrite_clients empty."
        ),
        Fault.NO_FREE_PORT: (
            "No smtpd listens on {name}, where released mail goes: add the service of deploy/postfix to "
            "master.cf, or correct guard.reinject."
        ),
        Fault.FREE_PORT_FILTERED: (
            "Released mail would meet the guard again on {name}: give it -o smtpd_milters= and -o "
            "receive_override_options=no_milters."
        ),
        Fault.FREE_PORT_OPEN: (
            "The {name} goes past the guard and listens beyond this machine: let it listen on 127.0.0.1 only."
        ),
        Fault.FREE_PORT_DEMANDS_TLS: (
            "The {name} demands TLS, so that nothing released leaves: give it -o smtpd_tls_security_level=none in "
            "master.cf."
        ),
        Fault.WAY_ROUND: (
            "Through the service {name} mail can be sent past the guard: take away its option that turns milters off "
            "or changes them, or put the guard's socket in front there."
        ),
        Fault.WAY_ROUND_HERE: (
            "Through the service {name} programs on this machine can send mail past the guard: unless a filter hands "
            "back there what the guard has seen already, take away its option that turns milters off or changes "
            "them, or put the guard's socket in front there."
        ),
        Fault.SERVICE_FAILS_OPEN: (
            "On the service {name}, with -o milter_default_action={value}, mail does not wait while the guard is "
            "down: take that option away."
        ),
    },
}


def finding_sentence(finding: Finding, language: str) -> str:
    """Return what is wrong with a setting and what to do, or the setting itself where it is well."""
    if finding.fault is None:
        return f"{finding.name} = {finding.value}".rstrip(" =")
    said = _SAID[language if language in _SAID else "en"][finding.fault]
    return said.format(name=finding.name, value=finding.value)
