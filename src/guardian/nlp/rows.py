"""Sparse rows of weighted features, made many at a time: a numpy call costs more than what it does for one sentence.

Whatever is added up is added up row by row, so that a row is the same to the last bit alone and among others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int32]
Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Keys = npt.NDArray[Any]  # uint32, or uint64 where there are very many rows
_MANY = 5_000
Bounds = list[int]  # piece i goes from bounds[i] to bounds[i + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows one behind the other: `places` (ascending in each row) with their weights."""

    places: Places
    weights: Floats
    bounds: Bounds

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


def bounds_of(lengths: Sequence[int]) -> Bounds:
    """Return the bounds of pieces of these lengths."""
    return [0, *accumulate(lengths)]


def owners(bounds: Bounds) -> Integers:
    """Return for everything within bounds the number of its piece."""
    return np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))


def within(owner: Integers, length: int) -> npt.NDArray[np.bool_]:
    """Say of every run of so many neighbours whether it stays within one piece."""
    same: npt.NDArray[np.bool_] = owner[: max(len(owner) - length + 1, 0)] == owner[length - 1 :]
    return same


def numbered(owner: Integers, rows: int, bits: int) -> Keys:
    """Return the numbers of rows (there are so many) as the upper part of keys whose lower bits are a place.

    Places have so many bits, 31 at most.
    """
    kind = np.dtype(np.uint32 if rows < 1 << (32 - bits) else np.uint64)  # the shorter are sorted in half the time
    return owner.astype(kind) << kind.type(bits)


def counted(met: Sequence[Keys], rows: int, bits: int) -> tuple[npt.NDArray[np.int32], Integers, Bounds]:
    """Return each row's distinct places in order, how often each was met, and the bounds of the rows.

    Each key is the number of a row, as `numbered` gives it, with a place in its lower bits.
    """
    keys = in_order(np.concatenate(met))
    kind = keys.dtype
    starts = np.flatnonzero(np.concatenate(([len(keys) > 0], keys[1:] != keys[:-1])))
    counts = np.diff(np.append(starts, len(keys)))
    keys = keys[starts]
    bounds: Bounds = np.searchsorted(keys, np.arange(rows + 1, dtype=kind) << kind.type(bits)).tolist()
    return (keys & kind.type((1 << bits) - 1)).astype(np.int32), counts, bounds


def in_order(keys: Keys) -> Keys:
    """Return keys in ascending order.

    Many short ones are put in order by their lower and then by their upper half: numpy counts 16 bits, where it
    compares more, which takes twice as long.
    """
    if len(keys) < _MANY or keys.dtype != np.uint32:
        return np.sort(keys)
    lower = keys.astype(np.uint16).argsort(kind="stable")
    keys = keys[lower]
    return keys[(keys >> np.uint32(16)).astype(np.uint16).argsort(kind="stable")]


def unit(rows: Rows) -> Rows:
    """Return rows scaled to length 1; a row of nothing stays one."""
    weights = rows.weights
    parts = [weights[here] for here in rows.slices()]
    norms = np.sqrt(np.array([part.dot(part) for part in parts], dtype=np.float32))
    norms[norms == 0] = 1
    scale = np.repeat(norms, np.diff(rows.bounds))
    return Rows(places=rows.places, weights=rows.weights / scale, bounds=rows.bounds)


def weighted_rows(rows: Rows, idf: Array) -> Rows:
    """Return rows weighted by rarity, at length 1."""
    weights = rows.weights * idf.take(rows.places).astype(np.float32, copy=False)
    return unit(Rows(places=rows.places, weights=weights, bounds=rows.bounds))


def linear_logits(rows: Rows, weights: Array, bias: float) -> list[float]:
    """Return the logit of a linear head for every row."""
    gathered, own = weights.take(rows.places).astype(np.float32, copy=False), rows.weights
    return [float(own[here].dot(gathered[here])) + bias for here in rows.slices()]
