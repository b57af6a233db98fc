"""Finding many keys in a large sorted vocabulary: the upper bits of a key say where to look for it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guardian.nlp.rows import Integers

Keys = npt.NDArray[np.uint32]
_LOWER = np.uint32(12)  # bits of a key that are not looked up; 2 ** 20 starts take 4 MB


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Sorted keys without repeats; `starts[i]` is the place of the first one whose upper bits are at least i.

    `met[i]` says that there are any with these upper bits.
    """

    keys: Keys
    starts: npt.NDArray[np.int32]
    met: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, keys: Keys) -> "Vocabulary":
        """Return the vocabulary of sorted keys."""
        counts = np.bincount((keys >> _LOWER).astype(np.int64), minlength=1 << (32 - int(_LOWER)))
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        return cls(keys, starts, counts > 0)

    def find(self, keys: Keys) -> Integers:
        """Return the place of every key; -1 for one that is not there."""
        places = np.full(len(keys), -1, dtype=np.int64)
        left = np.flatnonzero(self.met[keys >> _LOWER])
        upper = keys[left] >> _LOWER
        at, last = self.starts[upper], self.starts[upper + np.uint32(1)]
        while len(left):
            hit = self.keys[at] == keys[left]
            places[left[hit]] = at[hit]
            at += 1
            more = np.flatnonzero(~hit & (at < last))
            left, at, last = left[more], at[more], last[more]
        return places
