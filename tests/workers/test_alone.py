"""A night in the threads of one process tells the same story as one that several workers share."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from guardian.domain.errors import TryLater
from guardian.ports.connector import Cursor, Page
from guardian.storage import open_database, upgrade
from guardian.sync import Rules, in_threads
from guardian.workers.alone import run_night
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
