"""Rows made many at a time: each is to the last bit what it is alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.nlp.ngrams import SIZE, crc_of, hashed_ngrams, hashed_rows
from guardian.nlp.phrases import known, phrase_rows, phrases, streams
from guardian.nlp.reading import Sentence
from guardian.nlp.rows import Rows, known_rows, linear_logits, weighted_rows

WORDS = st.sampled_from(["Hola", "cliente", "¤", "12", "es", "un", "cretino", "!", "“", "_", "  ", "ñandú", "\u4e2d"])
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), min_size=1, max_size=6)
RNG = np.random.default_rng(1)
IDF = RNG.random(SIZE).astype(np.float16)
WEIGHTS = RNG.normal(size=SIZE).astype(np.float16)


def sentence(text: str) -> Sentence:
    """Return a sentence as the pipeline has it by then."""
    return Sentence(0, len(text), text, masked=text, words=text.lower().split())


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_ngrams_of_a_text_are_the_same_alone_and_among_others(texts: list[str]) -> None:
    rows = hashed_rows(texts)
    for text, (places, weights) in zip(texts, rows.each(), strict=True):
        alone, lone_weights = hashed_ngrams(text)
        assert places.tolist() == alone.tolist()
        assert weights.tobytes() == lone_weights.tobytes()


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_logits_are_the_same_alone_and_among_others(texts: list[str]) -> None:
    together = linear_logits(weighted_rows(hashed_rows(texts), IDF), WEIGHTS, 0.5)
    assert together == [linear_logits(weighted_rows(hashed_rows([text]), IDF), WEIGHTS, 0.5)[0] for text in texts]


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_phrases_are_the_same_alone_and_among_others(texts: list[str]) -> None:
    sentences = [sentence(text) for text in texts]
    whole, apart = [0] * len(texts), range(1, len(texts) + 1)
    rows = phrase_rows(streams(sentences), (whole, apart), len(texts) + 1)
    runs = [streams([one]) for one in sentences]
    expected = [phrases(runs), *(phrases([run]) for run in runs)]
    vocabulary = np.unique(expected[0][0][::2])
    idf = np.linspace(0.1, 2.0, max(len(vocabulary), 1), dtype=np.float32)
    for (keys, weights), (lone_keys, lone_weights) in zip(rows.each(), expected, strict=True):
        assert keys.tolist() == lone_keys.tolist()
        assert weights.tobytes() == lone_weights.tobytes()
    for (places, weights), alone in zip(known_rows(rows, vocabulary, idf).each(), expected, strict=True):
        lone_places, lone_weights = known(alone, vocabulary, idf)
        assert places.tolist() == lone_places.tolist()
        assert weights.tobytes() == lone_weights.tobytes()


def test_an_ngram_met_twice_weighs_more_and_case_blanks_and_digits_do_not_count() -> None:
    once, twice = hashed_ngrams("ab"), hashed_ngrams("ab ab")
    assert set(once[0].tolist()) <= set(twice[0].tolist())
    assert len(set(np.round(twice[1], 6).tolist())) == 2
    assert hashed_ngrams("El PEDIDO  12_b")[0].tolist() == hashed_ngrams("él pedido 3456 b")[0].tolist()


def test_nothing_is_a_row_of_nothing() -> None:
    assert hashed_rows(["", "hola"]).bounds[:2] == [0, 0]
    assert len(phrases([])[0]) == 0
    empty = Rows(places=np.zeros(0, dtype=np.uint32), weights=np.zeros(0, dtype=np.float32), bounds=[0, 0, 0])
    assert linear_logits(known_rows(empty, np.zeros(0, dtype=np.uint32), IDF), WEIGHTS, 0.25) == [0.25, 0.25]


def test_tokens_have_the_checksums_of_their_bytes() -> None:
    assert crc_of(["a", "ñ", "\n"]).tolist() == [0xE8B7BE43, 0x1D681568, 0x32D70693]
    assert crc_of([]).tolist() == []


def test_consecutive_rows_are_rows() -> None:
    rows = hashed_rows(["hola", "adiós", "qué tal"])
    assert [weights.tolist() for _, weights in rows[1:].each()] == [w.tolist() for _, w in rows.each()][1:]
    assert rows[1:].bounds[0] == 0
    assert len(rows[1:2].bounds) == 2
