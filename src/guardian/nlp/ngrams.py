"""Character and word n-grams hashed into a fixed number of places, in a few numpy strokes."""

import re
import zlib

import numpy as np
import numpy.typing as npt

from guardian.nlp.normal import fold

BITS = 18
SIZE = 1 << BITS
_ORDERS = (2, 3, 4, 5)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - BITS)
_WORD = re.compile(r"[^\W_]+|[¤!?]")
_BLANK = re.compile(r"[\s_]+")
_DIGITS = re.compile(r"\d+")

Features = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]


def hashed_ngrams(text: str) -> Features:
    """Return (places, weights) of the 2- to 5-grams of characters and 1- and 2-grams of words; unit length.

    Case, accents, digits and runs of blanks make no difference; a place met n times weighs 1 + log n.
    """
    plain = _DIGITS.sub("0", _BLANK.sub(" ", f" {fold(text)} "))
    codes = np.frombuffer(plain.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    hashes = [*_character_hashes(codes), *_word_hashes(_WORD.findall(plain))]
    places = (np.concatenate(hashes) * _SPREAD) >> _SHIFT
    unique, counts = np.unique(places.astype(np.int32), return_counts=True)
    weights = 1.0 + np.log(counts.astype(np.float32))
    norm = np.float32(np.sqrt(weights @ weights)) or np.float32(1)
    return unique, (weights / norm).astype(np.float32)


def _character_hashes(codes: npt.NDArray[np.uint64]) -> list[npt.NDArray[np.uint64]]:
    grams = codes
    found = []
    for order in range(2, max(_ORDERS) + 1):
        if len(codes) < order:
            break
        grams = (grams[:-1] + np.uint64(1)) * _MULTIPLIER + codes[order - 1 :]
        if order in _ORDERS:
            found.append(grams ^ (grams >> np.uint64(29)))
    return found


def _word_hashes(words: list[str]) -> list[npt.NDArray[np.uint64]]:
    single = np.fromiter((zlib.crc32(w.encode("utf-8", "replace")) for w in words), dtype=np.uint64, count=len(words))
    single = single * _MULTIPLIER + np.uint64(77)
    double = (single[:-1] ^ (single[1:] >> np.uint64(7))) * _SPREAD + np.uint64(78)
    return [single ^ (single >> np.uint64(31)), double ^ (double >> np.uint64(31))]
