"""What clients complained of, out of the stored mail, with what was spoken since (`ports.complaints`)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.cases import Case, is_case_key
from guardian.domain.complaint import SERIOUS
from guardian.domain.complaint_record import ComplaintRecord, Decision, HeardMail, Ruling, Speaker, Word
from guardian.domain.notes import CONTACTS, Note, NoteKind
from guardian.domain.touch import Touch
from guardian.storage.belonging import Belonging, identities, load_belonging
from guardian.storage.chunks import rows_in
from guardian.storage.complaint_tables import complaint, complaint_decision
from guardian.storage.engine import Database
from guardian.storage.interaction_query import Rows, clients_of, seat_rows, talked_with
from guardian.storage.notes import known_notes
from guardian.storage.tables import interaction, participation
from guardian.storage.weighing import stored_touch, was_not_kept_back

_SPOKEN = 1.0  # from this weight on the client said something; less is only an accepted invitation
_SENT_TO = (Role.TO, Role.CC, Role.BCC)
_SPEAKING = (Role.FROM, Role.ORGANIZER, Role.OWNER)
_TOLD_OF_IT = (
    interaction.c.key,
    interaction.c.occurred_at,
    interaction.c.duration_s,
    interaction.c.thread_id,
)
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
            belonging = load_belonging(connection, until)
            mails = _by_client(connection, heard, belonging)
            decisions = _decisions(connection, until)
            notes = _by_client_told(known_notes(connection, until=until))
            since = _starts(mails, min_severity)
            words = _spoken(connection, since, belonging, until) if since else {}
        return {
            client_id: ComplaintRecord(
                heard=tuple(told),
                decisions=_decided(told, decisions, notes.get(client_id, ())),
                words=_words(words.get(client_id, ()), notes.get(client_id, ()), since.get(client_id)),
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
        select(complaint, *_TOLD_OF_IT)
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
            case=_case(row),
            thread=row.thread_id,
        )
        for row in connection.execute(query)
    ]


def _case(row: Row[Any]) -> Case | None:
    if not is_case_key(row.key):
        return None
    open_for = row.duration_s
    return Case(closed_at=None if open_for is None else row.occurred_at + timedelta(seconds=open_for))


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
        by = frozenset[str]() if mail.case else _people(writers, belonging)
        for client_id in clients_of(writers, belonging):
            found[client_id].append(replace(mail, by=by))
    return found


def _decisions(connection: Connection, until: datetime) -> Mapping[int, list[Decision]]:
    table = complaint_decision
    found: dict[int, list[Decision]] = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.at <= until).order_by(table.c.at, table.c.id)):
        found[row.interaction_id].append(
            Decision(ruling=Ruling(row.ruling), at=row.at, by=row.by, why=row.why, interaction_id=row.interaction_id)
        )
    return found


def _by_client_told(notes: Iterable[Note]) -> Mapping[int, list[Note]]:
    found: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        found[note.client_id].append(note)
    return found


def _decided(
    mails: Sequence[HeardMail], decisions: Mapping[int, list[Decision]], notes: Sequence[Note]
) -> tuple[Decision, ...]:
    by_note = [
        Decision(ruling=Ruling.SOLVED, at=note.at, by=note.rep, heard_until=note.told_until)
        for note in notes
        if note.kind is NoteKind.SOLVED
    ]
    by_mail = [one for mail in mails for one in decisions.get(mail.interaction_id, ())]
    return tuple(sorted([*by_note, *by_mail], key=lambda one: one.at))


def _starts(mails: Mapping[int, Sequence[HeardMail]], min_severity: int) -> dict[int, datetime]:
    """Return since when a client's words matter: the first mail that is grave enough to open a complaint."""
    grave = {of: [one.at for one in told if one.severity >= min_severity] for of, told in mails.items()}
    return {of: min(moments) for of, moments in grave.items() if moments}


def _words(spoken: Sequence[Word], notes: Sequence[Note], start: datetime | None) -> tuple[Word, ...]:
    if start is None:
        return ()
    told = [_told(one) for one in notes if one.kind in CONTACTS]
    return tuple(sorted((one for one in (*spoken, *told) if one.at >= start), key=lambda one: one.at))


def _spoken(
    connection: Connection, since: Mapping[int, datetime], belonging: Belonging, until: datetime
) -> Mapping[int, list[Word]]:
    """Return what was spoken with each of these clients, in one walk over what happened with any of them."""
    found: dict[int, list[Word]] = defaultdict(list)
    rows = _happened(connection, since, belonging, until)
    for at in range(0, len(rows), _AT_ONCE):
        chunk = rows[at : at + _AT_ONCE]
        seats = seat_rows(connection, [row.id for row in chunk])
        for row in chunk:
            present = seats.get(row.id, ())
            word = replace(_word(row, present, until), to=_sent_to(row, present, belonging))
            for client_id in talked_with(row, present, belonging) if word.client or word.ours else ():
                if client_id in since:
                    found[client_id].append(word)
    return found


def _happened(
    connection: Connection, since: Mapping[int, datetime], belonging: Belonging, until: datetime
) -> list[Row[Any]]:
    theirs = [row.id for row in connection.execute(identities()) if belonging.client_of(row) in since]
    query = (
        select(interaction)
        .join(participation, participation.c.interaction_id == interaction.c.id)
        .where(interaction.c.occurred_at.between(min(since.values()), until))
        .where(interaction.c.direction != Direction.INTERNAL, was_not_kept_back())
    )
    rows = {row.id: row for row in rows_in(connection, query, participation.c.identity_id, theirs)}
    return sorted(rows.values(), key=lambda row: (row.occurred_at, row.id))


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
        thread=row.thread_id,
    )


def _sent_to(row: Row[Any], seats: Rows, belonging: Belonging) -> frozenset[str] | None:
    """Return whom a mail was sent to; None for a call or a meeting, or where nobody can tell."""
    if row.kind != Kind.EMAIL:
        return None
    return _people([one for one in seats if one.role in _SENT_TO], belonging) or None


def _people(seats: Rows, belonging: Belonging) -> frozenset[str]:
    """Return who these people outside are, the same by whichever address."""
    outside = [(belonging.root(one.person_id), one.value) for one in seats if not one.own]
    return frozenset(value if person is None else str(person) for person, value in outside)


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
