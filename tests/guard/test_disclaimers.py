"""Disclaimers are set apart, and a request to keep quiet, which is made of the same words, is none."""

import pytest

from guardian.domain.mail import Mail, Voice
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import eml, texts

OWN = ("acme.example",)
# The client has the first name of whoever signs.
PEOPLE = {
    "From": "María López <mlopez@acme.example>",
    "To": "Eva Paz <eva@acme.example>, María Gil <maria.gil@beta.example>, Luis Gil <luis@cliente.example>",
}

DISCLAIMERS: dict[str, str] = {
    "banking": "Este mensaje y los ficheros anexos son confidenciales y van dirigidos exclusivamente a su "
    "destinatario. Si usted ha recibido este correo por error, le rogamos nos lo comunique de inmediato por esta "
    "misma vía y lo elimine; queda prohibida su divulgación.",
    "data protection": "En cumplimiento del RGPD le informamos de que tratamos sus datos, que hemos obtenido de "
    "usted, para gestionar la relación comercial, y de que los conservaremos mientras dure. Puede ejercer sus "
    "derechos de acceso y supresión. Este mensaje es confidencial; si no es usted el destinatario, elimínelo.",
    "liability": "Acme, S.L. no se hace responsable de este mensaje si se divulga por error. Aunque hemos adoptado "
    "medidas contra los virus, no garantizamos que este correo esté libre de ellos ni podemos asumir daños. La "
    "información es confidencial y no debe divulgarse.",
    "environment": "Antes de imprimir este mensaje piense en el medio ambiente: entre todos cuidamos lo que "
    "tenemos. La información contenida en este correo es confidencial y de uso exclusivo de su destinatario.",
    "familiar": "Este correo es confidencial. Si lo has recibido por error, elimínalo y avísanos, por favor; te "
    "recordamos que está prohibido divulgar su contenido sin que lo autoricemos.",
    "to several": "Os informamos de que este correo es confidencial. Si lo habéis recibido por error, eliminadlo "
    "sin leerlo; podéis ejercer vuestros derechos, como recoge el RGPD. No está permitida su divulgación.",
    "lawyers": "AVISO LEGAL: La información de este mensaje, sometida a secreto profesional, se dirige a su "
    "destinatario. Si lo ha recibido por error, le agradeceríamos que nos lo notificara y lo borrara. Está "
    "prohibida la divulgación.",
    "of whoever signs": "María López, Acme S.L. Este mensaje es confidencial y privilegiado y solo puede leerlo su "
    "destinatario. Si lo recibió por error, comuníqueselo a María López y elimínelo; no lo divulgue.",
    "Argentinian": "Este mensaje y sus adjuntos son confidenciales y están dirigidos exclusivamente a su "
    "destinatario. Si usted lo recibió por error, tenga a bien borrarlo y avisar al remitente. Queda prohibida su "
    "divulgación. La empresa no se responsabiliza por opiniones que aquí se viertan.",
    "Mexican": "AVISO DE CONFIDENCIALIDAD: La información contenida en este correo es para uso exclusivo del "
    "destinatario. Si usted no es el destinatario, favor de eliminarlo. Hacemos de su conocimiento que su "
    "divulgación está penada.",
    "Catalan": "Aquest missatge i els seus annexos són confidencials i van adreçats al seu destinatari; si l'heu "
    "rebut per error, elimineu-lo i aviseu el remitent. Queda prohibida la seva divulgación, d'acord amb l'RGPD.",
    "Portuguese": "Esta mensagem é confidencial e dirigida ao destinatário. Caso a tenha recebido por erro, "
    "solicitamos que a elimine e nos informe até amanhã; agradecemos a colaboração. É proibida a divulgação (RGPD, "
    "destinatario único).",
    "English": "This email and any attachments are confidential and intended solely for the addressee. If you have "
    "received it in error please notify us and delete it. Views expressed are those of the sender and not "
    "necessarily ours.",
    "privilege": "This e-mail is confidential and may also be legally privileged. If you are not the intended "
    "recipient please do not read, copy, use or disclose its contents. We monitor e-mail to ensure compliance with "
    "our policies.",
    "viruses": "While we have taken reasonable precautions to ensure that this message is free of viruses, we "
    "cannot accept liability for any damage. We advise the recipient to check this email; if received in error, "
    "delete it.",
    "data": "We are committed to your privacy: we only use your data as our policy says, and we will never share "
    "or disclose it. This message is confidential; if you received this in error, please let us know and delete "
    "it. GDPR applies.",
    "contracted": "We don't accept service by email, and we're not liable for delays. This message is confidential "
    "and intended for the named recipient; if you've received this in error, we'd be grateful if you deleted it "
    "and told us.",
    "American": "CONFIDENTIALITY NOTICE: THIS MESSAGE IS INTENDED FOR THE ADDRESSEE AND MAY CONTAIN PRIVILEGED "
    "MATERIAL. IF YOU HAVE RECEIVED IT IN ERROR WE ASK YOU TO DELETE IT; UNAUTHORIZED DISCLOSURE IS PROHIBITED BY "
    "TITLE I OF THE ACT.",
    "wrapped": "This message and any files with it are confidential and\nintended for the addressee only. If you "
    "are not the\nintended recipient, we kindly request that you delete this\nemail and do not disclose it. María "
    "López signs for Acme.",
    "two languages": "Este mensaje es confidencial; si lo ha recibido por error, rogamos que lo elimine y nos "
    "avise. This message is confidential; if you have received it in error, we would ask that you delete it and "
    "let us know.",
}


def read(body: str, **headers: str) -> Mail:
    """Return a mail that María wrote to a colleague and two clients."""
    return read_mail(eml(body, **PEOPLE | headers), own_domains=OWN)


def joined(mail: Mail, voice: Voice = Voice.NEW) -> str:
    """Return the words of one voice in one line."""
    return " ".join(" ".join(texts(mail, voice)).split())


@pytest.mark.parametrize("name", DISCLAIMERS)
@pytest.mark.parametrize(
    "above",
    [
        "Hecho, lo hemos enviado hoy.\n\nMaría López\nDirectora\n\n",
        "We billed it.\n\n-- \nMaría\nAcme\n\n",
        "Va.\nSaludos\nMaría\n",
    ],
)
def test_a_disclaimer_is_set_apart_below_whatever_its_signer_is_called(name: str, above: str) -> None:
    mail = read(f"{above}{DISCLAIMERS[name]}\n")
    assert " ".join(DISCLAIMERS[name].split()) in joined(mail, Voice.BOILERPLATE)
    assert joined(mail) in {"Hecho, lo hemos enviado hoy.", "We billed it.", "Va."} | {
        "Hecho, lo hemos enviado hoy. María López Directora"
    }


@pytest.mark.parametrize("name", ["banking", "familiar", "lawyers", "English", "privilege", "American"])
@pytest.mark.parametrize("above", ["", "Hola Eva:\n\n"])
def test_a_disclaimer_is_one_where_nothing_else_is_written(name: str, above: str) -> None:
    mail = read(f"{above}{DISCLAIMERS[name]}\n")
    assert joined(mail) == above.strip()


def test_a_disclaimer_below_a_quote_is_one() -> None:
    mail = read(f"Vale.\n\nEl 5/3/26 a las 10:00, Luis Gil escribió:\n> Suyo\n\n{DISCLAIMERS['liability']}\n")
    assert joined(mail) == "Vale."


ES = (
    "elimina este correo después de leerlo, es confidencial: le hemos facturado dos veces las horas. Si Luis se "
    "entera por error, perdemos la cuenta, así que de esto ni una palabra y nada de divulgarlo."
)
EN = (
    "Please delete this email once read, it is confidential: we billed the same hours twice. If Luis finds out in "
    "error we lose the account, so not a word of it may be disclosed to that garrulous skinflint."
)


@pytest.mark.parametrize("text", [ES, EN])
@pytest.mark.parametrize("above", ["", "Hola Eva:\n\n", "Mira lo de abajo.\n\n", "Va.\n\n-- \nMaría López\nAcme\n\n"])
def test_a_request_to_keep_quiet_is_new_wherever_it_stands(text: str, above: str) -> None:
    mail = read(f"{above}{text}\n")
    assert text in joined(mail)
    assert joined(mail, Voice.BOILERPLATE) in {"", "-- María López Acme"}


def test_a_request_in_html_is_new() -> None:
    mail = read(f"<p>Mira lo de abajo.</p><p>{ES}</p>", Content_Type="text/html; charset=utf-8")
    assert ES in joined(mail)


@pytest.mark.parametrize(
    "text",
    [
        # whom it names
        "Este correo es confidencial y hay que eliminarlo: a Luis se le ha cobrado dos veces, y si lo descubre por "
        "error se acabó, conque nada de divulgarlo.",
        "This email is confidential, delete it: the hours were billed to Gil twice, and if it gets out in error "
        "there goes the account, so do not disclose it.",
        "este correo es confidencial y hay que eliminarlo: a luis se le ha cobrado dos veces, y si lo descubre por "
        "error se acabó, conque nada de divulgarlo.",
        # who speaks
        "Este correo es confidencial y hay que eliminarlo: cobramos las horas dos veces, y si alguien lo descubre "
        "por error se acabó la cuenta; nada de divulgarlo.",
        "Este correo es confidencial y hay que eliminarlo: el doble lo facturé por error, y si alguien lo descubre "
        "se acabó la cuenta; nada de divulgarlo.",
        "Este correo es confidencial y hay que eliminarlo: he cobrado las horas dos veces, y si alguien lo "
        "descubre por error se acabó; nada de divulgarlo.",
        "This email is confidential, delete it: I charged the hours twice, and if that gets out in error there "
        "goes the account, so do not disclose it.",
        "This email is confidential, delete it: we've been charging the hours twice, and if that gets out in error "
        "there goes the account, so do not disclose it.",
        "This email is confidential, delete it: the hours were charged twice, just between us; if that gets out in "
        "error there goes the account; do not disclose it.",
        # whom it speaks to
        "Este correo es confidencial, eliminadlo: las horas se cobraron dos veces, y si lo contáis o se descubre "
        "por error se acabó; nada de divulgarlo.",
        "Este correo es confidencial, elimínalo: ya sabes que las horas se cobraron dos veces; si se descubre por "
        "error se acabó, nada de divulgarlo.",
    ],
)
def test_a_paragraph_that_speaks_of_people_is_no_disclaimer(text: str) -> None:
    assert text in joined(read(f"Mira lo de abajo.\n\n{text}\n"))


@pytest.mark.parametrize(
    "above", ["", "Hola, Eva:\n\n", "Buenos días a todos,\n\n", "Hi team\n", "Eva -\n\n", "Dear Eva,\n"]
)
def test_what_opens_a_mail_is_no_disclaimer_unless_it_speaks_to_whom_it_went_to_by_mistake(above: str) -> None:
    text = (
        "This email is confidential and privileged: the hours were charged twice, and if that gets out in error "
        "there goes the account. Delete it and do not disclose a thing."
    )
    assert text in joined(read(f"{above}{text}\n"))
    assert text not in joined(read(f"All done.\n\n{text}\n"))


def test_what_opens_the_second_text_of_a_mail_opens_no_mail() -> None:
    footer = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{DISCLAIMERS['liability']}\n"
    body = f"--b\nContent-Type: text/plain; charset=utf-8\n\nVa.\n{footer}--b--\n"
    mail = read(body, Content_Type="multipart/mixed; boundary=b")
    assert joined(mail) == "Va."


def test_the_lines_that_a_request_is_broken_into_stay_together() -> None:
    wrapped = (
        "We charged the same hours twice, so please delete\nthis email, it is confidential. If it is found in\n"
        "error the account is gone, so nothing may be disclosed to anybody.\n"
    )
    assert joined(read(f"See below.\n\n{wrapped}")).endswith(" ".join(wrapped.split()))
