"""Whoever is forgotten while a sync runs stays forgotten, whatever it was doing just then, on both databases."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from threading import Thread
from typing import Any

from sqlalchemy import Connection as Rows
from sqlalchemy import select

from guardian.domain.people import Contact
from guardian.ports.sync_store import CursorMove, FeedState, Known, Plan, PlanOutdated
from guardian.storage import Database, StoredTimelines, SyncTables, forget, tables
from guardian.sync import Connection, Rules, SyncSummary, sync_connector
from tests.sync.supplier import NOON, OWN, ListFeed, NoBars, StoppedClock, a_mail, as_connector

ANA, BEN = "ana@client.example", "ben@client.example"
LONG = 1.0  # seconds; enough for a forget that waits for nobody


def box() -> ListFeed:
    mails = [a_mail("1", sender=ANA), a_mail("2", sender=BEN, to=["eva@acme.example", ANA])]
    return ListFeed("box", [*mails, Contact(ref="card", name="Ana Gil", addresses=(ANA,))])


class Busy(SyncTables):
    """The real store, where something else happens once it was looked into, and in the middle of every write."""

    def __init__(
        self,
        database: Database,
        *,
        after_look: Callable[[], object] = bool,
        amid_write: Callable[[], object] = bool,
    ) -> None:
        super().__init__(database, OWN)
        self._after_look, self._amid_write = after_look, amid_write
        self.refused = 0

    def known(self, mailbox_id: int, item_ids: Sequence[str], addresses: Iterable[str]) -> Known:
        found = super().known(mailbox_id, item_ids, addresses)
        self._after_look()
        return found

    def write_page(self, feed: FeedState, plan: Plan, move: CursorMove, *, now: datetime) -> None:
        try:
            super().write_page(feed, plan, move, now=now)
        except PlanOutdated:
            self.refused += 1
            raise

    def _write(self, connection: Rows, mailbox_id: int, plan: Plan, now: datetime) -> None:
        super()._write(connection, mailbox_id, plan, now)
        self._amid_write()


def run(store: SyncTables, feed: ListFeed) -> SyncSummary:
    connection = Connection(name="lists", kind="list", open=lambda: as_connector(feed), privacy="full")
    return sync_connector(connection, store, Rules(own_domains=OWN), clock=StoppedClock(), progress=NoBars())


def named(database: Database, word: str) -> list[str]:
    """Return the tables that name somebody anywhere."""

    def names(row: Any) -> bool:
        return any(word in str(value) for value in row)

    with database.reading() as connection:
        every = tables.metadata.sorted_tables
        return [table.name for table in every if any(map(names, connection.execute(select(table))))]


def assert_without_ana(database: Database, summary: SyncSummary) -> None:
    assert named(database, ANA) == named(database, "Ana Gil") == []
    (one,) = StoredTimelines(database).interactions(now=NOON)
    assert [seat.address for seat in one.seats] == [BEN, "eva@acme.example"]
    assert (summary.new, summary.excluded, summary.state) == (1, 2, "ok")


def test_whoever_is_forgotten_between_the_look_and_the_write_is_not_written(database: Database) -> None:
    store = Busy(database, after_look=lambda: forget(database, ANA, now=NOON))
    assert_without_ana(database, run(store, box()))
    assert store.refused == 1, "the second page was planned when she had been forgotten"


def test_whoever_else_is_forgotten_meanwhile_costs_one_plan_more_and_no_mail(database: Database) -> None:
    store = Busy(database, after_look=lambda: forget(database, "rosa@norte.example", now=NOON))
    summary = run(store, box())
    assert (summary.new, summary.state, store.refused) == (3, "ok", 1)


def test_whoever_is_forgotten_amid_a_write_goes_with_what_was_written(database: Database) -> None:
    erasing: list[Thread] = []

    def begin() -> None:
        if not erasing:
            erasing.append(Thread(target=forget, args=(database, ANA), kwargs={"now": NOON}))
            erasing[0].start()
            erasing[0].join(LONG)

    store = Busy(database, amid_write=begin)
    assert run(store, box()).state == "ok"
    erasing[0].join()
    store.settle(now=NOON)
    assert named(database, ANA) == named(database, "Ana Gil") == []


def test_several_who_are_forgotten_one_after_the_other_are_all_heeded(database: Database) -> None:
    waiting = [ANA, BEN]
    store = Busy(database, after_look=lambda: waiting and forget(database, waiting.pop(), now=NOON))
    summary = run(store, box())
    assert (named(database, ANA), named(database, BEN)) == ([], [])
    assert (summary.new, summary.excluded, store.refused) == (0, 3, 2)
