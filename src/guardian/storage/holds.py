"""Held mail in the database: kept durably once, decided once, its trail chained."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, func, insert, select, update

from guardian.domain.addresses import normalise_address
from guardian.domain.errors import UserError
from guardian.domain.moments import utc
from guardian.ports.holds import Hold, HoldEvent, HoldState
from guardian.storage.engine import Database
from guardian.storage.hold_rows import first_link, hold_of, hold_row, next_link, storable
from guardian.storage.tables import hold as held
from guardian.storage.tables import hold_event

OVER = frozenset({HoldState.RELEASED, HoldState.RELEASED_INTERNAL, HoldState.RETURNED, HoldState.DISCARDED})
DECIDED = frozenset(HoldState) - {HoldState.HELD, HoldState.SENDING}
TO_EVERYBODY = frozenset({HoldState.RELEASE_REQUESTED, HoldState.RELEASED})

WITHOUT_BYTES = [column for column in held.c if column.name not in {"raw", "offer"}]


class StoredHolds:
    """The store of held mail (`ports.holds.Holds`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, hold: Hold, raw: bytes) -> Hold:
        """Store a mail durably, or return the hold that already keeps these bytes for this envelope.

        When this returns, the mail is on the disk.
        """
        row = hold_row(hold, raw)
        same = select(*WITHOUT_BYTES).where(held.c.offer == row["offer"], held.c.state.not_in(OVER))
        with self._database.writing(durable=True) as connection:
            _alone(connection, row["offer"])
            kept = connection.execute(same).first()
            if kept is None:
                connection.execute(insert(held).values(row))
                _append(connection, HoldEvent(hold_id=hold.id, at=hold.held_at, what=HoldState.HELD, by="guardian"))
                kept = connection.execute(select(*WITHOUT_BYTES).where(held.c.id == hold.id)).one()
        return hold_of(kept)

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

    def move(self, hold: Hold, to: HoldState, event: HoldEvent) -> Hold | None:
        """Change the state if it is still `hold.state`, and append the event; None when somebody was faster.

        UserError for a decision without a name, for a release by the sender or without a justification; ValueError
        for a step that no hold takes; KeyError for an unknown hold.
        """
        now = select(*WITHOUT_BYTES).where(held.c.id == hold.id).with_for_update()
        with self._database.writing(durable=True) as connection:
            row = connection.execute(now).one_or_none()
            if row is None:
                raise KeyError(hold.id)
            if row.state != hold.state:
                return None
            moved = decide(hold_of(row), to, event)
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
            _append(connection, event)
        return moved

    def events(self, hold_id: str) -> Sequence[HoldEvent]:
        """Return the trail of one hold, oldest first."""
        with self._database.reading() as connection:
            return [event for event, _ in _trail(connection, hold_id)]

    def verify_trail(self, hold_id: str) -> bool:
        """Say whether the trail of a hold is as it was written: nothing changed, nothing put in or taken out.

        KeyError for an unknown hold.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(held.c.state, held.c.digest).where(held.c.id == hold_id)).one_or_none()
            if row is None:
                raise KeyError(hold_id)
            trail = _trail(connection, hold_id)
        link = first_link(hold_id, row.digest)
        for event, chain in trail:
            link = next_link(link, event)
            if link != chain:
                return False
        return len(trail) >= (1 if row.state == HoldState.HELD else 2)


def decide(hold: Hold, to: HoldState, event: HoldEvent) -> Hold:
    """Return the hold as it stands after a step; UserError when the step is not this person's to take."""
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
        _may_decide(moved)
    return moved


def _may_decide(hold: Hold) -> None:
    if not (hold.decided_by or "").strip():
        raise UserError("Say who decides about this mail.")
    if hold.state not in TO_EVERYBODY:
        return
    if _mailbox(hold.decided_by or "") == _mailbox(hold.envelope.sender):
        raise UserError("Ask somebody else to release this mail: its sender cannot.")
    if not (hold.decided_why or "").strip():
        raise UserError("Give a justification for the release.")


def _mailbox(address: str) -> str:
    """Return an address without what tells apart the deliveries of one mailbox (name+tag@)."""
    local, _, domain = (normalise_address(address) or address.strip().lower()).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _alone(connection: Connection, offer: bytes) -> None:
    """Wait until no other transaction is about the same mail; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(offer[:8], "big", signed=True))))


def _append(connection: Connection, told: HoldEvent) -> None:
    event = replace(told, by=storable(told.by), why=storable(told.why))
    digest = select(held.c.digest).where(held.c.id == event.hold_id)
    last = select(hold_event.c.chain).where(hold_event.c.hold_id == event.hold_id).order_by(hold_event.c.id.desc())
    previous = connection.scalar(last.limit(1)) or first_link(event.hold_id, connection.execute(digest).scalar_one())
    connection.execute(
        insert(hold_event).values(
            hold_id=event.hold_id,
            at=event.at,
            what=event.what,
            by=event.by,
            why=event.why,
            chain=next_link(previous, event),
        )
    )


def _trail(connection: Connection, hold_id: str) -> Sequence[tuple[HoldEvent, bytes]]:
    query = select(hold_event).where(hold_event.c.hold_id == hold_id).order_by(hold_event.c.id)
    return [
        (HoldEvent(hold_id=row.hold_id, at=row.at, what=row.what, by=row.by, why=row.why), bytes(row.chain))
        for row in connection.execute(query)
    ]
