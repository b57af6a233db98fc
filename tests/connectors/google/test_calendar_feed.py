from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from guardian.domain.activity import Activity
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor, Gone
from tests.lab.company_facts import Meeting
from tests.lab.company_oracle import Local, true_meetings
from tests.lab.faults import FaultPlan, Kind, spoiled
from tests.lab.google_calendar import Parameters
from tests.lab.google_world import World

WEEKLY = "weekly-1@acme.example"
LISTS = "calendars/primary/events"


def weekly(world: World) -> Meeting:
    shelf = world.company.desks[world.ana].calendar
    return next(one for one in shelf.items.values() if one.uid == WEEKLY)


def assert_true(world: World, local: Local) -> None:
    assert local.sync().meetings() == true_meetings(world.company.desks[world.ana])


def test_a_series_is_told_by_meetings_with_their_original_start(world: World) -> None:
    meetings = [one for one in world.records("calendar") if isinstance(one, Activity) and WEEKLY in one.key]
    series = weekly(world)
    (original, moved_to), *_ = series.moved
    at = {one.key.rpartition("/")[2]: one.occurred_at for one in meetings}
    assert len(meetings) == series.repeats - len(series.dropped)
    assert at[original.strftime("%Y%m%dT%H%M%SZ")] == moved_to
    assert all(one.item_id.endswith(one.key.rpartition("/")[2]) for one in meetings)


def test_an_expired_token_is_a_lost_cursor_and_a_walk_mends_it(world: World) -> None:
    local = world.local("calendar").sync()
    world.company.delete_meeting("kickoff-1@acme.example")
    world.google.calendar.forget_tokens(world.ana)
    with pytest.raises(CursorExpired):
        world.pages("calendar", local.cursor)
    assert_true(world, local)


def test_moving_and_dropping_one_meeting_of_a_series_touches_only_that(world: World) -> None:
    local = world.local("calendar").sync()
    series = weekly(world)
    last, later = series.starts[-1], series.starts[-1] + timedelta(hours=3)
    world.company.change_meeting(WEEKLY, replace(series, moved=(*series.moved, (last, later))))
    assert len(world.records("calendar", local.cursor)) == 1
    assert_true(world, local)
    series = weekly(world)
    world.company.change_meeting(WEEKLY, replace(series, dropped=(*series.dropped, series.starts[0])))
    (gone,) = world.records("calendar", local.cursor)
    assert isinstance(gone, Gone)
    assert_true(world, local)


def test_a_changed_series_leaves_no_meeting_of_the_old_one_behind(world: World) -> None:
    local = world.local("calendar").sync()
    series = weekly(world)
    world.company.change_meeting(
        WEEKLY, replace(series, start=series.start + timedelta(days=1), moved=(), dropped=())
    )
    assert_true(world, local)
    world.company.change_meeting(WEEKLY, replace(weekly(world), repeats=2))
    assert_true(world, local)


@pytest.mark.parametrize("silent", [False, True])
def test_exceptions_that_a_moved_series_has_no_room_for_are_gone(world: World, silent: bool) -> None:
    world.google.calendar.silent = silent
    local = world.local("calendar").sync()
    series = weekly(world)
    world.company.change_meeting(WEEKLY, replace(series, moved=(), dropped=()))
    assert_true(world, local)
    world.lab.forget()
    world.company.change_meeting(WEEKLY, replace(weekly(world), start=series.start + timedelta(days=1)))
    assert_true(world, local)
    assert len(world.lab.asked("POST /batch")) == silent  # only what nobody told of is asked for


def test_an_exception_that_went_over_to_a_series_split_off_is_gone_from_the_old_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = world.google.calendar
    calendar.silent = True
    local = world.local("calendar").sync()

    def of_another(mailbox: str, asked: Parameters) -> dict[str, Any]:
        return {**stood[asked["eventId"]], "recurringEventId": "other_R20230102T090000"}

    stood = {one["id"]: one for one in calendar.events(world.ana, {"calendarId": "primary"}, None)["items"]}
    monkeypatch.setattr(calendar, "event", of_another)
    world.company.change_meeting(WEEKLY, replace(weekly(world), repeats=1, moved=(), dropped=()))
    assert_true(world, local)


def test_a_cursor_from_when_exceptions_had_other_ids_is_lost(world: World) -> None:
    cursor = world.pages("calendar")[-1].cursor
    before = Cursor(token=cursor.token.replace('"v":2', '"v":1'))
    assert before != cursor
    with pytest.raises(CursorExpired):
        world.pages("calendar", before)


def test_an_exception_outside_its_series_that_still_stands_is_kept(world: World) -> None:
    local = world.local("calendar").sync()
    series = weekly(world)
    ((_, moved_to), *_) = series.moved
    shorter = replace(series, repeats=1, dropped=())
    world.company.change_meeting(WEEKLY, shorter)
    local.sync()
    assert moved_to in {one.occurred_at for one in local.items.values() if isinstance(one, Activity)}


def test_renaming_a_series_keeps_its_exceptions(world: World) -> None:
    local = world.local("calendar").sync()
    seats = weekly(world).attendees[:1]
    shelf = world.company.desks[world.ana].calendar
    ref = next(ref for ref, one in shelf.items.items() if one.uid == WEEKLY)
    shelf.change(ref, replace(weekly(world), attendees=seats))
    assert_true(world, local)


def test_a_series_can_become_a_single_meeting_and_back(world: World) -> None:
    local = world.local("calendar").sync()
    series = weekly(world)
    world.company.change_meeting(WEEKLY, replace(series, repeats=0, moved=(), dropped=()))
    assert_true(world, local)
    world.company.change_meeting(WEEKLY, replace(series, repeats=3, moved=(), dropped=()))
    assert_true(world, local)


def test_a_deleted_series_takes_its_meetings_and_exceptions_along(world: World) -> None:
    local = world.local("calendar").sync()
    world.company.delete_meeting(WEEKLY)
    told = world.records("calendar", local.cursor)
    assert all(isinstance(one, Gone) for one in told)
    assert_true(world, local)


def test_a_meeting_that_was_dropped_and_restored_is_back(world: World) -> None:
    local = world.local("calendar").sync()
    series = weekly(world)
    world.company.change_meeting(WEEKLY, replace(series, dropped=()))
    assert_true(world, local)
    assert len(local.meetings()) == len(true_meetings(world.company.desks[world.ana]))


def test_series_are_reckoned_anew_once_a_month(world: World) -> None:
    local = world.local("calendar").sync()
    world.company.now += timedelta(days=1)
    assert not any(page.walk for page in world.pages("calendar", local.cursor))
    world.company.now += timedelta(days=31)
    assert all(page.walk for page in world.pages("calendar", local.cursor))


def test_a_round_cut_off_goes_on_behind_the_last_page_stored(world: World) -> None:
    many = [replace(weekly(world), uid=f"s{n}@acme.example", repeats=40, moved=(), dropped=()) for n in range(30)]
    cursor = world.pages("calendar")[-1].cursor
    for one in many:
        world.company.meet(one)
    for start in (None, cursor):
        pages = world.pages("calendar", start)
        assert len(pages) > 2
        assert all(len(page.records) < 600 for page in pages)
        for n, page in enumerate(pages[:-1]):
            rest = [record for later in pages[n + 1 :] for record in later.records]
            assert world.records("calendar", page.cursor) == rest


def test_what_changes_between_two_tries_of_a_round_is_not_lost(world: World) -> None:
    for n in range(30):
        world.company.meet(replace(weekly(world), uid=f"s{n}@acme.example", repeats=40, moved=(), dropped=()))
    local = world.local("calendar")
    local.seen = set()
    local.store(next(world.feed(f"calendar/{world.ana}").changes(None)))
    keys = [one.key for one in local.items.values() if isinstance(one, Activity)]
    uids = dict.fromkeys(key.partition(":")[2].partition("/")[0] for key in keys)
    changed, deleted = [uid for uid in uids if uid.startswith("s")][:2]
    world.company.change_meeting(changed, replace(weekly(world), uid=changed, repeats=2))
    world.company.delete_meeting(deleted)
    local.sync()
    assert_true(world, local)


def test_events_come_in_pages_with_the_token_on_every_one(world: World) -> None:
    cursor = world.pages("calendar")[-1].cursor
    world.google.calendar.cap = 2
    for n in range(4):
        world.company.meet(replace(weekly(world), uid=f"x{n}@acme.example", repeats=0, moved=(), dropped=()))
    world.lab.forget()
    assert len(world.records("calendar", cursor)) == 4
    assert len({one.param("syncToken") for one in world.lab.asked(LISTS)}) == 1
    assert len(world.lab.asked(LISTS)) > 1


def test_an_event_told_twice_is_one(world: World) -> None:
    world.lab.faults = FaultPlan().lay(spoiled(Kind.DUPLICATED), on=LISTS)
    ids = [one.item_id for one in world.records("calendar") if isinstance(one, Activity)]
    assert len(ids) == len(set(ids)) == len(true_meetings(world.company.desks[world.ana]))


@pytest.mark.parametrize(
    ("privacy", "words"),
    [("metadata", set()), ("subject", {"summary"}), ("full", {"summary", "description"})],
)
def test_what_privacy_forbids_is_never_asked_for(world: World, privacy: str, words: set[str]) -> None:
    world.privacy = privacy
    world.pages("calendar")
    for request in world.lab.asked(LISTS):
        fields = request.param("fields") or ""
        assert {word for word in ("summary", "description", "location") if word in fields} == words
        assert request.param("eventTypes") == "default"
        assert request.param("singleEvents") is None


def test_nothing_is_asked_that_a_sync_token_forbids(world: World) -> None:
    world.pages("calendar", world.pages("calendar")[-1].cursor)
    forbidden = "iCalUID orderBy q timeMin timeMax updatedMin showDeleted".split()
    assert not [name for one in world.lab.asked(LISTS) for name, _ in one.query if name in forbidden]
