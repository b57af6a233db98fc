"""Disclaimers, and what is none: people who ask others to keep quiet speak of secrets, errors and deleting, too."""

import re
from collections.abc import Iterator

from guardian.guard.read_mail.own_doings import tells_own_doings
from guardian.guard.read_mail.recipients import Recipients
from guardian.guard.read_mail.signature_lines import is_goodbye, looks_signed

# Stems, in lower case, which `in` finds ten times faster than a pattern does. A paragraph must have several of them:
# "delete this mail, it is confidential" may be just what has to be judged.
_WORDS = (
    "confiden|destinatario|addressee|intended |recipient|privileg"
    "|divulga|disclos|unauthori|no autorizad|prohibi|por error"
    "|in error|received this|recibido este|protección de datos|data protection|rgpd|lopd|gdpr|aviso legal"
    "|legal notice"
    "|disclaimer|elim|delete |medio ambiente|the environment|imprimir|printing|este mensaje|este correo|this email"
    "|this e-mail|this message|this communication"
).split("|")
_TO_THE_WRONG_ONE = re.compile(
    r"\brecib\w+ (?:(?:est[ea]|el presente|la presente)\b.{0,40})?por (?:error|equivocaci)"
    r"|\b(?:lo|la)s? (?:ha|has|haya|hayas|hab[eé]is|hubier[ae]|hubiese) recibido por (?:error|equivocaci)"
    r"|\bno (?:es|eres|fuera|fuese)\b.{0,20}\bdestinatari|\bnot (?:the|an|its) (?:\w+ )?(?:recipient|addressee)"
    r"|\breceived? (?:(?:it|this|the e-?mail|the message)\b.{0,40}\b)?(?:in error|by mistake|by error)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:hola|buen[oa]s|estimad[oa]s?|querid[oa]s?|apreciad[oa]s?|hi|hello|hey|dear|good)\b[^.?]*$"
    r"|^[^.?]*[,:;!–—-]\s*$",
    re.IGNORECASE,
)
_ENDS_A_SENTENCE = re.compile(r"[.:!?]\W*$")
_LOOKED_AT = 4000  # characters of a paragraph
_LONGEST_GREETING = 60
_LEAST_CHARS = 100
_LEAST_WORDS = 4


def disclaimers(lines: list[str], recipients: Recipients, *, opens: bool = False) -> Iterator[range]:
    """Yield the places of each disclaimer: of a paragraph, from the first to the last line that sounds like one.

    No paragraph is one that names one of the `recipients`, or in which its writer tells what he and his people do.
    What speaks to whom a mail went to by mistake may tell that, though not what they did; nothing else is one that
    `opens` a mail, below its greeting.
    """
    written = (place for place, line in enumerate(lines) if line.strip() and not _is_greeting(line))
    begins = next(written, len(lines)) if opens else -1
    for start, paragraph in _paragraphs(lines):
        if not _sounds_like_one(" ".join(paragraph)[:_LOOKED_AT]):
            continue
        first = next((place for place, line in enumerate(paragraph) if _words(line)), 0)
        last = next((place for place in range(len(paragraph) - 1, first, -1) if _words(paragraph[place])), first)
        said = " ".join(paragraph[_below_a_closing(paragraph, first) :])[:_LOOKED_AT]
        surely = bool(_TO_THE_WRONG_ONE.search(said))
        opening = start + _sentence_start(paragraph, first) <= begins
        if (surely or not opening) and not (recipients.named_in(said) or tells_own_doings(said, done=surely)):
            yield range(start + first, start + last + 1)


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield what stands between empty lines, with the place where it begins."""
    start = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or not lines[at].strip():
            yield start, lines[start:at]
            start = at + 1


def _sounds_like_one(paragraph: str) -> bool:
    return len(paragraph) >= _LEAST_CHARS and _words(paragraph) >= _LEAST_WORDS


def _is_greeting(line: str) -> bool:
    return len(line) <= _LONGEST_GREETING and bool(_GREETING.match(line))


def _words(text: str) -> int:
    lowered = text.lower()
    return sum([word in lowered for word in _WORDS])


def _below_a_closing(paragraph: list[str], at: int) -> int:
    """Return the first of the lines above one that no goodbye or signature parts from it."""
    while at and not (is_goodbye(paragraph[at - 1]) or looks_signed(paragraph[at - 1].strip())):
        at -= 1
    return at


def _sentence_start(paragraph: list[str], at: int) -> int:
    """Return the line in which the sentence begins that goes on in another."""
    while at and not _ENDS_A_SENTENCE.search(paragraph[at - 1][-10:]):
        at -= 1
    return at
