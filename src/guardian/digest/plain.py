"""Other people's words made safe to stand in a mail: one line, nothing invisible, not too long."""

import re
import unicodedata

_LONGEST_READ = 4_000  # characters; what is new in a mail stands at its beginning
_JOINERS = "\u200c\u200d"  # needed inside Persian words and emoji
_QUOTED_LINE = re.compile(r"^\s*[>|].*$", re.MULTILINE)
_END_OF_NEW_TEXT = re.compile(
    r"^--\s*$"  # signature mark, RFC 3676 4.3
    r"|-{2,}\s*(?:original message|mensaje original|forwarded message|mensaje reenviado)\b"
    r"|\b(?:el|on)\s[^\n]{4,120}?\b(?:escribió|wrote)\s*:"
    r"|\b(?:de|from):\s[^\n]{1,120}\s(?:enviado|enviada|fecha|sent|date)(?:\s+el)?:",
    re.IGNORECASE | re.MULTILINE,
)


def one_line(text: str, limit: int) -> str:
    """Return a text as one line of at most `limit` characters, cut between words where it was longer.

    Control, direction and private characters go, so that no name can start a header, hide or reverse a line; half
    surrogates go too, so that every text can be encoded.
    """
    spaced = "".join(" " if char.isspace() else char for char in text[: limit * 8])
    visible = "".join(char for char in spaced if char in _JOINERS or unicodedata.category(char)[0] != "C")
    return _cut(" ".join(visible.split()), limit)


def newest_words(text: str, limit: int) -> str:
    """Return what somebody wrote himself, as `one_line`: quoted text and signature are cut away.

    When nothing but quotes is there, nothing is returned.
    """
    unquoted = _QUOTED_LINE.sub("", text[:_LONGEST_READ])
    end = _END_OF_NEW_TEXT.search(unquoted)
    return one_line(unquoted[: end.start()] if end else unquoted, limit)


def _cut(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    words, space, _ = head.rpartition(" ")
    return (words if space and len(words) > limit // 2 else head).rstrip(" ,;:.-") + "…"
