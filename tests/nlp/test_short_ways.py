"""What is done the short way comes out as it does the long way, for any text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.nlp import disguise
from guardian.nlp.disguise import bare, revealed
from guardian.nlp.names import ClientNames
from guardian.nlp.recent import Recent, key_of
from guardian.nlp.wording import wording

LETTERS = st.text("aabbñÑéE   ..--__**··//@$!|#%€¡0123²ªº\n\t,;:'’ŸµwſİK😀", max_size=60)
FEW_LETTERS = st.text("ab .@*0_-/", max_size=40)
PIECES = st.sampled_from(
    "luis|Luis|LUIS's|O'Brien|o’brien|semana|Núñez|Σοφος|ΑΝΑΣ.Α|ΑΝΑΣ|İana|한글|😀|x\u0301luis|_luis|luis_|gómez|y"
    "|de la|&|,| | |\n|\t|\u2028|".split("|")
)
PEOPLE = (
    ClientNames(frozenset({"luis", "ana", "nuñez", "o'brien"}), frozenset({"gomez"})),
    ClientNames(frozenset({"σοφος", "ανας"})),
    ClientNames(frozenset()),
)


@given(LETTERS | FEW_LETTERS)
@settings(max_examples=400, deadline=None)
def test_whatever_the_patterns_of_a_disguise_find_is_looked_at(text: str) -> None:
    short = list(revealed(text, lambda word: True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disguise, "suspects", lambda text: None)
        assert list(revealed(text, lambda word: True)) == short


@given(st.lists(PIECES, max_size=16).map("".join))
@settings(max_examples=400, deadline=None)
def test_clients_are_found_without_reading_every_word(text: str) -> None:
    for names in PEOPLE:
        short = names.mentions(text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ClientNames, "_chunks", lambda self, text: [(0, len(text))])
            assert names.mentions(text) == short


@given(st.text("aeñÑéÉ ł한İǅ\u0301Σς’x😀", min_size=40, max_size=80))
@settings(max_examples=200, deadline=None)
def test_accents_go_from_letters_beside_odd_ones_too(text: str) -> None:
    assert bare(text) == "".join(map(bare, re.split(r"(?<=.)", text.lower(), flags=re.DOTALL)))


@given(st.lists(st.text("aÑé1 _\n\x1f!", max_size=12), max_size=6))
@settings(max_examples=200, deadline=None)
def test_texts_are_plain_the_same_alone_and_among_others(texts: list[str]) -> None:
    assert list(wording(texts).texts) == [wording([text]).texts[0] for text in texts]


def test_the_answer_not_asked_for_longest_is_forgotten_first() -> None:
    recent = Recent[int](2)
    first, second, third = (key_of("text", number) for number in range(3))
    recent.put(first, 1)
    recent.put(second, 2)
    assert recent.get(first) == 1
    recent.put(third, 3)
    assert [recent.get(first), recent.get(second), recent.get(third)] == [1, None, 3]


def test_who_remembers_nothing_knows_nothing() -> None:
    recent = Recent[int](0)
    recent.put(key_of("text"), 1)
    assert recent.get(key_of("text")) is None
