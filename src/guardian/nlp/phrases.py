"""Runs of one to three words, thrice: as written, cut to stems, and with lexicon words replaced by their category."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guardian.nlp.ngrams import Features, crc_of
from guardian.nlp.normal import fold
from guardian.nlp.reading import Sentence
from guardian.nlp.rows import Hashes, Integers, Rows, counted, known_rows, owners, within

_TOKEN = re.compile(r"[^\W_]+|[¤!?.,;:\"“”«»()…-]")
_DIGITS = re.compile(r"\d+")
_STEM = 5
_LONGEST = 3
_END = "\n"
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xC2B2AE3D27D4EB4F)
_PLAIN_CATEGORIES = frozenset({"role", "self", "thing", "third", "praise", "pronoun"})

Keys = npt.NDArray[np.uint32]
Phrases = tuple[Keys, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Streams:
    """The tokens of sentences as numbers, thrice, and for each token the number of its sentence."""

    tokens: tuple[Hashes, ...]
    owners: tuple[Integers, ...]


def streams(sentences: Sequence[Sentence]) -> Streams:
    """Return the three token streams of sentences, each sentence ended by a mark."""
    words = [_TOKEN.findall(_DIGITS.sub("0", fold(sentence.masked))) for sentence in sentences]
    stems = [[word[:_STEM] for word in tokens] for tokens in words]
    kinds = (words, stems, [_abstract(sentence) for sentence in sentences])
    return Streams(
        tuple(_numbers(salt, texts) for salt, texts in enumerate(kinds)),
        tuple(owners([len(tokens) + 1 for tokens in texts]) for texts in kinds),
    )


def phrases(sentences: Sequence[Streams]) -> Phrases:
    """Return (keys, weights) of all runs in consecutive sentences; a key met n times weighs 1 + log n."""
    if not sentences:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32)
    tokens = tuple(np.concatenate(kind) for kind in zip(*(one.tokens for one in sentences), strict=True))
    found = Streams(tokens, tuple(np.zeros(len(kind), dtype=np.int64) for kind in tokens))
    rows = phrase_rows(found, [[0]], 1)
    return rows.places.astype(np.uint32), rows.weights


def phrase_rows(found: Streams, groupings: Sequence[Sequence[int]], count: int) -> Rows:
    """Return the same of many groups of neighbouring sentences, a row each, `count` in all.

    A grouping says of every sentence in which row it counts; each sentence may count in one row of each grouping.
    """
    hashes, owner = [], []
    for tokens, sentence in zip(found.tokens, found.owners, strict=True):
        runs = _runs(tokens)
        for grouping in groupings:
            group = np.array(grouping, dtype=np.int64)[sentence]
            for length, run in enumerate(runs, 1):
                inside = within(group, length)
                hashes.append((run[inside] * _SPREAD) >> np.uint64(32))
                owner.append(group[: len(inside)][inside])
    keys, counts, bounds = counted(hashes, owner, count)
    return Rows(places=keys.astype(np.uint32), weights=(1.0 + np.log(counts)).astype(np.float32), bounds=bounds)


def known(found: Phrases, vocabulary: Keys, idf: npt.NDArray[np.generic]) -> Features:
    """Return the phrases of a sorted vocabulary as (places, weights), weighted by rarity, at unit length."""
    keys, weights = found
    rows = known_rows(Rows(places=keys, weights=weights, bounds=[0, len(keys)]), vocabulary, idf)
    return rows.places.astype(np.int32), rows.weights


def _runs(tokens: Hashes) -> list[Hashes]:
    found, grams = [tokens], tokens
    for length in range(2, _LONGEST + 1):
        grams = grams[:-1] * _MULTIPLIER + tokens[length - 1 :] + np.uint64(length)
        found.append(grams ^ (grams >> np.uint64(29)))
    return found


def _numbers(salt: int, texts: Sequence[Sequence[str]]) -> Hashes:
    """Return the tokens of all texts as numbers, a mark behind each text."""
    crcs = crc_of((token for tokens in texts for token in (*tokens, _END)), salt)
    return crcs * _MULTIPLIER + np.uint64(salt)


def _abstract(sentence: Sentence) -> list[str]:
    """Return the words with each lexicon hit, the longest first, shrunk to the name of its category."""
    words: list[str] = list(sentence.words)
    taken = [False] * len(words)
    for hit in sorted(sentence.hits, key=lambda hit: (hit.first - hit.last, hit.first)):
        if (hit.severity or hit.category in _PLAIN_CATEGORIES) and not any(taken[hit.first : hit.last]):
            words[hit.first : hit.last] = [f"[{hit.category}]", *[""] * (hit.last - hit.first - 1)]
            taken[hit.first : hit.last] = [True] * (hit.last - hit.first)
    return [word for word in words if word]
