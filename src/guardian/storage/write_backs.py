"""What a CRM lacks of the timeline, and what Guardian wrote into it (`ports.write_back.WriteBackStore`)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select

from guardian.domain.activity import Activity, Direction, Kind, Participant, Role
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.connector import Cursor
from guardian.ports.holds import HoldState
from guardian.ports.write_back import Filing, Outcome, Unlogged
from guardian.storage.bulk import among
from guardian.storage.deleted_there import KEYS
from guardian.storage.engine import Database
from guardian.storage.filings import Filings, load_filings
from guardian.storage.interaction_query import Rows, chunk_of_rows, seat_rows
from guardian.storage.part_locks import PartLocks
from guardian.storage.tables import connector_account, cursor, hold, interaction, mailbox, occurrence
from guardian.storage.weighing import held_keys, signals_of
from guardian.storage.write_back_tables import written_back

_CRM = "sf:"  # how the keys of activities begin that a CRM itself holds


class StoredWriteBacks:
    """What was written back, and what is still to be."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks = PartLocks(database)

    def taking_turn(self, connector: str) -> AbstractContextManager[bool]:
        """Hold the right to write to a connection for as long as the block lasts; False when another does."""
        return self._locks.taking(f"{connector} write-back")

    def cursors(self, connector: str) -> Mapping[str, Cursor | None]:
        """Return where the last round of each feed ended that was ever opened; None within a round or a walk."""
        with self._database.reading() as connection:
            here = mailbox.c.connector_id == _number(connection, connector)
            rows = connection.execute(select(mailbox.c.scope, cursor).join_from(cursor, mailbox).where(here)).all()
        return {row.scope: _at_rest(row) for row in rows}

    def unlogged(self, connector: str, *, since: datetime, until: datetime) -> Iterator[Unlogged]:
        """Yield what happened with outsiders in a time and has no copy in the CRM, oldest first."""
        with self._database.reading() as connection:
            owner = _number(connection, connector)
            filings = load_filings(connection, owner)
        wanted = and_(interaction.c.occurred_at >= since, interaction.c.occurred_at < until, *_lacking(owner))
        after = None
        while True:
            with self._database.reading() as connection:
                rows = chunk_of_rows(connection, after, wanted)
                seats = seat_rows(connection, [row.id for row in rows])
            for row in rows:
                yield _unlogged(row, seats.get(row.id, ()), filings)
            if not rows:
                return
            after = rows[-1]

    def accounts(self, connector: str) -> Mapping[int, str]:
        """Return the CRM's own id of each client that is an account of it."""
        with self._database.reading() as connection:
            return load_filings(connection, _number(connection, connector)).accounts

    def note(self, connector: str, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        """Remember in one transaction what was written, and what was refused and why."""
        if not outcomes:
            return
        with self._database.writing(durable=True, alone=True) as connection:
            owner = _number(connection, connector)
            keys = among(connection, written_back.c.key, [one.draft.key for one in outcomes])
            connection.execute(delete(written_back).where(written_back.c.connector_id == owner, keys))
            connection.execute(insert(written_back), [_row(owner, one, now) for one in outcomes])

    def forget_refusals(self, connector: str, *, before: datetime) -> None:
        """Drop the refusals that an earlier run noted and this one did not meet again."""
        with self._database.writing(alone=True) as connection:
            here = written_back.c.connector_id == _number(connection, connector), written_back.c.record.is_(None)
            connection.execute(delete(written_back).where(*here, written_back.c.at < before))


def _at_rest(row: Row[Any]) -> Cursor | None:
    within = row.walking or row.pending_token is not None or row.token is None
    return None if within else Cursor(token=row.token)


def _number(connection: Connection, connector: str) -> int:
    query = select(connector_account.c.id).where(connector_account.c.name == connector)
    return connection.scalar(query) or 0


def _row(owner: int, one: Outcome, now: datetime) -> dict[str, Any]:
    return {
        "connector_id": owner,
        "key": one.draft.key,
        "object": one.draft.object,
        "record": one.record,
        "who": one.draft.fields.get("WhoId"),
        "problem": one.problem or None,
        "at": now,
        "forgotten": None,
    }


def _lacking(owner: int) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of what may be logged, and is not.

    Mails that share their Message-ID with another one stay out but for the first: the key tells them not apart.
    """
    yield interaction.c.direction != Direction.INTERNAL
    yield interaction.c.kind.in_((Kind.EMAIL, Kind.MEETING, Kind.CALL))
    yield or_(*(interaction.c.key.startswith(one, autoescape=True) for one in KEYS))
    mine = occurrence.c.interaction_id == interaction.c.id
    boxes = select(mailbox.c.id).where(mailbox.c.connector_id == owner)
    in_crm = or_(occurrence.c.mailbox_id.in_(boxes), occurrence.c.key.startswith(_CRM, autoescape=True))
    yield ~select(occurrence.c.id).where(mine, in_crm).exists()
    yield select(occurrence.c.id).where(mine, occurrence.c.key == interaction.c.key).exists()
    written = written_back.c.connector_id == owner, written_back.c.record.is_not(None)
    yield ~select(written_back.c.key).where(*written, written_back.c.key == interaction.c.key).exists()
    released = held_keys(hold.c.state == HoldState.RELEASED)
    yield or_(interaction.c.key.not_in(held_keys()), interaction.c.key.in_(released))


def _unlogged(row: Row[Any], seats: Rows, filings: Filings) -> Unlogged:
    known: dict[str, Filing] = {seat.value: filing for seat in seats if (filing := filings.of(seat))}
    return Unlogged(activity=_activity(row, seats), filings=known)


def _activity(row: Row[Any], seats: Rows) -> Activity:
    return Activity(
        item_id="",
        kind=Kind(row.kind),
        key=row.key,
        occurred_at=row.occurred_at,
        participants=tuple(
            Participant(
                role=Role(seat.role),
                identity=Identity(kind=IdentityKind(seat.kind), value=seat.value),
                name=seat.shown,
                declined=seat.declined,
            )
            for seat in seats
        ),
        signals=signals_of(row.signals),
        subject=row.subject,
        snippet=row.snippet,
        duration_s=row.duration_s,
    )
