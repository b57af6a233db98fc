"""A connector over lists, a second implementation of the port; and what a store holds, without row numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.errors import CursorExpired
from guardian.domain.identity import mail_key
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.connector import Connector, Cursor, DeadLetter, Feed, Page, Record, Scope, Spent
from guardian.storage import Database, StoredTimelines, tables
from guardian.storage.complaint_tables import complaint

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OWN = frozenset({"acme.example"})


def person(role: Role, address: str, name: str = "") -> Participant:
    return Participant(role=role, identity=Identity(kind=IdentityKind.EMAIL, value=address), name=name)


def a_mail(
    item_id: str,
    *,
    mid: str | None = None,
    sender: str = "luis@bermeo.example",
    to: Sequence[str] = ("ana@acme.example",),
    day: int = 0,
    refs: Sequence[str] = (),
    subject: str | None = None,
    signals: frozenset[Signal] = frozenset(),
) -> Activity:
    return Activity(
        item_id=item_id,
        kind=Kind.EMAIL,
        key=mail_key(f"<{mid or item_id}@x.example>", ""),
        occurred_at=NOON + timedelta(days=day),
        participants=(person(Role.FROM, sender), *(person(Role.TO, one) for one in to)),
        thread_refs=tuple(f"{ref}@x.example" for ref in refs),
        subject=subject,
        signals=signals,
    )


@dataclass(slots=True)
class ListFeed:
    """A feed whose items are in a list; its cursor is how many of them were read."""

    name: str
    records: list[Record]
    dead: list[DeadLetter] = field(default_factory=list)
    page_size: int = 2
    expired: bool = False
    fails_with: Exception | None = None
    fails_at_once: Exception | None = None
    told: int | None = None

    @property
    def scope(self) -> Scope:
        return Scope(name=self.name, mailbox=self.name)

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        if self.fails_at_once is not None:
            raise self.fails_at_once
        if after is not None and self.expired:
            self.expired = False
            raise CursorExpired("gone")
        if after is not None and not after.token.lstrip("w").isdigit():
            raise CursorExpired("not one of ours")
        walk = after is None or after.token.startswith("w")
        start = 0 if after is None else int(after.token.lstrip("w"))
        if not walk and start == len(self.records):
            return
        for place in range(start, max(len(self.records), start + 1), self.page_size):
            if self.fails_with is not None and place > start:
                raise self.fails_with
            end = min(place + self.page_size, len(self.records))
            last = end == len(self.records)
            yield Page(
                records=tuple(self.records[place:end]),
                dead_letters=tuple(self.dead) if last else (),
                cursor=Cursor(token=str(end) if last else f"{'w' if walk else ''}{end}"),
                read=end - place,
                walk=walk,
                closes_round=last,
            )

    def count(self) -> int | None:
        return self.told


def box(name: str = "box", n: int = 3, **more: Any) -> ListFeed:
    """Return a mailbox with so many mails, each of another client's."""
    return ListFeed(name, [a_mail(f"{name}{i}", sender=f"luis@client{i}.example") for i in range(n)], **more)


@dataclass(slots=True)
class ListConnector:
    """An account whose feeds are in a list."""

    all_feeds: list[ListFeed]

    def check(self) -> str:
        return "a list"

    def parts(self) -> Iterator[str]:
        yield from (feed.name for feed in self.all_feeds)

    def feeds(self, part: str | None = None) -> Iterator[Feed]:
        yield from (feed for feed in self.all_feeds if part in (None, feed.name))

    def spent(self) -> Spent:
        return Spent()


def as_connector(*feeds: ListFeed) -> Connector:
    return ListConnector(list(feeds))


class StoppedClock:
    def now(self) -> datetime:
        return NOON + timedelta(days=300)


class NoBars:
    def advance(self, what: str, done: int, total: int) -> None:
        """Show nothing."""


def told(database: Database) -> dict[str, Any]:
    """Return all that a store holds of its providers, without row numbers, to compare two stores."""
    timelines = StoredTimelines(database)
    clients = {one.id: one for one in timelines.clients()}
    now = StoppedClock().now()
    with database.reading() as connection:
        threads: dict[Any, set[str]] = {}
        for row in connection.execute(select(tables.interaction.c.key, tables.interaction.c.thread_id)):
            if row.thread_id is not None:
                threads.setdefault(row.thread_id, set()).add(row.key)
        left = {
            table.name: sorted(connection.execute(select(table.c.item_id)).scalars())
            for table in (tables.excluded, tables.dead_letter, tables.record_copy)
        }
        heard = select(tables.interaction.c.key, complaint.c.severity, complaint.c.settled)
        complaints = sorted(map(tuple, connection.execute(heard.join(complaint))))
        merges = len(connection.execute(select(tables.walk_seen)).all())
    return {
        "interactions": sorted(
            (
                one.key,
                one.kind,
                one.occurred_at,
                one.direction,
                one.subject,
                one.touch.weight,
                tuple((seat.address, seat.role, seat.name) for seat in one.seats),
                tuple(sorted(clients[i].name for i in one.client_ids)),
                tuple(sorted((copy.mailbox, copy.id) for copy in one.copies)),
            )
            for one in timelines.interactions(now=now)
        ),
        "clients": sorted((one.name, one.owner or "", one.domains, one.contacts) for one in clients.values()),
        "threads": sorted(tuple(sorted(keys)) for keys in threads.values() if len(keys) > 1),
        "complaints": complaints,
        "walk_seen": merges,
        **left,
    }
