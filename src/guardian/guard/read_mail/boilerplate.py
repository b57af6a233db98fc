"""Signatures and disclaimers: what stands under every mail and was not written for this one.

When in doubt a line is text: a signature that is judged costs little, an insult taken for a signature costs a client.
"""

import re
from collections.abc import Iterator

from guardian.guard.read_mail.naming import words_of
from guardian.guard.read_mail.rude_words import rude_words
from guardian.guard.read_mail.signature_lines import (
    DEVICE_LETTERS,
    NAME,
    is_only_a_name,
    looks_signed,
    looks_written,
    tells_the_device,
)
from guardian.guard.read_mail.signer import NOBODY, Signer

_SIGNATURE_LETTERS = "-_—"
_SIGNATURE_MARK = re.compile(r"^--\s?$|^_{5,}$|^—$")
_POSTSCRIPT = re.compile(
    r"^\s*(?:p\.?\s?[sd]\.?|post\s?data|posdata|post\s?scriptum|n\.?\s?b\.?|nota|note|ojo)"
    r"(?:\s*+[:.,\-–—)]|\s++)\s*+\S",
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
_GOODBYE_LETTERS = frozenset("abcfghkmqrstuwyABCFGHKMQRSTUWY \t\xa0")  # with which goodbyes begin
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
# What no disclaimer says: that somebody sent something himself.
_DONE_MYSELF = (
    "envié|mandé|me equivoqué|he enviado|he mandado|he reenviado|i sent|i just sent|i accidentally|i have sent"
    "|i've sent|i’ve sent|i forwarded|i mailed|i emailed|i copied"
).split("|")
_MOST_SIGNATURE_LINES = 12
_LEAST_DISCLAIMER_CHARS = 100
_LEAST_DISCLAIMER_WORDS = 4


def is_boilerplate(lines: list[str], signer: Signer = NOBODY) -> list[bool]:
    """Say of each line of a newly written text whether it belongs to a signature or disclaimer.

    A line that is just the name of the `signer` begins a signature, wherever text stands before it; one that is just
    a name, and not his, belongs to none: it may be what somebody is called. Nor does one that holds an insult,
    wherever it stands; what follows it may.
    """
    if not any(map(str.strip, lines)):
        return [False] * len(lines)
    found = [line[:1] in DEVICE_LETTERS and tells_the_device(line) for line in lines]
    _mark_disclaimers(lines, found)
    behind = 0
    for place, strict in _closings(lines, signer.name.casefold()):
        if place >= behind:
            behind = _mark_block(lines, found, place, signer if strict else None)
    own = {*words_of(signer.name)}  # Ana Morón signs with her name
    return [mark and rude_words(line) <= own for mark, line in zip(found, lines, strict=True)]


def _closings(lines: list[str], signer: str) -> Iterator[tuple[int, bool]]:
    """Yield where a signature may begin, and whether that has to be proved by the lines below."""
    for place, line in enumerate(lines):
        if not line:
            continue
        if line[0] in _SIGNATURE_LETTERS and _SIGNATURE_MARK.match(line):
            yield place, line[0] != "-"  # people draw the other lines by hand, too
        elif (line[0] in _GOODBYE_LETTERS and _is_goodbye(line)) or (
            place and signer and line.strip().casefold() == signer
        ):
            yield place, True


def _is_goodbye(line: str) -> bool:
    if len(line) > 80:
        return False
    match = _GOODBYE.match(line)
    return match is not None and (not match["name"] or bool(NAME.match(match["name"].strip())))


def _name_behind_goodbye(line: str) -> str:
    match = _GOODBYE.match(line)
    return (match["name"] or "").strip() if match else ""


def _mark_block(lines: list[str], found: list[bool], start: int, signer: Signer | None) -> int:
    """Mark a signature from its first line on; return the place of the first line after it.

    Where there is a `signer`, its lines have to prove themselves.
    """
    name = _name_behind_goodbye(lines[start]) if signer and "," in lines[start] else ""
    found[start] = not (name and signer) or signer.may_be(name)
    count = 0
    for at in range(start + 1, len(lines)):
        line = lines[at].strip()
        if found[at] or not line:
            continue
        count += 1
        shaped = looks_signed(line) if signer else not looks_written(line)
        if _POSTSCRIPT.match(line) or count > _MOST_SIGNATURE_LINES or not shaped:
            return at
        found[at] = signer is None or signer.may_be(line) or not is_only_a_name(line)
    return len(lines)


def _mark_disclaimers(lines: list[str], found: list[bool]) -> None:
    """Mark a paragraph from the first to the last line that sounds like a disclaimer."""
    start = 0
    for at in range(len(lines) + 1):
        if at < len(lines) and lines[at].strip():
            continue
        if _is_disclaimer(" ".join(lines[start:at])[:4000]):
            first = next((place for place in range(start, at) if _disclaimer_words(lines[place])), start)
            last = next((place for place in range(at - 1, first, -1) if _disclaimer_words(lines[place])), first)
            found[first : last + 1] = [True] * (last + 1 - first)
        start = at + 1


def _is_disclaimer(paragraph: str) -> bool:
    """Say whether a paragraph sounds like a disclaimer and tells of nothing that its writer did."""
    if len(paragraph) < _LEAST_DISCLAIMER_CHARS or _disclaimer_words(paragraph) < _LEAST_DISCLAIMER_WORDS:
        return False
    lowered = paragraph.lower()
    return not any([words in lowered for words in _DONE_MYSELF])


def _disclaimer_words(text: str) -> int:
    lowered = text.lower()
    return sum([word in lowered for word in _DISCLAIMER_WORDS])
