"""Runs of one to three words, thrice: as written, cut to stems, and with lexicon words replaced by their category."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guardian.nlp.reading import Features, Sentence
from guardian.nlp.rows import (
    Array,
    Hashes,
    Integers,
    Rows,
    counted,
    numbered,
    weighted_rows,
    within,
)
from guardian.nlp.vocabulary import Keys, Vocabulary
from guardian.nlp.wording import Wording, crc_of, stem_crc_of, wording

_LONGEST = 3
_ENDS = [crc_of(["\n"], salt)[0] for salt in range(3)]
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xC2B2AE3D27D4EB4F)
_PLAIN_CATEGORIES = frozenset({"role", "self", "thing", "third", "praise", "pronoun"})

Phrases = tuple[Keys, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The tokens of sentences as numbers, thrice one behind the other, a mark behind each sentence.

    `kinds` says of each number which of the three streams it is in, `sentences` in which sentence.
    """

    numbers: Hashes
    kinds: Integers
    sentences: Integers


def streams(sentences: Sequence[Sentence], words: Wording | None = None) -> Streams:
    """Return the three token streams of sentences; `words` is their wording where it is known already."""
    words = words or wording(sentence.masked for sentence in sentences)
    abstract = [_abstract(sentence) for sentence in sentences]
    flat = [token for some in abstract for token in some]
    kinds = (
        (words.crcs, np.diff(words.bounds)),
        (stem_crc_of(words.tokens), np.diff(words.bounds)),
        (crc_of(flat, 2), np.array([len(some) for some in abstract], dtype=np.int64)),
    )
    numbers = [_ended(crcs, lengths, salt) for salt, (crcs, lengths) in enumerate(kinds)]
    sentence = np.arange(len(sentences))
    return Streams(
        numbers=np.concatenate(numbers),
        kinds=np.repeat(np.arange(len(kinds)), [len(some) for some in numbers]),
        sentences=np.concatenate([np.repeat(sentence, lengths + 1) for _, lengths in kinds]),
    )


def phrases(sentences: Sequence[Streams]) -> Phrases:
    """Return (keys, weights) of all runs in consecutive sentences; a key met n times weighs 1 + log n."""
    if not sentences:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32)
    kinds = np.concatenate([one.kinds for one in sentences])
    numbers = np.concatenate([one.numbers for one in sentences])
    order = np.argsort(kinds, kind="stable")
    runs = [_keys(run)[within(kinds[order], length)] for length, run in enumerate(_runs(numbers[order]), 1)]
    keys, counts = np.unique(np.concatenate(runs), return_counts=True)
    return keys, _weights(counts)


def known(found: Phrases, keys: Keys, idf: Array) -> Features:
    """Return the phrases of a sorted vocabulary as (places, weights), weighted by rarity, at unit length."""
    wanted, weights = found
    places = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0)).astype(np.int32)
    there = keys[places] == wanted if len(keys) else np.zeros(len(wanted), dtype=np.bool_)
    rows = Rows(places=places[there], weights=weights[there], bounds=[0, int(there.sum())])
    rows = weighted_rows(rows, idf)
    return rows.places, rows.weights


def known_rows(found: Streams, groupings: Sequence[Sequence[int]], rows: int, words: Vocabulary, idf: Array) -> Rows:
    """Return the known phrases of many groups of neighbouring sentences, a row each.

    A grouping says of every sentence in which row it counts; it may count in one row of each grouping.
    """
    runs = _runs(found.numbers)
    places = words.find(np.concatenate([_keys(run) for run in runs]))
    hits = np.flatnonzero(places >= 0)
    known = np.split(hits, np.searchsorted(hits, np.cumsum([len(run) for run in runs])))
    bits, met = len(words.keys).bit_length(), []
    for grouping in groupings:
        group = np.array(grouping, dtype=np.int64)[found.sentences]
        piece = group + rows * found.kinds
        row = numbered(group, rows, bits)
        before = 0
        for length, run in enumerate(runs, 1):
            at = known[length - 1] - before
            inside = at if length == 1 else at[piece[at] == piece[at + (length - 1)]]
            met.append(row[inside] | places[inside + before].astype(row.dtype))
            before += len(run)
    unique, counts, bounds = counted(met, rows, bits)
    return weighted_rows(Rows(places=unique, weights=_weights(counts), bounds=bounds), idf)


def _ended(crcs: Hashes, lengths: Integers, salt: int) -> Hashes:
    """Return tokens as numbers, with the mark behind each piece of these lengths."""
    found: Hashes = np.full(len(crcs) + len(lengths), _ENDS[salt])
    found[np.arange(len(crcs)) + np.repeat(np.arange(len(lengths)), lengths)] = crcs
    return found * _MULTIPLIER + np.uint64(salt)


def _runs(numbers: Hashes) -> list[Hashes]:
    found, grams = [numbers], numbers
    for length in range(2, _LONGEST + 1):
        grams = grams[:-1] * _MULTIPLIER + numbers[length - 1 :] + np.uint64(length)
        found.append(grams ^ (grams >> np.uint64(29)))
    return found


def _keys(hashes: Hashes) -> Keys:
    return ((hashes * _SPREAD) >> np.uint64(32)).astype(np.uint32)


def _weights(counts: Integers) -> npt.NDArray[np.float32]:
    return (1.0 + np.log(counts)).astype(np.float32)


def _abstract(sentence: Sentence) -> list[str]:
    """Return the words with each lexicon hit, the longest first, shrunk to the name of its category."""
    if not sentence.hits:
        return sentence.words
    words: list[str] = list(sentence.words)
    taken = [False] * len(words)
    for hit in sorted(sentence.hits, key=lambda hit: (hit.first - hit.last, hit.first)):
        if (hit.severity or hit.category in _PLAIN_CATEGORIES) and not any(taken[hit.first : hit.last]):
            words[hit.first : hit.last] = [f"[{hit.category}]", *[""] * (hit.last - hit.first - 1)]
            taken[hit.first : hit.last] = [True] * (hit.last - hit.first)
    return [word for word in words if word]
