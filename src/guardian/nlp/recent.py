"""What was found lately, for texts that come again: the same letter to a hundred clients, a mail offered twice.

Only a digest of what was asked is kept beside the answer, and only in the memory of this process.
"""

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Recent(Generic[Found]):
    """The answers to the questions asked last, so many at most; the one not asked for longest goes first."""

    def __init__(self, most: int) -> None:
        """Remember nothing for a `most` of 0."""
        self._most = most
        self._found: OrderedDict[bytes, Found] = OrderedDict()

    def get(self, key: bytes) -> Found | None:
        """Return what was found for a key, or None."""
        if key in self._found:
            self._found.move_to_end(key)
        return self._found.get(key)

    def put(self, key: bytes, found: Found) -> None:
        """Remember what was found."""
        if self._most:
            self._found[key] = found
            if len(self._found) > self._most:
                self._found.popitem(last=False)


def key_of(*facts: object) -> bytes:
    """Return what stands for these facts, which `repr` has to tell apart."""
    return hashlib.blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=32).digest()
