"""A night in the threads of one process tells the same story as one that several workers share."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from guardian.domain.errors import OutOfRoom, TryLater
from guardian.ports.connector import Cursor, Page
from guardian.ports.run_ledger import Run
from guardian.storage import open_database, upgrade
from guardian.sync import Rules, in_threads
from guardian.workers.alone import run_night, serve_alone
from guardian.workers.jobs import NightJobs
from tests.sync.conftest import sync_into
from tests.sync.supplier import OWN, ListFeed, a_mail, told
from tests.workers.nights import TONIGHT, Tenant


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Tenant]:
    """A tenant on SQLite."""
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    yield Tenant(database)
    database.engine.dispose()


def shared_mail(rep: int) -> list[object]:
    """Return the mail of a rep; every third mail lies in the mailboxes of all."""
    return [
        a_mail(f"{rep}-{n}", mid=f"all{n}" if n % 3 == 0 else f"{rep}.{n}", sender=f"luis@client{n}.example", day=n)
        for n in range(12)
    ]


def boxes() -> list[ListFeed]:
    return [ListFeed(f"rep{rep}", shared_mail(rep)) for rep in range(6)]  # type: ignore[arg-type]


def test_threads_workers_and_one_after_the_other_tell_the_same_story(
    alone: Tenant, tenant: Tenant, tmp_path: Path
) -> None:
    alone.add("office", *boxes())
    run_night(alone.jobs(), TONIGHT, concurrency=4)
    tenant.add("office", *boxes())
    tenant.work()
    single = open_database(f"sqlite:///{tmp_path / 'single.db'}")
    upgrade(single)
    sync_into(single, *boxes(), name="office", rules=Rules(own_domains=OWN))
    assert told(alone.database) == told(single) == told(tenant.database)
    assert alone.runs() == tenant.runs() == {"office": (True, "ok")}
    assert (len(alone.assessed), len(tenant.assessed)) == (1, 1)
    single.engine.dispose()


class Meeting(ListFeed):
    """A feed that waits until others are read at the same time."""

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        TOGETHER.wait(timeout=20)
        yield from ListFeed.changes(self, after)


TOGETHER = threading.Barrier(3)


def test_mailboxes_are_read_at_the_same_time(alone: Tenant) -> None:
    TOGETHER.reset()
    alone.add("office", *(Meeting(f"rep{rep}", shared_mail(rep)) for rep in range(3)))  # type: ignore[arg-type]
    run_night(alone.jobs(), TONIGHT, concurrency=3)
    assert alone.runs() == {"office": (True, "ok")}


def test_a_throttled_mailbox_goes_on_in_the_same_night(alone: Tenant) -> None:
    waits = [TryLater("busy", after_seconds=0.2)]

    class Once(ListFeed):
        def changes(self, after: Cursor | None) -> Iterator[Page]:
            if waits:
                alone.clock.at += timedelta(seconds=1)
                raise waits.pop()
            yield from ListFeed.changes(self, after)

    alone.add("office", Once("slow", [a_mail("1")]), ListFeed("fine", [a_mail("2")]))
    run_night(alone.jobs(), TONIGHT, concurrency=2)
    assert alone.runs() == {"office": (True, "ok")}
    assert len(told(alone.database)["interactions"]) == 2


def test_an_account_that_asks_to_wait_before_it_begins_holds_up_no_other_one(alone: Tenant) -> None:
    read: list[str] = []

    class Fine(ListFeed):
        def changes(self, after: Cursor | None) -> Iterator[Page]:
            yield from ListFeed.changes(self, after)
            read.append(self.name)
            alone.clock.at += timedelta(seconds=1)

    def busy() -> object:
        if not read:
            raise TryLater("busy", after_seconds=0.2)
        return spare()

    alone.add("spare", ListFeed("ana", [a_mail("1")]))
    spare = alone.accounts.pop("spare")
    alone.accounts["office"] = busy
    alone.add("crm", Fine("Account", [a_mail("2")]))
    run_night(alone.jobs(), TONIGHT, concurrency=1)
    assert alone.runs() == {"office": (True, "ok"), "crm": (True, "ok")}
    assert len(told(alone.database)["interactions"]) == 2


def test_an_account_that_asks_to_wait_beyond_the_nights_end_keeps_nobody_waiting(alone: Tenant) -> None:
    def busy() -> object:
        raise TryLater("busy", after_seconds=5 * 3600)

    alone.accounts["office"] = busy
    alone.add("crm", ListFeed("Account", [a_mail("2")]))
    run_night(alone.jobs(), TONIGHT, concurrency=2)
    assert alone.runs() == {"office": (True, "failed"), "crm": (True, "ok")}
    assert "could not begin in time" in alone.problems("office")
    assert len(alone.assessed) == 1


class Long(ListFeed):
    """A mailbox whose first page takes all night, and whose second one waits for the test."""

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        WALK.readers += 1
        WALK.most = max(WALK.most, WALK.readers)
        for page in ListFeed.changes(self, after):
            yield page
            if not WALK.long.is_set():
                WALK.long.set()
                WALK.tenant.clock.at += timedelta(hours=4)
                WALK.go_on.wait(300)
        WALK.readers -= 1


@dataclass
class Walk:
    """A long walk: how far it is, and how many are at it."""

    tenant: Tenant
    long: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    readers: int = 0
    most: int = 0

    def end(self) -> None:
        """Let it come to its end."""
        self.go_on.set()
        for thread in threading.enumerate():
            if thread.name.startswith("part"):
                thread.join(300)


WALK: Walk


@pytest.fixture
def walk(alone: Tenant) -> Iterator[Walk]:
    """A long walk through a mailbox beside a short one."""
    global WALK
    WALK = Walk(alone)
    alone.add("office", Long("long", [a_mail(str(n)) for n in range(6)]), ListFeed("short", [a_mail("7")]))
    yield WALK
    WALK.end()


def test_the_night_ends_in_time_though_a_mailbox_is_still_being_read(alone: Tenant, walk: Walk) -> None:
    run_night(alone.jobs(), TONIGHT, concurrency=2)
    assert walk.readers == 1
    assert alone.runs() == {"office": (True, "partial")}
    assert "long: it was not done when the run had to end" in alone.problems("office")
    assert len(alone.assessed) == 1
    walk.end()
    assert len(told(alone.database)["interactions"]) == 7
    assert alone.runs() == {"office": (True, "partial")}


def test_a_mailbox_that_is_still_being_read_is_not_read_twice_at_once_by_the_next_night(
    alone: Tenant, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.workers.alone.LOOK_EVERY", timedelta(seconds=0.1))  # the test sets the clock
    run_night(alone.jobs(), TONIGHT, concurrency=2)
    next_night = threading.Thread(target=run_night, args=(alone.jobs(), "2026-11-03"), kwargs={"concurrency": 2})
    next_night.start()
    next_night.join(1.5)
    assert (walk.readers, walk.most, next_night.is_alive()) == (1, 1, True)
    walk.go_on.set()
    while walk.readers:
        time.sleep(0.02)
    alone.clock.at += timedelta(minutes=1)
    next_night.join(300)
    assert alone.runs("2026-11-03") == {"office": (True, "ok")}
    assert (walk.most, len(told(alone.database)["interactions"])) == (1, 7)


class Bug(BaseException):
    """What no code reckons with."""


def test_an_error_of_one_part_stops_the_others_at_their_page_and_is_told(alone: Tenant) -> None:
    begun = threading.Event()

    class Endless(ListFeed):
        def changes(self, after: Cursor | None) -> Iterator[Page]:
            for page in ListFeed.changes(self, after):
                yield page
                begun.set()
                alone.leave.wait(300)

    class Broken(ListFeed):
        def changes(self, after: Cursor | None) -> Iterator[Page]:
            begun.wait(300)
            raise Bug

    alone.add("office", Endless("ana", [a_mail(str(n)) for n in range(6)]), Broken("eva", []))
    with pytest.raises(Bug):
        run_night(alone.jobs(), TONIGHT, concurrency=2)
    assert alone.runs() == {"office": (False, "running")}
    assert len(told(alone.database)["interactions"]) < 6


def test_a_disk_that_was_full_for_a_while_costs_no_part_and_not_the_process(
    alone: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.workers.schedule.FIRST_WAIT", timedelta(0))
    full = [OutOfRoom("The disk is full."), OutOfRoom("The disk is full.")]

    class Hungry(ListFeed):
        def changes(self, after: Cursor | None) -> Iterator[Page]:
            if full:
                raise full.pop()
            yield from ListFeed.changes(self, after)

    alone.add("office", Hungry("ana", [a_mail("1")]), ListFeed("eva", [a_mail("2")]))
    run_night(alone.jobs(), TONIGHT, concurrency=1)
    assert alone.runs() == {"office": (True, "ok")}
    assert (len(told(alone.database)["interactions"]), len(alone.assessed)) == (2, 1)


def test_a_run_that_cannot_be_begun_for_want_of_room_begins_later_in_the_night(
    alone: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.workers.schedule.FIRST_WAIT", timedelta(0))
    full = [OutOfRoom("The disk is full.")]
    alone.add("office", ListFeed("ana", [a_mail("1")]))
    jobs, begin = alone.jobs(), NightJobs.begin

    def begin_with_room(self: NightJobs, connector: str, night: str) -> Run:
        if full:
            raise full.pop()
        return begin(self, connector, night)

    monkeypatch.setattr(NightJobs, "begin", begin_with_room)
    run_night(jobs, TONIGHT, concurrency=1)
    assert alone.runs() == {"office": (True, "ok")}
    assert len(told(alone.database)["interactions"]) == 1


def test_what_comes_after_a_night_is_done_once_there_is_room_again_and_every_failure_is_told(
    alone: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.workers.alone.AGAIN_S", 0.0)
    failures = [OutOfRoom("The disk is full."), TryLater("busy", after_seconds=0)]

    def assess(now: datetime) -> None:
        if failures:
            raise failures.pop(0)
        alone.assessed.append(now)

    with capture_logs() as said:
        run_night(replace(alone.jobs(), afterwards=assess), TONIGHT, concurrency=1)
    assert len(alone.assessed) == 1
    assert [one["why"] for one in said if one["event"] == "night.afterwards_failed"] == ["The disk is full.", "busy"]


def test_a_night_that_cannot_even_be_planned_does_not_end_the_process(
    alone: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.workers.alone.LOOK_EVERY", timedelta(seconds=0.01))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    full, jobs = [OutOfRoom("The disk is full.")], alone.jobs()

    def plan() -> list[tuple[str, str]]:
        if full:
            raise full.pop()
        return [("office", "list")]

    def leave(now: datetime) -> None:
        alone.assessed.append(now)
        alone.leave.set()

    alone.add("office", ListFeed("ana", [a_mail("1")]))
    serve_alone(replace(jobs, connectors=plan, afterwards=leave), concurrency=1, at_once=TONIGHT)
    assert (len(alone.assessed), alone.runs()) == (1, {"office": (True, "ok")})


def test_a_night_that_was_cut_short_goes_on_where_it_was(alone: Tenant) -> None:
    class Leaves(ListFeed):
        def changes(self, after: Cursor | None) -> Iterator[Page]:
            for page in ListFeed.changes(self, after):
                alone.leave.set()
                yield page

    items = [a_mail(str(n)) for n in range(6)]
    alone.add("office", Leaves("ana", list(items)))
    run_night(alone.jobs(), TONIGHT, concurrency=1)
    assert alone.runs() == {"office": (False, "running")}
    assert len(told(alone.database)["interactions"]) == 2
    alone.leave.clear()
    alone.add("office", ListFeed("ana", list(items)))
    run_night(alone.jobs(), TONIGHT, concurrency=1)
    assert alone.runs() == {"office": (True, "ok")}
    assert (len(told(alone.database)["interactions"]), len(alone.assessed)) == (6, 1)


def test_a_connection_that_is_taken_out_of_the_settings_before_its_night_is_over_fails_alone(alone: Tenant) -> None:
    class Leaves(ListFeed):
        def changes(self, after: Cursor | None) -> Iterator[Page]:
            alone.leave.set()
            yield from ListFeed.changes(self, after)

    alone.add("old", *(Leaves(f"rep{rep}", [a_mail(str(rep))]) for rep in range(3)))
    run_night(alone.jobs(), TONIGHT, concurrency=1)
    assert alone.runs() == {"old": (False, "running")}
    alone.leave.clear()
    del alone.accounts["old"]
    alone.add("crm", ListFeed("Account", [a_mail("9")]))
    with capture_logs() as said:
        run_night(alone.jobs(), TONIGHT, concurrency=2)
    assert alone.runs() == {"old": (True, "failed"), "crm": (True, "ok")}
    assert alone.problems("old") == "There is no connection called old; there are: crm."
    assert len(alone.assessed) == 1
    assert [one["connector"] for one in said if one["event"] == "night.connection_unusable"][:1] == ["old"]


def test_a_process_that_died_before_the_very_end_is_made_up_for(alone: Tenant) -> None:
    alone.add("office", ListFeed("ana", [a_mail("1")]))
    run_night(alone.jobs(), TONIGHT, concurrency=1)
    alone.assessed.clear()
    run_night(alone.jobs(), TONIGHT, concurrency=1)
    assert (len(alone.assessed), alone.runs()) == (1, {"office": (True, "ok")})


def test_no_more_things_are_done_at_once_than_allowed() -> None:
    busy, most, lock = 0, 0, threading.Lock()

    def do(_: int) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        threading.Event().wait(0.005)
        with lock:
            busy -= 1

    in_threads(do, range(40), 5, stop=lambda: None)
    assert most == 5


def test_the_first_error_asks_the_others_to_stop_and_is_told() -> None:
    stop, done = threading.Event(), list[int]()

    def do(number: int) -> None:
        if number == 0:
            raise ZeroDivisionError
        stop.wait(10)
        done.append(number)

    with pytest.raises(ZeroDivisionError):
        in_threads(do, range(50), 2, stop=stop.set)
    assert len(done) < 5
