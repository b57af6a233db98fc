"""A mail without what says who is meant: for a judge that lives in another process."""

import re
from dataclasses import dataclass

from guardian.domain.mail import Audience, Mail
from guardian.nlp.names import client_names, masked
from guardian.nlp.reading import judged_text
from guardian.nlp.sentences import sentence_spans

CLIENT = "[CLIENT]"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w])[+(]?\d[\d\s().,/-]{3,}\d")
_DIGITS = re.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True)
class Redacted:
    """The sentences of a mail, as written and without names, addresses, links and numbers; parallel.

    `whole` says whether they are all of what our people say in it.
    """

    written: tuple[str, ...]
    told: tuple[str, ...]
    whole: bool


def redact(mail: Mail, audience: Audience, *, most: int) -> Redacted:
    """Return what our people say in a mail, at most this many characters of it, sentence by sentence."""
    said = judged_text(mail)
    text = said[:most]
    names = client_names(mail, audience)
    written = tuple(text[start:end] for start, end in sentence_spans(text))
    told = tuple(_without_facts(masked(one, names.mentions(one), CLIENT)) for one in written)
    return Redacted(written, told, whole=len(text) == len(said))


def _without_facts(text: str) -> str:
    for pattern, mark in ((_ADDRESS, "[ADDRESS]"), (_LINK, "[LINK]"), (_NUMBER, "[NUMBER]"), (_DIGITS, "[NUMBER]")):
        text = pattern.sub(mark, text)
    return text
