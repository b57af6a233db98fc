"""The list of words, asked about the words as the reader reads them: blanks and quotes make no difference."""

from dataclasses import dataclass

from guardian.domain.complaint import InboundWords
from guardian.nlp.inbox.said import Said
from guardian.nlp.plain_listener import PlainListener, still_waits

_LIST = PlainListener()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the list of words hears in a mail: how grave a complaint (0: none), and whether the client still waits."""

    severity: int = 0
    waits: bool = False


NOTHING_LISTED = Listed()


def listed_in(mail: Said, language: str) -> Listed:
    """Return what the list of words hears in a mail."""
    heard = _LIST.heard(InboundWords(text=mail.text, language=language))
    return Listed(severity=heard.severity, waits=still_waits(mail.text, language))
