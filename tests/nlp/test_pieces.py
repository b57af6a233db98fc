"""Cutting words into pieces: the likeliest cut, and where in the text each piece stands."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.nlp.pieces import Pieces

MARKS = ["", "", "", ""]
WORDS = ["\u2581", "\u2581the", "\u2581cli", "ent", "\u2581client", "s", "t", "e", "\u2581a", "b", "é"]
SCORES = [-9.0, -1.0, -3.0, -2.0, -4.0, -3.0, -8.0, -8.0, -3.0, -4.0, -6.0]


@pytest.fixture
def pieces() -> Pieces:
    return Pieces(
        [*MARKS, *WORDS], [0.0] * 4 + SCORES, {"Ç": "é", "\n": " ", "\u00a0": " ", "\u200b": ""}, 0, 2, 1, 3
    )


def cut(pieces: Pieces, text: str) -> list[str]:
    return [pieces.texts[piece.number] or "?" for piece in pieces.cut(text)]


def test_the_likeliest_cut_wins(pieces: Pieces) -> None:
    assert cut(pieces, "the clients") == ["\u2581the", "\u2581client", "s"]


def test_what_is_not_known_is_one_unknown_a_letter(pieces: Pieces) -> None:
    assert cut(pieces, "ax") == ["\u2581a", "?"]


def test_letters_are_rewritten_before_they_are_cut(pieces: Pieces) -> None:
    assert cut(pieces, "a\u200bÇ") == ["\u2581a", "é"]


def test_any_run_of_blanks_is_one(pieces: Pieces) -> None:
    assert cut(pieces, "  the \n\u00a0 a") == cut(pieces, "the a")


def test_each_piece_knows_its_letters(pieces: Pieces) -> None:
    text = "the  clients"
    assert [text[piece.start : piece.end] for piece in pieces.cut(text)] == ["the", "client", "s"]


@given(text=st.text(alphabet="theclins abxé\n\u200bÇ", max_size=60))
def test_pieces_are_in_order_and_within_the_text(text: str) -> None:
    pieces = Pieces([*MARKS, *WORDS], [0.0] * 4 + SCORES, {"\n": " ", "\u200b": "", "Ç": "é"}, 0, 2, 1, 3)
    found = pieces.cut(text)
    assert all(0 <= piece.start <= piece.end <= max(len(text), 1) for piece in found)
    assert [piece.start for piece in found] == sorted(piece.start for piece in found)


def test_a_word_without_end_is_cut_in_time_that_grows_with_it(pieces: Pieces) -> None:
    assert len(pieces.cut("x" * 20_000)) >= 20_000


def test_what_was_saved_cuts_alike(pieces: Pieces, tmp_path: Path) -> None:
    pieces.save(tmp_path / "pieces.json")
    again = Pieces.load(tmp_path / "pieces.json")
    assert again.cut("the clients aÇx") == pieces.cut("the clients aÇx")
