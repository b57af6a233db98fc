"""Character and word n-grams hashed into a fixed number of places, in a few numpy strokes."""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from guardian.nlp.normal import fold
from guardian.nlp.rows import Floats, Hashes, Integers, Places, Rows, counted, owners, unit, within

BITS = 18
SIZE = 1 << BITS
_ORDERS = (2, 3, 4, 5)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - BITS)
_WORD = re.compile(r"[^\W_]+|[¤!?]")
_DIGITS = re.compile(r"\d+")

Features = tuple[Places, Floats]


def hashed_ngrams(text: str) -> Features:
    """Return (places, weights) of the 2- to 5-grams of characters and 1- and 2-grams of words; unit length.

    Case, accents, digits and runs of blanks make no difference; a place met n times weighs 1 + log n.
    """
    rows = hashed_rows([text])
    return rows.places.astype(np.int32), rows.weights


def hashed_rows(texts: Sequence[str]) -> Rows:
    """Return the same of many texts, a row each."""
    plain = [_plain(text) for text in texts]
    words = [_WORD.findall(text) for text in plain]
    hashes = [*_character_hashes(plain), *_word_hashes(words)]
    places = [(found * _SPREAD) >> _SHIFT for found, _ in hashes]
    unique, counts, bounds = counted(places, [owner for _, owner in hashes], len(texts))
    weights = np.float32(1.0) + np.log(counts.astype(np.float32))
    return unit(Rows(places=unique.astype(np.int32), weights=weights, bounds=bounds))


def crc_of(tokens: Iterable[str], salt: int = 0) -> Hashes:
    """Return the CRC-32 of every token; tokens have no blanks in them."""
    joined = " ".join(tokens).encode("utf-8", "replace")
    return np.array([zlib.crc32(token, salt) for token in joined.split(b" ")] if joined else [], dtype=np.uint64)


def _plain(text: str) -> str:
    words = fold(text).replace("_", " ").split()
    return _DIGITS.sub("0", f" {' '.join(words)} ") if words else " "


def _character_hashes(texts: Sequence[str]) -> Iterator[tuple[Hashes, Integers]]:
    """Yield the hashes of each order, with the numbers of their texts."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    owner = owners([len(text) for text in texts])
    grams = codes
    for order in _ORDERS:
        grams = (grams[:-1] + np.uint64(1)) * _MULTIPLIER + codes[order - 1 :]
        inside = within(owner, order)
        yield (grams ^ (grams >> np.uint64(29)))[inside], owner[: len(inside)][inside]


def _word_hashes(texts: Sequence[Sequence[str]]) -> Iterator[tuple[Hashes, Integers]]:
    owner = owners([len(words) for words in texts])
    single = crc_of(word for words in texts for word in words) * _MULTIPLIER + np.uint64(77)
    double = (single[:-1] ^ (single[1:] >> np.uint64(7))) * _SPREAD + np.uint64(78)
    inside = within(owner, 2)
    yield single ^ (single >> np.uint64(31)), owner
    yield (double ^ (double >> np.uint64(31)))[inside], owner[:-1][inside]
