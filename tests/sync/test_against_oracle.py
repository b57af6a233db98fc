"""Mailboxes that change at will, synced in any pieces, killed at any write, walked anew: always the truth.

The truth is `oracle.timeline`, a second and much simpler telling of what a timeline is.
"""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from guardian.domain.activity import Activity, Signal
from guardian.domain.people import Company
from guardian.ports.connector import Gone
from guardian.storage import Database, StoredTimelines, SyncTables, open_database, upgrade
from guardian.sync import Connection, Rules, SyncSummary, sync_connector
from tests.sync import oracle
from tests.sync.supplier import OWN, ListFeed, NoBars, StoppedClock, a_mail, as_connector

BOXES = ("ana", "eva")
OUTSIDE = ("luis@bermeo.example", "rosa@norte.example", "mar@norte.example", "pepe@gmail.com")
INSIDE = ("ana@acme.example", "eva@acme.example")
ADDRESSES = st.sampled_from(OUTSIDE + INSIDE)
NUMBERS = st.integers(0, 6)


class Killed(BaseException):
    """Stands for kill -9."""


class Mortal(SyncTables):
    """The store in a process that dies before its n-th call."""

    def __init__(self, database: Database, lives: int) -> None:
        super().__init__(database, OWN)
        self._lives = lives

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            self._lives -= 1
            if self._lives < 0:
                raise Killed
        return object.__getattribute__(self, name)


def stored(database: Database) -> dict[str, Any]:
    timelines = StoredTimelines(database)
    clients = {one.id: one for one in timelines.clients()}
    left = SyncTables(database, OWN).left_out("boxes")
    return {
        "excluded": sorted(one["id"] for one in left),
        "interactions": sorted(
            (
                re.sub("#.*", "", one.key),
                one.occurred_at,
                str(one.direction),
                tuple(sorted((seat.address, str(seat.role)) for seat in one.seats)),
                tuple(sorted((copy.mailbox, copy.id) for copy in one.copies)),
                tuple(sorted(clients[i].name for i in one.client_ids)),
            )
            for one in timelines.interactions(now=StoppedClock().now())
        ),
        "clients": sorted(one.name for one in clients.values()),
        "owners": {one.name: one.owner for one in clients.values() if one.owner},
    }


@cache
def empty_database() -> bytes:
    """Return the file of an empty database: migrating once is enough."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / "empty.db"
        database = open_database(f"sqlite:///{made}")
        upgrade(database)
        database.engine.dispose()
        return made.read_bytes()


class Mailboxes(RuleBasedStateMachine):
    """Two mailboxes of one connection, and what people, providers and crashes do to them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        copy = Path(self.folder.name) / "x.db"
        copy.write_bytes(empty_database())
        self.database = open_database(f"sqlite:///{copy}")
        self.feeds = {name: ListFeed(name, []) for name in BOXES}
        self.truth: dict[str, dict[str, Activity | Company]] = {name: {} for name in BOXES}

    def teardown(self) -> None:
        self.database.engine.dispose()
        self.folder.cleanup()

    @rule(
        box=st.sampled_from(BOXES),
        item=NUMBERS,
        mid=NUMBERS,
        sender=ADDRESSES,
        to=st.lists(ADDRESSES, min_size=1, max_size=3, unique=True),
        day=st.integers(0, 4),
        quiet=st.sampled_from([frozenset(), frozenset(), frozenset(), frozenset({Signal.BULK})]),
    )
    def write(
        self, box: str, item: int, mid: int, sender: str, to: list[str], day: int, quiet: frozenset[Signal]
    ) -> None:
        """Put a mail into a mailbox, perhaps in the place of another."""
        mail = a_mail(f"{box}{item}", mid=str(mid), sender=sender, to=to, day=day, signals=quiet)
        self.truth[box][mail.item_id] = mail
        self.feeds[box].records.append(mail)

    @rule(box=st.sampled_from(BOXES), name=st.sampled_from(["Talleres Bermeo", "Bermeo e Hijos"]))
    def enter_company(self, box: str, name: str) -> None:
        """Put the company behind a domain into a CRM."""
        company = Company(ref="0010000000000AAAAA", name=name, domains=("bermeo.example",))
        for other in BOXES:
            self._remove(other, company.ref)
        self.truth[box][company.ref] = company
        self.feeds[box].records.append(company)

    @precondition(lambda self: any(self.truth.values()))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """Delete an item at the provider."""
        box, item_id = data.draw(st.sampled_from([(b, i) for b, items in self.truth.items() for i in items]))
        self._remove(box, item_id)

    def _remove(self, box: str, item_id: str) -> None:
        if self.truth[box].pop(item_id, None) is not None:
            self.feeds[box].records.append(Gone(item_id=item_id))

    @rule(box=st.sampled_from(BOXES))
    def lose_the_cursor(self, box: str) -> None:
        """Let the provider forget where we were, and what it deleted meanwhile."""
        self.feeds[box].records = list(self.truth[box].values())
        self.feeds[box].expired = True

    @rule(lives=st.integers(0, 25), page=st.integers(1, 4))
    def sync_and_die(self, lives: int, page: int) -> None:
        """Sync in a process that is killed somewhere on the way, or just comes through."""
        try:
            self._sync(Mortal(self.database, lives), page, full=False)
        except Killed:
            return

    @rule(page=st.integers(1, 4), full=st.booleans())
    def sync_and_compare(self, page: int, full: bool) -> None:
        """Sync to the end, confirm what seems too much, and look."""
        store = SyncTables(self.database, OWN)
        for _ in range(2):
            self._sync(store, page, full=full)
        if any("vanish" in problem or "still kept" in problem for problem in self._sync(store, page).problems):
            for _ in range(2):
                self._sync(store, page, full=True)
        assert stored(self.database) == oracle.timeline(self.truth)
        again = self._sync(store, page, full=full)
        assert (again.state, again.new, again.changed, again.gone) == ("ok", 0, 0, 0)

    def _sync(self, store: SyncTables, page: int, *, full: bool = False) -> SyncSummary:
        for name, feed in self.feeds.items():
            feed.page_size = page
            if full:
                self.lose_the_cursor(name)
        connection = Connection(
            name="boxes", kind="list", open=lambda: as_connector(*self.feeds.values()), privacy="full"
        )
        return sync_connector(
            connection, store, Rules(own_domains=OWN), clock=StoppedClock(), progress=NoBars(), full=full
        )


Mailboxes.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
test_the_timeline_is_the_truth_whatever_happened_on_the_way = Mailboxes.TestCase
