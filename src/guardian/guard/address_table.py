"""Whose address it is, for millions of addresses: one look-up in a table that processes share through a file.

An address costs 12 bytes and the free room beside it: only 64 bits of a keyed hash are kept, and the number of the
client's name. Two of a million addresses share a hash once in 10^7 tables; a mail is checked then that need not be.
"""

import hashlib
import secrets
import struct
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime

_MAGIC = b"GUARDIR1"
_HEAD = struct.Struct("<8s16sqQQQ")  # magic, hash key, made at (s), slots, names, bytes of the names
_NOBODY = 0  # the hash of an empty slot
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def table_key(address: str) -> str:
    """Return what an address or `@domain` is found by: one mailbox has one key, whatever tag its address bears."""
    local, at, domain = address.rpartition("@")
    if not local:
        return address
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local.partition('+')[0] or local}{at}{domain}"


def build_table(rows: Iterable[tuple[str, str]], *, now: datetime) -> bytearray:
    """Return a table of (address or `@domain`, client's name); of two rows with one key the later one counts."""
    key = secrets.token_bytes(16)
    hashes, owners = array("Q"), array("I")
    names: dict[str, int] = {}
    for address, name in rows:
        hashes.append(_hash(key, table_key(address)))
        owners.append(names.setdefault(name, len(names)))
    slots = 8
    while slots < len(hashes) * 3 // 2:
        slots *= 2
    return _written(key, now, _placed(hashes, owners, slots), list(names))


def _placed(hashes: "array[int]", owners: "array[int]", slots: int) -> tuple["array[int]", "array[int]"]:
    places, named = array("Q", bytes(8 * slots)), array("I", bytes(4 * slots))
    for wanted, owner in zip(hashes, owners, strict=True):
        slot = wanted & (slots - 1)
        while places[slot] not in (_NOBODY, wanted):
            slot = (slot + 1) & (slots - 1)
        places[slot], named[slot] = wanted, owner
    return places, named


def _written(key: bytes, now: datetime, placed: tuple["array[int]", "array[int]"], names: list[str]) -> bytearray:
    texts = [name.encode("utf-8", "surrogatepass") for name in names]
    ends, end = array("I"), 0
    for text in texts:
        end += len(text)
        ends.append(end)
    places, named = placed
    table = bytearray(_HEAD.pack(_MAGIC, key, int(now.timestamp()), len(places), len(names), end))
    table += memoryview(places).cast("B")
    table += memoryview(named).cast("B")
    table += memoryview(ends).cast("B")
    table += b"".join(texts)
    return table


class AddressTable:
    """A table over a buffer, such as a mapped file; ValueError when the buffer holds none."""

    def __init__(self, buffer: memoryview) -> None:
        if len(buffer) < _HEAD.size:
            raise ValueError("no address table")
        magic, self._key, made, self._slots, names, size = _HEAD.unpack_from(buffer)
        start = _HEAD.size
        if magic != _MAGIC or len(buffer) != start + 12 * self._slots + 4 * names + size:
            raise ValueError("no address table, or one cut short")
        self.made_at = datetime.fromtimestamp(made, UTC)
        self._places = buffer[start : start + 8 * self._slots].cast("Q")
        start += 8 * self._slots
        self._named = buffer[start : start + 4 * self._slots].cast("I")
        start += 4 * self._slots
        self._ends = buffer[start : start + 4 * names].cast("I")
        self._names = buffer[start + 4 * names :]

    def get(self, address: str) -> str | None:
        """Return the client's name for an address or `@domain`, or None, in constant time."""
        wanted = _hash(self._key, table_key(address))
        slot = wanted & (self._slots - 1)
        while (found := self._places[slot]) != wanted:
            if found == _NOBODY:
                return None
            slot = (slot + 1) & (self._slots - 1)
        owner = self._named[slot]
        start = self._ends[owner - 1] if owner else 0
        return bytes(self._names[start : self._ends[owner]]).decode("utf-8", "surrogatepass")


def _hash(key: bytes, text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest()
    return int.from_bytes(digest, "little") or 1
