"""Sparse rows of weighted features, made many at a time: a numpy call costs more than what it does for one sentence.

Whatever is added up is added up row by row, so that a row is the same to the last bit alone and among others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int32] | npt.NDArray[np.uint32]
Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
_OWNER = np.uint64(32)  # bits of a key below its row


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows one behind the other: row i has `places` (ascending) and `weights` from bounds[i] to bounds[i + 1]."""

    places: Places
    weights: Floats
    bounds: list[int]

    def __getitem__(self, some: slice) -> "Rows":
        """Return consecutive rows."""
        first, last, _ = some.indices(len(self.bounds) - 1)
        start, end = self.bounds[first], self.bounds[last]
        bounds = [bound - start for bound in self.bounds[first : last + 1]]
        return Rows(places=self.places[start:end], weights=self.weights[start:end], bounds=bounds)

    def slices(self) -> list[slice]:
        """Return where each row lies."""
        return [slice(start, end) for start, end in pairwise(self.bounds)]

    def each(self) -> Iterator[tuple[Places, Floats]]:
        """Yield each row as (places, weights)."""
        for here in self.slices():
            yield self.places[here], self.weights[here]


def owners(lengths: list[int]) -> Integers:
    """Return for everything in pieces of these lengths the number of its piece."""
    return np.repeat(np.arange(len(lengths)), lengths)


def within(owner: Integers, length: int) -> npt.NDArray[np.bool_]:
    """Say of every run of so many neighbours whether it stays within one piece."""
    same: npt.NDArray[np.bool_] = owner[: max(len(owner) - length + 1, 0)] == owner[length - 1 :]
    return same


def counted(places: list[Hashes], owner: list[Integers], count: int) -> tuple[Hashes, Integers, list[int]]:
    """Return each row's distinct places in order (32 bits), how often each was met, and the bounds of the rows."""
    keys = np.concatenate(owner).astype(np.uint64) << _OWNER
    keys |= np.concatenate(places)
    keys.sort()
    starts = np.flatnonzero(np.concatenate(([len(keys) > 0], keys[1:] != keys[:-1])))
    counts = np.diff(np.append(starts, len(keys)))
    keys = keys[starts]
    bounds = np.searchsorted(keys, np.arange(count + 1, dtype=np.uint64) << _OWNER)
    return keys & np.uint64(0xFFFFFFFF), counts, bounds.tolist()


def unit(rows: Rows) -> Rows:
    """Return rows scaled to length 1; a row of nothing stays one."""
    parts = [rows.weights[here] for here in rows.slices()]
    norms = np.sqrt(np.array([part @ part for part in parts], dtype=np.float32))
    norms[norms == 0] = 1
    scale = np.repeat(norms, np.diff(rows.bounds))
    return Rows(places=rows.places, weights=rows.weights / scale, bounds=rows.bounds)


def weighted_rows(rows: Rows, idf: Array) -> Rows:
    """Return rows weighted by rarity, at length 1."""
    weights = rows.weights * idf[rows.places].astype(np.float32)
    return unit(Rows(places=rows.places, weights=weights, bounds=rows.bounds))


def known_rows(rows: Rows, vocabulary: npt.NDArray[np.uint32], idf: Array) -> Rows:
    """Return rows whose places are keys as rows over the places of a sorted vocabulary; unknown keys are left out."""
    found = np.minimum(np.searchsorted(vocabulary, rows.places), max(len(vocabulary) - 1, 0))
    there = vocabulary[found] == rows.places if len(vocabulary) else np.zeros(len(found), dtype=np.bool_)
    before = np.concatenate(([0], np.cumsum(there)))
    bounds = before[rows.bounds].tolist()
    kept = Rows(places=found[there].astype(np.int32), weights=rows.weights[there], bounds=bounds)
    return weighted_rows(kept, idf)


def linear_logits(rows: Rows, weights: Array, bias: float) -> list[float]:
    """Return the logit of a linear head for every row."""
    gathered = weights[rows.places].astype(np.float32)
    return [float(rows.weights[here] @ gathered[here]) + bias for here in rows.slices()]
