"""Runs of one to three words, thrice: as written, cut to stems, and with lexicon words replaced by their category."""

import re
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from guardian.nlp.ngrams import Features
from guardian.nlp.normal import fold
from guardian.nlp.reading import Sentence

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
Streams = tuple[npt.NDArray[np.uint64], ...]


def streams(sentence: Sentence) -> Streams:
    """Return the three token streams of a sentence as numbers, each ended by a mark."""
    words = _TOKEN.findall(_DIGITS.sub("0", fold(sentence.masked)))
    stems = [word[:_STEM] for word in words]
    return tuple(_numbers(salt, [*tokens, _END]) for salt, tokens in enumerate((words, stems, _abstract(sentence))))


def phrases(sentences: Sequence[Streams]) -> Phrases:
    """Return (keys, weights) of all runs in consecutive sentences; a key met n times weighs 1 + log n."""
    if not sentences:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32)
    joined = [np.concatenate([streams[kind] for streams in sentences]) for kind in range(len(sentences[0]))]
    hashes = np.concatenate([run for tokens in joined for run in _runs(tokens)])
    keys, counts = np.unique(((hashes * _SPREAD) >> np.uint64(32)).astype(np.uint32), return_counts=True)
    return keys, (1.0 + np.log(counts)).astype(np.float32)


def known(found: Phrases, vocabulary: Keys, idf: npt.NDArray[np.generic]) -> Features:
    """Return the phrases of a sorted vocabulary as (places, weights), weighted by rarity, at unit length."""
    keys, weights = found
    places = np.minimum(np.searchsorted(vocabulary, keys), max(len(vocabulary) - 1, 0))
    there = vocabulary[places] == keys if len(vocabulary) else np.zeros(len(keys), dtype=np.bool_)
    places, values = places[there], weights[there]
    values = values * idf[places].astype(np.float32)
    norm = float(np.sqrt(values @ values))
    return places.astype(np.int32), values / np.float32(norm or 1.0)


def _runs(tokens: npt.NDArray[np.uint64]) -> list[npt.NDArray[np.uint64]]:
    found, grams = [tokens], tokens
    for length in range(2, _LONGEST + 1):
        grams = grams[:-1] * _MULTIPLIER + tokens[length - 1 :] + np.uint64(length)
        found.append(grams ^ (grams >> np.uint64(29)))
    return found


def _numbers(salt: int, tokens: Sequence[str]) -> npt.NDArray[np.uint64]:
    numbers = np.fromiter(
        (zlib.crc32(token.encode("utf-8", "replace"), salt) for token in tokens), dtype=np.uint64, count=len(tokens)
    )
    return numbers * _MULTIPLIER + np.uint64(salt)


def _abstract(sentence: Sentence) -> list[str]:
    """Return the words with each lexicon hit, the longest first, shrunk to the name of its category."""
    words: list[str] = list(sentence.words)
    taken = [False] * len(words)
    for hit in sorted(sentence.hits, key=lambda hit: (hit.first - hit.last, hit.first)):
        if (hit.severity or hit.category in _PLAIN_CATEGORIES) and not any(taken[hit.first : hit.last]):
            words[hit.first : hit.last] = [f"[{hit.category}]", *[""] * (hit.last - hit.first - 1)]
            taken[hit.first : hit.last] = [True] * (hit.last - hit.first)
    return [word for word in words if word]
