"""Character and word n-grams hashed into a fixed number of places, in a few numpy strokes."""

from collections.abc import Iterator, Sequence

import numpy as np

from guardian.nlp.reading import Features
from guardian.nlp.rows import Hashes, Integers, Rows, bounds_of, counted, owners, unit, within
from guardian.nlp.wording import Wording, wording

BITS = 18
SIZE = 1 << BITS
_ORDERS = (2, 3, 4, 5)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - BITS)
_NO_WORDS = frozenset('.,;:"“”«»()…-')  # tokens that are none of the words here; ¤, ! and ? are


def hashed_ngrams(text: str) -> Features:
    """Return (places, weights) of the 2- to 5-grams of characters and 1- and 2-grams of words; unit length.

    Case, accents, digits and runs of blanks make no difference; a place met n times weighs 1 + log n.
    """
    rows = hashed_rows(wording([text]))
    return rows.places, rows.weights


def hashed_rows(found: Wording, groups: Sequence[tuple[int, int]] = ()) -> Rows:
    """Return the same of many texts, a row each, behind those of groups (first, last exclusive) of neighbours."""
    texts = ["".join([text[:-1] for text in found.texts[low:high]]) + " " for low, high in groups]
    hashes = [*_character_hashes([*texts, *found.texts]), *_word_hashes(found, groups)]
    places = [(some * _SPREAD) >> _SHIFT for some, _ in hashes]
    unique, counts, bounds = counted(places, [owner for _, owner in hashes], len(groups) + len(found.texts), BITS)
    weights = np.float32(1.0) + np.log(counts.astype(np.float32))
    return unit(Rows(places=unique, weights=weights, bounds=bounds))


def _character_hashes(texts: Sequence[str]) -> Iterator[tuple[Hashes, Integers]]:
    """Yield the hashes of each order, with the numbers of their texts."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    owner = owners(bounds_of([len(text) for text in texts]))
    grams = codes
    for order in _ORDERS:
        grams = (grams[:-1] + np.uint64(1)) * _MULTIPLIER + codes[order - 1 :]
        inside = within(owner, order)
        yield (grams ^ (grams >> np.uint64(29)))[inside], owner[: len(inside)][inside]


def _word_hashes(found: Wording, groups: Sequence[tuple[int, int]]) -> Iterator[tuple[Hashes, Integers]]:
    """Yield the hashes of words and of pairs of words, with the numbers of their texts."""
    words = np.array([token not in _NO_WORDS for token in found.tokens], dtype=np.bool_)
    bounds = found.bounds
    spans = [*((bounds[low], bounds[high]) for low, high in groups), (0, len(words))]
    crcs = np.concatenate([found.crcs[start:end][words[start:end]] for start, end in spans])
    owner = np.concatenate(
        [np.full(int(words[start:end].sum()), i) for i, (start, end) in enumerate(spans[:-1])]
        + [owners(bounds)[words] + len(groups)]
    )
    single = crcs * _MULTIPLIER + np.uint64(77)
    double = (single[:-1] ^ (single[1:] >> np.uint64(7))) * _SPREAD + np.uint64(78)
    inside = within(owner, 2)
    yield single ^ (single >> np.uint64(31)), owner
    yield (double ^ (double >> np.uint64(31)))[inside], owner[:-1][inside]
