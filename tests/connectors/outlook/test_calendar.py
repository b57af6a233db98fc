"""Facts of Graph's calendar view, each with the test that Guardian respects it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.outlook.meetings import MeetingReader, series_uid
from guardian.domain.activity import Activity, Signal
from guardian.domain.errors import CursorExpired
from guardian.domain.moments import lasts_whole_days
from guardian.ports.connector import Cursor, DeadLetter, Gone
from tests.connectors.outlook.tenant import Tenant
from tests.lab import faults
from tests.lab.company_facts import Meeting
from tests.lab.company_oracle import Local, true_meetings
from tests.lab.faults import FaultPlan, Kind

WEEKLY = "weekly-1@acme.example"


def weekly(tenant: Tenant) -> Meeting:
    return next(one for one in tenant.desk.calendar.items.values() if one.uid == WEEKLY)


def test_a_calendar_view_is_asked_without_odata_options(tenant: Tenant) -> None:
    tenant.local("calendar").sync()
    for request in tenant.lab.asked("calendarView/delta"):
        assert {name for name, _ in request.query} <= {"startDateTime", "endDateTime", "$skiptoken", "$deltatoken"}


def test_every_occurrence_has_the_key_of_its_series_and_original_start(tenant: Tenant) -> None:
    keys = {one.key for one in tenant.activities("calendar")}
    moved, now_at = weekly(tenant).moved[0]
    assert f"ical:{WEEKLY}/{moved:%Y%m%dT%H%M%SZ}" in keys
    assert f"ical:{WEEKLY}/{now_at:%Y%m%dT%H%M%SZ}" not in keys
    assert "ical:kickoff-1@acme.example/single" in keys


def test_an_occurrence_that_is_taken_out_goes_though_no_delta_says_so(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    series = weekly(tenant)
    tenant.company.change_meeting(WEEKLY, replace(series, dropped=(*series.dropped, series.starts[-1])))
    calendar.sync()
    assert calendar.meetings() == true_meetings(tenant.desk)
    assert len(tenant.lab.asked("/instances")) == 1


def test_a_series_that_grows_or_moves_is_not_asked_for_its_instances(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    tenant.company.change_meeting(WEEKLY, replace(weekly(tenant), repeats=7))
    assert calendar.sync().meetings() == true_meetings(tenant.desk)
    assert not tenant.lab.asked("/instances")


def test_a_series_that_is_deleted_takes_its_occurrences_along(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    tenant.company.delete_meeting(WEEKLY)
    assert calendar.sync().meetings() == true_meetings(tenant.desk)


def test_a_single_meeting_can_become_a_series_and_a_series_a_single_meeting(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    for uid, repeats in (("kickoff-1@acme.example", 3), (WEEKLY, 0), ("kickoff-1@acme.example", 0), (WEEKLY, 2)):
        meeting = next(one for one in tenant.desk.calendar.items.values() if one.uid == uid)
        tenant.company.change_meeting(uid, replace(meeting, repeats=repeats, moved=(), dropped=()))
        assert calendar.sync().meetings() == true_meetings(tenant.desk)


def test_a_meeting_that_is_deleted_goes(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    tenant.company.delete_meeting("kickoff-1@acme.example")
    assert calendar.sync().meetings() == true_meetings(tenant.desk)


def test_the_window_moves_with_the_months_and_nothing_goes(tenant: Tenant) -> None:
    far = replace(weekly(tenant), uid="far@acme.example", start=datetime(2027, 7, 20, 9, tzinfo=UTC), repeats=0)
    tenant.company.meet(replace(far, moved=(), dropped=()))
    calendar = tenant.local("calendar").sync()
    assert not any("far@" in str(fact) for fact in calendar.meetings())
    tenant.company.delete_meeting("kickoff-1@acme.example")
    tenant.now += timedelta(days=31)
    told = [page for page in tenant.feed("calendar").changes(calendar.cursor)]
    assert not any(page.walk for page in told)
    assert calendar.sync().meetings() == true_meetings(tenant.desk)
    tenant.lab.forget()
    assert calendar.sync().meetings() == true_meetings(tenant.desk)
    assert len(tenant.lab.asked("calendarView")) == 1


def test_what_is_deleted_while_the_window_moves_goes_too(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    tenant.now += timedelta(days=31)
    for n, page in enumerate(tenant.feed("calendar").changes(calendar.cursor)):
        calendar.store(page)
        if n == 0:
            tenant.company.delete_meeting("no-1@acme.example")
            tenant.company.delete_meeting(WEEKLY)
    assert calendar.sync().meetings() == true_meetings(tenant.desk)


def at_the_turn_of_the_month(tenant: Tenant, **changes: Any) -> Local:
    """Return a calendar that was read before and after the window gained July, with one meeting changed between."""
    tenant.now = datetime(2026, 10, 31, tzinfo=UTC)
    calendar = tenant.local("calendar").sync()
    tenant.company.change_meeting(WEEKLY, replace(weekly(tenant), dropped=(), moved=(), **changes))
    tenant.now = datetime(2026, 11, 1, 2, tzinfo=UTC)
    for page in tenant.feed("calendar").changes(calendar.cursor):
        calendar.store(page)
    return calendar


@pytest.mark.parametrize("repeats", [0, 3])
def test_a_meeting_that_moves_into_the_month_the_window_just_gained_stays(tenant: Tenant, repeats: int) -> None:
    if not repeats:
        tenant.company.change_meeting(WEEKLY, replace(weekly(tenant), repeats=0, moved=(), dropped=()))
    calendar = at_the_turn_of_the_month(tenant, start=datetime(2027, 7, 6, 10, tzinfo=UTC), repeats=repeats)
    assert any(WEEKLY in str(fact) for fact in calendar.meetings())
    assert calendar.meetings() == true_meetings(tenant.desk)
    tenant.company.delete_meeting(WEEKLY)
    assert calendar.sync().meetings() == true_meetings(tenant.desk)


def test_a_meeting_that_moves_beyond_a_window_that_just_gained_a_month_goes(tenant: Tenant) -> None:
    calendar = at_the_turn_of_the_month(tenant, start=datetime(2027, 8, 3, 10, tzinfo=UTC), repeats=0)
    assert not any(WEEKLY in str(fact) for fact in calendar.meetings())


def test_a_window_is_never_longer_than_graph_allows(tenant: Tenant) -> None:
    tenant.now = datetime(2026, 12, 31, tzinfo=UTC)
    assert tenant.local("calendar").sync().meetings()


def test_a_calendar_that_was_read_for_years_is_read_on_and_keeps_what_is_older_than_its_window(
    tenant: Tenant,
) -> None:
    long = replace(weekly(tenant), start=datetime(2023, 6, 5, 9, tzinfo=UTC), repeats=230, moved=(), dropped=())
    tenant.company.change_meeting(WEEKLY, long)
    tenant.company.meet(replace(long, uid="old@acme.example", repeats=0))
    calendar = tenant.local("calendar").sync()
    for year, month in ((2027, 3), (2027, 4), (2027, 5), (2028, 4)):
        tenant.now = datetime(year, month, 2, tzinfo=UTC)
        last = weekly(tenant)
        dropped = (*last.dropped, last.starts[0 if month == 4 and year == 2027 else -1 - month])
        tenant.company.change_meeting(WEEKLY, replace(last, dropped=dropped))
        assert calendar.sync().meetings() == true_meetings(tenant.desk)
    tenant.company.delete_meeting(WEEKLY)
    calendar.sync()
    assert all(fact[1] < datetime(2025, 1, 1, tzinfo=UTC) for fact in calendar.meetings() if WEEKLY in str(fact))


def test_a_round_that_breaks_off_goes_on_where_it_was(tenant: Tenant) -> None:
    calendar = tenant.local("calendar")
    for page in tenant.feed("calendar").changes(None):
        calendar.store(page)
        break
    assert calendar.sync().meetings() == true_meetings(tenant.desk)


def test_a_lost_place_means_a_walk(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    tenant.graph.generation += 1
    with pytest.raises(CursorExpired):
        list(tenant.feed("calendar").changes(calendar.cursor))
    assert calendar.sync().meetings() == true_meetings(tenant.desk)


def test_a_partial_event_is_read_whole(tenant: Tenant) -> None:
    tenant.company.meet(replace(weekly(tenant), uid="solo@acme.example", repeats=0, moved=(), dropped=()))
    tenant.lab.faults = FaultPlan().lay(faults.spoiled(Kind.PARTIAL), on="calendarView/delta", times=99)
    calendar = tenant.local("calendar").sync()
    assert any("solo@" in str(fact) for fact in calendar.meetings())


def test_a_night_without_changes_costs_one_request(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    pages = list(tenant.feed("calendar", mailboxes=[tenant.ana]).changes(calendar.cursor))
    assert [(page.records, page.requests, page.closes_round) for page in pages] == [((), 1, True)]


def test_a_meeting_that_everybody_outside_declined_was_not_held(tenant: Tenant) -> None:
    found = {one.key.partition("/")[0]: one.signals for one in tenant.activities("calendar")}
    assert found["ical:no-1@acme.example"] == {Signal.NOT_HELD}
    assert found["ical:kickoff-1@acme.example"] == frozenset()


def test_a_cancelled_meeting_says_so(tenant: Tenant) -> None:
    tenant.company.change_meeting(WEEKLY, replace(weekly(tenant), cancelled=True))
    signals = {one.signals for one in tenant.activities("calendar") if WEEKLY in one.key}
    assert signals == {frozenset({Signal.CANCELLED})}


def test_another_privacy_level_reads_the_calendar_anew(tenant: Tenant) -> None:
    tenant.privacy = "full"
    calendar = tenant.local("calendar").sync()
    tenant.privacy = "metadata"
    calendar.sync()
    assert {one.subject for one in calendar.items.values() if isinstance(one, Activity)} == {None}
    assert calendar.meetings() == true_meetings(tenant.desk)


def test_a_cursor_that_does_not_tell_its_privacy_level_means_a_walk(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    assert calendar.cursor
    said = json.loads(calendar.cursor.token)
    del said["shape"], said["old_end"], said["gained"]
    with pytest.raises(CursorExpired):
        list(tenant.feed("calendar").changes(Cursor(token=json.dumps(said))))
    calendar.cursor = Cursor(token=json.dumps(said))
    assert calendar.sync().meetings() == true_meetings(tenant.desk)


@pytest.mark.parametrize(("privacy", "subject"), [("metadata", None), ("subject", "Weekly"), ("full", "Weekly")])
def test_subjects_are_kept_as_far_as_privacy_allows(tenant: Tenant, privacy: str, subject: str | None) -> None:
    tenant.privacy = privacy
    assert {one.subject for one in tenant.activities("calendar") if WEEKLY in one.key} == {subject}


def test_a_private_meeting_tells_no_words(tenant: Tenant) -> None:
    tenant.privacy = "full"
    tenant.company.change_meeting(WEEKLY, replace(weekly(tenant), private=True))
    assert {(one.subject, one.snippet) for one in tenant.activities("calendar") if WEEKLY in one.key} == {
        (None, None)
    }


GLOBAL = "040000008200E00074C5B7101A82E008"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("abc@google.com", "abc@google.com"),
        (f"{GLOBAL}07EA0A0F{'AB' * 20}", f"{GLOBAL}00000000{'AB' * 20}"),
        (f"{GLOBAL}00000000{'ab' * 20}".lower(), f"{GLOBAL}00000000{'AB' * 20}"),
        (f"{GLOBAL}{'00' * 20}" + b"vCal-Uid\x01\x00\x00\x00abc@google.com\x00".hex(), "abc@google.com"),
        (f"{GLOBAL}xyz", f"{GLOBAL}xyz"),
    ],
)
def test_a_series_has_the_uid_that_other_calendars_know_it_by(said: str, meant: str) -> None:
    assert series_uid(said) == meant


def an_event(**changes: Any) -> dict[str, Any]:
    clock = {"dateTime": "2026-10-05T09:00:00.0000000", "timeZone": "UTC"}
    return {"id": "E1", "iCalUId": "u@x", "type": "singleInstance", "start": clock, "end": clock, **changes}


def test_an_all_day_event_is_on_days_and_at_no_hour() -> None:
    midnights = [{"dateTime": f"2026-10-0{n}T00:00:00.0000000", "timeZone": "UTC"} for n in (5, 7)]
    event = an_event(isAllDay=True, start=midnights[0], end=midnights[1])
    meeting = MeetingReader(own_domains=frozenset(), privacy="metadata").read(event, None)
    assert isinstance(meeting, Activity)
    assert lasts_whole_days(meeting.occurred_at, meeting.duration_s)


def test_rooms_are_nobody() -> None:
    room = {"emailAddress": {"address": "room1@acme.example"}, "type": "resource"}
    reader = MeetingReader(own_domains=frozenset(), privacy="metadata")
    meeting = reader.read(an_event(attendees=[room]), None)
    assert isinstance(meeting, Activity)
    assert meeting.participants == ()


def test_an_event_without_a_start_is_a_dead_letter_without_its_words() -> None:
    reader = MeetingReader(own_domains=frozenset(), privacy="metadata")
    dead = reader.read(an_event(start=None, subject="secret", bodyPreview="secret"), None)
    assert isinstance(dead, DeadLetter)
    assert b"secret" not in dead.raw


def test_a_removal_outside_the_window_harms_nothing(tenant: Tenant) -> None:
    calendar = tenant.local("calendar").sync()
    before = calendar.meetings()
    old = replace(weekly(tenant), uid="old@x", start=datetime(2001, 1, 1, tzinfo=UTC), repeats=0)
    tenant.company.meet(replace(old, moved=(), dropped=()))
    tenant.company.delete_meeting("old@x")
    told = [record for page in tenant.feed("calendar").changes(calendar.cursor) for record in page.records]
    assert all(isinstance(one, Gone) for one in told)
    assert calendar.sync().meetings() == before
