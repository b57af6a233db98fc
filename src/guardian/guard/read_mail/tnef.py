"""TNEF (winmail.dat), the envelope in which Outlook sends rich text: its texts and files (MS-OXTNEF, MS-OXRTFCP).

Whoever reads mail with Outlook sees what stands in here and not the plain text beside it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from guardian.guard.read_mail.charsets import decode
from guardian.guard.read_mail.limits import MAX_DATA_BYTES, MAX_PARTS

SIGNATURE = b"\x78\x9f\x3e\x22"
_SUBJECT, _BODY, _CODE_PAGE, _PROPERTIES = 0x00018004, 0x0002800C, 0x00069007, 0x00069003
_NEXT_FILE, _FILE_NAME, _FILE, _FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_TEXT_TAGS, _HTML_TAG, _RTF_TAG, _FILE_TAG = frozenset({0x1000, 0x1001, 0x0037}), 0x1013, 0x1009, 0x3701
_NAMES = (0x3707, _FILE_NAME, 0x3704, 0x3001)  # the best first: the long one, the title, the short one, the caption
_STAND_IN = b"This attachment is a MAPI 1.0 embedded message and is not supported by this mail system."
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MANY = 0x1000
_SHORTEST = 15  # bytes, with one attribute
_MOST = 10_000  # attributes, properties, values
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain"
    b"\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_RING = _DICTIONARY.rjust(4096)  # what stands before packed RTF: it begins behind the dictionary in a ring of blanks


class NotReadable(Exception):
    """The bytes are no TNEF, or cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One piece: a text in a charset, as `kind` text/plain, text/html or application/rtf; a file; or another TNEF."""

    data: bytes
    kind: str
    charset: str = ""
    name: str = ""
    cut: bool = False  # there was more of it


def contents(data: bytes) -> list[Content]:
    """Return what a TNEF holds, as many pieces as a mail may have and one more; NotReadable when it is none."""
    try:
        return _unpacked([*islice(_contents(data), MAX_PARTS + 1)])
    except (struct.error, IndexError) as wrong:
        raise NotReadable from wrong


def _unpacked(found: list[Content]) -> list[Content]:
    """Return contents with all RTF among them unpacked, within one limit."""
    left = MAX_DATA_BYTES
    for place, one in enumerate(found):
        if one.kind == "application/rtf":
            rtf, whole = unpacked_rtf(one.data, left)
            found[place] = replace(one, data=rtf, cut=not whole)
            left -= len(rtf)
    return found


def _contents(data: bytes) -> Iterator[Content]:
    charset = ""
    file: dict[int, bytes] = {}
    for attribute, value in _attributes(data):
        if attribute in {_NEXT_FILE, _FILE_NAME, _FILE, _FILE_PROPERTIES}:
            if attribute == _NEXT_FILE or attribute in file:
                yield from _from_file(file, charset)
                file = {}
            file[attribute] = value
        elif attribute == _CODE_PAGE:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute in (_SUBJECT, _BODY):
            yield Content(data=value.rstrip(b"\0"), kind="text/plain", charset=charset)
        elif attribute == _PROPERTIES:
            yield from _from_properties(value, charset)
    yield from _from_file(file, charset)


def _from_file(told: dict[int, bytes], charset: str) -> Iterator[Content]:
    """Yield what is told of one file: its name and its data stand in an attribute or among its properties."""
    properties = told.get(_FILE_PROPERTIES, bytes(4))
    inside = [*islice(_from_properties(properties, charset), MAX_PARTS + 1)]
    yield from inside
    names = {tag: (value, kind) for tag, kind, value in _properties(properties) if tag in _NAMES}
    names[_FILE_NAME] = told.get(_FILE_NAME, b""), _STRING8
    name = next(filter(None, [_name(*names[tag], charset) for tag in _NAMES if tag in names]), "")
    kept = (value for tag, kind, value in _properties(properties) if tag == _FILE_TAG and kind == _BINARY)
    data = [told[_FILE]] if told.get(_FILE, _STAND_IN).rstrip(b"\r\n\0") != _STAND_IN else []
    data += islice(kept, MAX_PARTS + 1)
    for piece in dict.fromkeys(data or ([b""] if name and not inside else [])):
        yield Content(data=piece, kind="application/octet-stream", name=name)


def _name(value: bytes, kind: int, charset: str) -> str:
    return decode(value, "utf-16-le" if kind == _UNICODE else charset or "cp1252").rstrip("\0").strip()


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if not data.startswith(SIGNATURE) or len(data) < _SHORTEST:
        raise NotReadable
    at = 6
    for _ in range(_MOST):
        if at + 9 > len(data):
            return
        level, attribute, size = struct.unpack_from("<BII", data, at)
        if level not in (1, 2) or at + 9 + size > len(data):
            raise NotReadable
        yield attribute, data[at + 9 : at + 9 + size]
        at += 11 + size
    raise NotReadable


def _from_properties(data: bytes, charset: str) -> Iterator[Content]:
    for tag, kind, value in _properties(data):
        label = "utf-16-le" if kind == _UNICODE else charset
        if tag in _TEXT_TAGS and kind in (_STRING8, _UNICODE):
            yield Content(data=value.rstrip(b"\0") + b"\0" * (kind == _UNICODE), kind="text/plain", charset=label)
        elif tag == _HTML_TAG:
            yield Content(data=value, kind="text/html", charset=label)
        elif tag == _RTF_TAG:
            yield Content(data=value, kind="application/rtf")
        elif tag == _FILE_TAG and kind == _OBJECT and value[16:].startswith(SIGNATURE):
            yield Content(data=value[16:], kind="application/ms-tnef")


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield tag, type and value of every property that has a length of its own; the others are numbers."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(min(count, _MOST)):
        kind, tag = struct.unpack_from("<HH", data, at)
        at = _behind_name(data, at + 4) if tag >= 0x8000 else at + 4
        single = kind & ~_MANY
        if single in _SIZES:
            values = struct.unpack_from("<I", data, at)[0] if kind & _MANY else 1
            at += values * _SIZES[single] + (4 if kind & _MANY else 0)
            continue
        if single not in (_STRING8, _UNICODE, _OBJECT, _BINARY):
            raise NotReadable
        (values,) = struct.unpack_from("<I", data, at)
        at += 4
        for _ in range(min(values, _MOST)):
            (size,) = struct.unpack_from("<I", data, at)
            if at + 4 + size > len(data):
                raise NotReadable
            yield tag, single, data[at + 4 : at + 4 + size]
            at += 4 + _padded(size)


def _behind_name(data: bytes, at: int) -> int:
    """Return the place behind the name of a named property: a number, or a text."""
    kind, size = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (_padded(size) if kind == 1 else 0)


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4


def unpacked_rtf(data: bytes, most: int) -> tuple[bytes, bool]:
    """Return RTF unpacked, cut at so many bytes, and whether that is all; NotReadable when it is packed otherwise."""
    _, size, kind = struct.unpack_from("<II4s", data)
    if kind == b"MELA":
        rtf = data[16 : 16 + size]
        return rtf[:most], len(rtf) <= most
    if kind != b"LZFu":
        raise NotReadable
    out = bytearray(_RING)
    at, end = 16, len(out) + most
    while at < len(data) and len(out) <= end:
        at = _unpack_eight(data, at, out)
    return bytes(out[len(_RING) : end]), len(out) <= end


def _unpack_eight(data: bytes, at: int, out: bytearray) -> int:
    """Add the bytes or references that one byte of bits tells apart; return the place behind them."""
    bits, at = data[at], at + 1
    if not bits:
        out += data[at : at + 8]
        return at + 8
    for bit in range(8):
        if at >= len(data):
            break
        if not bits >> bit & 1:
            out.append(data[at])
            at += 1
            continue
        (reference,) = struct.unpack_from(">H", data, at)
        at += 2
        length = (reference & 15) + 2
        back = (len(out) + len(_DICTIONARY) - (reference >> 4)) % len(_RING)
        if not back:
            return len(data)
        start = len(out) - back
        piece = out[start : start + length]
        out += piece if back >= length else (piece * length)[:length]
    return at
