"""The mail addresses in what could not be read: raw mail, rows of exports, answers of providers."""

import quopri
import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Iterator

from guardian.domain.addresses import normalise_address

_BASE64_LINES = re.compile(rb"(?:^[A-Za-z0-9+/]{16,}={0,2}\r?$\n?)+", re.MULTILINE)
_ADDRESS = re.compile(r"([^\s<>,;@\"()\[\]]{1,64})@(\w[\w-]*(?:\.[\w-]+)*)")
_WITHIN = re.compile(r"[^\w.+%'-]+")  # what cannot stand before an address that is its own, as in to=ana@
_ESCAPED_LETTER = re.compile(r"\\u([0-9a-fA-F]{4})")
_ESCAPED_SPACE = re.compile(r"\\[nrt]")


def readings(raw: bytes) -> Iterator[bytes]:
    """Yield raw mail or a row of an export as it is, and as each transfer encoding would have it."""
    yield raw
    if b"\0" in raw:  # UTF-16, as some exports are written
        yield raw.replace(b"\0", b"")
    if b"=" in raw:
        yield quopri.decodestring(raw)
    for block in _BASE64_LINES.findall(raw):
        try:
            yield a2b_base64(block)
        except NotBase64:
            continue


def addresses_in(raw: bytes) -> set[str]:
    """Return every address, normalised, that may stand anywhere in it."""
    found = set[str]()
    for reading in readings(raw):
        if b"@" in reading or b"%40" in reading:
            found |= addresses_in_text(reading.decode("utf-8", "replace"))
    return found


def addresses_in_text(told: str) -> set[str]:
    """Return every address, normalised, that may stand anywhere in a text, also as JSON or a link writes it."""
    text = told.replace("%40", "@")
    plain = _ESCAPED_SPACE.sub(" ", _ESCAPED_LETTER.sub(lambda code: chr(int(code[1], 16)), text))
    spelled = (
        normalise_address(f"{local}@{domain}")
        for way in dict.fromkeys((text, plain))
        for before, domain in _ADDRESS.findall(way)
        for local in (before, *(before[cut.end() :] for cut in _WITHIN.finditer(before)))
    )
    return {one for one in spelled if one}
