"""The list of words, asked about the words as the reader reads them: blanks and quotes make no difference."""

from dataclasses import dataclass

from guardian.domain.complaint import InboundWords
from guardian.nlp.inbox.said import Said
from guardian.nlp.plain_listener import PlainListener, still_waits

MOST_BRIEF = 12  # words of a mail so short that a list of words knows it better than heads that count and weigh
_LIST = PlainListener()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the list of words hears in a mail: how grave a complaint (0: none), and whether the client still waits.

    `brief`: the mail is so short that the list is believed where it hears a serious complaint.
    """

    severity: int = 0
    waits: bool = False
    brief: bool = False


NOTHING_LISTED = Listed()


def listed_in(mail: Said, language: str) -> Listed:
    """Return what the list of words hears in a mail."""
    heard = _LIST.heard(InboundWords(text=mail.text, language=language))
    return Listed(
        severity=heard.severity,
        waits=still_waits(mail.text, language),
        brief=len(mail.text.split()) <= MOST_BRIEF,
    )
