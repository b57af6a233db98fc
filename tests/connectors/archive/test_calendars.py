import os
import time
from datetime import UTC, datetime

import pytest

from guardian.domain.activity import Activity, Role, Signal
from guardian.domain.merging import merge_copies

HANGS = 60  # seconds of processor: what takes so long grows with a square; how fast it is belongs to benchmarks/

ICS = "agenda/reuniones.ics"


def calendar(*events: str, method: str = "") -> str:
    blocks = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\n{f'METHOD:{method}' if method else 'VERSION:2.0'}\n{blocks}END:VCALENDAR\n"


def meetings(folder, *events: str, method: str = "") -> list[Activity]:
    folder.write("c.ics", calendar(*events, method=method))
    return list(folder.activities("c.ics").values())


def starts(folder, event: str) -> list[str]:
    return [one.occurred_at.strftime("%Y-%m-%d %H:%M") for one in meetings(folder, f"UID:u\n{event}")]


@pytest.fixture
def sample(folder) -> dict[str, Activity]:
    folder.sample(ICS)
    return folder.activities(ICS)


def test_a_series_is_as_many_meetings_through_the_change_of_the_clock(sample) -> None:
    weekly = {key: one.occurred_at for key, one in sample.items() if key.startswith("weekly")}
    assert weekly == {
        "weekly@acme.example/20240318T090000Z": datetime(2024, 3, 18, 9, tzinfo=UTC),
        "weekly@acme.example/20240325T090000Z": datetime(2024, 3, 26, 15, tzinfo=UTC),  # moved
        "weekly@acme.example/20240408T080000Z": datetime(2024, 4, 8, 8, tzinfo=UTC),  # 1 April was taken out
        "weekly@acme.example/20240415T080000Z": datetime(2024, 4, 15, 8, tzinfo=UTC),
    }


def test_the_key_names_series_and_original_start(sample) -> None:
    moved = sample["weekly@acme.example/20240325T090000Z"]
    assert moved.key == "ical:weekly@acme.example/20240325T090000Z"
    assert sample["day@acme.example/single"].key == "ical:day@acme.example/single"


def test_people_are_organizer_and_attendees_but_no_rooms(sample) -> None:
    people = sample["weekly@acme.example/20240318T090000Z"].participants
    assert [(one.role, one.identity.value, one.name, one.declined) for one in people] == [
        (Role.ORGANIZER, "luis@acme.example", "Luis", False),
        (Role.ATTENDEE, "ana@cliente.example", "Núñez, Ana", False),
    ]


def test_what_became_of_a_meeting(sample) -> None:
    assert sample["weekly@acme.example/20240318T090000Z"].signals == frozenset()
    assert sample["weekly@acme.example/20240325T090000Z"].signals == {Signal.NOT_HELD}
    assert sample["weekly@acme.example/20240325T090000Z"].participants[1].declined
    assert sample["single@acme.example/single"].signals == {Signal.CANCELLED}


def test_lengths(sample) -> None:
    assert sample["weekly@acme.example/20240318T090000Z"].duration_s == 45 * 60
    assert sample["single@acme.example/single"].duration_s == 90 * 60
    assert sample["day@acme.example/single"].duration_s == 86_400


def test_floating_own_and_absent_zones(sample) -> None:
    assert sample["floating@acme.example/single"].occurred_at == datetime(2024, 1, 5, 8, tzinfo=UTC)
    assert sample["own-zone@acme.example/single"].occurred_at == datetime(2024, 1, 5, 6, tzinfo=UTC)
    assert sample["day@acme.example/single"].occurred_at == datetime(2024, 1, 6, tzinfo=UTC)


def test_a_folded_address_is_whole(sample) -> None:
    assert sample["single@acme.example/single"].participants[1].identity.value == "ana@cliente.example"


def test_a_bad_event_is_a_dead_letter_without_its_words(folder) -> None:
    folder.sample(ICS)
    (dead,) = folder.dead(ICS)
    assert "DTSTART" in dead.why
    assert b"broken@acme.example" in dead.raw
    assert b"Secreto" not in dead.raw


def test_privacy_decides_which_words_are_kept(folder) -> None:
    event = "UID:u\nDTSTART:20240105T090000Z\nSUMMARY:Precio\\, fin\nDESCRIPTION:Largo"
    kept = {}
    for folder.privacy in ("metadata", "subject", "full"):
        (one,) = meetings(folder, event)
        kept[folder.privacy] = (one.subject, one.snippet)
    assert kept == {"metadata": (None, None), "subject": ("Precio, fin", None), "full": ("Precio, fin", "Largo")}
    (private,) = meetings(folder, f"{event}\nCLASS:PRIVATE")
    assert (private.subject, private.snippet) == (None, None)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("RRULE:FREQ=DAILY;UNTIL=20240107T090000Z", ["05 09", "06 09", "07 09"]),
        ("RRULE:FREQ=DAILY;UNTIL=20240106", ["05 09", "06 09"]),
        ("RRULE:FREQ=DAILY;COUNT=2\nRDATE:20240120T100000Z", ["05 09", "06 09", "20 10"]),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20240105T090000Z,20240106T090000Z", ["07 09"]),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20240106", ["05 09", "07 09"]),
        ("RDATE;VALUE=PERIOD:20240110T090000Z/PT1H", ["05 09", "10 09"]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;COUNT=2", ["05 09", "19 09"]),
    ],
)
def test_rules(folder, rule, wanted) -> None:
    assert [day[8:13] for day in starts(folder, f"DTSTART:20240105T090000Z\n{rule}")] == wanted


def test_the_end_of_a_series_is_meant_in_utc(folder) -> None:
    rule = "DTSTART;TZID=America/Bogota:20240105T200000\nRRULE:FREQ=DAILY;UNTIL=20240108T000000Z"
    assert starts(folder, rule) == ["2024-01-06 01:00", "2024-01-07 01:00"]


def test_an_endless_series_reaches_a_year_ahead_and_keeps_the_latest(folder) -> None:
    found = starts(folder, "DTSTART:20150105T090000Z\nRRULE:FREQ=DAILY")
    assert len(found) == 1000
    assert found[-1] == "2025-06-01 09:00"
    folder.now = None
    found = starts(folder, "DTSTART:20150105T090000Z\nRRULE:FREQ=DAILY")
    assert (len(found), found[0]) == (1000, "2015-01-05 09:00")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=3",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=NEVER",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;UNTIL=never",
        "nonsense",
        "FREQ=DAILY;COUNT=5;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYSETPOS=2",
        "FREQ=WEEKLY;BYMONTH=13",
        "FREQ=DAILY;BYYEARDAY=400",
        "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60))),
    ],
)
def test_a_rule_that_cannot_be_followed_is_a_dead_letter(folder, rule) -> None:
    assert meetings(folder, f"UID:u\nDTSTART:20240105T090000Z\nRRULE:{rule}", "UID:v\nDTSTART:20240105T090000Z") != []
    assert len(folder.dead("c.ics")) == 1


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY",
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366",
    ],
)
def test_no_rule_takes_for_ever(folder, rule) -> None:
    began = time.process_time()
    meetings(folder, f"UID:u\nDTSTART:19010105T090000Z\nRRULE:{rule}")
    assert time.process_time() - began < HANGS


def test_the_later_version_of_an_event_wins(folder) -> None:
    event = "UID:u\nDTSTART:2024010{n}T090000Z\nSEQUENCE:{n}"
    (one,) = meetings(folder, event.format(n=2), event.format(n=1))
    assert one.occurred_at.day == 2


def test_an_exception_without_its_series_stands_alone(folder) -> None:
    (one,) = meetings(folder, "UID:u\nRECURRENCE-ID:20240105T090000Z\nDTSTART:20240105T100000Z")
    assert one.key == "ical:u/20240105T090000Z"


def test_a_cancelled_meeting_of_a_series_is_cancelled_alone(folder) -> None:
    found = meetings(
        folder,
        "UID:u\nDTSTART:20240105T090000Z\nRRULE:FREQ=DAILY;COUNT=2",
        "UID:u\nRECURRENCE-ID:20240106T090000Z\nDTSTART:20240106T090000Z\nSTATUS:CANCELLED",
    )
    assert [one.signals for one in found] == [frozenset(), {Signal.CANCELLED}]


def test_a_cancelling_calendar_cancels(folder) -> None:
    (one,) = meetings(folder, "UID:u\nDTSTART:20240105T090000Z", method="CANCEL")
    assert one.signals == {Signal.CANCELLED, Signal.CALLED_OFF}


@pytest.mark.parametrize("before", ["", "PUBLISH", "REQUEST"])
@pytest.mark.parametrize("sequence", [1, 2])
def test_a_message_that_calls_a_meeting_off_cancels_it_in_the_files_beside_it(folder, before, sequence) -> None:
    event = "UID:u\nDTSTART:20240105T090000Z\nSEQUENCE:{}"
    (planned,) = meetings(folder, event.format(1), method=before)
    (called_off,) = meetings(folder, event.format(sequence), method="CANCEL")
    assert Signal.CANCELLED in merge_copies([planned, called_off]).signals


def test_a_colleagues_calendar_that_has_a_meeting_as_cancelled_does_not_cancel_it_in_another(folder) -> None:
    event = "UID:u\nDTSTART:20240105T090000Z\nSEQUENCE:{}"
    (stands,) = meetings(folder, event.format(1))
    (taken_off,) = meetings(folder, event.format(2) + "\nSTATUS:CANCELLED")
    assert merge_copies([stands, taken_off]) == stands


@pytest.mark.parametrize(
    ("answers", "held"),
    [
        ({"ana@cliente.example": "ACCEPTED"}, True),
        ({"ana@cliente.example": "NEEDS-ACTION"}, True),
        ({"ana@cliente.example": "DECLINED", "eva@cliente.example": "TENTATIVE"}, True),
        ({"ana@cliente.example": "DECLINED", "eva@cliente.example": "DECLINED"}, False),
        ({"ana@cliente.example": "ACCEPTED", "luis@acme.example": "DECLINED"}, False),
        ({"eva@acme.example": "DECLINED"}, True),  # among ourselves: nobody outside to miss
    ],
)
def test_a_meeting_is_not_held_when_one_side_declined(folder, answers, held) -> None:
    lines = "\n".join(f"ATTENDEE;PARTSTAT={answer}:mailto:{address}" for address, answer in answers.items())
    (one,) = meetings(folder, f"UID:u\nDTSTART:20240105T090000Z\n{lines}")
    assert (Signal.NOT_HELD not in one.signals) is held


def test_a_changed_calendar_is_walked_anew_and_an_unchanged_one_is_not(folder) -> None:
    meetings(folder, "UID:u\nDTSTART:20240105T090000Z")
    cursor = folder.pages("c.ics")[-1].cursor
    assert folder.pages("c.ics", cursor) == []
    meetings(folder, "UID:u\nDTSTART:20240105T090000Z", "UID:v\nDTSTART:20240106T090000Z")
    (page,) = folder.pages("c.ics", cursor)
    assert (page.walk, page.read) == (True, 2)


def test_a_touched_calendar_is_not_walked(folder) -> None:
    meetings(folder, "UID:u\nDTSTART:20240105T090000Z")
    cursor = folder.pages("c.ics")[-1].cursor
    os.utime(folder.path / "c.ics", (1, 1))
    (page,) = folder.pages("c.ics", cursor)
    assert (page.records, page.walk, page.closes_round) == ((), False, True)
    assert folder.pages("c.ics", page.cursor) == []


def test_a_calendar_is_read_anew_in_a_new_month_so_that_series_go_on(folder) -> None:
    meetings(folder, "UID:u\nDTSTART:20240105T090000Z\nRRULE:FREQ=MONTHLY")
    cursor = folder.pages("c.ics")[-1].cursor
    folder.now = datetime(2024, 7, 1, tzinfo=UTC)
    assert [page.walk for page in folder.pages("c.ics", cursor)] == [True]


def test_utf16_and_truncated_calendars(folder) -> None:
    text = calendar("UID:ñ\nDTSTART:20240105T090000Z") + "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:half\nDTSTART:2024"
    folder.write("c.ics", text.encode("utf-16"))
    assert set(folder.activities("c.ics")) == {"ñ/single"}
    assert [dead.why for dead in folder.dead("c.ics")] == ["The event has no END:VEVENT."]
