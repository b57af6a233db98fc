"""What a database that was put back from a copy needs before anybody works with it.

What was decided on held mail since the copy was made is not known, so that all of it that is open is left to people.
Whoever was forgotten since then is forgotten again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, String, Text, func, insert, or_, select, update

from guardian.domain.people import IdentityKind
from guardian.domain.raw_addresses import addresses_in, addresses_in_text
from guardian.ports.holds import OVER, RESTORED, HoldEvent, HoldState
from guardian.storage.engine import Database
from guardian.storage.erasure import clean_file, erase_identity, forget_here
from guardian.storage.put_back import MARK, is_put_back
from guardian.storage.tables import dead_letter, hold, identity, metadata, tombstone
from guardian.storage.tombstones import tombstone_hash
from guardian.storage.trails import append

FEW = 20  # raw mails in memory at a time
MANY = 5_000  # texts
_BYTES = (dead_letter.c.raw, hold.c.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How many held mails were left to people, and how many people were forgotten again.

    `named` are the addresses of those who still stand in held mail: they have to be forgotten once it is decided.
    """

    held: int = 0
    forgotten: int = 0
    named: tuple[str, ...] = ()


def settle_restored(database: Database, *, now: datetime) -> Settled | None:
    """Do what a database of this version that was put back needs, all or nothing; None for any other.

    Harmless to repeat. As with `forget`, nothing of whom it forgets is left in SQLite's file.
    """
    with database.writing(durable=True, alone=True) as connection:
        if not is_put_back(connection):
            return None
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        held = _leave_to_people(connection, now)
        forgotten, named = _forget_again(connection, now)
        MARK.drop(connection)
    if forgotten and database.is_sqlite:
        clean_file(database)
    return Settled(held=held, forgotten=forgotten, named=named)


def _leave_to_people(connection: Connection, now: datetime) -> int:
    """Have every open hold wait for a person, also where the copy has it decided or on its way."""
    still_open = select(hold.c.id).where(hold.c.state.not_in(OVER)).order_by(hold.c.id)
    names = connection.scalars(still_open).all()
    undecided = {"state": HoldState.HELD, "decided_by": None, "decided_why": None, "decided_at": None}
    for name in names:
        connection.execute(update(hold).where(hold.c.id == name).values(undecided))
        append(connection, HoldEvent(hold_id=name, at=now, what=RESTORED, by="guardian"))
    return len(names)


def _forget_again(connection: Connection, now: datetime) -> tuple[int, tuple[str, ...]]:
    """Forget whom the other database's tombstones name; return how many were there, and who still is in held mail."""
    here = select(tombstone.c.hash)
    new = select(MARK.c.hash, func.min(MARK.c.at)).where(MARK.c.hash.not_in(here)).group_by(MARK.c.hash)
    hashes = {bytes(row.hash) for row in connection.execute(new)}
    if not hashes:
        return 0, ()
    connection.execute(insert(tombstone).from_select(["hash", "at"], new))
    found = sorted(one for one in _addresses(connection) if tombstone_hash(one) in hashes)
    waiting = [one for one in found if forget_here(connection, one, now).waiting]
    records = select(identity.c.id, identity.c.value).where(identity.c.kind == IdentityKind.CRM)
    by_record = [row.id for row in connection.execute(records).all() if tombstone_hash(row.value) in hashes]
    for identity_id in by_record:
        erase_identity(connection, identity_id, now)
    return len(found) + len(by_record), tuple(waiting)


def _addresses(connection: Connection) -> set[str]:
    """Return every address that stands anywhere in the database."""
    found = set(connection.scalars(select(identity.c.value).where(identity.c.kind == IdentityKind.EMAIL)))
    for table in metadata.sorted_tables:
        for column in (one for one in table.c if isinstance(one.type, String | Text)):
            for text in _naming(connection, column):
                found |= addresses_in_text(text)
    for column in _BYTES:
        for raw in connection.scalars(select(column).execution_options(yield_per=FEW)):
            found |= addresses_in(bytes(raw))
    return found


def _naming(connection: Connection, column: Column[str]) -> Iterator[str]:
    """Yield the texts of a column that may name an address."""
    with_sign = or_(column.contains("@"), column.contains("%40", autoescape=True))
    yield from connection.scalars(select(column).where(with_sign).execution_options(yield_per=MANY))
