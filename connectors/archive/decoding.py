"""Which encoding a text export is in."""

import codecs
from pathlib import Path

from connectors.archive.stamp import blocks

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path) -> str:
    """Return the encoding of a whole file: by its byte order mark, UTF-16 by its zeros, UTF-8, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for n, block in enumerate(blocks(path)):
        marked = _marked(block) if n == 0 else None
        if marked:
            return marked
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def decode_head(head: bytes) -> str:
    """Return the beginning of a text file as text; its last character may be cut."""
    marked = _marked(head)
    if marked:
        return head.decode(marked, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("cp1252", "replace")


def read_all(path: Path) -> str:
    """Return a whole text file as text."""
    return path.read_bytes().decode(encoding_of(path), "replace")


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
