"""Rows made many at a time: each is to the last bit what it is alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.nlp.ngrams import SIZE, hashed_ngrams, hashed_rows
from guardian.nlp.phrases import known, known_rows, phrases, streams
from guardian.nlp.reading import Sentence
from guardian.nlp.rows import Rows, in_order, linear_logits, weighted_rows
from guardian.nlp.vocabulary import Vocabulary
from guardian.nlp.wording import crc_of, wording

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
    whole, *apart = hashed_rows(wording(texts), [(0, len(texts))]).each()
    for text, (places, weights) in zip(["\n".join(texts), *texts], [whole, *apart], strict=True):
        alone, lone_weights = hashed_ngrams(text)
        assert places.tolist() == alone.tolist()
        assert weights.tobytes() == lone_weights.tobytes()


def test_many_keys_come_in_the_same_order_as_few() -> None:
    keys = RNG.integers(0, 1 << 32, size=20_000, dtype=np.uint32)
    assert in_order(keys).tolist() == sorted(keys.tolist())
    assert in_order(keys.astype(np.uint64) << np.uint64(9)).tolist() == [key << 9 for key in sorted(keys.tolist())]


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_logits_are_the_same_alone_and_among_others(texts: list[str]) -> None:
    def logits(some: list[str]) -> list[float]:
        return linear_logits(weighted_rows(hashed_rows(wording(some)), IDF), WEIGHTS, 0.5)

    assert logits(texts) == [logits([text])[0] for text in texts]


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_phrases_are_the_same_alone_and_among_others(texts: list[str]) -> None:
    sentences = [sentence(text) for text in texts]
    whole, apart = [0] * len(texts), range(1, len(texts) + 1)
    runs = [streams([one]) for one in sentences]
    expected = [phrases(runs), *(phrases([run]) for run in runs)]
    keys = np.unique(expected[0][0][::2])
    idf = np.linspace(0.1, 2.0, len(keys), dtype=np.float32)
    rows = known_rows(streams(sentences), (whole, apart), len(texts) + 1, Vocabulary.of(keys), idf)
    for (places, weights), alone in zip(rows.each(), expected, strict=True):
        lone_places, lone_weights = known(alone, keys, idf)
        assert places.tolist() == lone_places.tolist()
        assert weights.tobytes() == lone_weights.tobytes()


@given(
    st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 40)), st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 40))
)
@settings(max_examples=120, deadline=None)
def test_every_key_of_a_vocabulary_is_found_and_no_other(known_keys: list[int], others: list[int]) -> None:
    keys = np.array(sorted(set(known_keys)), dtype=np.uint32)
    wanted = np.array([*others, *known_keys], dtype=np.uint32)
    found = [keys.tolist().index(key) if key in keys else -1 for key in wanted]
    assert Vocabulary.of(keys).find(wanted).tolist() == found


def test_an_ngram_met_twice_weighs_more_and_case_blanks_and_digits_do_not_count() -> None:
    once, twice = hashed_ngrams("ab"), hashed_ngrams("ab ab")
    assert set(once[0].tolist()) <= set(twice[0].tolist())
    assert len(set(np.round(twice[1], 6).tolist())) == 2
    assert hashed_ngrams("El PEDIDO  12_b")[0].tolist() == hashed_ngrams("él pedido 3456 b")[0].tolist()


def test_nothing_is_a_row_of_nothing() -> None:
    assert hashed_rows(wording(["", "hola"])).bounds[:2] == [0, 0]
    assert len(phrases([])[0]) == 0
    empty = Rows(places=np.zeros(0, dtype=np.int32), weights=np.zeros(0, dtype=np.float32), bounds=[0, 0, 0])
    assert linear_logits(weighted_rows(empty, IDF), WEIGHTS, 0.25) == [0.25, 0.25]


def test_many_rows_are_counted_like_few() -> None:
    rows = list(hashed_rows(wording(["hola"] * 20_000)).each())
    assert rows[-1][0].tolist() == rows[0][0].tolist() == hashed_ngrams("hola")[0].tolist()


def test_tokens_have_the_checksums_of_their_bytes() -> None:
    assert crc_of(["a", "ñ", "\n"]).tolist() == [0xE8B7BE43, 0x1D681568, 0x32D70693]
    assert crc_of([]).tolist() == []


def test_consecutive_rows_are_rows() -> None:
    rows = hashed_rows(wording(["hola", "adiós", "qué tal"]))
    assert [weights.tolist() for _, weights in rows[1:].each()] == [w.tolist() for _, w in rows.each()][1:]
    assert rows[1:].bounds[0] == 0
    assert len(rows[1:2].bounds) == 2
