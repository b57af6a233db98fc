"""Numbers, dates and lists as people write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.digest.formats import Formats, as_spoken_in, language_of


def formats(language: str) -> Formats:
    return Formats(language, today=date(2026, 11, 25), zone=ZoneInfo("Europe/Madrid"))


@given(st.integers(2, 4_000))
def test_a_span_of_days_is_told_in_days(days: int) -> None:
    assert formats("es").days(days).replace(".", "") == f"{days} días"
    assert formats("en").days(days).replace(",", "") == f"{days} days"


def test_one_day_is_one_day() -> None:
    assert (formats("es").days(1), formats("en").days(1)) == ("1 día", "1 day")


def test_a_date_has_its_year_when_it_is_not_this_one() -> None:
    assert formats("es").day(date(2026, 11, 3)) == "3 de noviembre"
    assert formats("es").day(date(2025, 11, 3)) == "3 de noviembre de 2025"
    assert formats("en-GB").day(date(2026, 11, 3)) == "3 November"
    assert formats("en").day(date(2025, 11, 3)) == "November 3, 2025"


def test_a_moment_falls_on_the_day_it_was_where_the_rep_lives() -> None:
    assert formats("es").day(datetime(2026, 11, 2, 23, 30, tzinfo=UTC)) == "3 de noviembre"


def test_thousands_are_marked_as_the_country_does() -> None:
    assert (formats("es").number(18_400.4), formats("es-MX").number(18_400)) == ("18.400", "18,400")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Sanz"], "Sanz"),
        (["Sanz", "Bermeo"], "Sanz y Bermeo"),
        (["Sanz", "Ibérica"], "Sanz e Ibérica"),
        (["Sanz", "Hilados", "Iñigo"], "Sanz, Hilados e Iñigo"),
        (["Cobre", "Hierros Vila"], "Cobre y Hierros Vila"),
        (["Cobre", "Hielos Sur"], "Cobre y Hielos Sur"),
    ],
)
def test_spanish_lists_know_y_and_e(names: list[str], said: str) -> None:
    assert formats("es").names(names) == said


def test_english_lists() -> None:
    assert formats("en").names(["A", "B"]) == "A and B"
    assert formats("en").names(["A", "B", "C"]) == "A, B, and C"


def test_bars_grow_with_the_count_and_none_is_a_dot() -> None:
    assert formats("es").bars([0, 1, 4, 8]) == "·▁▄█"
    assert formats("es").bars([0] * 12) == "·" * 12


@pytest.mark.parametrize(
    ("tag", "language"), [("es", "es"), ("ES_mx", "es"), ("en-GB", "en"), ("de", "en"), ("", "en"), ("x y", "en")]
)
def test_a_language_we_do_not_speak_becomes_english(tag: str, language: str) -> None:
    assert language_of(tag) == language
    assert formats(tag).days(2)


@pytest.mark.parametrize(
    ("language", "timezone", "tag"),
    [
        ("en", "Europe/London", "en-GB"),
        ("en", "America/Chicago", "en-US"),
        ("es", "America/Mexico_City", "es-MX"),
        ("es", "Europe/Madrid", "es-ES"),
        ("es", "America/Bogota", "es-CO"),
        ("en", "Europe/Dublin", "en-IE"),
        ("en", "Australia/Sydney", "en-AU"),
        ("en", "America/Toronto", "en-CA"),
        ("en", "Asia/Kolkata", "en-IN"),
        ("en", "Africa/Johannesburg", "en-ZA"),
        ("en", "Europe/Madrid", "en"),
        ("en", "Europe/Berlin", "en"),
        ("en", "America/Mexico_City", "en"),
        ("es", "Europe/London", "es"),
        ("es", "UTC", "es"),
        ("es", "Nowhere/Land", "es"),
    ],
)
def test_dates_and_numbers_are_those_of_the_place(language: str, timezone: str, tag: str) -> None:
    assert as_spoken_in(language, timezone) == tag
