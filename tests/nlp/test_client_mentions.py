"""Where a text names a client whose name is an ordinary word."""

import pytest

from guardian.nlp.names import ClientNames


def named(word: str, text: str) -> list[str]:
    return [text[start:end] for start, end in ClientNames(frozenset(word.split())).mentions(text)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("claro", "Hola Ana:\n\nClaro es imposible que llegue hoy."),
        ("vaya viajes", "Vaya desastre de impresora."),
        ("next", "He called. Next time I will throw it out."),
        ("just eat", "- Just ignore that courier"),
        ("gracias", "¡Gracias por todo!"),
        ("hoy", "ana, hoy es imposible y claro que no viene nadie"),
    ],
)
def test_a_capital_at_the_beginning_of_a_sentence_makes_no_name_of_an_ordinary_word(name: str, text: str) -> None:
    assert named(name, text) == []


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("claro", "Los de Claro no pagan.", ["Claro"]),
        ("vaya viajes", "Vaya Viajes no paga.", ["Vaya Viajes"]),
        ("next", "Next's buyer called.", ["Next"]),
        ("just eat", "We deliver to Just Eat today.", ["Just Eat"]),
        ("robledo", "Robledo no paga.", ["Robledo"]),
    ],
)
def test_it_is_one_inside_a_sentence_or_beside_the_rest_of_the_name(name: str, text: str, found: list[str]) -> None:
    assert named(name, text) == found
