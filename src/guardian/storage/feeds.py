"""Feeds: where each stands, what a walk saw, how many items it accounts for, and how its runs went."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Table, exists, func, or_, select, true

from guardian.ports.connector import Cursor, Scope
from guardian.ports.sync_store import CursorMove, FeedState, ItemCounts, Vanishing
from guardian.storage import tables
from guardian.storage.bulk import among, insert_rows
from guardian.storage.chunks import chunked
from guardian.storage.merged_away import MERGED


def connector_row(connection: Connection, name: str, kind: str) -> int:
    """Return the row id of a connection, made when it is new."""
    table = tables.connector_account
    found = connection.scalar(select(table.c.id).where(table.c.name == name))
    if found is not None:
        return int(found)
    values = {"name": name, "kind": kind, "state": "new"}
    return int(connection.execute(table.insert().values(values).returning(table.c.id)).scalar_one())


def open_feed(connection: Connection, connector: str, kind: str, scope: Scope) -> FeedState:
    """Return where a feed stands, making its rows when it is new."""
    owner = connector_row(connection, connector, kind)
    table = tables.mailbox
    row = connection.execute(
        select(table.c.id, table.c.label).where(table.c.connector_id == owner, table.c.scope == scope.name)
    ).one_or_none()
    if row is None:
        values = {"connector_id": owner, "scope": scope.name, "label": scope.mailbox}
        mailbox_id = connection.execute(table.insert().values(values).returning(table.c.id)).scalar_one()
        connection.execute(tables.cursor.insert().values(mailbox_id=mailbox_id, generation=1, walking=True))
    else:
        mailbox_id = row.id
        if row.label != scope.mailbox:
            connection.execute(table.update().where(table.c.id == row.id).values(label=scope.mailbox))
    return feed_state(connection, mailbox_id)


def has_feed(connection: Connection, connector: str, name: str) -> bool:
    """Say whether a connection has, or once had, a feed of this scope name."""
    box, account = tables.mailbox, tables.connector_account
    query = select(box.c.id).join(account, account.c.id == box.c.connector_id)
    return connection.scalar(query.where(account.c.name == connector, box.c.scope == name)) is not None


def feed_state(connection: Connection, mailbox_id: int) -> FeedState:
    """Return where a feed stands."""
    row = connection.execute(select(tables.cursor).where(tables.cursor.c.mailbox_id == mailbox_id)).one()
    token = row.pending_token if row.pending_token is not None else row.token
    return FeedState(
        mailbox_id=mailbox_id,
        resume=None if token is None else Cursor(token=token),
        generation=row.generation,
        walking=row.walking,
        empty=row.generation == 1,
        held=row.sweep_held,
    )


def begin_walk(connection: Connection, mailbox_id: int) -> FeedState:
    """Start a new generation of a feed."""
    table = tables.cursor
    connection.execute(tables.walk_seen.delete().where(tables.walk_seen.c.mailbox_id == mailbox_id))
    change = table.update().where(table.c.mailbox_id == mailbox_id)
    connection.execute(change.values(token=None, pending_token=None, generation=table.c.generation + 1, walking=True))
    return feed_state(connection, mailbox_id)


def is_current(connection: Connection, feed: FeedState) -> bool:
    """Say whether the feed still stands in the round that a process believes it to be in."""
    table = tables.cursor
    row = connection.execute(
        select(table.c.generation, table.c.walking).where(table.c.mailbox_id == feed.mailbox_id)
    ).one()
    return (row.generation, row.walking) == (feed.generation, feed.walking)


def move_cursor(connection: Connection, feed: FeedState, move: CursorMove, now: datetime) -> None:
    """Store where the round has got to; the last page of a round makes it the place to start from.

    Where another process has ended or begun a walk meanwhile, its cursor stands.
    """
    table = tables.cursor
    columns = select(table.c.token, table.c.pending_token).where(table.c.mailbox_id == feed.mailbox_id)
    token, pending = connection.execute(columns).one()
    if move.closes_round and not feed.walking:
        values: dict[str, Any] = {"token": move.to.token, "pending_token": None}
    else:
        # A walk is promoted by `finish_walk`, once what it did not see is dealt with.
        values = {"token": token, "pending_token": move.to.token}
    if (token, pending) == (values["token"], values["pending_token"]) or not is_current(connection, feed):
        return
    connection.execute(table.update().where(table.c.mailbox_id == feed.mailbox_id).values(**values, updated_at=now))


def note_seen(connection: Connection, feed: FeedState, item_ids: Sequence[str]) -> None:
    """Remember what a walk met; a first walk has nothing to sweep and needs no memory."""
    if not feed.walking or feed.empty or not item_ids:
        return
    table = tables.walk_seen
    known: set[str] = set()
    for chunk in chunked(item_ids):
        query = select(table.c.item_id).where(
            table.c.mailbox_id == feed.mailbox_id,
            table.c.generation == feed.generation,
            among(connection, table.c.item_id, chunk),
        )
        known.update(connection.execute(query).scalars())
    rows = [
        {"mailbox_id": feed.mailbox_id, "generation": feed.generation, "item_id": one}
        for one in item_ids
        if one not in known
    ]
    if rows:
        insert_rows(connection, table, rows)


SEEN_AT_ONCE = 50_000
_ITEM_TABLES: tuple[Table, ...] = (tables.occurrence, tables.record_copy, tables.excluded, tables.dead_letter)


def there(table: Table) -> ColumnElement[bool]:
    """Return the condition of the rows of a table that stand for what its provider still has."""
    return tables.record_copy.c.what != MERGED if table is tables.record_copy else true()


def unseen(connection: Connection, feed: FeedState) -> list[str]:
    """Return the items of a feed that the walk did not meet; none where another process has ended that walk."""
    if feed.empty or not is_current(connection, feed):
        return []
    seen = select(tables.walk_seen.c.item_id).where(
        tables.walk_seen.c.mailbox_id == feed.mailbox_id, tables.walk_seen.c.generation == feed.generation
    )
    found: list[str] = []
    for table in _ITEM_TABLES:
        # In order, so that SQLite reads both along their indexes and holds neither of them.
        stored = select(table.c.item_id).where(table.c.mailbox_id == feed.mailbox_id, there(table))
        query = stored.except_(seen).order_by("item_id")
        found.extend(connection.execute(query).scalars())
    return sorted(set(found))


def end_walk(connection: Connection, feed: FeedState, held: int | None) -> None:
    """Promote the walk's cursor and forget what it saw; `held` is the size of a sweep that waits."""
    table = tables.cursor
    connection.execute(
        table.update()
        .where(table.c.mailbox_id == feed.mailbox_id)
        .values(
            token=func.coalesce(table.c.pending_token, table.c.token),
            pending_token=None,
            walking=False,
            sweep_held=held,
        )
    )
    _forget_seen(connection, feed)


def _forget_seen(connection: Connection, feed: FeedState) -> None:
    """Forget what a walk met, a span of ids after the other: SQLite remembers all rows that one statement deletes."""
    table = tables.walk_seen
    here = table.c.mailbox_id == feed.mailbox_id
    this = select(table.c.item_id).where(here, table.c.generation == feed.generation).order_by(table.c.item_id)
    last = ""
    while bound := connection.scalar(this.where(table.c.item_id > last).offset(SEEN_AT_ONCE).limit(1)):
        span = table.c.item_id > last, table.c.item_id <= bound
        connection.execute(table.delete().where(here, table.c.generation == feed.generation, *span))
        last = bound
    connection.execute(table.delete().where(here))


def scopes_holding(connection: Connection, connector: str) -> list[Scope]:
    """Return the feeds of a connection of which anything is stored."""
    table, owner = tables.mailbox, tables.connector_account
    holds = or_(*(exists().where(one.c.mailbox_id == table.c.id) for one in _ITEM_TABLES))
    query = select(table.c.scope, table.c.label).join(owner).where(owner.c.name == connector, holds)
    return [Scope(name=row.scope, mailbox=row.label) for row in connection.execute(query.order_by(table.c.id))]


def vanishing(connection: Connection, connector: str, names: Collection[str]) -> Vanishing:
    """Return what a connection would no longer tell without the feeds of these names."""
    table, owner = tables.mailbox, tables.connector_account
    rows = connection.execute(select(table.c.id, table.c.scope).join(owner).where(owner.c.name == connector)).all()
    going = [row.id for row in rows if row.scope in names]
    staying = [row.id for row in rows if row.scope not in names]
    lost = stored = 0
    for told in (tables.occurrence.c.interaction_id, tables.record_copy.c.item_id):
        of = told.table.c.mailbox_id
        gone, there = select(told).where(of.in_(going)), select(told).where(of.in_(staying))
        lost += _size(connection, gone.except_(there))
        stored += _size(connection, gone.union(there))
    return Vanishing(lost=lost, stored=stored)


def _size(connection: Connection, query: CompoundSelect[Any]) -> int:
    return int(connection.scalar(select(func.count()).select_from(query.subquery())) or 0)


def count_items(connection: Connection, mailbox_id: int) -> ItemCounts:
    """Return how many items of a feed are accounted for."""

    def count(table: Table) -> int:
        query = select(func.count()).select_from(table).where(table.c.mailbox_id == mailbox_id, there(table))
        return int(connection.scalar(query) or 0)

    return ItemCounts(
        stored=count(tables.occurrence) + count(tables.record_copy),
        excluded=count(tables.excluded),
        dead_letters=count(tables.dead_letter),
    )
