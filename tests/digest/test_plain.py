"""Other people's words in our mail."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.digest.plain import newest_words, one_line


@given(st.text(max_size=400), st.integers(1, 160))
def test_any_text_becomes_one_visible_encodable_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.splitlines() in ([], [line])
    assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cs", "Co") or char == "\u202e"]
    line.encode()


@given(st.text(max_size=100))
def test_a_clean_line_stays_as_it_is(text: str) -> None:
    once = one_line(text, 160)
    assert one_line(once, 160) == once


def test_a_name_cannot_start_a_header_or_run_backwards() -> None:
    assert one_line("Acme\r\nBcc: all@evil.example\u202egnp.exe\u2028x", 80) == "Acme Bcc: all@evil.examplegnp.exe x"


def test_a_long_text_is_cut_between_words() -> None:
    assert one_line("uno dos tres cuatro cinco", 14) == "uno dos tres…"
    assert one_line("x" * 30, 10) == "x" * 9 + "…"
    assert one_line("justo", 5) == "justo"


def test_joined_emoji_stay_joined() -> None:
    assert one_line("👩‍🔧 Taller", 20) == "👩‍🔧 Taller"


@pytest.mark.parametrize(
    "below",
    [
        "> hola\n> qué tal",
        "El lun, 3 nov 2026 a las 10:00, Marta Ruiz <marta@acme.example> escribió:\n> hola",
        "On Mon, Nov 3, 2026 at 10:00 AM Marta Ruiz wrote:\n> hello",
        "-- \nAna Gil\nCompras",
        "-----Mensaje original-----\nDe: Marta",
        "---------- Forwarded message ---------\nFrom: x",
        "De: Marta Ruiz <marta@acme.example>\nEnviado: lunes, 3 de noviembre\nPara: Ana",
        "From: Marta Ruiz\nSent: Monday\nTo: Ana",
    ],
)
def test_quotes_and_signatures_are_cut_away(below: str) -> None:
    assert newest_words(f"Vamos a esperar.\n\n{below}", 160) == "Vamos a esperar."


def test_a_snippet_on_one_line_is_cut_at_the_quote_too() -> None:
    said = "Perfecto, gracias. El lun, 3 nov 2026 a las 10:00, Marta (<m@acme.example>) escribió: > Te mando"
    assert newest_words(said, 160) == "Perfecto, gracias."


def test_words_that_only_look_like_a_quote_stay() -> None:
    assert newest_words("El lunes hablamos. On Monday we talk - or not.", 160) == (
        "El lunes hablamos. On Monday we talk - or not."
    )


def test_nothing_but_quotes_says_nothing() -> None:
    assert newest_words("> todo citado\n> de verdad", 160) == ""


def test_a_hostile_snippet_is_read_in_no_time() -> None:
    assert newest_words("el " * 200_000, 160)
    assert newest_words("de: " * 200_000, 160)
