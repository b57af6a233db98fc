"""The list of words, asked about the words as the reader reads them: blanks and quotes make no difference."""

from guardian.domain.complaint import InboundWords
from guardian.nlp.inbox.said import Said
from guardian.nlp.plain_listener import PlainListener

_LIST = PlainListener()


def listed_severity(mail: Said, language: str) -> int:
    """Return how grave a complaint the list of words hears in a mail; 0 for none."""
    return _LIST.heard(InboundWords(text=mail.text, language=language)).severity
