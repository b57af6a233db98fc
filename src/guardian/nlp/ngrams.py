"""Character and word n-grams hashed into a fixed number of places, in a few numpy strokes."""

from collections.abc import Iterator, Sequence

import numpy as np

from guardian.nlp.reading import Features
from guardian.nlp.rows import Hashes, Keys, Rows, bounds_of, counted, numbered, owners, unit
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
    """Return the same of many texts, a row each, behind those of groups of neighbours.

    A group is (first, last exclusive); where there are any, together they are all the texts in order. What a text has
    is among what its group has, and hashed only once.
    """
    spans = groups or [(0, len(found.texts))]
    rows = len(groups) + len(found.texts)
    met = [*_character_keys(found, spans, rows), *_word_keys(found, spans, rows)]
    unique, counts, bounds = counted(met if groups else met[1::2], rows, BITS)
    weights = np.float32(1.0) + np.log(counts.astype(np.float32))
    return unit(Rows(places=unique, weights=weights, bounds=bounds))


def _character_keys(found: Wording, spans: Sequence[tuple[int, int]], rows: int) -> Iterator[Keys]:
    """Yield the keys of each order, in turn those in the rows of groups and those in the rows of texts.

    The blank behind a text is the one before its neighbour in the group.
    """
    pieces = [piece for low, high in spans for piece in (*[text[:-1] for text in found.texts[low:high]], " ")]
    lengths = [len(piece) for piece in pieces]
    texts = np.array([number for low, high in spans for number in (*range(low, high), -1)])
    in_text = np.repeat(texts >= 0, lengths)
    text = np.repeat(numbered(np.maximum(texts, 0) + rows - len(found.texts), rows, BITS), lengths)
    sizes = [sum(lengths[low + number : high + number + 1]) for number, (low, high) in enumerate(spans)]
    group = np.repeat(numbered(np.arange(len(spans)), rows, BITS), sizes)
    codes = np.frombuffer("".join(pieces).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    grams = codes
    for order in _ORDERS:
        grams = (grams[:-1] + np.uint64(1)) * _MULTIPLIER + codes[order - 1 :]
        places, count = _places(grams ^ (grams >> np.uint64(29)), text), len(grams)
        yield (group[:count] | places)[group[:count] == group[order - 1 :]]
        inside = in_text[:count] & (text[:count] == text[order - 2 : order - 2 + count])
        yield (text[:count] | places)[inside]


def _word_keys(found: Wording, spans: Sequence[tuple[int, int]], rows: int) -> Iterator[Keys]:
    """Yield the keys of words and of pairs of words, in turn those in the rows of groups and in the rows of texts."""
    words = np.array([token not in _NO_WORDS for token in found.tokens], dtype=np.bool_)
    number = owners(found.bounds)[words]
    text = numbered(number + rows - len(found.texts), rows, BITS)
    group = numbered(owners(bounds_of([high - low for low, high in spans]))[number], rows, BITS)
    single = found.crcs[words] * _MULTIPLIER + np.uint64(77)
    double = (single[:-1] ^ (single[1:] >> np.uint64(7))) * _SPREAD + np.uint64(78)
    places = _places(single ^ (single >> np.uint64(31)), text)
    yield group | places
    yield text | places
    places = _places(double ^ (double >> np.uint64(31)), text)
    for row in (group, text):
        yield (row[:-1] | places)[row[:-1] == row[1:]]


def _places(hashes: Hashes, like: Keys) -> Keys:
    places: Keys = ((hashes * _SPREAD) >> _SHIFT).astype(like.dtype)
    return places
