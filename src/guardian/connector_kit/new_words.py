"""What was newly written in a mail, told from what it quotes and from its signature, line by line."""

import re

from guardian.connector_kit.encoded_words import printable
from guardian.domain.complaint import MOST_HEARD

LONGEST = MOST_HEARD
_READ = 20_000

_QUOTE_BEGINS = re.compile(
    r"^(?:>|-{2,}\s*(?:original|mensaje|forwarded|reenviad|missatge|begin forwarded)|_{10,}\s*$|-- ?$"
    r"|(?:de|from|von)\s*:.{0,200}@|(?:de|from|enviado(?: el)?|sent)\s*:\s*\S+"
    r"|(?:on|el|em|am|le)\b.{0,200}(?:wrote|escribi[oó]|escreveu|schrieb|a écrit)\s*:?\s*$)",
    re.IGNORECASE,
)


def new_lines(text: str) -> list[str]:
    """Return the lines written for this mail, stripped, none of them empty: no quotes, no signature."""
    return _parted(text)[0]


def ends_in_sight(text: str) -> bool:
    """Say whether the new text of a mail ends in sight: a quote or a signature comes below it."""
    return _parted(text)[1]


def new_words(text: str) -> str | None:
    """Return the new text of a mail, line by line, at most 4,000 characters of it; None where there is no text.

    Where there is, and all of it is quoted, what is returned is empty.
    """
    return "\n".join(map(printable, new_lines(text)))[:LONGEST] if text.strip() else None


def _parted(text: str) -> tuple[list[str], bool]:
    new: list[str] = []
    for line in text[:_READ].splitlines():
        if _QUOTE_BEGINS.match(line.strip()[:400]) and new:
            return new, True
        if line.strip() and not line.startswith(">"):
            new.append(line.strip())
    return new, False
