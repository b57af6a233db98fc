"""Telling identical items apart: the n-th copy of the same bytes gets `.n` behind its digest."""

import hashlib
from array import array

_FEWEST = 1024


def short_digest(*parts: bytes | memoryview) -> str:
    """Return the first 20 hex digits of the SHA-256 of some bytes."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest()[:20]


def without_line_ends(raw: bytes) -> memoryview:
    """Return bytes without the line ends behind them, without copying."""
    end = len(raw)
    while end and raw[end - 1] in b"\r\n":
        piece = raw[max(end - 4096, 0) : end]
        end -= len(piece) - len(piece.rstrip(b"\r\n"))
    return memoryview(raw)[:end]


class Tally:
    """Counts how often each digest came by, in 16 to 32 bytes of memory a digest (a million: 32 MB at most)."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _FEWEST))  # open addressing; 0 is a free slot
        self._used = 0
        self._repeats: dict[int, int] = {}

    def __contains__(self, digest: str) -> bool:
        """Say whether a digest was here before."""
        value = _value(digest)
        return self._slots[self._place(value)] == value

    def take(self, digest: str) -> bool:
        """Note that a digest came by; False when it was here before."""
        value = _value(digest)
        if 2 * self._used >= len(self._slots):
            self._grow()
        at = self._place(value)
        if self._slots[at]:
            return False
        self._slots[at] = value
        self._used += 1
        return True

    def name(self, digest: str) -> str:
        """Return the digest, with `.2`, `.3`, … behind it when it was here before."""
        if self.take(digest):
            return digest
        value = _value(digest)
        self._repeats[value] = self._repeats.get(value, 1) + 1
        return f"{digest}.{self._repeats[value]}"

    def _place(self, value: int) -> int:
        """Return the slot that holds a value, or the free one where it belongs."""
        slots, mask = self._slots, len(self._slots) - 1
        at = value & mask
        while slots[at] not in (0, value):
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("Q", bytes(8 * 2 * len(old)))
        for value in old:
            if value:
                self._slots[self._place(value)] = value


def _value(digest: str) -> int:
    return int(digest[:16], 16) or 1
