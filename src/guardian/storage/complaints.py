"""What clients complained of, out of the stored mail, with what was spoken since (`ports.complaints`)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from guardian.domain.activity import Direction, Role
from guardian.domain.complaint import SERIOUS
from guardian.domain.complaint_life import ComplaintRecord, Decision, HeardMail, Ruling, Speaker, Word
from guardian.domain.notes import CONTACTS, Note, NoteKind
from guardian.domain.touch import Touch
from guardian.storage.belonging import Belonging, load_belonging
from guardian.storage.complaint_tables import complaint, complaint_decision
from guardian.storage.engine import Database
from guardian.storage.interaction_query import Rows, clients_of, perhaps_with, seat_rows
from guardian.storage.notes import known_notes
from guardian.storage.tables import interaction
from guardian.storage.weighing import stored_touch

_SPOKEN = 1.0  # from this weight on the client said something; less is only an accepted invitation
_SPEAKING = (Role.FROM, Role.ORGANIZER, Role.OWNER)
_AT_ONCE = 1_000


class StoredComplaints:
    """The complaints of all clients (`ports.complaints.Complaints`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, *, until: datetime, min_severity: int = SERIOUS) -> Mapping[int, ComplaintRecord]:
        """Return what was known at a moment of the clients who ever said that something was wrong."""
        with self._database.reading() as connection:
            heard = _heard(connection, until)
            if not heard:
                return {}
            belonging = load_belonging(connection)
            mails = _by_client(connection, heard, belonging)
            decisions = _decisions(connection, until)
            notes = known_notes(connection, until=until, only=_all_names(mails, belonging))
            return {
                client_id: ComplaintRecord(
                    heard=tuple(told),
                    decisions=_decided(client_id, told, decisions, notes),
                    words=_spoken(connection, client_id, belonging, _Since(told, until, min_severity), notes),
                )
                for client_id, told in mails.items()
            }

    def decide(self, decision: Decision) -> bool:
        """Keep a ruling on the complaint that a mail is part of; False where no such mail complains."""
        of = decision.interaction_id
        with self._database.writing(durable=True) as connection:
            query = select(complaint.c.severity).where(complaint.c.interaction_id == of, complaint.c.severity > 0)
            if connection.scalar(query) is None:
                return False
            row = {"interaction_id": of, "ruling": decision.ruling.value, "by": decision.by, "why": decision.why}
            connection.execute(insert(complaint_decision).values(**row, at=decision.at))
        return True


def _heard(connection: Connection, until: datetime) -> list[HeardMail]:
    query = (
        select(complaint, interaction.c.occurred_at)
        .join(interaction, interaction.c.id == complaint.c.interaction_id)
        .where(interaction.c.occurred_at <= until, interaction.c.direction == Direction.IN)
        .order_by(interaction.c.occurred_at, interaction.c.id)
    )
    return [
        HeardMail(
            interaction_id=row.interaction_id,
            at=row.occurred_at,
            severity=row.severity,
            settled=row.settled,
            score=row.score,
            words=tuple(json.loads(row.words)),
            degraded=row.degraded,
        )
        for row in connection.execute(query)
    ]


def _by_client(
    connection: Connection, heard: Sequence[HeardMail], belonging: Belonging
) -> dict[int, list[HeardMail]]:
    """Return the mails by the client whose people wrote them; those of nobody's people are left out."""
    seats: dict[int, Rows] = {}
    for at in range(0, len(heard), _AT_ONCE):
        seats |= seat_rows(connection, [one.interaction_id for one in heard[at : at + _AT_ONCE]])
    found: dict[int, list[HeardMail]] = defaultdict(list)
    for mail in heard:
        writers = [seat for seat in seats.get(mail.interaction_id, ()) if seat.role == Role.FROM]
        for client_id in clients_of(writers, belonging):
            found[client_id].append(mail)
    return found


def _all_names(mails: Iterable[int], belonging: Belonging) -> list[int]:
    return [one for client_id in mails for one in belonging.standing_for(client_id)]


def _decisions(connection: Connection, until: datetime) -> Mapping[int, list[Decision]]:
    table = complaint_decision
    found: dict[int, list[Decision]] = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.at <= until).order_by(table.c.at, table.c.id)):
        found[row.interaction_id].append(
            Decision(ruling=Ruling(row.ruling), at=row.at, by=row.by, why=row.why, interaction_id=row.interaction_id)
        )
    return found


def _decided(
    client_id: int, mails: Sequence[HeardMail], decisions: Mapping[int, list[Decision]], notes: Sequence[Note]
) -> tuple[Decision, ...]:
    by_note = [
        Decision(ruling=Ruling.SOLVED, at=note.at, by=note.rep)
        for note in notes
        if note.client_id == client_id and note.kind is NoteKind.SOLVED
    ]
    by_mail = [one for mail in mails for one in decisions.get(mail.interaction_id, ())]
    return tuple(sorted([*by_note, *by_mail], key=lambda one: one.at))


class _Since:
    """From when to when a client's words matter: from the first mail that is grave enough; `start` None for none."""

    def __init__(self, mails: Sequence[HeardMail], until: datetime, min_severity: int) -> None:
        self.start = min((one.at for one in mails if one.severity >= min_severity), default=None)
        self.until = until


def _spoken(
    connection: Connection, client_id: int, belonging: Belonging, span: _Since, notes: Sequence[Note]
) -> tuple[Word, ...]:
    start = span.start
    if start is None:
        return ()
    rows = list(connection.execute(_between(client_id, belonging, start, span.until)))
    seats: dict[int, Rows] = {}
    for at in range(0, len(rows), _AT_ONCE):
        seats |= seat_rows(connection, [row.id for row in rows[at : at + _AT_ONCE]])
    words = [
        _word(row, seats.get(row.id, ()), span.until) for row in rows if _is_with(client_id, row, seats, belonging)
    ]
    told = [_told(one) for one in notes if one.client_id == client_id and one.kind in CONTACTS]
    spoken = [one for one in (*words, *told) if (one.client or one.ours) and one.at >= start]
    return tuple(sorted(spoken, key=lambda one: one.at))


def _between(client_id: int, belonging: Belonging, start: datetime, until: datetime) -> Select[Any]:
    at = interaction.c.occurred_at
    return (
        select(interaction)
        .where(at >= start, at <= until, interaction.c.direction != Direction.INTERNAL)
        .where(perhaps_with(client_id, belonging))
        .order_by(at, interaction.c.id)
    )


def _is_with(client_id: int, row: Row[Any], seats: Mapping[int, Rows], belonging: Belonging) -> bool:
    return client_id in clients_of(seats.get(row.id, ()), belonging)


def _word(row: Row[Any], seats: Rows, now: datetime) -> Word:
    """Return an interaction as a word: machines, mass mail and copies for information say nothing."""
    touch = stored_touch(
        row.kind,
        row.direction,
        row.signals,
        row.outsiders,
        row.addressed,
        row.duration_s,
        False,
        row.occurred_at <= now,
    )
    return Word(
        at=row.occurred_at,
        interaction_id=row.id,
        client=touch.inbound_clock and touch.weight >= _SPOKEN,
        ours=_ours(seats) if _we_spoke(row, touch) else (),
    )


def _we_spoke(row: Row[Any], touch: Touch) -> bool:
    in_person = touch.any_clock and touch.inbound_clock
    return touch.any_clock and (row.direction == Direction.OUT or (in_person and row.kind != "email"))


def _ours(seats: Rows) -> tuple[Speaker, ...]:
    """Return who of ours spoke: who wrote or called, at a meeting whoever of ours was there."""
    there = [one for one in seats if one.own and not one.declined]
    speaking = [one for one in there if one.role in _SPEAKING or one.role == Role.ATTENDEE]
    found = {(one.address or one.value): one.shown for one in reversed(speaking)}
    return tuple(Speaker(address=address, name=name) for address, name in found.items())


def _told(note: Note) -> Word:
    """Return a contact that only a rep tells of as a word."""
    worth = CONTACTS[note.kind]
    return Word(
        at=note.happened_at, client=worth.inbound_clock and worth.any_clock, ours=(Speaker(address=note.rep),)
    )
