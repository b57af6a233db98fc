"""Whether a 7z archive needs a password: AES among the coders of its header, which may be packed (7zFormat.txt)."""

import lzma
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

SIGNATURE = b"7z\xbc\xaf\x27\x1c"
_AES = b"\x06\xf1\x07\x01"
_COPY, _LZMA, _LZMA2 = b"\x00", b"\x03\x01\x01", b"\x21"
_HEADER, _PACKED_HEADER = 0x01, 0x17
_PACK_INFO, _UNPACK_INFO, _SIZES, _FOLDER, _UNPACKED_SIZES = 0x06, 0x07, 0x09, 0x0B, 0x0C
_START = 32  # bytes before the packed files
_MOST_UNPACKED = 4 * 1024 * 1024  # bytes of a header: tens of thousands of files
_SMALLEST_DICTIONARY = 4096
_MOST_TIMES = 4  # that a header is packed


class NotReadable(Exception):
    """The header is cut short, too large, or packed in a way that archives' headers are not."""


@dataclass(frozen=True, slots=True)
class _Packed:
    """Where a packed header lies, how it is packed, and how long it is unpacked."""

    at: int
    size: int
    coder: bytes
    settings: bytes
    unpacked: int


def needs_password(data: bytes) -> bool:
    """Say whether a 7z archive, or only its header, is encrypted; NotReadable where nobody can tell."""
    try:
        header = _header(data)
    except (struct.error, IndexError, StopIteration, ValueError, lzma.LZMAError) as wrong:
        raise NotReadable from wrong
    return _AES in header


def _header(data: bytes) -> bytes:
    """Return the header as it is once unpacked, or, where it is encrypted, what says so."""
    offset, size = struct.unpack_from("<QQ", data, 12)
    header = data[_START + offset : _START + offset + size]
    for _ in range(_MOST_TIMES):
        if header[0] == _HEADER or _AES in header:
            return header
        if header[0] != _PACKED_HEADER:
            break
        header = _unpacked(data, _packed(iter(header[1:])))
    raise NotReadable


def _packed(told: Iterator[int]) -> _Packed:
    """Read of what a packed header is made: one stream, one folder, one coder."""
    _expect(told, _PACK_INFO)
    at = _START + _number(told)
    _expect(told, 1, _SIZES)
    size = _number(told)
    _expect(told, 0, _UNPACK_INFO, _FOLDER, 1, 0, 1)
    flags = next(told)
    if flags & 0xD0:  # several streams in or out
        raise NotReadable
    coder = bytes(islice(told, flags & 0x0F))
    settings = bytes(islice(told, _number(told))) if flags & 0x20 else b""
    _expect(told, _UNPACKED_SIZES)
    return _Packed(at, size, coder, settings, _number(told))


def _expect(told: Iterator[int], *wanted: int) -> None:
    for one in wanted:
        if next(told) != one:
            raise NotReadable


def _number(told: Iterator[int]) -> int:
    """Read a number: as many bytes follow, the lowest first, as the first byte begins with bits set."""
    first, value = next(told), 0
    for place in range(8):
        if not first & 0x80 >> place:
            return value | (first & (0x7F >> place)) << 8 * place
        value |= next(told) << 8 * place
    return value


def _unpacked(data: bytes, packed: _Packed) -> bytes:
    """Unpack a header; memory is bounded by its size, whatever dictionary the archive asks for."""
    if not 0 < packed.unpacked <= _MOST_UNPACKED:
        raise NotReadable
    raw = data[packed.at : packed.at + packed.size]
    if packed.coder != _COPY:
        opened = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[_filter(packed)])
        raw = opened.decompress(raw, packed.unpacked)
    if len(raw) != packed.unpacked:
        raise NotReadable
    return raw


def _filter(packed: _Packed) -> dict[str, Any]:
    room = max(packed.unpacked, _SMALLEST_DICTIONARY)  # nothing refers further back than to the beginning
    if packed.coder == _LZMA2:
        return {"id": lzma.FILTER_LZMA2, "dict_size": room}
    if packed.coder != _LZMA or len(packed.settings) != 5:
        raise NotReadable
    bits = packed.settings[0]
    return {"id": lzma.FILTER_LZMA1, "dict_size": room, "lc": bits % 9, "lp": bits // 9 % 5, "pb": bits // 45}
