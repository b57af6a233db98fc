"""Which turns are worth trying is told by single words, and no turn that is there is ever left out."""

import random
import re
import sys

import pytest

from guardian.nlp.normal import fold
from guardian.nlp.reading import CLIENT_MARK, WORD, Sentence
from guardian.nlp.rules.outline import outline
from guardian.nlp.rules.turn_notation import anchors, expression, spelled_out, split
from guardian.nlp.rules.turns import DIGIT, Turns, shipped_turns

CLIENT = "zzcliente"
ENDINGS = {"@": ("o", "a", "os", "as"), "+": ("", "s", "es"), "~": ("", "ando", "s")}


def said(written: str, dice: random.Random) -> str:
    """Return some words that an entry stands for, marks and all."""
    words = []
    for element in split(written, " "):
        may_lack = element.endswith("?") and element.startswith("(")
        group = element.removesuffix("?")
        if may_lack and dice.random() < 0.5:
            continue
        if element == "_":
            words += ["muy"] * dice.randrange(3)
        elif group.startswith("(") and group.endswith(")"):
            words.append(said(dice.choice(split(group[1:-1], "|")), dice))
        else:
            words.append("".join(dice.choice(ENDINGS[c]) if c in ENDINGS else c for c in element))
    return " ".join(words)


def sentence_of(text: str) -> Sentence:
    """Return a sentence whose marks are names and numbers as they stand in mail."""
    shown = text.replace("§", "Norte").replace("¤", CLIENT).replace("0", "12")
    words = [CLIENT_MARK if word == CLIENT else word for word in map(fold, WORD.findall(shown))]
    return Sentence(0, len(shown), shown, words=words)


def test_no_turn_that_is_there_is_passed_over() -> None:
    turns, dice, met = shipped_turns(), random.Random(5), 0
    for turn in turns.all:
        for _ in range(8):
            sentence = sentence_of(f"{dice.choice(['', 'ayer ', 'Pues '])}{said(turn.written, dice)} hoy")
            words = outline(sentence).words
            found = turns.met(words)
            met += turn in {one.turn for one in found}
            assert turns.met(words, turns.possible(sentence)) == found
    assert met > 4 * len(turns.all), "or this test proves nothing"


def test_of_ordinary_sentences_hardly_a_turn_is_possible() -> None:
    turns = shipped_turns()
    assert not turns.possible(sentence_of("adjunto la factura del pedido de ayer"))
    assert not turns.possible(sentence_of("please find the invoice attached"))


@pytest.mark.parametrize(
    ("written", "needed"),
    [
        ("don't (tell|inform) {him}", [{"tell", "inform"}, {"don't"}]),
        ("(no)? digas (de cosas|la palabra) _ (§|0)", [{"digas"}, {"cosas", "palabra"}, {"§", "0"}]),
        ("(a|(b)?) falsific~", [{"falsific~"}]),
    ],
)
def test_what_an_entry_cannot_do_without(written: str, needed: list[set[str]]) -> None:
    found = anchors(split(written.replace("{him}", ""), " "))
    assert {frozenset(one) for one in needed} == {*found}


def test_an_entry_without_any_sure_word_is_always_possible() -> None:
    turns = Turns("[untold 3 *]\ne-mail\n")
    assert turns.possible(sentence_of("hola")) == {0}


def test_every_digit_is_known_for_one() -> None:
    assert [one for one in map(chr, range(sys.maxunicode)) if one.isdigit() and not DIGIT.match(one)] == []


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("mism@s", {"mismos", "mismoss", "mismas", "mismass"}),
        ("fechas?", {"fecha", "fechas"}),
        ("clave+", {"clave", "claves", "clavees"}),
        ("competidor(es|a)?", {"competidor", "competidores", "competidora"}),
        ("(he|the client|§)'ll", {"he'll"}),
        ("falsific~", set()),
        ("(a|b~)c", set()),
    ],
)
def test_a_shape_of_a_few_endings_is_spelled_out(shape: str, words: set[str]) -> None:
    assert spelled_out(shape) == words
    assert all(re.fullmatch(expression(shape), word) for word in words)
