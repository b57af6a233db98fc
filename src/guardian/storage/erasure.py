"""Forgetting a person: out of every table, for good, with a hash left so that no sync brings him back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from guardian.domain.addresses import normalise_address
from guardian.domain.errors import OutOfRoom, TryLater, UserError
from guardian.storage import scrubbing
from guardian.storage.engine import Database, translated
from guardian.storage.erased_clients import erase_clients
from guardian.storage.erased_people import Whom, erase_people, erase_records, leave_tombstones, whom, whose
from guardian.storage.erased_seats import erase_seats
from guardian.storage.traces import Trace, trace_of
from guardian.storage.written_about import Written, close_written, mark_written


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much of a person was erased.

    `interactions` went with all their copies, from `seats` of others he was taken out, `texts` named him. `waiting`
    are held mails that name him and are not decided: decide them and forget him again. `other_addresses` counts the
    mail addresses that the same person is known by and that are still there. `written` are the records that Guardian
    itself wrote about the person into CRMs, by connection and id: delete them there.
    """

    identities: int
    persons: int
    clients: int
    interactions: int
    seats: int
    records: int
    dead_letters: int
    excluded: int
    holds: int
    texts: int
    waiting: int
    other_addresses: int
    written: tuple[Written, ...] = ()


def forget(database: Database, address: str, *, now: datetime) -> Forgotten:
    """Erase a person everywhere and keep a hash of his address; UserError when the text is no address.

    The person goes with his phones and CRM ids unless another mail address of his is left. On SQLite the file holds
    nothing of him either when this returns; TryLater when a reader keeps it from being cleaned, OutOfRoom when a full
    disk does (then forget again). PostgreSQL frees the space at its next vacuum.
    """
    normal = normalise_address(address)
    if normal is None:
        raise UserError("Give the mail address of who is to be forgotten, as name@company.example.")
    # Alone: a page that is being written now is written before, or is planned anew without him.
    with database.writing(durable=True, alone=True) as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        forgotten = forget_here(connection, normal, now)
    if database.is_sqlite:
        clean_file(database)
    return forgotten


def forget_here(connection: Connection, address: str, now: datetime) -> Forgotten:
    """Erase who has a normalised address in a transaction that runs alone."""
    trace = trace_of(address)
    return _erase(connection, whom(connection, address, trace), trace, now)


def erase_identity(connection: Connection, identity_id: int, now: datetime) -> None:
    """Erase who is known by one identity, a CRM's record, say; with a mail address left only that identity goes."""
    gone = whose(connection, identity_id)
    _erase(connection, gone, trace_of(gone.address), now)


def _erase(connection: Connection, gone: Whom, trace: Trace, now: datetime) -> Forgotten:
    mark_written(connection, gone)
    interactions, seats = erase_seats(connection, gone)
    written = close_written(connection, gone, now)
    records = erase_records(connection, gone, trace)
    erase_people(connection, gone)
    clients = erase_clients(connection, gone)
    dead_letters = scrubbing.scrub_dead_letters(connection, trace)
    excluded = scrubbing.scrub_notes(connection, trace)
    holds, waiting = scrubbing.scrub_holds(connection, trace)
    scrubbing.scrub_trails(connection, trace)
    scrubbing.scrub_accounts(connection, trace)
    texts = scrubbing.scrub_texts(connection, trace)
    leave_tombstones(connection, gone, now)
    return Forgotten(
        identities=len(gone.identities),
        persons=len(gone.person_ids),
        clients=clients,
        interactions=interactions,
        seats=seats,
        records=records,
        dead_letters=dead_letters,
        excluded=excluded,
        holds=holds,
        texts=texts,
        waiting=waiting,
        other_addresses=gone.others,
        written=written,
    )


def clean_file(database: Database) -> None:
    """Take what was erased out of SQLite's file and its log, old states of pages included."""
    with translated(), database.engine.connect() as connection:
        try:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.exec_driver_sql("VACUUM")
            (busy, *_) = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        except OperationalError as failed:
            _explain(failed)
            raise
        finally:
            connection.exec_driver_sql("PRAGMA secure_delete = OFF")
    if busy:
        raise TryLater("The database is being read, so its log still holds old pages: forget again later.")


def _explain(failed: OperationalError) -> None:
    """Say of what time or a person mends that the old pages are still there."""
    why = str(failed.orig)
    if "locked" in why:
        raise TryLater("The database is in use, so its file still holds old pages: forget again later.") from failed
    if "is full" in why:  # SQLite puts the file together anew among the temporary files first
        raise OutOfRoom(
            "The disk is full, so the database's file still holds old pages: make room where the database lies and"
            " where temporary files do, then forget again."
        ) from failed
