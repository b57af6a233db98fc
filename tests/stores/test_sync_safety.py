"""What must hold whatever goes wrong between two commits of a sync, on both databases."""

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from guardian.domain.errors import CursorExpired
from guardian.domain.people import Company
from guardian.ports.connector import Cursor, Gone, Page, Scope, Spent
from guardian.ports.sync_store import Vanishing
from guardian.storage import Database, StoredTimelines, SyncTables
from guardian.sync import Connection, Rules, SyncSummary, sync_connector
from tests.sync.conftest import sync_into
from tests.sync.supplier import NOON, OWN, ListFeed, NoBars, StoppedClock, a_mail, as_connector, box, told

RULES = Rules(own_domains=OWN)


class Killed(BaseException):
    """Stands for kill -9: nothing after it runs."""


class DiesAt(SyncTables):
    """The real store, in a process that dies just before its n-th write."""

    def __init__(self, database: Database, name: str, n: int = 1) -> None:
        super().__init__(database, OWN)
        self._name, self._left = name, n

    def __getattribute__(self, name: str) -> object:
        if not name.startswith("_") and name == object.__getattribute__(self, "_name"):
            self._left -= 1
            if self._left == 0:
                raise Killed
        return object.__getattribute__(self, name)


def run(store: SyncTables, *feeds: object, full: bool = False) -> SyncSummary:
    connection = Connection(name="lists", kind="list", open=lambda: as_connector(*feeds), privacy="full")  # type: ignore[arg-type]
    return sync_connector(connection, store, RULES, clock=StoppedClock(), progress=NoBars(), full=full)


@pytest.mark.parametrize("method", ["open_feed", "known", "write_page", "sweep", "finish_walk", "settle", "end_run"])
def test_dying_before_any_step_of_a_first_sync_loses_nothing(database: Database, method: str) -> None:
    with pytest.raises(Killed):
        run(DiesAt(database, method), box(n=5))
    assert run(SyncTables(database, OWN), box(n=5)).state == "ok"
    names = [client.name for client in StoredTimelines(database).clients()]
    assert names == ["Client0", "Client1", "Client2", "Client3", "Client4"]
    assert len(told(database)["interactions"]) == 5


@pytest.mark.parametrize("method", ["begin_walk", "write_page", "sweep", "finish_walk", "settle", "end_run"])
def test_dying_in_a_walk_still_finds_out_what_is_gone(database: Database, method: str) -> None:
    run(SyncTables(database, OWN), box(n=30))
    smaller = box(n=28)
    with pytest.raises(Killed):
        run(DiesAt(database, method), smaller, full=True)
    run(SyncTables(database, OWN), smaller, full=True)
    assert len(told(database)["interactions"]) == 28
    assert len(StoredTimelines(database).clients()) == 28


class Unclosed(ListFeed):
    """A feed whose walk breaks off without a word."""

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        yield from list(ListFeed.changes(self, after))[:-1]


def test_a_walk_that_never_closes_takes_nothing_away_and_is_not_green(database: Database) -> None:
    run(SyncTables(database, OWN), box(n=40))
    cut = Unclosed("box", box(n=40).records)
    summary = run(SyncTables(database, OWN), cut, full=True)
    assert len(told(database)["interactions"]) == 40
    assert summary.state == "partial"
    assert run(SyncTables(database, OWN), box(n=40)).state == "ok"


def test_a_second_walk_confirms_only_what_the_first_one_said(database: Database) -> None:
    run(SyncTables(database, OWN), box(n=30))
    assert run(SyncTables(database, OWN), box(n=20), full=True).gone == 0
    summary = run(SyncTables(database, OWN), box(n=0), full=True)  # far more than the ten of the first walk
    assert (summary.gone, summary.state) == (0, "partial")
    assert run(SyncTables(database, OWN), box(n=0), full=True).gone == 30


def test_a_sweep_that_waits_keeps_every_later_run_from_being_green(database: Database) -> None:
    run(SyncTables(database, OWN), box(n=30))
    run(SyncTables(database, OWN), box(n=1), full=True)
    feed = box(n=1)
    assert run(SyncTables(database, OWN), feed).state == "partial"
    assert run(SyncTables(database, OWN), feed, full=True).state == "ok"
    assert run(SyncTables(database, OWN), feed).state == "ok"


class AlwaysLost(ListFeed):
    """A feed that never finds its cursor, not even at the beginning."""

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        raise CursorExpired("lost")
        yield


def test_a_cursor_lost_twice_in_a_row_is_no_bug_of_ours(database: Database) -> None:
    summary = run(SyncTables(database, OWN), AlwaysLost("lost", []), box(n=2))
    assert summary.state == "partial"
    assert "internal error" not in repr(summary.problems)
    assert summary.new == 2


class Swallowing(ListFeed):
    """A feed that read more than it tells."""

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        for page in ListFeed.changes(self, after):
            yield Page(records=page.records[1:], cursor=page.cursor, read=page.read, closes_round=page.closes_round)


def test_an_item_that_was_read_and_never_told_is_not_passed_over_in_silence(database: Database) -> None:
    summary = run(SyncTables(database, OWN), Swallowing("box", box(n=2).records))
    assert summary.state == "partial"


class Crooked:
    """An account that cannot even say which feeds it has."""

    def check(self) -> str:
        return "crooked"

    def parts(self) -> Iterator[str]:
        yield "crooked"

    def feeds(self, part: str | None = None) -> Iterator[ListFeed]:
        yield box(n=2)
        raise ZeroDivisionError

    def spent(self) -> Spent:
        return Spent()


def test_a_bug_between_two_feeds_is_a_failure_that_is_kept(database: Database) -> None:
    connection = Connection(name="lists", kind="list", open=Crooked)
    store = SyncTables(database, OWN)
    summary = sync_connector(connection, store, RULES, clock=StoppedClock(), progress=NoBars())
    assert (summary.state, summary.new) == ("failed", 2)
    assert [one["state"] for one in store.connectors()] == ["failed"]


class Uncountable(ListFeed):
    """A feed whose source fails when asked for its count."""

    def count(self) -> int | None:
        raise ZeroDivisionError


def test_a_bug_in_counting_leaves_the_other_feeds_alone(database: Database) -> None:
    summary = run(SyncTables(database, OWN), Uncountable("odd", box(n=1, name="odd").records), box(n=2))
    assert (summary.state, summary.new) == ("failed", 3)


@pytest.mark.parametrize("attempt", range(3))
def test_two_connections_that_sync_the_same_mails_at_once_make_them_one(database: Database, attempt: int) -> None:
    start = Barrier(2)
    summaries: dict[str, SyncSummary] = {}

    def one(name: str) -> None:
        start.wait()
        mails = [
            a_mail(f"{name}{i}", mid=f"m{i}", to=["ana@acme.example", f"{name}@acme.example"]) for i in range(60)
        ]
        summaries[name] = sync_into(database, ListFeed(name, list(mails), page_size=5), name=name, rules=RULES)

    threads = [Thread(target=one, args=(name,)) for name in ("eva", "leo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: (one.state, one.new) for name, one in summaries.items()} == {"eva": ("ok", 60), "leo": ("ok", 60)}
    found = list(StoredTimelines(database).interactions(now=NOON))
    assert len(found) == 60
    assert all(len(one.copies) == 2 and len(one.seats) == 4 for one in found)


def test_a_walk_that_another_process_ended_sweeps_nothing(database: Database) -> None:
    store = SyncTables(database, OWN)
    run(store, box(n=4))
    slow = store.begin_walk(store.open_feed("lists", "list", Scope(name="box", mailbox="box")).mailbox_id)
    run(store, box(n=4))  # resumes and ends the same walk
    assert store.sweep(slow).missing == ()


def test_what_went_and_came_back_is_there_once(database: Database) -> None:
    feed = ListFeed(
        "box", [a_mail("1"), Gone(item_id="1"), a_mail("1"), a_mail("2"), Gone(item_id="2")], page_size=50
    )
    summary = run(SyncTables(database, OWN), feed)
    assert (summary.new, summary.gone, summary.local) == (1, 0, 1)


def test_dying_before_clients_are_settled_is_mended_by_the_next_run_of_the_same_day(database: Database) -> None:
    feed = box(n=2)
    run(SyncTables(database, OWN), feed)
    feed.records.append(a_mail("late", sender="rosa@norte.example"))
    with pytest.raises(Killed):
        run(DiesAt(database, "settle"), feed)
    summary = run(SyncTables(database, OWN), feed)
    assert summary.new == 0
    assert "Norte" in [client.name for client in StoredTimelines(database).clients()]


def test_what_vanishes_with_feeds_is_what_no_other_feed_of_the_connection_tells(database: Database) -> None:
    one = box("one", 3)
    one.records.append(Company(ref="0010000000000AAAAA", name="Bermeo"))
    sync_into(database, one, ListFeed("two", one.records[1:]), rules=Rules(own_domains=OWN))
    store = SyncTables(database, OWN)
    scopes = store.scopes("lists")
    assert [scope.name for scope in scopes] == ["one", "two"]
    assert store.vanishing("lists", scopes[:1]) == Vanishing(lost=1, stored=4)
    assert store.vanishing("lists", scopes) == Vanishing(lost=4, stored=4)
