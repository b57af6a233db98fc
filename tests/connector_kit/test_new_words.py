"""What was newly written, told from quotes and signature."""

import pytest

from guardian.connector_kit.new_words import LONGEST, new_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hola:\n\nNo ha llegado.\n", "Hola:\nNo ha llegado."),
        ("No ha llegado.\n-- \nLuis\nCompras", "No ha llegado."),
        ("No ha llegado.\n\nOn Mon, 2 Nov 2026, Ana wrote:\n> Mañana sale", "No ha llegado."),
        ("> Mañana sale\nNo ha llegado.", "No ha llegado."),
        ("No ha llegado.\n-----Mensaje original-----\nDe: ana@acme.example", "No ha llegado."),
        ("> Mañana sale\n> el resto", ""),
        ("", None),
        (" \n\n", None),
    ],
)
def test_quotes_and_signature_are_left_out(text: str, words: str | None) -> None:
    assert new_words(text) == words


def test_it_is_never_endless_and_holds_nothing_that_cannot_be_kept() -> None:
    told = new_words("a\x00b \ud800 " + "palabra " * 9_000)
    assert told
    assert len(told) == LONGEST
    assert "\x00" not in told
    told.encode()
