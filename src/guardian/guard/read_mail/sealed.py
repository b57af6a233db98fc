"""What a file is by its bytes, whatever its name and label say: sealed with a key or a password, or a whole mail.

Sources: RFC 5652 (CMS), RFC 9580 (OpenPGP), PKWARE's APPNOTE 6.3 (ZIP), RARLAB's RAR 5.0 and 4.x format
notes. Files that are not sealed are not opened here.
"""

import re
import struct

from guardian.domain.mail import Unscannable
from guardian.guard.read_mail import seven

HEAD = 256  # bytes that are enough to tell what a file is

_ZIP, _RAR4, _RAR5 = b"PK\x03\x04", b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TO_BE_OPENED = (_ZIP, seven.SIGNATURE, _RAR4, _RAR5, _COMPOUND)
_OUTLOOK = "__substg1.0_".encode("utf-16-le")  # a stream of every mail that Outlook keeps in a file
# CMS: envelopedData and encryptedData (1.2.840.113549.1.7.3 and .6), authEnvelopedData (….9.16.1.23)
_CMS = re.compile(
    rb"\x30.{1,12}?\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x03\x06]|\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17)",
    re.DOTALL,
)
_PGP_NAME = re.compile(r"\.(?:pgp|gpg|asc)$", re.IGNORECASE)
_PGP_SESSION_KEY = frozenset({0x84, 0x85, 0x86, 0x8C, 0x8D, 0xC1, 0xC3})  # first byte of PKESK and SKESK packets
_MOST_BLOCKS = 10_000


class _TooManyFiles(Exception):
    """There are more files in an archive than are looked at."""


def sealed_by_head(head: bytes, name: str) -> bool:
    """Say from the first bytes of a file whether a key is needed to read it."""
    if head.lstrip().startswith(b"-----BEGIN PGP MESSAGE-----") or _CMS.match(head):
        return True
    return bool(_PGP_NAME.search(name)) and head[:1] != b"" and head[0] in _PGP_SESSION_KEY


def must_be_opened(head: bytes) -> bool:
    """Say from the first bytes of a file whether the rest of it has to be looked at."""
    return head.startswith(_TO_BE_OPENED)


def found_inside(data: bytes) -> Unscannable | None:
    """Return why a file that has to be looked at cannot be read: a password, too many files, a mail of Outlook's."""
    if data.startswith(_COMPOUND):
        return Unscannable.BROKEN if _OUTLOOK in data else None
    try:
        return Unscannable.ENCRYPTED if _needs_password(data) else None
    except _TooManyFiles:
        return Unscannable.TOO_MANY_PARTS


def _needs_password(data: bytes) -> bool:
    try:
        if data.startswith(_ZIP):
            return _zip(data)
        if data.startswith(seven.SIGNATURE):
            return seven.needs_password(data)
        return _rar5(data) if data.startswith(_RAR5) else _rar4(data)
    except (struct.error, IndexError, seven.NotReadable):
        return True  # cut short: nobody knows what is in it


def _zip(data: bytes) -> bool:
    """Read the flags of the first file, and those of all files in the archive's directory."""
    if data[6] & 1:
        return True
    end = data.rfind(b"PK\x05\x06")
    if end < 0:
        return False
    (at,) = struct.unpack_from("<I", data, end + 16)
    for _ in range(_MOST_BLOCKS + 1):
        if data[at : at + 4] != b"PK\x01\x02":
            return False
        (flags,) = struct.unpack_from("<H", data, at + 8)
        if flags & 1:
            return True
        at += 46 + sum(struct.unpack_from("<HHH", data, at + 28))
    raise _TooManyFiles


def _rar4(data: bytes) -> bool:
    at = 7
    for _ in range(_MOST_BLOCKS):
        if at >= len(data):
            return False
        kind, flags, size = struct.unpack_from("<BHH", data, at + 2)
        if (kind == 0x73 and flags & 0x80) or (kind == 0x74 and flags & 0x04):
            return True
        at += max(size, 7) + (struct.unpack_from("<I", data, at + 7)[0] if flags & 0x8000 else 0)
    raise _TooManyFiles


def _rar5(data: bytes) -> bool:
    at = 8
    for _ in range(_MOST_BLOCKS):
        if at >= len(data):
            return False
        size, start = _number(data, at + 4)
        kind, place = _number(data, start)
        flags, place = _number(data, place)
        extra, place = _number(data, place) if flags & 1 else (0, place)
        packed, _ = _number(data, place) if flags & 2 else (0, place)
        end = start + size
        if kind == 4 or (kind == 2 and _has_encryption(data, max(end - extra, place), end)):
            return True
        at = end + packed
    raise _TooManyFiles


def _has_encryption(data: bytes, at: int, end: int) -> bool:
    """Look through the extra records of a file for the one about encryption (type 1)."""
    while at < end:
        size, start = _number(data, at)
        if not size or _number(data, start)[0] == 1:
            return bool(size)
        at = start + size
    return False


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of RAR 5 (seven bits a byte, the lowest first) and the place behind it."""
    value = shift = 0
    while shift < 70:
        byte = data[at]
        value, at, shift = value | (byte & 0x7F) << shift, at + 1, shift + 7
        if not byte & 0x80:
            break
    return value, at
