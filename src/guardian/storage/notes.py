"""What reps say about their clients."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from guardian.domain.notes import Note, NoteKind, Reach
from guardian.storage.belonging import load_belonging
from guardian.storage.engine import Database
from guardian.storage.note_tables import client_note

_FACTS = ("client_id", "at", "digest", "day", "since", "until", "owner", "instead_of")  # as they are


class StoredNotes:
    """The notes of all reps (`ports.notes.Notes`); reps by address, whatever its case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, note: Note, *, once: str) -> bool:
        """Keep a note; False, and nothing kept, where this use has told one already."""
        facts = {name: getattr(note, name) for name in _FACTS}
        row = {**facts, "rep": note.rep.lower(), "kind": note.kind.value, "once": _use(once)}
        row["channel"] = None if note.channel is None else note.channel.value
        try:
            with self._database.writing(durable=True) as connection:
                connection.execute(insert(client_note).values(**row))
        except IntegrityError:
            if self.told(once) is None:
                raise  # nobody was faster: something else is wrong with it
            return False
        return True

    def told(self, once: str) -> Note | None:
        """Return what a use has told, if it has and nobody took it back."""
        with self._database.reading() as connection:
            row = connection.execute(select(client_note).where(client_note.c.once == _use(once))).one_or_none()
        return None if row is None else _note(row, row.client_id)

    def take_back(self, once: str, *, at: datetime) -> bool:
        """Make a note count no longer from a moment on; False where nothing was told."""
        here = client_note.c.once == _use(once)
        with self._database.writing(durable=True) as connection:
            taken = connection.execute(update(client_note).where(here).values(undone_at=at, once=None))
            return bool(taken.rowcount)

    def known(self, *, until: datetime) -> Sequence[Note]:
        """Return what had been said up to a moment and not been taken back by then, oldest first."""
        with self._database.reading() as connection:
            return known_notes(connection, until=until)


def known_notes(connection: Connection, *, until: datetime, only: Collection[int] | None = None) -> list[Note]:
    """Return the notes known at a moment (about some clients), oldest first.

    Each is about the client that stands for its own after all merges; name those absorbed in `only`, too.
    """
    stands = or_(client_note.c.undone_at.is_(None), client_note.c.undone_at > until)
    query = select(client_note).where(client_note.c.at <= until, stands)
    if only is not None:
        query = query.where(client_note.c.client_id.in_(only))
    rows = connection.execute(query.order_by(client_note.c.at, client_note.c.id)).all()
    if not rows:
        return []
    belonging = load_belonging(connection, until)
    return [_note(row, belonging.living(row.client_id) or row.client_id) for row in rows]


def _use(once: str) -> bytes:
    return hashlib.sha256(once.encode("utf-8", "replace")).digest()


def _note(row: Row[Any], client_id: int) -> Note:
    facts = {name: getattr(row, name) for name in _FACTS} | {"client_id": client_id}
    channel = None if row.channel is None else Reach(row.channel)
    return Note(id=row.id, rep=row.rep, kind=NoteKind(row.kind), channel=channel, **facts)
