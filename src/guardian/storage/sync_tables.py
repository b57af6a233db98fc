"""The store as sync sees it (`ports.sync_store.SyncStore`), on tables."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    LargeBinary,
    Row,
    Table,
    Text,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from guardian.domain.facts import fact_hash, letter_hash
from guardian.domain.hearings import may_be_bettered
from guardian.ports.connector import Scope
from guardian.ports.rule_review import Takeout
from guardian.ports.sync_store import (
    RAW_KEPT,
    CursorMove,
    FeedState,
    ItemCounts,
    Known,
    Plan,
    PlanOutdated,
    Sweep,
    Vanishing,
)
from guardian.storage import feeds, tables
from guardian.storage.bulk import among, insert_rows
from guardian.storage.chunks import chunked
from guardian.storage.copies import write_copies
from guardian.storage.deleted_there import leaving, remember_deleted
from guardian.storage.engine import Database
from guardian.storage.hearing import unhear
from guardian.storage.identities import OwnTest
from guardian.storage.left_out import left_out
from guardian.storage.merged_away import remember_merges
from guardian.storage.part_locks import PartLocks
from guardian.storage.people import settle
from guardian.storage.runs import StoredRuns
from guardian.storage.takeouts import plan_of, still_there
from guardian.storage.tombstones import count_tombstones, forgotten_among
from guardian.storage.written_about import drop_deleted


class SyncTables(StoredRuns):
    """Writes what sync plans; every method is one transaction."""

    def __init__(self, database: Database, own_domains: frozenset[str]) -> None:
        super().__init__(database)
        self._locks = PartLocks(database)
        self._own = OwnTest(own_domains)

    def taking(self, connector: str, part: str) -> AbstractContextManager[bool]:
        """Hold a part of an account for as long as the block lasts; False when another job holds it now."""
        return self._locks.taking(f"{connector} {part}")

    def open_feed(self, connector: str, kind: str, scope: Scope) -> FeedState:
        """Return where a feed stands, making its rows when it is new."""
        with self._database.writing(alone=True) as connection:
            return feeds.open_feed(connection, connector, kind, scope)

    def has_feed(self, connector: str, name: str) -> bool:
        """Say whether the feed of this scope name was ever opened."""
        with self._database.reading() as connection:
            return feeds.has_feed(connection, connector, name)

    def begin_walk(self, mailbox_id: int) -> FeedState:
        """Start a new generation of the feed."""
        with self._database.writing(alone=True) as connection:
            return feeds.begin_walk(connection, mailbox_id)

    def known(self, mailbox_id: int, item_ids: Sequence[str], addresses: Iterable[str]) -> Known:
        """Return what is stored about these items."""
        found: list[dict[str, Any]] = [{} for _ in _TOLD_BY]
        unheard: dict[str, str | None] = {}
        with self._database.reading() as connection:
            # Counted first: a person who is forgotten between these queries makes the plan out of date, not wrong.
            tombstones = count_tombstones(connection)
            for chunk in chunked(item_ids):
                for row in connection.execute(_stored(connection, mailbox_id, chunk)):
                    found[row.place][row.item_id] = _told(row)
                    if row.place == _COPIES and may_be_bettered(row.word):
                        unheard[row.item_id] = row.word
            forgotten = forgotten_among(connection, addresses)
        copies, records, excluded, dead = found
        return Known(
            copies=copies,
            records=records,
            excluded=excluded,
            dead=dead,
            forgotten=forgotten,
            unheard=unheard,
            tombstones=tombstones,
        )

    def write_page(self, feed: FeedState, plan: Plan, move: CursorMove, *, now: datetime) -> None:
        """Write a page and its cursor in one transaction; PlanOutdated when somebody was forgotten since."""
        with self._database.writing(alone=True, repeatable=True) as connection:
            if plan.tombstones is not None and plan.tombstones != count_tombstones(connection):
                raise PlanOutdated("Somebody was forgotten meanwhile; the next run goes on from there.")
            self._write(connection, feed.mailbox_id, plan, now)
            feeds.note_seen(connection, feed, plan.seen)
            feeds.move_cursor(connection, feed, move, now)

    def _write(self, connection: Connection, mailbox_id: int, plan: Plan, now: datetime) -> None:
        replaced = {one.item_id for one in plan.dead_letters} | plan.gone
        excluded_now = {one.item_id for one in plan.excluded}
        left = leaving(connection, mailbox_id, plan.gone - excluded_now)
        if plan.copies or replaced:
            write_copies(connection, mailbox_id, plan.copies, replaced, self._own)
        _write_records(connection, mailbox_id, plan)
        kept = remember_merges(connection, mailbox_id, plan.gone - excluded_now)
        _drop(connection, tables.record_copy, mailbox_id, replaced - kept)
        # Of a stored copy, too: rules that were applied since it was planned may have left it out.
        stored = {one.activity.item_id for one in plan.copies}
        _drop(connection, tables.excluded, mailbox_id, replaced | plan.included | excluded_now | stored)
        dead_now = {one.item_id for one in plan.dead_letters}
        _drop(connection, tables.dead_letter, mailbox_id, plan.gone | plan.readable | dead_now)
        drop_deleted(connection, mailbox_id, plan.gone - excluded_now)
        remember_deleted(connection, mailbox_id, left, now)
        if plan.excluded:
            insert_rows(
                connection,
                tables.excluded,
                [
                    {
                        "mailbox_id": mailbox_id,
                        "item_id": one.item_id,
                        "rule": one.rule,
                        "occurred_at": one.occurred_at,
                    }
                    for one in plan.excluded
                ],
            )
        if plan.dead_letters:
            insert_rows(
                connection,
                tables.dead_letter,
                [
                    {
                        "mailbox_id": mailbox_id,
                        "item_id": one.item_id,
                        "why": one.why,
                        "raw": one.raw[:RAW_KEPT],
                        "at": now,
                    }
                    for one in plan.dead_letters
                ],
            )

    def take_out(self, takeouts: Sequence[Takeout], *, now: datetime) -> int:
        """Take copies out in one transaction, as if just read under these rules; return how many went.

        One that a sync has changed or removed meanwhile is left as that sync left it.
        """
        by_mailbox: dict[int, list[Takeout]] = {}
        for one in takeouts:
            by_mailbox.setdefault(one.copy.mailbox_id, []).append(one)
        gone = 0
        with self._database.writing(alone=True) as connection:
            for mailbox_id, wanted in sorted(by_mailbox.items()):
                there = still_there(connection, mailbox_id, wanted)
                self._write(connection, mailbox_id, plan_of(there), now)
                gone += len(there)
            unhear(connection, {one.copy.interaction_id for one in takeouts})
        return gone

    def sweep(self, feed: FeedState) -> Sweep:
        """Return what the walk that just ended did not see; nothing when another process has ended it already."""
        with self._database.reading() as connection:
            missing = feeds.unseen(connection, feed)
            return Sweep(missing=tuple(missing), stored=feeds.count_items(connection, feed.mailbox_id).total)

    def finish_walk(self, feed: FeedState, gone: Sequence[str], *, held: int | None, now: datetime) -> None:
        """Remove what a walk proved to be gone, and end it; nothing when another process has ended it already."""
        with self._database.writing(alone=True) as connection:
            if not feeds.is_current(connection, feed):
                return
            for chunk in chunked(gone, 500):
                left = leaving(connection, feed.mailbox_id, chunk)
                write_copies(connection, feed.mailbox_id, (), chunk, self._own)
                remember_deleted(connection, feed.mailbox_id, left, now)
                kept = remember_merges(connection, feed.mailbox_id, chunk)
                _drop(connection, tables.record_copy, feed.mailbox_id, set(chunk) - kept)
                for table in (tables.excluded, tables.dead_letter):
                    _drop(connection, table, feed.mailbox_id, chunk)
            feeds.end_walk(connection, feed, held)

    def count(self, mailbox_id: int) -> ItemCounts:
        """Return how many items of the feed are accounted for."""
        with self._database.reading() as connection:
            return feeds.count_items(connection, mailbox_id)

    def scopes(self, connector: str) -> Sequence[Scope]:
        """Return the feeds of a connection of which anything is stored."""
        with self._database.reading() as connection:
            return feeds.scopes_holding(connection, connector)

    def vanishing(self, connector: str, scopes: Sequence[Scope]) -> Vanishing:
        """Return what would vanish from a connection without these feeds."""
        with self._database.reading() as connection:
            return feeds.vanishing(connection, connector, {scope.name for scope in scopes})

    def settle(self, *, now: datetime) -> None:
        """Work out anew who the clients, their people and owners are."""
        with self._database.writing(alone=True) as connection:
            settle(connection, self._own, now)

    def connectors(self) -> list[dict[str, Any]]:
        """Return every connection that ever synced: name, kind, state, last_success_at, last_error, items."""
        account, mailbox = tables.connector_account, tables.mailbox
        with self._database.reading() as connection:
            counted = select(mailbox.c.connector_id, func.count()).group_by(mailbox.c.connector_id)
            feeds_of: dict[int, int] = {row[0]: row[1] for row in connection.execute(counted)}
            rows = connection.execute(select(account).order_by(account.c.name)).mappings()
            names = ("name", "kind", "state", "last_success_at", "last_error")
            return [{**{name: row[name] for name in names}, "feeds": feeds_of.get(row["id"], 0)} for row in rows]

    def left_out(self, connector: str) -> list[dict[str, str]]:
        """Return what of a connection is not on the timelines, or was not written to it: what, mailbox, id, why."""
        with self._database.reading() as connection:
            return left_out(connection, connector)


# What tells of an item, and in which column: by a hash (or what to make one of), or in words; of a copy, the words
# are what was heard in it.
_COPIES, _DEAD = 0, 3
_TOLD_BY: tuple[tuple[Table, str | None, str | None], ...] = (
    (tables.occurrence, "content_hash", "heard"),
    (tables.record_copy, "content_hash", None),
    (tables.excluded, None, "rule"),
    (tables.dead_letter, "raw", "why"),
)


def _told(row: Row[Any]) -> Any:
    """Return by what an item is known: its hash, else the rule that leaves it out."""
    if row.place == _DEAD:
        return letter_hash(row.word, row.hash)
    return row.word if row.hash is None else row.hash


def _stored(connection: Connection, mailbox_id: int, item_ids: Collection[str]) -> CompoundSelect[Any]:
    """Return the query for all that is stored about items, in one statement."""
    return union_all(
        *(
            select(
                literal(place).label("place"),
                table.c.item_id,
                (table.c[by_hash] if by_hash else cast(null(), LargeBinary)).label("hash"),
                (cast(table.c[in_words], Text) if in_words else cast(null(), Text)).label("word"),
            ).where(
                table.c.mailbox_id == mailbox_id, among(connection, table.c.item_id, item_ids), feeds.there(table)
            )
            for place, (table, by_hash, in_words) in enumerate(_TOLD_BY)
        )
    )


def _write_records(connection: Connection, mailbox_id: int, plan: Plan) -> None:
    if not plan.records:
        return
    _drop(connection, tables.record_copy, mailbox_id, [one.item_id for one in plan.records])
    insert_rows(
        connection,
        tables.record_copy,
        [
            {
                "mailbox_id": mailbox_id,
                "item_id": one.item_id,
                "what": type(one.record).__name__.lower(),
                "facts": one.facts,
                "content_hash": fact_hash(one.facts),
            }
            for one in plan.records
        ],
    )


def _drop(connection: Connection, table: Table, mailbox_id: int, item_ids: Iterable[str]) -> None:
    for chunk in chunked(item_ids):
        these = among(connection, table.c.item_id, chunk)
        connection.execute(table.delete().where(table.c.mailbox_id == mailbox_id, these))
