"""Signatures and disclaimers: what stands under every mail and was not written for this one.

When in doubt a line is text: a signature that is judged costs little, an insult taken for a signature costs a client.
"""

import re

_SIGNATURE_MARK = re.compile(r"^--\s?$|^_{5,}$|^—$")
_POSTSCRIPT = re.compile(
    r"^\s*(?:p\.?\s?[sd]\.?|post\s?data|posdata|post\s?scriptum)(?:\s*[:.,\-–—)]|\s+)\s*\S", re.IGNORECASE
)
_PHONE_LINE = re.compile(
    r"^\s*[<(]?(?:enviado (?:desde|con) (?:mi |el |correo |outlook|yahoo|samsung|gmail|iphone|ipad|android|mail)"
    r"|sent (?:from|with|via) (?:my |outlook|yahoo|samsung|gmail|iphone|ipad|mail|proton|blackberry)"
    r"|get outlook for|obtener outlook para|obtén outlook para|descargar outlook para|enviado do meu"
    r"|envoyé de mon|von meinem \w+ gesendet|inviato da).{0,60}$",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"^\s*(?:(?:un |muchos )?(?:cordial(?:es)? |fuerte |gran )?(?:saludos?|abrazos?|besos?)"
    r"(?: cordial(?:es)?| y gracias| a todos)?"
    r"|saludos? cordial(?:es)?|(?:muy )?(?:atentamente|cordialmente)|quedo a (?:tu|su|vuestra) disposición"
    r"|(?:muchas )?gracias(?: y (?:un )?saludos?)?|(?:un )?saludo|atte\.?|hasta luego|s(?:alu)?2s?"
    r"|(?:many |kind |best |warm |warmest |with (?:best |kind )?)*(?:regards|wishes|thanks)"
    r"(?: and (?:best )?regards)?|rgds|br|best|cheers|(?:many )?thanks|thank you|sincerely(?: yours)?"
    r"|yours(?: (?:sincerely|faithfully|truly))?|cordially)"
    r"(?:\s*[,.!;–-]*\s*|\s*,\s*(?P<name>\S.{0,40}))$",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"^(?:[A-ZÁÉÍÓÚÑÜ][\w'’.-]*|de|del|la|las|los|y|i|van|von|da|dos|&|-|\|)(?:\s+(?:[A-ZÁÉÍÓÚÑÜ][\w'’.-]*|de|del|la|las"
    r"|los|y|i|van|von|da|dos|&|-|\|)){0,6}$"
)
_CONTACT = re.compile(
    r"https?://|www\.|\S@\S|\+?\d[\d\s().\-/]{6,}\d|^\s*(?:tel|tfno|teléfono|tlf|móvil|movil|mobile|cell|phone|fax|ext|office"
    r"|t|m|f|e|w)\s*[.:]|\b\d{5}\b|\b(?:c/|calle|avda|avenida|plaza|street|st\.|road|rd\.|suite|floor|planta)\b",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"\b(?:director[a]?|gerente|responsable|jef[ea]|comercial|ventas|account|manager|sales|head|chief|ceo|cfo|cto|vp|president"
    r"|presidente|engineer|ingenier[oa]|consultant|consultor[a]?|assistant|administraci[oó]n|departamento|department|ejecutiv[oa]"
    r"|coordinador[a]?|officer|analyst|analista|specialist|s\.?l\.?u?\.?|s\.?a\.?|inc|ltd|llc|gmbh)(?![\w])",
    re.IGNORECASE,
)
# Stems, in lower case, which `in` finds ten times faster than a pattern does. A paragraph must have several of them:
# "delete this mail, it is confidential" may be just what has to be judged.
_DISCLAIMER_WORDS = (
    "confiden|destinatario|addressee|intended |recipient|privileg"
    "|divulga|disclos|unauthori|no autorizad|prohibi|por error"
    "|in error|received this|recibido este|protección de datos|data protection|rgpd|lopd|gdpr|aviso legal"
    "|legal notice"
    "|disclaimer|elim|delete |medio ambiente|the environment|imprimir|printing|este mensaje|este correo|this email"
    "|this e-mail|this message|this communication"
).split("|")
_MOST_SIGNATURE_LINES = 12
_LEAST_DISCLAIMER_CHARS = 100
_LEAST_DISCLAIMER_WORDS = 4


def is_boilerplate(lines: list[str], signer: str = "") -> list[bool]:
    """Say of each line of a newly written text whether it belongs to a signature or disclaimer.

    A line that is just the name of the `signer` begins a signature, wherever text stands before it.
    """
    if not any(map(str.strip, lines)):
        return [False] * len(lines)
    found = [bool(_PHONE_LINE.match(line)) for line in lines]
    _mark_disclaimers(lines, found)
    at = 0
    while at < len(lines):
        if _SIGNATURE_MARK.match(lines[at]):
            at = _mark_block(lines, found, at, strict=False)
        elif _is_goodbye(lines[at]) or (at and signer and lines[at].strip().casefold() == signer.casefold()):
            at = _mark_block(lines, found, at, strict=True)
        else:
            at += 1
    return found


def _is_goodbye(line: str) -> bool:
    if len(line) > 80:
        return False
    match = _GOODBYE.match(line)
    return match is not None and (not match["name"] or bool(_NAME.match(match["name"].strip())))


def _mark_block(lines: list[str], found: list[bool], start: int, *, strict: bool) -> int:
    """Mark a signature from its first line on; return the place of the first line after it."""
    found[start] = True
    count = 0
    for at in range(start + 1, len(lines)):
        line = lines[at].strip()
        if found[at] or not line:
            continue
        count += 1
        shaped = _looks_signed(line) if strict else not _looks_written(line)
        if _POSTSCRIPT.match(line) or count > _MOST_SIGNATURE_LINES or not shaped:
            return at
        found[at] = True
    return len(lines)


def _looks_signed(line: str) -> bool:
    """Names, positions and ways to reach somebody; short lines only."""
    if len(line) > 100:
        return False
    if _NAME.match(line) or _CONTACT.search(line):
        return len(line.split()) <= 14
    return bool(_POSITION.search(line)) and len(line.split()) <= 7 and line[-1:] not in "!?"


def _looks_written(line: str) -> bool:
    return len(line.split()) >= 8 and not _CONTACT.search(line[:400])


def _mark_disclaimers(lines: list[str], found: list[bool]) -> None:
    """Mark a paragraph from the first line on that sounds like a disclaimer."""
    start = 0
    for at in range(len(lines) + 1):
        if at < len(lines) and lines[at].strip():
            continue
        paragraph = " ".join(lines[start:at])[:4000]
        if len(paragraph) >= _LEAST_DISCLAIMER_CHARS and _disclaimer_words(paragraph) >= _LEAST_DISCLAIMER_WORDS:
            first = next((place for place in range(start, at) if _disclaimer_words(lines[place])), start)
            found[first:at] = [True] * (at - first)
        start = at + 1


def _disclaimer_words(text: str) -> int:
    lowered = text.lower()
    return sum(word in lowered for word in _DISCLAIMER_WORDS)
