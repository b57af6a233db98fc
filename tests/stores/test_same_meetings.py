"""Which events of a CRM are meetings in calendars, where many meet at one time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from guardian.domain.activity import Activity, Kind, Participant, Role
from guardian.domain.facts import fact_hash, write_activity, write_record
from guardian.domain.people import Colleague, Contact, Identity, IdentityKind
from guardian.domain.same_meeting import Gathering, same_meeting
from guardian.ports.connector import Cursor, Scope
from guardian.ports.sync_store import CopyToWrite, CursorMove, Plan, RecordToWrite
from guardian.storage import same_meetings
from guardian.storage.engine import Database
from guardian.storage.sync_tables import SyncTables
from guardian.storage.tables import interaction, occurrence

NOW = datetime(2026, 11, 20, tzinfo=UTC)
REPS = 30
MOVE = CursorMove(to=Cursor(token="1"), closes_round=False)
HOURS = [NOW - timedelta(days=1, hours=hour) for hour in (2, 4)]


def seat(role: Role, kind: IdentityKind, value: str) -> Participant:
    return Participant(role=role, identity=Identity(kind=kind, value=value))


def in_calendars(rep: int, at: datetime) -> Activity:
    people = (
        seat(Role.ORGANIZER, IdentityKind.EMAIL, f"rep{rep}@acme.example"),
        seat(Role.ATTENDEE, IdentityKind.EMAIL, f"ana@c{rep}.example"),
    )
    return meeting(f"ical:{at.hour}-{rep}/single", at, people)


def in_the_crm(rep: int, at: datetime) -> Activity:
    people = (
        seat(Role.OWNER, IdentityKind.CRM, f"005{rep:015d}"),
        seat(Role.ABOUT, IdentityKind.CRM, f"003{rep:015d}"),
    )
    return meeting(f"sf:o/{at.hour}-{rep}", at, people)


def meeting(key: str, at: datetime, people: tuple[Participant, ...]) -> Activity:
    return Activity(
        item_id=key, kind=Kind.MEETING, key=key, occurred_at=at, duration_s=3600, participants=people, revision=""
    )


def records(rep: int) -> list[RecordToWrite]:
    user = Colleague(ref=f"005{rep:015d}", name="Rep", address=f"rep{rep}@acme.example", active=True)
    contact = Contact(
        ref=f"003{rep:015d}",
        name=f"Ana {rep}",
        addresses=(f"ana@c{rep}.example",),
        phones=(),
        company_ref=None,
        company_name=None,
        owner_ref=None,
        title=None,
    )
    return [record(user, "colleague"), record(contact, "contact")]


def record(one: Colleague | Contact, kind: str) -> RecordToWrite:
    facts = kind + write_record(one)
    return RecordToWrite(item_id=one.ref, record=one, facts=facts, hash=fact_hash(facts))


def store(sync: SyncTables, connector: str, kind: str, activities: Sequence[Activity]) -> None:
    facts = map(write_activity, activities)
    copies = tuple(
        CopyToWrite(activity=one, facts=told, hash=fact_hash(told), new=True)
        for one, told in zip(activities, facts, strict=True)
    )
    feed = sync.open_feed(connector, kind, Scope(name=kind, mailbox=kind))
    sync.write_page(feed, Plan(copies=copies), MOVE, now=NOW)


def joined(database: Database) -> dict[str, str]:
    query = select(occurrence.c.key, interaction.c.key.label("home")).join_from(
        occurrence, interaction, interaction.c.id == occurrence.c.interaction_id
    )
    with database.reading() as connection:
        return {row.key: row.home for row in connection.execute(query) if row.key.startswith("sf:")}


@pytest.mark.parametrize("at_once", [7, 5_000])
def test_where_everybody_meets_at_one_time_each_event_is_held_against_the_meetings_of_its_own_people(
    database: Database, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    looked_at: list[int] = []

    def counting(event: Gathering, meetings: Sequence[Gathering]) -> str | None:
        looked_at.append(len(meetings))
        return same_meeting(event, meetings)

    monkeypatch.setattr(same_meetings, "same_meeting", counting)
    monkeypatch.setattr(same_meetings, "_AT_ONCE", at_once)
    sync = SyncTables(database, frozenset({"acme.example"}))
    feed = sync.open_feed("crm", "salesforce", Scope(name="User", mailbox="User"))
    everybody = tuple(one for rep in range(REPS) for one in records(rep))
    sync.write_page(feed, Plan(records=everybody), MOVE, now=NOW)
    store(sync, "m365", "outlook", [in_calendars(rep, at) for rep in range(REPS) for at in HOURS])
    store(sync, "crm", "salesforce", [in_the_crm(rep, at) for rep in range(REPS) for at in HOURS])
    for _ in range(2):  # joined, and still joined
        looked_at.clear()
        sync.settle(now=NOW)
        assert joined(database) == {
            f"sf:o/{at.hour}-{rep}": f"ical:{at.hour}-{rep}/single" for rep in range(REPS) for at in HOURS
        }
        assert looked_at
        assert set(looked_at) == {1}
