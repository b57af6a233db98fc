"""Greetings, farewells, signatures and the ways in which mail programs quote."""

import textwrap
from datetime import datetime
from random import Random

from guardian.sample_company.letters import Letter
from guardian.sample_company.people import Manner, Person, Region

_GREETINGS = {
    Region.SPAIN: ("Hola, {name}:", "Buenos días, {name}:", "{name}, buenas:", "Hola {name},", "Buenas, {name}:"),
    Region.MEXICO: ("Buen día, {name}:", "Qué tal, {name}:", "Saludos, {name}:", "Hola, {name}, buen día:"),
    Region.BRITAIN: ("Hi {name},", "Morning {name},", "Hello {name},", "{name},"),
    Region.UNITED_STATES: ("Hi {name},", "Hey {name},", "Good morning {name},", "{name} -"),
}
_FAREWELLS = {
    Region.SPAIN: ("Un saludo,", "Gracias y un saludo,", "Saludos,", "Un abrazo,"),
    Region.MEXICO: ("Saludos cordiales,", "Quedo al pendiente.", "Saludos,", "Gracias, bonito día."),
    Region.BRITAIN: ("Best wishes,", "Kind regards,", "Thanks,", "Cheers,"),
    Region.UNITED_STATES: ("Thanks,", "Best,", "Talk soon,", "Regards,"),
}
_DISCLAIMERS = {
    "Clínica Dental Arrieta": (
        "AVISO LEGAL: Este mensaje y sus anexos son confidenciales y se dirigen exclusivamente a su destinatario. "
        "Si lo ha recibido por error, le rogamos que lo comunique al remitente y lo elimine. Responsable del "
        "tratamiento de sus datos: Clínica Dental Arrieta (RGPD y LOPDGDD)."
    ),
    "Constructora Tepeyac": (
        "La información de este correo es confidencial y para uso exclusivo del destinatario. Consulte nuestro "
        "aviso de privacidad con el área de Recursos Humanos."
    ),
    "St Bede's School": (
        "This email and any attachments are confidential and intended for the addressee only. The school accepts "
        "no liability for viruses. Please consider the environment before printing."
    ),
    "Acme Suministros": (
        "Acme Suministros, S.L. Este correo puede contener información confidencial. / "
        "This email may contain confidential information."
    ),
}
_MONTHS_ES = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
_DAYS_ES = "lunes martes miércoles jueves viernes sábado domingo".split()
_MONTHS_EN = "January February March April May June July August September October November December".split()
_DAYS_EN = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_WIDTH = 74


def weekday_name(day: int, language: str) -> str:
    """Return the name of a weekday, 0 for Monday."""
    return (_DAYS_ES if language == "es" else _DAYS_EN)[day]


def own_words(writer: Person, reader: Person, words: str, rng: Random, *, short: bool) -> str:
    """Return a whole text: greeting, words, farewell and signature; `short` ones end with the first name."""
    hello = rng.choice(_GREETINGS[writer.region]).format(name=reader.first)
    bye = rng.choice(_FAREWELLS[writer.region])
    body = words if writer.manner is Manner.OUTLOOK else _wrapped(words)
    close = f"{bye}\n{writer.first}" if short else f"{bye}\n{writer.first}\n\n{signature(writer)}"
    return f"{hello}\n\n{body}\n\n{close}"


def signature(person: Person) -> str:
    """Return a signature block, with the legal notice of firms that have one."""
    lines = [person.name, person.title, person.firm, person.phone]
    block = "\n".join(line for line in lines if line)
    notice = _DISCLAIMERS.get(person.firm)
    marked = f"-- \n{block}" if person.manner is Manner.GMAIL else block
    return f"{marked}\n\n{notice}" if notice else marked


def reply_subject(subject: str, writer: Person) -> str:
    """Return the subject of an answer, in the writer's fashion (`RV`/`RE`/`Re`), never marked twice."""
    if subject.lower().startswith("re: "):
        return subject
    return f"RE: {subject}" if writer.manner is Manner.OUTLOOK else f"Re: {subject}"


def quoted(before: Letter, writer: Person) -> str:
    """Return an earlier mail as the writer's mail program puts it below an answer."""
    history = f"{before.text}\n\n{before.trail}" if before.trail else before.text
    if writer.manner is Manner.OUTLOOK:
        return f"{_outlook_head(before, writer.region)}\n\n{history}"
    marked = "\n".join(f"> {line}" if not line.startswith(">") else f">{line}" for line in history.splitlines())
    return f"{_quote_head(before, writer)}\n\n{marked}"


def _wrapped(words: str) -> str:
    return "\n\n".join(textwrap.fill(paragraph, _WIDTH) for paragraph in words.split("\n\n"))


def _quote_head(before: Letter, writer: Person) -> str:
    when, who = before.sent_at, before.sender
    if writer.region.language == "es":
        if writer.manner is Manner.APPLE:
            return f"El {_short_day_es(when)}, a las {when:%H:%M}, {who.name} <{who.address}> escribió:"
        day = _DAYS_ES[when.weekday()][:3]
        return f"El {day}, {_short_day_es(when)} a las {when:%H:%M}, {who.name} (<{who.address}>)\nescribió:"
    month = _MONTHS_EN[when.month - 1][:3]
    if writer.region is Region.UNITED_STATES:
        clock = f"{when:%I:%M %p}".lstrip("0")
        return f"On {month} {when.day}, {when.year}, at {clock}, {who.name} <{who.address}> wrote:"
    day = f"{_DAYS_EN[when.weekday()][:3]}, {when.day} {month} {when.year}"
    return f"On {day} at {when:%H:%M}, {who.name} <{who.address}> wrote:"


def _short_day_es(when: datetime) -> str:
    return f"{when.day} {_MONTHS_ES[when.month - 1][:3]} {when.year}"


def _outlook_head(before: Letter, region: Region) -> str:
    to = "; ".join(f"{person.name} <{person.address}>" for person in before.to)
    cc = "; ".join(f"{person.name} <{person.address}>" for person in before.cc)
    when = before.sent_at
    if region.language == "es":
        day = f"{_DAYS_ES[when.weekday()]}, {when.day} de {_MONTHS_ES[when.month - 1]} de {when.year} {when:%H:%M}"
        labels = ("De", "Enviado", "Para", "CC", "Asunto")
    else:
        day = f"{_DAYS_EN[when.weekday()]}, {_MONTHS_EN[when.month - 1]} {when.day}, {when.year} {when:%I:%M %p}"
        labels = ("From", "Sent", "To", "Cc", "Subject")
    fields = (f"{before.sender.name} <{before.sender.address}>", day, to, cc, before.subject)
    lines = [f"{label}: {value}" for label, value in zip(labels, fields, strict=True) if value]
    return "\n".join(["________________________________", *lines])
