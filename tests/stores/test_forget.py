"""Whoever asks to be forgotten is nowhere afterwards, and nobody else loses anything."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, event, func, select
from sqlalchemy.exc import OperationalError

from guardian.domain.activity import Activity, Direction, Kind, Participant, Role
from guardian.domain.errors import OutOfRoom, TryLater, UserError
from guardian.domain.facts import fact_hash, read_activity, write_activity, write_record
from guardian.domain.identity import long_crm_id
from guardian.domain.people import Contact, Identity, IdentityKind
from guardian.ports.connector import Cursor, Page, Scope
from guardian.ports.holds import HoldState
from guardian.ports.sync_store import CursorMove
from guardian.storage import tables
from guardian.storage.engine import Database
from guardian.storage.erasure import Forgotten, forget
from guardian.storage.holds import StoredHolds
from guardian.storage.sync_tables import SyncTables
from guardian.storage.timelines import StoredTimelines
from guardian.sync.plan import addresses, item_ids, plan_page
from guardian.sync.rules import Rules
from tests.stores.mails import RAW, held_mail, step
from tests.stores.world import World, day, written

ANA, BEN, REP = "ana@client.example", "ben@client.example", "rep@acme.example"
ANAS_RECORD, ANAS_PHONE = "003000000000001AAA", "+34600000001"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NOTHING = Forgotten(
    identities=0,
    persons=0,
    clients=0,
    interactions=0,
    seats=0,
    records=0,
    dead_letters=0,
    excluded=0,
    holds=0,
    texts=0,
    waiting=0,
    other_addresses=0,
)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with written(database) as world:
        yield world


class Company:
    """A client with two people, and mails with both; everything is known under a name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = world.client("Client", domains=["client.example"])
        self.person = world.person("Ana Gil", client_id=self.client)
        self.box = world.mailbox(REP)
        self.who = {
            ANA: world.identity(ANA, person_id=self.person, name="Ana Gil"),
            BEN: world.identity(BEN, name="Ben"),
            REP: world.identity(REP, own=True, name="Rep"),
            ANAS_RECORD: world.identity(ANAS_RECORD, kind=IdentityKind.CRM, person_id=self.person),
            ANAS_PHONE: world.identity(ANAS_PHONE, kind=IdentityKind.PHONE, person_id=self.person),
        }

    def happened(self, number: int, *seats: tuple[Role, str], outsiders: int = 1, **values: Any) -> int:
        """Add a mail with its copy; returns the interaction."""
        told = activity(number, *seats, subject=values.get("subject"))
        added = self.world.interaction(
            day(number), [(role, self.who[who]) for role, who in seats], outsiders=outsiders, **values
        )
        facts = write_activity(told)
        self.world.copy(added, self.box, f"item{number}", facts=facts, content_hash=fact_hash(facts))
        return added


def activity(number: int, *seats: tuple[Role, str], subject: str | None = None) -> Activity:
    kinds = {ANAS_RECORD: IdentityKind.CRM, ANAS_PHONE: IdentityKind.PHONE}
    return Activity(
        item_id=f"item{number}",
        kind=Kind.EMAIL,
        key=f"mid:{number}",
        occurred_at=day(number),
        subject=subject,
        participants=tuple(
            Participant(
                role=role, identity=Identity(kind=kinds.get(who, IdentityKind.EMAIL), value=who), name=f"as {who}"
            )
            for role, who in seats
        ),
    )


@pytest.fixture
def company(world: World) -> Company:
    return Company(world)


def everything(database: Database) -> str:
    """Return all rows of all tables as text, bytes included."""
    with database.reading() as connection:
        rows = [tuple(row) for table in tables.metadata.sorted_tables for row in connection.execute(select(table))]
    shown = [bytes(value) if isinstance(value, memoryview) else value for row in rows for value in row]
    return "\n".join(repr(value) for value in shown)


def count(database: Database, table: Any) -> int:
    with database.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def assert_nowhere(database: Database, *words: str) -> None:
    dump = everything(database).lower()
    files = b""
    if database.is_sqlite:
        path = Path(database.engine.url.database or "")
        files = b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*")).lower()
        assert len(files) > 10_000
    for word in words:
        assert word.lower() not in dump
        assert word.lower().encode() not in files


def test_what_happened_with_him_alone_goes_with_its_copies(database: Database, company: Company) -> None:
    company.happened(1, (Role.FROM, ANA), (Role.TO, REP), subject="Secreto de Ana")
    company.happened(2, (Role.FROM, REP), (Role.TO, ANA), (Role.CC, REP), direction=Direction.OUT)
    account = company.world.identity("001000000000001AAA", kind=IdentityKind.CRM, client_id=company.client)
    company.who["account"] = account
    call = (Role.OWNER, REP), (Role.ABOUT, ANAS_RECORD), (Role.ABOUT, "account")
    company.happened(3, *call, kind=Kind.CALL, direction=Direction.OUT)
    kept = company.happened(4, (Role.FROM, BEN), (Role.TO, REP))
    told = forget(database, ANA, now=day(9))
    assert told == replace(NOTHING, identities=3, persons=1, interactions=3)
    assert [one.id for one in StoredTimelines(database).interactions(now=day(9))] == [kept]
    assert count(database, tables.occurrence) == 1
    assert_nowhere(database, ANA, "Ana Gil", "Secreto", ANAS_RECORD, ANAS_PHONE)


def test_from_what_others_took_part_in_he_is_taken_out(database: Database, company: Company) -> None:
    seats = (Role.FROM, REP), (Role.TO, ANA), (Role.CC, BEN)
    shared = company.happened(1, *seats, outsiders=2, direction=Direction.OUT, subject="Precios")
    before = company.happened(2, (Role.FROM, REP), (Role.TO, BEN), direction=Direction.OUT)
    assert forget(database, ANA, now=day(9)).seats == 1
    one, other = StoredTimelines(database).interactions(now=day(9))
    assert (one.id, one.subject, one.client_ids) == (shared, "Precios", (company.client,))
    assert [seat.address for seat in one.seats] == [REP, BEN]
    assert (one.touch.weight, other.touch.weight) == (0.25, 0.5), "who is only in Cc now was not addressed"
    assert other.id == before
    with database.reading() as connection:
        rows = connection.execute(select(tables.interaction).order_by(tables.interaction.c.id)).all()
        copy = connection.execute(select(tables.occurrence).order_by(tables.occurrence.c.id)).first()
    assert [row.outsiders for row in rows] == [1, 1]
    assert copy is not None
    left = activity(1, (Role.FROM, REP), (Role.CC, BEN), subject="Precios")
    assert read_activity("item1", copy.facts) == left
    assert bytes(copy.content_hash) == fact_hash(write_activity(left)), "sync must find nothing changed"
    assert_nowhere(database, ANA, f"as {ANA}")


def test_he_is_counted_once_though_the_crm_names_him_again(database: Database, company: Company) -> None:
    seats = [(Role.FROM, REP), (Role.TO, ANA), (Role.TO, BEN), (Role.ABOUT, ANAS_RECORD)]
    company.happened(1, *seats, outsiders=2, direction=Direction.OUT)
    forget(database, ANA, now=day(30))
    with database.reading() as connection:
        assert connection.scalar(select(tables.interaction.c.outsiders)) == 1


def test_a_decline_of_his_does_not_lower_the_number_of_guests(database: Database, company: Company) -> None:
    world, who = company.world, company.who
    seats = [(Role.ORGANIZER, who[REP]), (Role.ATTENDEE, who[ANA], True), (Role.ATTENDEE, who[BEN])]
    world.interaction(day(1), seats, kind=Kind.MEETING, direction=Direction.OUT, outsiders=1)
    forget(database, ANA, now=day(9))
    (one,) = StoredTimelines(database).interactions(now=day(9))
    assert one.touch.weight == 2.0


def test_his_records_go_and_others_records_stay(database: Database, company: Company) -> None:
    contacts = {
        "card-1": Contact(ref="card-1", name="Ana Gil", addresses=(ANA,)),
        ANAS_RECORD: Contact(ref=ANAS_RECORD, name="Ana Gil"),
        "card-2": Contact(ref="card-2", name="Mariana", addresses=("mariana@client.example",)),
    }
    for item_id, contact in contacts.items():
        facts = f"contact{write_record(contact)}"
        company.world.add(tables.record_copy, mailbox_id=company.box, item_id=item_id, what="contact", facts=facts)
    assert forget(database, ANA, now=day(9)).records == 2
    with database.reading() as connection:
        assert connection.scalars(select(tables.record_copy.c.item_id)).all() == ["card-2"]


def test_with_another_address_left_only_the_address_goes(database: Database, company: Company) -> None:
    other = company.world.identity(
        "ana@home.example", person_id=company.world.person("A", merged_into=company.person)
    )
    company.who["other"] = other
    kept = company.happened(1, (Role.FROM, "other"), (Role.TO, REP))
    company.happened(2, (Role.FROM, ANA), (Role.TO, REP))
    assert forget(database, ANA, now=day(9)) == replace(NOTHING, identities=1, interactions=1, other_addresses=1)
    assert [one.id for one in StoredTimelines(database).interactions(now=day(9))] == [kept]
    assert forget(database, "ana@home.example", now=day(9)) == replace(
        NOTHING, identities=3, persons=2, interactions=1
    )
    assert_nowhere(database, ANA, "ana@home.example", "Ana Gil")


def test_a_client_that_was_only_he_vanishes_with_what_was_said_of_him(database: Database, world: World) -> None:
    alone = world.client("Ana Gil", origin="mail")
    old = world.client("Ana G.", origin="mail", merged_into=alone)
    other, crm = world.client("Other", origin="mail", domains=["other.example"]), world.client("CRM")
    world.identity("ana@gmail.com", client_id=old)
    world.identity("ana@other.example")
    world.identity("x@other.example")
    for one in (alone, other, crm):
        what = {"state": "healthy", "reasons": "[]", "at": day(1)}
        world.add(tables.assessment, client_id=one, day=day(1).date(), **what)
        world.add(tables.digest_shown, rep=REP, day=day(1).date(), client_id=one)
    assert forget(database, "ana@gmail.com", now=day(9)).clients == 1
    assert forget(database, "ana@other.example", now=day(9)).clients == 0
    assert [one.name for one in StoredTimelines(database).clients()] == ["Other", "CRM"]
    assert count(database, tables.assessment) == count(database, tables.digest_shown) == 2
    assert forget(database, "x@other.example", now=day(9)).clients == 1
    assert_nowhere(database, "ana@gmail.com", "Ana G", "other.example")


def test_texts_of_others_keep_everything_but_the_address(database: Database, company: Company) -> None:
    company.happened(
        1, (Role.FROM, BEN), (Role.TO, REP), subject="Escribe a Ana@Client.example o a mariana@client.example"
    )
    company.world.add(tables.excluded, mailbox_id=company.box, item_id=f"box/{ANA}/1", rule="internal")
    company.world.add(
        tables.excluded, mailbox_id=company.box, item_id="box/mariana@client.example/1", rule="internal"
    )
    company.world.add(tables.walk_seen, mailbox_id=company.box, generation=1, item_id=f"box/{ANA}/1")
    with database.reading() as connection:
        hashed = connection.scalar(select(tables.occurrence.c.content_hash))
    told = forget(database, ANA, now=day(9))
    assert (told.texts, told.excluded) == (3, 1)
    (one,) = StoredTimelines(database).interactions(now=day(9))
    stand_in = f"forgotten-{hashlib.sha256(ANA.encode()).hexdigest()[:12]}"
    assert one.subject == f"Escribe a {stand_in} o a mariana@client.example"
    with database.reading() as connection:
        assert connection.scalar(select(tables.occurrence.c.content_hash)) == hashed, "sync must find it unchanged"
        assert connection.scalars(select(tables.excluded.c.item_id)).all() == ["box/mariana@client.example/1"]
    assert_nowhere(database, f" {ANA}", f"/{ANA}")


def test_unreadable_items_that_name_him_go(database: Database, company: Company) -> None:
    raws = [b"To: <ANA@client.example>\xff", b"mariana@client.example", "ana@client.example".encode("utf-16")]
    for number, raw in enumerate(raws):
        values = {"item_id": str(number), "why": "broken", "raw": raw, "at": day(1)}
        company.world.add(tables.dead_letter, mailbox_id=company.box, **values)
    assert forget(database, ANA, now=day(9)).dead_letters == 2
    with database.reading() as connection:
        assert connection.scalars(select(tables.dead_letter.c.item_id)).all() == ["1"]


def test_who_wrote_held_mail_by_its_header_only_is_forgotten_too(database: Database) -> None:
    holds = StoredHolds(database)
    kept = holds.keep(
        replace(held_mail(recipients=("ben@client.example",)), written_by=(ANA,), client_addresses=()), b"-"
    )
    holds.move(kept, HoldState.DISCARDED, step(kept))
    assert forget(database, ANA, now=day(9)).holds == 1
    assert_nowhere(database, ANA)
    assert holds.broken_trails() == []


def test_decided_held_mail_of_his_is_emptied_and_its_trail_still_holds(database: Database) -> None:
    holds = StoredHolds(database)
    kept = holds.keep(replace(held_mail("done"), subject=f"Para {ANA}"), RAW)
    moved = holds.move(kept, HoldState.DISCARDED, step(kept, why=f"{ANA} must not see it"))
    assert moved is not None
    holds.keep(held_mail("other", recipients=("ben@client.example",)), b"To: mariana@client.example\r\n\r\n")
    told = forget(database, ANA, now=day(9))
    assert (told.holds, told.waiting) == (1, 1), "the open one names her among the client addresses"
    emptied = holds.get("done")
    assert emptied is not None
    assert (holds.raw("done"), emptied.subject, emptied.message_id) == (b"", "", None)
    assert [reason.span for reason in emptied.verdict.reasons] == [""]
    assert (emptied.state, emptied.decided_by, emptied.held_at) == (moved.state, moved.decided_by, moved.held_at)
    assert not holds.broken_trails("done")
    assert [one.by for one in holds.events("done")] == ["guardian", "boss@acme.example"]


def test_words_that_only_look_like_a_digest_are_forgotten_too(database: Database) -> None:
    holds = StoredHolds(database)
    kept = holds.keep(held_mail("done"), RAW)
    holds.move(kept, HoldState.DISCARDED, step(kept, why=f"sha256:{ANA} must not see it"))
    forget(database, ANA, now=day(9))
    assert_nowhere(database, ANA)
    assert holds.broken_trails() == []


def test_open_held_mail_waits_for_its_decision(database: Database) -> None:
    holds = StoredHolds(database)
    kept = holds.keep(held_mail(), RAW)
    assert forget(database, ANA, now=day(9)) == replace(NOTHING, waiting=1)
    assert holds.get(kept.id) == kept
    assert holds.raw(kept.id) == RAW
    holds.move(kept, HoldState.DISCARDED, step(kept))
    assert forget(database, ANA, now=day(9)).holds == 1
    assert_nowhere(database, ANA)


def test_a_reviewer_of_ours_can_be_forgotten_too(database: Database, company: Company) -> None:
    boss = "boss@acme.example"
    company.who[boss] = company.world.identity(boss, own=True)
    colleague = "005000000000009AAA"
    company.world.identity(colleague, kind=IdentityKind.CRM, own=True, address=boss)
    company.world.client("Owned", owner_address=boss)
    company.world.add(tables.digest_sent, rep=boss, day=day(1).date(), at=day(1))
    kept = company.happened(1, (Role.FROM, boss), (Role.TO, BEN), direction=Direction.OUT)
    holds = StoredHolds(database)
    hold = holds.keep(held_mail(), RAW)
    holds.move(hold, HoldState.DISCARDED, step(hold, boss))
    told = forget(database, "Boss@Acme.example", now=day(9))
    assert (told.identities, told.interactions, told.seats) == (2, 0, 1)
    assert [one.id for one in StoredTimelines(database).interactions(now=day(9))] == [kept]
    assert not holds.broken_trails(hold.id)
    left = holds.get(hold.id)
    assert (told.holds, left and left.message_id) == (0, hold.message_id), "the mail does not name him"
    assert_nowhere(database, boss, colleague)


def test_hashes_stay_so_that_no_sync_brings_him_back(database: Database, company: Company) -> None:
    forget(database, " <ANA@Client.example> ", now=day(9))
    assert forget(database, ANA, now=day(10)) == NOTHING
    with database.reading() as connection:
        rows = connection.execute(select(tables.tombstone)).all()
    hashes = {hashlib.sha256(value.encode()).digest() for value in (ANA, ANAS_RECORD, ANAS_PHONE)}
    assert {bytes(row.hash) for row in rows} == hashes
    assert {row.at for row in rows} == {day(9)}


def test_reading_everything_again_brings_nothing_back(database: Database) -> None:
    page = Page(
        records=(
            activity(1, (Role.FROM, ANA), (Role.TO, REP)),
            activity(2, (Role.FROM, REP), (Role.TO, BEN), (Role.CC, ANA), subject=f"Con <{ANA}>"),
            Contact(ref="card-1", name="Ana Gil", addresses=(ANA,), phones=(ANAS_PHONE,)),
        ),
        cursor=Cursor(token="1"),
        read=3,
        walk=True,
        closes_round=True,
    )
    own = frozenset({"acme.example"})
    store = SyncTables(database, own)

    def sync() -> None:
        feed = store.open_feed("exports", "archive", Scope(name="mail.mbox", mailbox="mail.mbox"))
        known = store.known(feed.mailbox_id, item_ids(page), addresses(page))
        plan = plan_page(page, known, Rules(own_domains=own), lambda one: one)
        store.write_page(feed, plan, CursorMove(to=page.cursor, closes_round=True), now=day(3))
        store.settle(now=day(3))

    sync()
    assert ANA in everything(database)
    told = forget(database, ANA, now=day(9))
    assert (told.interactions, told.seats, told.records, told.identities) == (1, 1, 1, 2)
    for _ in range(2):
        sync()
        assert_nowhere(database, ANA, "Ana Gil", ANAS_PHONE)
        (one,) = StoredTimelines(database).interactions(now=day(9))
        assert [seat.address for seat in one.seats] == [REP, BEN]
    assert one.touch.weight == 0.5


def test_what_is_no_address_is_refused(database: Database) -> None:
    with pytest.raises(UserError, match="mail address"):
        forget(database, "Ana Gil", now=day(9))
    assert count(database, tables.tombstone) == 0


@on_sqlite
def test_old_states_of_his_rows_leave_the_file(database: Database, company: Company) -> None:
    company.happened(1, (Role.FROM, ANA), (Role.TO, REP), subject="Huella " * 4000)
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")
        connection.execute(tables.interaction.update().values(subject="new"))
        connection.execute(tables.occurrence.update().values(facts=write_activity(activity(1))))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    assert b"Huella" in Path(database.engine.url.database or "").read_bytes()
    forget(database, ANA, now=day(9))
    assert_nowhere(database, "Huella", ANA)


@on_sqlite
def test_a_reader_that_keeps_the_file_from_being_cleaned_is_said(
    database: Database, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    event.listen(database.engine, "checkout", lambda driver, *_: driver.execute("PRAGMA busy_timeout = 50"))
    with database.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.execute(select(tables.client)).all()
        with pytest.raises(TryLater, match="forget again later"):
            forget(database, ANA, now=day(9))
    forget(database, ANA, now=day(9))
    assert_nowhere(database, ANA)


@on_sqlite
def test_a_disk_too_full_to_clean_the_file_is_said_and_not_called_a_database_in_use(
    database: Database, company: Company
) -> None:
    def too_full(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement == "VACUUM":
            raise OperationalError(statement, None, Exception("database or disk is full"))

    event.listen(database.engine, "before_cursor_execute", too_full)
    with pytest.raises(OutOfRoom, match=r"^The disk is full.*forget again"):
        forget(database, ANA, now=day(9))
    event.remove(database.engine, "before_cursor_execute", too_full)
    forget(database, ANA, now=day(9))
    assert_nowhere(database, ANA)


def test_every_column_of_bytes_is_known_to_be_searched_or_a_hash() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, LargeBinary)
    }
    searched = {"dead_letter.raw", "hold.raw"}
    hashes = {"tombstone.hash", "hold.offer", "hold.tip", "hold_event.chain", "hold_once.key", "client_note.once"}
    hashes |= {"console_session.key", "written_back.forgotten"}
    sealed = {"secret.box"}
    hashes |= {f"{name}.content_hash" for name in ("interaction", "occurrence", "record_copy")}
    assert columns == searched | hashes | sealed


def test_who_is_known_by_a_shared_address_alone_goes_with_it(database: Database, company: Company) -> None:
    shared = "none@none.example"
    addresses = {"card-7": (shared,), "0030000000000007AA": (shared,), "card-8": (shared, "eva@sol.example")}
    for number, (ref, those) in enumerate(addresses.items()):
        contact = Contact(ref=ref, name=f"Bearer {number}", addresses=those)
        facts = f"contact{write_record(contact)}"
        company.world.add(tables.record_copy, mailbox_id=company.box, item_id=ref, what="contact", facts=facts)
    company.world.person("Bearer 0", ref="record:card-7")
    by_record = company.world.person("Bearer 1", ref="record:merged away")
    company.world.identity(long_crm_id("0030000000000007AA"), kind=IdentityKind.CRM, person_id=by_record)
    with_mail = company.world.person("Bearer 2", ref="record:card-8")
    company.world.identity("eva@sol.example", person_id=with_mail)
    assert forget(database, shared, now=day(9)).persons == 2
    with database.reading() as connection:
        assert set(connection.scalars(select(tables.person.c.name))) == {"Ana Gil", "Bearer 2"}
    assert_nowhere(database, "Bearer 0", "Bearer 1", shared)
