"""Which interactions belong to one conversation: mails that refer to one another, however late each is met.

A row of `thread` stands for a Message-ID that some mail refers to. Rows that turn out to be one conversation follow
the oldest of them, their leader; an interaction carries the leader's id.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from guardian.storage import tables
from guardian.storage.bulk import insert_tuples, update_numbers
from guardian.storage.chunks import rows_in
from guardian.storage.numbering import free_numbers


class Mail(NamedTuple):
    """A stored mail: its row, its own Message-ID (None without one), and those its copies refer to."""

    interaction_id: int
    message_id: str | None
    anchors: tuple[str, ...]


def anchors_of(references: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what ties a mail to others: each copy's first and last reference; those between lead nowhere else."""
    return tuple(dict.fromkeys(anchor for refs in references if refs for anchor in (refs[0], refs[-1])))


class _Leaders:
    """Union-find over thread rows; the smallest id of a set leads it."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def add(self, row: int, leader: int | None) -> None:
        self._above.setdefault(row, leader if leader is not None else row)
        if leader is not None:
            self._above.setdefault(leader, leader)

    def of(self, row: int) -> int:
        while self._above[row] != row:
            row = self._above[row]
        return row

    def unite(self, rows: Sequence[int]) -> list[tuple[int, int]]:
        """Make these rows one set; return (absorbed leader, new leader) for every leader that lost."""
        leaders = sorted({self.of(row) for row in rows})
        lost = [(one, leaders[0]) for one in leaders[1:]]
        for one, winner in lost:
            self._above[one] = winner
        return lost


def thread_mails(connection: Connection, mails: Sequence[Mail], unborn: Collection[int]) -> dict[int, int | None]:
    """Give every one of these mails, and those they refer to, the thread they belong to.

    Of those mails whose row is not stored yet (`unborn`) the threads are returned instead.
    """
    anchors = {anchor for mail in mails for anchor in mail.anchors}
    own = {mail.message_id for mail in mails if mail.message_id}
    rows, leaders, new = _thread_rows(connection, anchors, own)
    parents = _stored(connection, anchors)
    lost = []
    for parent in parents:
        if parent.thread_id is not None:
            leaders.add(parent.thread_id, None)
            lost += leaders.unite([parent.thread_id, rows[parent.message_id]])
    for mail in mails:
        lost += leaders.unite(_rows_of(mail, rows))
    _insert(connection, new, leaders)
    fresh = set(new.values())
    _follow(connection, [(absorbed, leaders.of(winner)) for absorbed, winner in lost if absorbed not in fresh])
    placed: dict[int, int | None] = {one.interaction_id: leaders.of(rows[one.message_id]) for one in parents}
    for mail in mails:
        mine = _rows_of(mail, rows)
        # A row may have told of another mail before; its thread must not stay.
        placed[mail.interaction_id] = leaders.of(mine[0]) if mine else None
    known = {parent.interaction_id: parent.thread_id for parent in parents}
    _store(connection, {one: thread for one, thread in placed.items() if one not in unborn}, known)
    return {one: placed[one] for one in unborn if one in placed}


class _Parent(NamedTuple):
    interaction_id: int
    message_id: str
    thread_id: int | None


def _stored(connection: Connection, anchors: Iterable[str]) -> list[_Parent]:
    """Return the stored mails that are referred to, with their threads; under one id there may be several."""
    copy, table = tables.occurrence, tables.interaction
    query = select(table.c.id, copy.c.key, table.c.thread_id).join_from(copy, table)
    found = rows_in(connection, query, copy.c.key, (f"mid:{anchor}" for anchor in anchors))
    # Each once, however many copies it has.
    return list(dict.fromkeys(_Parent(row.id, row.key.removeprefix("mid:"), row.thread_id) for row in found))


def _rows_of(mail: Mail, rows: dict[str, int]) -> list[int]:
    return [rows[one] for one in (*mail.anchors, mail.message_id) if one in rows] if rows else []


def _thread_rows(
    connection: Connection, anchors: set[str], own: set[str]
) -> tuple[dict[str, int], _Leaders, dict[str, int]]:
    """Return the rows of these Message-IDs, who leads them, and which of the rows have yet to be stored."""
    table = tables.thread
    rows: dict[str, int] = {}
    leaders = _Leaders()
    for row in rows_in(connection, select(table), table.c.root, anchors | own):
        rows[row.root] = row.id
        leaders.add(row.id, row.leader)
    missing = sorted(anchors - rows.keys())
    new = dict(zip(missing, free_numbers(connection, table, len(missing)), strict=True))
    for row_id in new.values():
        leaders.add(row_id, None)
    return rows | new, leaders, new


def _insert(connection: Connection, new: dict[str, int], leaders: _Leaders) -> None:
    # Stored once it is known whom they follow: most new rows follow another at once.
    led = ((root, row, leaders.of(row)) for root, row in new.items())
    rows = [(row, root, None if first == row else first) for root, row, first in led]
    insert_tuples(connection, tables.thread, ("id", "root", "leader"), rows)


def _follow(connection: Connection, lost: Iterable[tuple[int, int]]) -> None:
    rows = [{"absorbed": absorbed, "winner": winner} for absorbed, winner in lost]
    if not rows:
        return
    thread, interaction = tables.thread, tables.interaction
    for column, target in (
        (thread.c.id, thread.c.leader),
        (thread.c.leader, thread.c.leader),
        (interaction.c.thread_id, interaction.c.thread_id),
    ):
        change = target.table.update().where(column == bindparam("absorbed"))
        connection.execute(change.values({target: bindparam("winner")}), rows)


def _store(connection: Connection, placed: dict[int, int | None], known: dict[int, int | None]) -> None:
    """Store the threads that are not what is known of them; what was just made to follow another is written twice."""
    table = tables.interaction
    query = select(table.c.id, table.c.thread_id)
    unknown = placed.keys() - known.keys()
    now = known | {row.id: row.thread_id for row in rows_in(connection, query, table.c.id, unknown)}
    moved = {one: thread for one, thread in placed.items() if now.get(one) != thread}
    update_numbers(connection, table.c.thread_id, moved)
