"""What a signed file of S/MIME holds (CMS: RFC 5652; BER: X.690), read in bounds, its signature unchecked."""

import base64
import re

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _SET, _NUMBER, _NAME, _CONTENT, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0x31, 0x02, 0x06, 0xA0, 0x04, 0x24
_HAS_ELEMENTS = 0x20  # bit of a tag; what is missing of them shows when they are read
_END = (0, 0)  # tag and length of what ends an element of no told length
_MOST_ELEMENTS = 200_000  # programs cut the content in pieces of about 1,000 bytes
_MOST_LEVELS = 16
_ARMOUR = re.compile(rb"^-----[^\n]*$", re.MULTILINE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


class NotReadable(Exception):
    """The bytes say that they are signed, and are damaged."""


class _Broken(Exception):
    """These bytes are no element of BER, or cut short."""


def signed_content(data: bytes) -> bytes | None:
    """Return what a signed file holds, nothing for a mere signature, or None for what is no signed file."""
    data = _bare(data)
    try:
        at, _ = _enter(data, 0, _SEQUENCE)
        at, end = _enter(data, at, _NAME)
        if end is None or data[at:end] != _SIGNED_DATA:
            return None
    except _Broken:
        return None
    try:
        return _content(data, end)
    except _Broken as wrong:
        raise NotReadable from wrong


def _content(data: bytes, at: int) -> bytes:
    """Return the content of the signed data that begin at a place."""
    at, _ = _enter(data, at, _CONTENT)
    at, _ = _enter(data, at, _SEQUENCE)
    at = _behind(data, at, _NUMBER)
    at = _behind(data, at, _SET)
    at, end = _enter(data, at, _SEQUENCE)
    at = _behind(data, at, _NAME)
    if at == end or (end is None and tuple(data[at : at + 2]) == _END):
        return b""
    at, _ = _enter(data, at, _CONTENT)
    return _octets(data, at)


def _bare(data: bytes) -> bytes:
    """Return the bytes of a file that may be written in letters (PEM), as tax offices have it."""
    head = data[:64].lstrip()
    if not head.startswith((b"-----BEGIN ", b"MI")):
        return data
    letters = _NOT_BASE64.sub(b"", _ARMOUR.sub(b"", data))
    rest = len(letters) % 4
    return base64.b64decode(letters + b"=" * (4 - rest) if rest > 1 else letters[: len(letters) - rest])


def _element(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Return the tag of an element, where its content begins and where it ends, None where it does not tell."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise _Broken
    tag, size, start = data[at], data[at + 1], at + 2
    if size == 0x80:
        return tag, start, None
    if size > 0x80:
        digits = size & 0x7F
        if digits > 4:
            raise _Broken
        size, start = int.from_bytes(data[start : start + digits], "big"), start + digits
    if not tag & _HAS_ELEMENTS and start + size > len(data):
        raise _Broken
    return tag, start, start + size


def _enter(data: bytes, at: int, wanted: int) -> tuple[int, int | None]:
    tag, start, end = _element(data, at)
    if tag != wanted:
        raise _Broken
    return start, end


def _behind(data: bytes, at: int, wanted: int) -> int:
    """Return the place behind an element, whatever is in it."""
    start, end = _enter(data, at, wanted)
    level = int(end is None)
    at = start if end is None else end
    for _ in range(_MOST_ELEMENTS):
        if not level:
            return at
        tag, start, end = _element(data, at)
        level += (end is None) - ((tag, data[at + 1]) == _END)
        at = start if end is None else end
    raise _Broken


def _octets(data: bytes, at: int) -> bytes:
    """Return the bytes that begin at a place: in one piece, or in pieces of pieces."""
    pieces: list[bytes] = []
    ends: list[int | None] = []
    for _ in range(_MOST_ELEMENTS):
        tag, start, end = _element(data, at)
        if ends and ends[-1] is None and (tag, data[at + 1]) == _END:
            ends.pop()
            at = start
        elif tag == _OCTETS_IN_PIECES and len(ends) < _MOST_LEVELS:
            ends.append(end)
            at = start
        elif tag == _OCTETS and end is not None:
            pieces.append(data[start:end])
            at = end
        else:
            raise _Broken
        while ends and ends[-1] == at:
            ends.pop()
        if not ends:
            return b"".join(pieces)
    raise _Broken
