"""Held mail in the database: kept durably once, decided once, its trail chained."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, tuple_, update

from guardian.domain.addresses import mailbox_of
from guardian.domain.errors import UserError
from guardian.domain.moments import utc
from guardian.ports.holds import OVER, Hold, HoldEvent, HoldState
from guardian.storage.accounts import names_of
from guardian.storage.engine import Database
from guardian.storage.hold_rows import hold_of, hold_row, storable, without_quotes
from guardian.storage.tables import hold as held
from guardian.storage.tables import hold_once
from guardian.storage.together import Together
from guardian.storage.trails import TrailBreak, append, begin, breaks, trail_of, trails_in

DECIDED = frozenset(HoldState) - {HoldState.HELD, HoldState.SENDING}
TO_EVERYBODY = frozenset({HoldState.RELEASE_REQUESTED, HoldState.RELEASED})

WITHOUT_BYTES = [column for column in held.c if column.name not in {"raw", "offer"}]
# Put together once: to do it for every mail takes longer than to run them.
_SAME = select(*WITHOUT_BYTES).where(held.c.offer == bindparam("offered"), held.c.state.not_in(OVER))
_THIS = select(*WITHOUT_BYTES).where(held.c.id == bindparam("this"))


class StoredHolds:
    """The store of held mail (`ports.holds.Holds`)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together = Together(self._keep_all)

    def keep(self, hold: Hold, raw: bytes) -> Hold:
        """Store a mail durably, or return the hold that already keeps these bytes for this envelope.

        When this returns, the mail is on the disk. With SQLite, mails that come at the same moment share a
        transaction, or each would wait for the disk in turn. PostgreSQL does that of itself.
        """
        row = hold_row(hold, raw)
        return self._together.submit(row) if self._database.is_sqlite else self._keep_all([row])[0]

    def _keep_all(self, rows: Sequence[dict[str, Any]]) -> Sequence[Hold]:
        with self._database.writing(durable=True) as connection:
            return [_keep(connection, row) for row in rows]

    def get(self, hold_id: str) -> Hold | None:
        """Return one hold, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(*WITHOUT_BYTES).where(held.c.id == hold_id)).one_or_none()
        return None if row is None else hold_of(row)

    def raw(self, hold_id: str) -> bytes:
        """Return the bytes exactly as they were offered; KeyError for an unknown hold."""
        with self._database.reading() as connection:
            raw = connection.scalar(select(held.c.raw).where(held.c.id == hold_id))
        if raw is None:
            raise KeyError(hold_id)
        return bytes(raw)

    def list(self, *, states: frozenset[HoldState] | None = None) -> Sequence[Hold]:
        """Return the holds in these states (all for None), oldest first."""
        query = select(*WITHOUT_BYTES).order_by(held.c.held_at, held.c.id)
        if states is not None:
            query = query.where(held.c.state.in_(states))
        with self._database.reading() as connection:
            return [hold_of(row) for row in connection.execute(query)]

    def latest(self, *, states: frozenset[HoldState], most: int, before: str | None = None) -> Sequence[Hold]:
        """Return at most so many holds in these states, newest first; `before` goes on behind the hold of that id."""
        query = select(*WITHOUT_BYTES).where(held.c.state.in_(states))
        if before is not None:
            there = select(held.c.held_at).where(held.c.id == before).scalar_subquery()
            query = query.where(tuple_(held.c.held_at, held.c.id) < tuple_(there, before))
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(held.c.held_at.desc(), held.c.id.desc()).limit(most))
            return [hold_of(row) for row in found]

    def move(self, hold: Hold, to: HoldState, event: HoldEvent, *, once: str | None = None) -> Hold | None:
        """Change the state if it is still `hold.state`, and append the event; None when somebody was faster.

        With the last step bytes and words of the mail go. Of all steps of a hold with the same `once` only the first
        is taken. UserError for a decision without a name,
        for a release by who wrote the mail or without a justification; ValueError for a step that no hold takes;
        KeyError for an unknown hold.
        """
        now = select(*WITHOUT_BYTES).where(held.c.id == hold.id).with_for_update()
        with self._database.writing(durable=True) as connection:
            row = connection.execute(now).one_or_none()
            if row is None:
                raise KeyError(hold.id)
            if row.state != hold.state:
                return None
            asks = row.state == HoldState.HELD and to in TO_EVERYBODY
            moved = decide(hold_of(row), to, event, names_of(connection, event.by) if asks else frozenset())
            if once is not None and _taken_before(connection, hold.id, once):
                return None
            connection.execute(
                update(held)
                .where(held.c.id == hold.id)
                .values(
                    state=moved.state.value,
                    decided_by=moved.decided_by,
                    decided_why=moved.decided_why,
                    decided_at=moved.decided_at,
                )
            )
            append(connection, event)
            return _emptied(connection, hold.id) if to in OVER else moved

    def note(self, event: HoldEvent) -> None:
        """Append an event that changes nothing, whatever the state; KeyError for an unknown hold."""
        with self._database.writing(durable=True) as connection:
            here = select(held.c.id).where(held.c.id == event.hold_id).with_for_update()
            if connection.scalar(here) is None:
                raise KeyError(event.hold_id)
            append(connection, event)

    def events(self, hold_id: str) -> Sequence[HoldEvent]:
        """Return the trail of one hold, oldest first."""
        with self._database.reading() as connection:
            return trail_of(connection, hold_id)

    def trails(self, *, states: frozenset[HoldState]) -> Mapping[str, Sequence[HoldEvent]]:
        """Return the trails of all holds in these states by their ids, each oldest first."""
        with self._database.reading() as connection:
            return trails_in(connection, states)

    def broken_trails(self, hold_id: str | None = None) -> Sequence[TrailBreak]:
        """Return where trails are not as they were written: changed, put in or taken out; of one hold, or of all.

        KeyError for an unknown hold.
        """
        if hold_id is not None and self.get(hold_id) is None:
            raise KeyError(hold_id)
        with self._database.reading() as connection:
            return [*breaks(connection, hold_id)]


def _keep(connection: Connection, row: dict[str, Any]) -> Hold:
    """Store one mail, or find the open hold that keeps it already."""
    _alone(connection, row["offer"])
    kept = connection.execute(_SAME, {"offered": row["offer"]}).first()
    if kept is None:
        begin(connection, HoldEvent(hold_id=row["id"], at=row["held_at"], what=HoldState.HELD, by="guardian"), row)
        kept = connection.execute(_THIS, {"this": row["id"]}).one()
    return hold_of(kept)


def _emptied(connection: Connection, hold_id: str) -> Hold:
    """Take out of a hold that is over what its mail says, and return what is left."""
    row = connection.execute(_THIS, {"this": hold_id}).one()
    bare = {"raw": b"", "subject": "", "verdict": without_quotes(row.verdict)}
    with _overwriting(connection):
        connection.execute(update(held).where(held.c.id == hold_id).values(bare))
    return hold_of(connection.execute(_THIS, {"this": hold_id}).one())


@contextmanager
def _overwriting(connection: Connection) -> Iterator[None]:
    """Have SQLite write over what is taken out, which some builds leave in the file."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA secure_delete").scalar_one()
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    yield
    connection.exec_driver_sql(f"PRAGMA secure_delete = {before}")


def decide(hold: Hold, to: HoldState, event: HoldEvent, names: frozenset[str]) -> Hold:
    """Return the hold as it stands after a step; UserError when the step is not this person's to take.

    `names` are his mailboxes where he asks that it goes to everybody. Later steps are not measured by them: what he
    is known as may be learnt while the mail is on its way.
    """
    if event.hold_id != hold.id or hold.state in OVER or (hold.state, to) == (HoldState.HELD, HoldState.SENDING):
        raise ValueError(f"no hold goes from {hold.state} to {to}")
    moved = replace(hold, state=to)
    if to is HoldState.HELD:
        moved = replace(moved, decided_by=None, decided_why=None, decided_at=None)
    elif hold.state is HoldState.HELD:
        moved = replace(
            moved, decided_by=storable(event.by), decided_why=storable(event.why), decided_at=utc(event.at)
        )
    if to in DECIDED:
        _may_decide(moved, names)
    return moved


def _may_decide(hold: Hold, names: frozenset[str]) -> None:
    if not (hold.decided_by or "").strip():
        raise UserError("Say who decides about this mail.")
    if hold.state not in TO_EVERYBODY:
        return
    writers = {mailbox_of(one) for one in (hold.envelope.sender, *hold.written_by)}
    if writers & {mailbox_of(hold.decided_by or ""), *names}:
        raise UserError("Ask somebody else to release this mail: its sender cannot.")
    if not (hold.decided_why or "").strip():
        raise UserError("Give a justification for the release.")


def _alone(connection: Connection, offer: bytes) -> None:
    """Wait until no other transaction is about the same mail; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(offer[:8], "big", signed=True))))


def _taken_before(connection: Connection, hold_id: str, once: str) -> bool:
    """Say whether this step of this hold was taken already, and remember it; the hold's row must be locked."""
    key = hashlib.sha256(f"{hold_id}\n{once}".encode()).digest()
    if connection.scalar(select(hold_once.c.hold_id).where(hold_once.c.key == key)) is not None:
        return True
    connection.execute(insert(hold_once).values(key=key, hold_id=hold_id))
    return False
