"""Which encoding a text export is in."""

import codecs
import re
from pathlib import Path

from connectors.archive.stamp import blocks

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)  # beyond ASCII, in UTF-8


def encoding_of(path: Path) -> str:
    """Return the encoding of a file, to be read with `STRAYS`: by its byte order mark, UTF-16 by its zeros, UTF-8.

    Windows-1252 only where no letter of it is UTF-8: a few bytes pasted into an export do not spoil the others.
    """
    tail = b""
    for n, block in enumerate(blocks(path)):
        if n == 0 and (marked := _marked(block)):
            return marked
        if _LETTER.search(tail + block):
            return "utf-8"
        tail = block[-3:]
    return "cp1252"


def decode_head(head: bytes) -> str:
    """Return the beginning of a text file as text; its last character may be cut."""
    return codecs.getincrementaldecoder(_marked(head) or "utf-8")(STRAYS).decode(head)


def read_all(path: Path) -> str:
    """Return a whole text file as text."""
    return path.read_bytes().decode(encoding_of(path), STRAYS)


def _read_strays(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as Windows-1252, of a file that is all in that or only holds some of it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding != "utf-8":
        return "\ufffd", error.end
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


STRAYS = "guardian-strays"  # how to decode what an encoding cannot
codecs.register_error(STRAYS, _read_strays)


def _marked(head: bytes) -> str | None:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    sample = head[:2000]
    if len(sample) >= 4 and sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    if len(sample) >= 4 and sample[::2].count(0) > len(sample) // 4:
        return "utf-16-be"
    return None
