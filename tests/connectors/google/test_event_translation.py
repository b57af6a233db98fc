from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.google.calendar_groups import Group, told
from connectors.google.moments import Unreadable, read_when
from connectors.google.series import Rule, occurrences
from connectors.google.translate_events import EventReader, horizon
from guardian.domain.activity import Activity, Role, Signal
from guardian.domain.moments import lasts_whole_days
from guardian.ports.connector import DeadLetter, Gone

READER = EventReader(own_domains=frozenset({"acme.example"}), privacy="metadata")
END_2024 = datetime(2025, 1, 1, tzinfo=UTC)


def event(**more: Any) -> dict[str, Any]:
    return {
        "id": "ev1",
        "iCalUID": "ev1@google.com",
        "status": "confirmed",
        "summary": "Visita",
        "description": "<b>Traer</b> muestras",
        "start": {"dateTime": "2024-03-05T10:00:00+01:00", "timeZone": "Europe/Madrid"},
        "end": {"dateTime": "2024-03-05T11:30:00+01:00", "timeZone": "Europe/Madrid"},
        "organizer": {"email": "luis@acme.example", "self": True},
        "attendees": [
            {"email": "luis@acme.example", "responseStatus": "accepted", "organizer": True},
            {"email": "Ana@Cliente.example", "displayName": "Ana Ruiz", "responseStatus": "accepted"},
            {"email": "sala@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"},
        ],
        "sequence": 2,
        "updated": "2024-03-01T08:00:00.000Z",
        **more,
    }


def starts(start: dict[str, str], *lines: str, until: datetime = END_2024) -> list[str]:
    rule = Rule(start=read_when(start), lines=lines)
    return [when.moment.strftime("%m-%dT%H:%M") for when in occurrences(rule, until=until)]


def test_a_single_event_is_one_meeting_with_its_people_and_no_rooms() -> None:
    one = READER.activity(event())
    assert (one.item_id, one.key) == ("ev1", "ical:ev1@google.com/single")
    assert one.occurred_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.duration_s == 5400
    assert [(p.role, p.identity.value, p.name) for p in one.participants] == [
        (Role.ORGANIZER, "luis@acme.example", ""),
        (Role.ATTENDEE, "luis@acme.example", ""),
        (Role.ATTENDEE, "ana@cliente.example", "Ana Ruiz"),
    ]
    assert not one.signals


def test_an_exception_is_named_by_its_series_and_its_original_start() -> None:
    moved = event(
        id="ser_20240312T090000Z",
        iCalUID="ser@google.com",
        recurringEventId="ser",
        originalStartTime={"dateTime": "2024-03-12T10:00:00+01:00"},
        start={"dateTime": "2024-03-14T16:00:00+01:00"},
        end={"dateTime": "2024-03-14T17:00:00+01:00"},
    )
    one = READER.activity(moved)
    assert one.key == "ical:ser@google.com/20240312T090000Z"
    assert one.occurred_at == datetime(2024, 3, 14, 15, tzinfo=UTC)


def test_an_exception_of_a_series_that_was_split_off_meets_the_meeting_it_stands_for() -> None:
    series = "ser_R20240312T100000"
    master = event(id=series, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    _, entry = told(Group(id=series, events=[master], known=None, walk=True), READER, until=END_2024)
    own = {"recurringEventId": series, "originalStartTime": {"dateTime": "2024-03-12T10:00:00+01:00"}}
    stored = f"{series}_20240312T090000Z"
    answers = {
        "moved": event(id="ser_20240312T090000Z", **own),
        "cancelled": {"id": "ser_20240312T090000Z", "status": "cancelled", **own},
        "unreadable": event(id="ser_20240312T090000Z", **own | {"start": {}}),
    }
    found = {
        name: told(Group(id=series, events=[one], known=entry, walk=False), READER, until=END_2024)[0]
        for name, one in answers.items()
    }
    assert {
        name: [one.item_id for one in items if isinstance(one, Activity | Gone | DeadLetter)]
        for name, items in found.items()
    } == {name: [stored] for name in answers}
    assert [type(found[name][0]) for name in answers] == [Activity, Gone, DeadLetter]


def test_a_meeting_of_a_series_has_the_id_that_google_would_give_it() -> None:
    master = event(id="ser", iCalUID="ser@google.com", recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    rule = READER.rule(master)
    meetings = [READER.activity(master, at=when) for when in occurrences(rule, until=END_2024)]
    assert [one.item_id for one in meetings] == ["ser_20240305T090000Z", "ser_20240312T090000Z"]
    assert meetings[1].key == "ical:ser@google.com/20240312T090000Z"
    assert meetings[1].duration_s == 5400


def test_a_whole_day_is_midnight_utc_and_named_by_its_date() -> None:
    master = event(
        id="ser", start={"date": "2024-03-05"}, end={"date": "2024-03-06"}, recurrence=["RRULE:FREQ=DAILY"]
    )
    when = occurrences(READER.rule(master), until=datetime(2024, 3, 7, tzinfo=UTC))[1]
    one = READER.activity(master, at=when)
    assert (one.item_id, one.occurred_at) == ("ser_20240306", datetime(2024, 3, 6, tzinfo=UTC))
    assert one.key.endswith("/20240306T000000Z")
    assert lasts_whole_days(one.occurred_at, one.duration_s)


def test_words_come_only_at_the_level_that_allows_them() -> None:
    def words(privacy: str, **more: Any) -> tuple[str | None, str | None]:
        reader = EventReader(own_domains=frozenset(), privacy=privacy)
        one: Activity = reader.activity(event(**more))
        return one.subject, one.snippet

    assert words("metadata") == (None, None)
    assert words("subject") == ("Visita", None)
    assert words("full") == ("Visita", "Traer muestras")
    assert words("full", visibility="private")[1] is None


def test_a_description_with_a_number_that_python_refuses_is_read() -> None:
    reader = EventReader(own_domains=frozenset(), privacy="full")
    assert reader.activity(event(description=f"Traer &#{'9' * 4_900};muestras")).snippet == "Traer \ufffdmuestras"


def test_a_meeting_that_everybody_outside_declined_was_not_held() -> None:
    people = [{"email": "ana@cliente.example", "responseStatus": "declined"}]
    assert READER.activity(event(attendees=people)).signals == {Signal.NOT_HELD}
    people.append({"email": "leo@cliente.example", "responseStatus": "needsAction"})
    assert not READER.activity(event(attendees=people)).signals


def test_a_series_keeps_its_time_of_the_clock_across_summer_time() -> None:
    start = {"dateTime": "2024-03-25T10:00:00+01:00", "timeZone": "Europe/Madrid"}
    assert starts(start, "RRULE:FREQ=WEEKLY;COUNT=2") == ["03-25T09:00", "04-01T08:00"]


def test_excluded_and_added_dates_count() -> None:
    start = {"dateTime": "2024-01-08T10:00:00Z", "timeZone": "UTC"}
    lines = (
        "RRULE:FREQ=DAILY;UNTIL=20240110T235959Z",
        "EXDATE;TZID=Europe/Madrid:20240109T110000",
        "RDATE:20240201T100000Z",
    )
    assert starts(start, *lines) == ["01-08T10:00", "01-10T10:00", "02-01T10:00"]
    assert starts(start, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20240109") == ["01-08T10:00", "01-10T10:00"]


def test_a_series_without_end_goes_to_the_horizon_and_keeps_the_latest_thousand() -> None:
    start = {"dateTime": "2015-01-01T10:00:00Z"}
    found = occurrences(Rule(start=read_when(start), lines=("RRULE:FREQ=DAILY",)), until=END_2024)
    assert len(found) == 1_000
    assert found[-1].moment == datetime(2024, 12, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=DAILY;BYSETPOS=9",
        "RRULE:FREQ=HOURLY;BYDAY=MO",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;COUNT=many",
        "RRULE:FREQ=WEEKLY;BYDAY=XX",
        "EXDATE:soon",
        "EXRULE:FREQ=DAILY",
        "nonsense",
    ],
)
def test_a_rule_that_cannot_be_followed_says_so(line: str) -> None:
    with pytest.raises(Unreadable):
        starts({"dateTime": "2024-01-08T10:00:00Z"}, line)


@pytest.mark.parametrize("start", [None, {}, {"dateTime": "soon"}, {"date": "0001-01-01"}])
def test_an_event_without_a_time_says_so(start: Any) -> None:
    with pytest.raises(Unreadable):
        READER.activity(event(start=start))


def test_the_horizon_moves_once_a_month() -> None:
    ahead = timedelta(days=366)
    first, last = datetime(2024, 6, 1, tzinfo=UTC), datetime(2024, 6, 29, tzinfo=UTC)
    assert horizon(first, ahead) == horizon(last, ahead) == datetime(2025, 7, 1, tzinfo=UTC)
    assert horizon(datetime(2024, 12, 31, tzinfo=UTC), ahead) == datetime(2026, 2, 1, tzinfo=UTC)
