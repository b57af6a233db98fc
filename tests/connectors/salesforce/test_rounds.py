from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.salesforce import soql
from connectors.salesforce.place import Place, read_place
from connectors.salesforce.rounds import Rhythm, first_walk, following, next_round
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor

NOW = datetime(2024, 5, 3, 10, 0, tzinfo=UTC)
RHYTHM = Rhythm(overlap=timedelta(minutes=10), settle=timedelta(minutes=2))


def rested() -> Place:
    return following(first_walk("s", NOW, RHYTHM))


def begun(after: timedelta, rhythm: Rhythm = RHYTHM) -> Place:
    place = next_round(rested(), NOW + after, rhythm)
    assert place is not None
    return place


def test_a_walk_is_settled_two_minutes_before_it_began() -> None:
    assert rested().told_until == NOW - timedelta(minutes=2)


def test_a_round_reads_back_ten_minutes_and_stops_two_short_of_now() -> None:
    place = begun(timedelta(hours=1))
    assert place.low == NOW - timedelta(minutes=12)
    assert place.high == NOW + timedelta(minutes=58)
    assert (place.stage, place.walk) == ("deleted", False)


def test_nothing_can_be_new_at_the_same_moment() -> None:
    assert next_round(rested(), NOW, RHYTHM) is None


def test_once_a_day_a_round_reads_back_a_whole_day() -> None:
    place = begun(timedelta(days=1))
    assert place.low == NOW - timedelta(days=1, minutes=12)
    again = next_round(following(following(following(place))), NOW + timedelta(days=1, hours=1), RHYTHM)
    assert again is not None
    assert again.low == NOW + timedelta(days=1) - timedelta(minutes=12)


def test_once_a_week_every_id_is_met() -> None:
    place = begun(timedelta(days=7))
    assert (place.stage, place.walk) == ("sweep", True)
    assert place.low is not None
    assert place.low <= NOW - timedelta(days=1)


def test_what_rolls_with_the_calendar_is_read_anew_every_week() -> None:
    rolling = Rhythm(overlap=RHYTHM.overlap, settle=RHYTHM.settle, sweep_reads_all=True)
    assert begun(timedelta(days=7), rolling).stage == "walk"


@settings(max_examples=60)
@given(st.lists(st.integers(1, 60 * 24 * 9), min_size=1, max_size=12))
def test_rounds_leave_no_moment_out(minutes) -> None:
    place, now = rested(), NOW
    for step in minutes:
        now += timedelta(minutes=step)
        ahead = next_round(place, now, RHYTHM)
        if ahead is None:
            continue
        assert ahead.low is not None
        assert ahead.high is not None
        assert ahead.low <= place.told_until - RHYTHM.overlap
        assert place.told_until < ahead.high <= now - RHYTHM.settle
        while ahead.stage != "rest":
            ahead = following(ahead)
        place = ahead
        assert place.told_until >= now - RHYTHM.settle


def test_a_night_that_begins_earlier_than_the_last_looks_back_to_a_day_before_that() -> None:
    place = begun(timedelta(hours=20))
    assert place.low == NOW - timedelta(days=1, minutes=12)
    assert begun(timedelta(hours=19, minutes=59)).low == NOW - timedelta(minutes=12)


@settings(max_examples=100)
@given(st.lists(st.integers(60, 60 * 60 * 30), min_size=1, max_size=12), st.floats(0, 1), st.integers(0, 86_400))
def test_rounds_meet_what_took_a_day_to_commit(seconds: list[int], when: float, lag: int) -> None:
    """Whatever bore its time of change up to a day before it could be seen is in the window of a round after that."""
    place, now, windows = rested(), NOW, []
    for step in [*seconds, 60 * 60 * 24, 60 * 60 * 24]:
        now += timedelta(seconds=step)
        ahead = next_round(place, now, RHYTHM)
        if ahead is None:
            continue
        assert ahead.low is not None
        assert ahead.high is not None
        windows.append((now, ahead.low, ahead.high))
        while ahead.stage != "rest":
            ahead = following(ahead)
        place = ahead
    seen_from = NOW + when * timedelta(seconds=sum(seconds))
    stamp = seen_from - timedelta(seconds=lag)
    assert any(at >= seen_from and low <= stamp < high for at, low, high in windows)


def test_a_place_survives_being_written_down() -> None:
    place = begun(timedelta(hours=1)).moved(last="003", at="2024-05-03T10:00:00.000Z")
    assert read_place(place.cursor()) == place


@pytest.mark.parametrize("token", ["", "null", "{}", '{"v": 99}', "[1]"])
def test_what_is_no_place_is_a_lost_cursor(token) -> None:
    with pytest.raises(CursorExpired):
        read_place(Cursor(token=token))


def test_a_walk_goes_down_the_ids_whatever_changes_meanwhile() -> None:
    query = soql.walk(("Id", "Name"), "Contact", "IsDeleted = false", "003A")
    assert query == "SELECT Id, Name FROM Contact WHERE IsDeleted = false AND Id < '003A' ORDER BY Id DESC"


def test_a_round_goes_on_behind_the_last_row_of_the_same_second() -> None:
    window = soql.Window(low=NOW, high=NOW + timedelta(hours=1))
    at = soql.moment(NOW)
    query = soql.changed(("Id",), "Task", "", window, (at, "00T1"))
    assert query == (
        "SELECT Id FROM Task WHERE SystemModstamp >= 2024-05-03T10:00:00.000Z "
        "AND SystemModstamp < 2024-05-03T11:00:00.000Z AND (SystemModstamp > 2024-05-03T10:00:00.000Z "
        "OR (SystemModstamp = 2024-05-03T10:00:00.000Z AND Id > '00T1')) "
        "ORDER BY SystemModstamp ASC, Id ASC"
    )


def test_texts_are_quoted() -> None:
    assert soql.text("O'Neil\\") == "'O\\'Neil\\\\'"


def test_ids_are_asked_for_in_lists_that_fit_each_once() -> None:
    assert list(soql.in_chunks(["b", "a", "b", "c"], 2)) == [("b", "a"), ("c",)]
