"""TNEF (winmail.dat), the envelope in which Outlook sends rich text: its texts and files (MS-OXTNEF, MS-OXRTFCP).

Whoever reads mail with Outlook sees what stands in here and not the plain text beside it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from guardian.guard.read_mail.limits import MAX_PART_CHARS

SIGNATURE = b"\x78\x9f\x3e\x22"
_SUBJECT, _BODY, _FILE_NAME, _FILE, _CODE_PAGE, _PROPERTIES, _FILE_PROPERTIES = (
    0x00018004,
    0x0002800C,
    0x00018010,
    0x0006800F,
    0x00069007,
    0x00069003,
    0x00069005,
)
_TEXT_TAGS, _HTML_TAG, _RTF_TAG, _INNER_TAG = (
    frozenset({0x1000, 0x0037}),
    0x1013,
    0x1009,
    0x3701,
)
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MANY = 0x1000
_MOST = 10_000  # attributes, properties, values
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain"
    b"\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


class NotReadable(Exception):
    """The bytes are no TNEF, or cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One piece: a text in a charset, as `kind` text/plain, text/html or application/rtf; a file; or another TNEF."""

    data: bytes
    kind: str
    charset: str = ""
    name: str = ""


def contents(data: bytes) -> list[Content]:
    """Return what a TNEF holds; NotReadable when it is none."""
    try:
        return [*_contents(data)]
    except (struct.error, IndexError) as wrong:
        raise NotReadable from wrong


def _contents(data: bytes) -> Iterator[Content]:
    charset, name = "", ""
    for attribute, value in _attributes(data):
        if attribute == _CODE_PAGE:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute in (_SUBJECT, _BODY):
            yield Content(data=value.rstrip(b"\0"), kind="text/plain", charset=charset)
        elif attribute == _FILE_NAME:
            name = value.rstrip(b"\0").decode("cp1252", "replace")
        elif attribute == _FILE:
            yield Content(data=value, kind="application/octet-stream", name=name)
        elif attribute in (_PROPERTIES, _FILE_PROPERTIES):
            yield from _from_properties(value, charset)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if not data.startswith(SIGNATURE):
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
            yield Content(data=unpacked_rtf(value), kind="application/rtf")
        elif tag == _INNER_TAG and kind == _OBJECT and value[16:].startswith(SIGNATURE):
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


def unpacked_rtf(data: bytes) -> bytes:
    """Return RTF unpacked, at most as much as is read of one text; NotReadable when it is packed otherwise."""
    _, size, kind = struct.unpack_from("<II4s", data)
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        raise NotReadable
    out = bytearray(_DICTIONARY)
    at = 16
    while at < len(data) and len(out) < MAX_PART_CHARS:
        control, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            (reference,) = struct.unpack_from(">H", data, at)
            at += 2
            back = (len(out) - (reference >> 4)) % 4096  # a place in a ring of 4,096 bytes
            if not back:
                return bytes(out[len(_DICTIONARY) :])
            for _ in range((reference & 15) + 2):
                out.append(out[-back] if back <= len(out) else 0x20)
    return bytes(out[len(_DICTIONARY) :])
