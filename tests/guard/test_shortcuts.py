"""The shortcuts of reading: what spares work must never spare a find."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.guard.read_mail.clean import clean
from guardian.guard.read_mail.lines import Line, unquoted
from guardian.guard.read_mail.quoted_authors import Author, author_in
from guardian.guard.read_mail.quotes import who_wrote
from guardian.guard.read_mail.reply_marks import beginning, beginning_of_any_kind, may_begin

LINES = (
    "El 3 mar 2026, Luis <luis@cliente.example> escribió:",
    "On Mon, Mar 3, 2025 at 10:21 AM Ana Ruiz",
    "<ana@acme.example> wrote:",
    "2026-03-03 10:21 GMT+01:00 Luis <luis@cliente.example>:",
    "-----Original Message-----",
    "Begin forwarded message:",
    "De: Luis <luis@cliente.example>",
    "*Enviado el:* lunes, 3 de marzo de 2025 10:21",
    "To: Ana",
    "Asunto: pedido",
    "Ana Ruiz",
    "05/03/2026 10:00",
    "cc: Eva",
    "Hola, te escribo por el pedido 23",
    "",
    " ",
)
TEXT = st.text(
    st.one_of(st.sampled_from("añ€’\r\n\x85\u2028\u200b\xad\x00\ufe0f\U000e0001>:0123 "), st.characters()),
    max_size=30,
)
ANY_LINES = st.lists(
    st.builds(
        Line,
        st.one_of(st.sampled_from(LINES), TEXT),
        st.integers(0, 2),
        st.booleans(),
        st.booleans(),
    ),
    max_size=14,
)
UNSEEN = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x180F), *range(0xFE00, 0xFE10)}
UNSEEN |= {0x61C, 0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)}
UNSEEN |= {*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE1000)}


@given(TEXT.filter(lambda text: "\u202e" not in text))  # what that turns round stands as it looks
@settings(max_examples=300, deadline=None)
def test_cleaning_takes_away_the_unseen_and_nothing_else(text: str) -> None:
    ended = re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", text)
    seen = [c for c in ended if c in "\n\t" or not (unicodedata.category(c) in {"Cc", "Cs"} or ord(c) in UNSEEN)]
    assert clean(text) == "".join(seen)


@given(ANY_LINES)
@settings(max_examples=300, deadline=None)
def test_nothing_begins_at_a_line_that_is_passed_over(lines: list[Line]) -> None:
    for place, worth in enumerate(may_begin(lines)):
        assert worth or lines[place].hidden or beginning(lines, place) is None


DATES = (
    "3 mar 2026, a las ",
    "Mon, Mar 3, 2025 at ",
    "5.10.2026 ",
    "2026 ",
    "20:26 ",
    "3/3/26",
    "@ 1.20 a ",
    "wrote ",
)
NAMES = (
    "Ana",
    "Él Corte",
    "el Corte",
    "by Ana",
    "AM Ana",
    "p.m. Ana",
    "GMT Ana",
    "BRIT Ana",
    "A",
    "",
    "Ana 2",
    "a las",
)
ADDRESSES = (
    " <ana@acme.example>",
    " (<a@b.example>)",
    " [mailto:a@b.example]",
    "ana@b.example",
    " A/MAD/B@C",
    " <>",
    "",
)
ENDS = (" escribió:", " wrote:", " a Ana, ha escrito el 3:", " schrieb :", ":", " 9:30 <a@b.example>:", " wrote")


@given(
    st.tuples(
        *map(
            st.sampled_from, (("El ", "On ", "am ", "De: "), DATES, ("10:33", "9:05", "110:33", "10.33", "10:33:59"))
        ),
        *map(st.sampled_from, ((", ", " ", ",", ", a ", " , "), NAMES, ADDRESSES, NAMES, ENDS)),
    ),
    st.lists(st.sampled_from(LINES), max_size=2),
)
@settings(max_examples=1500, deadline=None)
def test_an_intro_names_the_same_author_on_the_short_way(parts: tuple[str, ...], below: list[str]) -> None:
    lines = [Line(text) for text in ("".join(parts), *below)]
    assert beginning(lines, 0) == beginning_of_any_kind(lines, 0)


@given(ANY_LINES)
@settings(max_examples=200, deadline=None)
def test_the_runs_of_all_authors_are_the_whole_text(lines: list[Line]) -> None:
    assert [line for run, _ in who_wrote(lines) for line in run] == lines


@given(st.text("> \ta", max_size=12))
@settings(max_examples=200, deadline=None)
def test_quote_marks_are_counted_the_same_on_the_short_way(text: str) -> None:
    marks = re.match(r"[ \t]{0,3}((?:>[ \t]?){1,40})", text)
    assert unquoted(text) == ((marks[1].count(">"), text[marks.end() :]) if marks else (0, text))


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("El 3 mar 2026, Luis Gil escribió: <luis@cliente.example>", Author("Luis Gil", "luis@cliente.example")),
        ("El 3 mar 2026, ESCRIBIÓ Luis", Author()),
        ("El 3 mar 2026, Ana Escribióla escribio:", Author("Ana Escribióla")),
        ("El 3 mar 2026, Ana [ventas] wrote:", Author("Ana")),
        ("Mon 3 Mar 2026, Pat Chipwrote ſchrieb:", Author("Pat Chipwrote")),
    ],
)
def test_the_name_ends_at_the_verb_or_bracket(text: str, author: Author) -> None:
    assert author_in(text) == author


@pytest.mark.parametrize("verb", ["escribió", "WROTE", "Ha Escrito", "schrieb", "SCRIVE", "escreveu", "a écrit"])
@pytest.mark.parametrize(("between", "believed"), [("", True), (" " + "x" * 150, True), (" " + "x" * 230, False)])
def test_a_verb_near_the_colon_makes_an_intro(verb: str, between: str, believed: bool) -> None:
    lines = [Line(f"El 3 mar 2026 a las 10:00: Luis {verb}{between}:"), Line("Suyo", 1)]
    assert (beginning(lines, 0) is not None) is believed


def test_empty_lines_between_the_quoted_words_of_one_author_begin_no_run_and_others_do() -> None:
    intro, quoted, empty = Line("El 3 mar 2026 a las 9:05, Luis <a@b.example> escribió:"), Line("sí", 1), Line("")
    runs = [(len(run), author and author.name) for run, author in who_wrote([intro, quoted, empty, intro, quoted])]
    assert runs == [(0, None), (5, "Luis")]
    runs = [(len(run), author and author.name) for run, author in who_wrote([intro, quoted, empty, Line("hola")])]
    assert runs == [(0, None), (2, "Luis"), (2, None)]
    runs = [(len(run), author and author.name) for run, author in who_wrote([intro, quoted, empty])]
    assert runs == [(0, None), (2, "Luis"), (1, None)]
