"""From copies to interactions: writing a page's copies, and remaking every interaction that they touch."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select

from guardian.domain.activity import Kind
from guardian.domain.identity import CALENDAR, CRM
from guardian.ports.sync_store import CopyToWrite
from guardian.storage import tables
from guardian.storage.bulk import among, insert_rows, insert_tuples
from guardian.storage.chunks import chunked, rows_in
from guardian.storage.hearing import complaint_row, heard_now, leave, write_complaints
from guardian.storage.identities import OwnTest, ensure_identities
from guardian.storage.numbering import free_numbers
from guardian.storage.threads import Mail, anchors_of, thread_mails
from guardian.storage.weighed_copies import Copy, Wanted, weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class _Touched:
    """What is to be remade: a page's copies and what is gone from its mailbox, keys to join to others, or rows."""

    mailbox_id: int = 0
    copies: Sequence[CopyToWrite] = ()
    gone: set[str] = field(default_factory=set)
    joins: Mapping[str, str | None] = field(default_factory=dict)
    ids: Sequence[int] = ()  # of interactions


def write_copies(
    connection: Connection, mailbox_id: int, copies: Sequence[CopyToWrite], gone: Iterable[str], own: OwnTest
) -> None:
    """Store new and changed copies, take out those that are gone, and remake the interactions of all of them."""
    _remake(connection, _Touched(mailbox_id=mailbox_id, copies=copies, gone=set(gone)), own)


def join_copies(connection: Connection, joins: Mapping[str, str | None], own: OwnTest) -> None:
    """Make the copies of some keys part of another key's interaction, or (None) one of their own again."""
    _remake(connection, _Touched(joins=joins), own)


def tell_anew(connection: Connection, ids: Sequence[int], own: OwnTest) -> None:
    """Remake these interactions from their stored copies."""
    _remake(connection, _Touched(ids=ids), own)


def as_told_now(connection: Connection, ids: Sequence[int], own: OwnTest) -> Mapping[str, Wanted]:
    """Return by key what the stored copies of these interactions want now; writes nothing."""
    by_key, _, _ = _affected(connection, _Touched(ids=ids))
    return {one.key: one for one in _weighed(by_key, own)}


def _remake(connection: Connection, touched: _Touched, own: OwnTest) -> None:
    by_key, vanished, homes = _affected(connection, touched)
    wanted = _weighed(by_key, own)
    stale = _write_interactions(connection, wanted, homes, own)
    _write_occurrences(connection, touched.mailbox_id, wanted)
    _write_what_was_heard(connection, wanted, stale)
    _delete(connection, tables.occurrence.c.id, vanished)
    for column in (tables.participation.c.interaction_id, tables.interaction.c.id):
        _delete(connection, column, stale)


def _weighed(by_key: dict[str, list[Copy]], own: OwnTest) -> list[Wanted]:
    _part(by_key)
    return [one for key in sorted(by_key) for one in weigh(key, by_key[key], own)]


def _affected(connection: Connection, touched: _Touched) -> tuple[dict[str, list[Copy]], list[int], set[int]]:
    """Return the copies of every key that is touched, the rows to drop, and the interactions they had."""
    written = {one.activity.item_id: one for one in touched.copies}
    by_key: dict[str, list[Copy]] = defaultdict(list)
    vanished, homes, alike = [], set(), dict[str, Copy]()
    for row in _rows(connection, touched):
        homes.add(row.interaction_id)
        mine = row.mailbox_id == touched.mailbox_id
        if mine and row.item_id in touched.gone:
            vanished.append(row.id)
            continue
        copy = Copy(row.id, row.mailbox_id, row.item_id, row.facts, row.interaction_id, row.heard, row.direction)
        key = row.key
        if mine and row.item_id in written:
            copy.written = written.pop(row.item_id)
            copy.activity, copy.facts, key = copy.written.activity, copy.written.facts, copy.written.activity.key
            copy.heard = heard_now(copy.written, row.heard, row.facts)
        else:
            copy.like = alike.setdefault(copy.facts, copy)
        by_key[_place_of(key, row.lies_in if key == row.key else key, touched.joins)].append(copy)
    for item_id, one in written.items():
        copy = Copy(None, touched.mailbox_id, item_id, one.facts, heard=one.heard, activity=one.activity, written=one)
        by_key[one.activity.key].append(copy)
    return by_key, vanished, homes


def _rows(connection: Connection, touched: _Touched) -> Iterable[Any]:
    """Yield the stored copies of every key that is touched, and those that lie in the same interactions."""
    table, home = tables.occurrence, tables.interaction
    here = select(table.c.key).where(table.c.mailbox_id == touched.mailbox_id)
    stored = (one.activity.item_id for one in touched.copies if not one.new)
    items = [*stored, *touched.gone]
    keys = {row.key for row in rows_in(connection, here, table.c.item_id, items)}
    keys |= {one.activity.key for one in touched.copies}
    keys |= {key for pair in touched.joins.items() for key in pair if key}
    keys |= {row.key for row in rows_in(connection, select(table.c.key), table.c.interaction_id, touched.ids)}
    query = select(table, home.c.key.label("lies_in"), home.c.direction)
    query = query.join_from(table, home, home.c.id == table.c.interaction_id)
    found = {row.id: row for row in rows_in(connection, query, table.c.key, keys)}
    joined = {row.interaction_id for row in found.values() if row.key.startswith((CRM, CALENDAR))}
    found |= {row.id: row for row in rows_in(connection, query, table.c.interaction_id, joined)}
    return found.values()


def _place_of(key: str, lies_in: str, joins: Mapping[str, str | None]) -> str:
    """Return the key of the interaction that a copy belongs to: its own, unless it is joined to a meeting."""
    if key in joins:
        return joins[key] or key
    return lies_in if key.startswith(CRM) and lies_in.startswith(CALENDAR) else key


def _part(by_key: dict[str, list[Copy]]) -> None:
    """Take what was joined to a meeting out of it where the meeting has gone, or is at another time by now."""
    for key in [one for one in by_key if one.startswith(CALENDAR)]:
        own = [copy for copy in by_key[key] if copy.tell().key == key]
        times = {(copy.tell().occurred_at, copy.tell().duration_s) for copy in own}
        kept = []
        for copy in by_key[key]:
            told = copy.tell()
            if told.key == key or (told.kind is Kind.MEETING and (told.occurred_at, told.duration_s) in times):
                kept.append(copy)
            else:
                by_key[told.key].append(copy)
        by_key[key] = kept


def _write_interactions(connection: Connection, wanted: Sequence[Wanted], homes: set[int], own: OwnTest) -> list[int]:
    """Insert and update interactions; return the ids of those that nothing wants any more."""
    known = _known(connection, wanted, homes)
    new = [one for one in wanted if one.key not in known]
    for one, row_id in zip(new, free_numbers(connection, tables.interaction, len(new)), strict=True):
        one.id = row_id
    changed = []
    for one in wanted:
        if one.key in known:
            one.id, old_hash = known[one.key]
            if old_hash != one.row["content_hash"]:
                changed.append(one)
    table = tables.interaction
    threads = _write_threads(connection, wanted, new)
    insert_rows(connection, table, [{"id": one.id, **one.row, "thread_id": threads.get(one.id or 0)} for one in new])
    if changed:
        names = list(changed[0].row)
        update = table.update().where(table.c.id == bindparam("row_id"))
        connection.execute(
            update.values({name: bindparam(f"new_{name}") for name in names}),
            [{"row_id": one.id, **{f"new_{name}": one.row[name] for name in names}} for one in changed],
        )
        _delete(connection, tables.participation.c.interaction_id, [one.id for one in changed if one.id is not None])
    _write_seats(connection, [*new, *changed], own)
    return sorted({row_id for row_id, _ in known.values()} - {one.id for one in wanted})


def _known(connection: Connection, wanted: Sequence[Wanted], homes: set[int]) -> Mapping[str, tuple[int, bytes]]:
    table = tables.interaction
    query = select(table.c.id, table.c.key, table.c.content_hash)
    by_home = rows_in(connection, query, table.c.id, homes)
    by_key = rows_in(connection, query, table.c.key, (one.key for one in wanted))
    return {row.key: (row.id, row.content_hash) for rows in (by_home, by_key) for row in rows}


def _write_seats(connection: Connection, remade: Sequence[Wanted], own: OwnTest) -> None:
    ids = ensure_identities(connection, (p for one in remade for p in one.merged.participants), own)
    rows = [
        (one.id, seq, str(p.role), ids[p.identity.kind, p.identity.value], p.name, p.declined)
        for one in remade
        for seq, p in enumerate(one.merged.participants)
    ]
    insert_tuples(connection, tables.participation, _SEAT, rows)


_SEAT = ("interaction_id", "seq", "role", "identity_id", "name", "declined")


def _write_threads(
    connection: Connection, wanted: Sequence[Wanted], new: Sequence[Wanted]
) -> Mapping[int, int | None]:
    """Thread every mail that got a copy, those under one Message-ID as one; return the threads of new ones."""
    mails = [
        Mail(
            one.id,
            one.merged.key.removeprefix("mid:") if one.merged.key.startswith("mid:") else None,
            anchors_of(told.thread_refs for told in one.told),
        )
        for one in wanted
        if one.merged.kind is Kind.EMAIL
        and one.id is not None
        and any(copy.written or copy.interaction_id != one.id for copy in one.copies)
    ]
    return thread_mails(connection, mails, {one.id for one in new if one.id is not None}) if mails else {}


def _write_occurrences(connection: Connection, mailbox_id: int, wanted: Sequence[Wanted]) -> None:
    table = tables.occurrence
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    moved: dict[int | None, list[int]] = defaultdict(list)
    for one in wanted:
        for copy in one.copies:
            if copy.written is not None:
                values = {
                    "interaction_id": one.id,
                    "key": copy.written.activity.key,
                    "facts": copy.written.facts,
                    "content_hash": copy.written.hash,
                    "heard": copy.heard,
                }
                if copy.row is None:
                    new.append({"mailbox_id": mailbox_id, "item_id": copy.item_id, **values})
                else:
                    changed.append({"row_id": copy.row, **{f"new_{name}": value for name, value in values.items()}})
            elif copy.interaction_id != one.id and copy.row is not None:
                moved[one.id].append(copy.row)
    insert_rows(connection, table, new)
    if changed:
        names = ("interaction_id", "key", "facts", "content_hash", "heard")
        update = table.update().where(table.c.id == bindparam("row_id"))
        connection.execute(update.values({name: bindparam(f"new_{name}") for name in names}), changed)
    for interaction_id, rows in moved.items():
        here = among(connection, table.c.id, rows)
        connection.execute(table.update().where(here).values(interaction_id=interaction_id))


def _write_what_was_heard(connection: Connection, wanted: Sequence[Wanted], stale: Sequence[int]) -> None:
    """Keep what the copies of each interaction say of a complaint; what was decided goes where the copies went."""
    told = {one.id: complaint_row((copy.heard for copy in one.copies), one.merged.told) for one in wanted if one.id}
    write_complaints(connection, told)
    homes = {copy.interaction_id: one.id for one in wanted for copy in one.copies}
    leave(connection, stale, homes)


def _delete(connection: Connection, column: Any, values: Iterable[int]) -> None:
    for chunk in chunked(values):
        connection.execute(column.table.delete().where(among(connection, column, chunk)))
