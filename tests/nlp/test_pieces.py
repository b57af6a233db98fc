"""Cutting words into pieces: the likeliest cut."""

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
    return [pieces.texts[piece] or "?" for piece in pieces.cut(text)]


def test_the_likeliest_cut_wins(pieces: Pieces) -> None:
    assert cut(pieces, "the clients") == ["\u2581the", "\u2581client", "s"]


def test_what_is_not_known_is_one_unknown_a_letter(pieces: Pieces) -> None:
    assert cut(pieces, "ax") == ["\u2581a", "?"]


def test_letters_are_rewritten_before_they_are_cut(pieces: Pieces) -> None:
    assert cut(pieces, "a\u200bÇ") == ["\u2581a", "é"]


def test_any_run_of_blanks_is_one(pieces: Pieces) -> None:
    assert cut(pieces, "  the \n\u00a0 a") == cut(pieces, "the a")


def test_a_blank_at_the_end_is_a_piece_as_the_network_learned_it(pieces: Pieces) -> None:
    assert cut(pieces, "the ") == ["\u2581the", "\u2581"]
    assert cut(pieces, "") == cut(pieces, " ") == ["\u2581"]


@given(text=st.text(alphabet="theclins abxé\n\u200bÇ", max_size=60))
def test_the_pieces_make_up_the_text(text: str) -> None:
    pieces = Pieces([*MARKS, *WORDS], [0.0] * 4 + SCORES, {"\n": " ", "\u200b": "", "Ç": "é"}, 0, 2, 1, 3)
    plain = " ".join(f" {text.replace('Ç', 'é').replace(chr(0x200B), '')}".replace("\n", " ").split(" "))
    while "  " in plain:
        plain = plain.replace("  ", " ")
    marked = plain.replace(" ", "\u2581")
    found = [pieces.texts[number] for number in pieces.cut(text)]
    assert len("".join(found)) + found.count("") == len(marked)
    place = 0
    for piece in found:
        assert not piece or marked.startswith(piece, place)
        place += len(piece) or 1


def test_a_word_without_end_is_cut_in_time_that_grows_with_it(pieces: Pieces) -> None:
    assert len(pieces.cut("x" * 20_000)) >= 20_000


def test_what_was_saved_cuts_alike(pieces: Pieces, tmp_path: Path) -> None:
    pieces.save(tmp_path / "pieces.json")
    again = Pieces.load(tmp_path / "pieces.json")
    assert again.cut("the clients aÇx") == pieces.cut("the clients aÇx")
