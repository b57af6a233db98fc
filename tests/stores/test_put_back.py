"""After a copy is put back nothing leaves by itself, and whoever was forgotten since stays forgotten."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from guardian.domain.errors import UserError
from guardian.domain.people import IdentityKind
from guardian.guard.holds import expire
from guardian.guard.outbox import Outbox
from guardian.ports.holds import RESTORED, Hold, HoldState
from guardian.storage import tables
from guardian.storage.engine import Database, open_database
from guardian.storage.erasure import forget
from guardian.storage.holds import StoredHolds
from guardian.storage.restored import Settled, settle_restored
from guardian.storage.restoring import Restored, restore
from guardian.storage.schema import refuse_if_outdated, upgrade
from guardian.storage.snapshot import backup
from tests.guard.fakes import KeepingMailer, StoppedClock, letters
from tests.stores.conftest import upgrade_to
from tests.stores.mails import RAW, held_mail, step
from tests.stores.test_forget import assert_nowhere
from tests.stores.test_restoring import programs, run_command_of
from tests.stores.world import World, day, written

__all__ = ["programs"]

ANA, EVA, RECORD = "ana@client.example", "eva@client.example", "003000000000001AAA"
LATER = day(900)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(made)
    yield made
    made.engine.dispose()


def put_back(database: Database, tmp_path: Path, since: Callable[[], object] = lambda: None) -> Restored:
    """Copy a database, do what is done since then, and put the copy back."""
    backup(database, tmp_path / "copy.db")
    since()
    return restore(database, tmp_path / "copy.db", now=LATER)


def hold_on_its_way(holds: StoredHolds, name: str, *states: HoldState) -> Hold:
    """Keep a mail, and take it through states."""
    hold = held_mail(name, recipients=("ana@client.example", "colleague@acme.example"))
    raw = RAW + name.encode()
    kept: Hold | None = holds.keep(replace(hold, digest=hashlib.sha256(raw).hexdigest()), raw)
    for state in states:
        assert kept is not None
        what = {HoldState.RELEASE_REQUESTED: "release", HoldState.RETURN_REQUESTED: "return"}.get(state, str(state))
        kept = holds.move(kept, state, step(kept, what=what))
    assert kept is not None
    return kept


def test_what_a_copy_has_open_waits_for_people_and_for_nothing_else(database: Database, tmp_path: Path) -> None:
    holds = StoredHolds(database)
    hold_on_its_way(holds, "waiting")
    hold_on_its_way(holds, "released", HoldState.RELEASE_REQUESTED)
    hold_on_its_way(holds, "sending", HoldState.RELEASE_REQUESTED, HoldState.SENDING)
    hold_on_its_way(holds, "returned", HoldState.RETURN_REQUESTED)
    over = hold_on_its_way(holds, "over", HoldState.DISCARDED)
    assert put_back(database, tmp_path).settled == Settled(held=4)
    mailer = KeepingMailer()
    sending = Outbox(holds=holds, mailer=mailer, letters=letters(), clock=StoppedClock(LATER + timedelta(hours=5)))
    assert expire(holds, now=LATER + timedelta(days=90), hours=1) == []
    assert (sending.send_pending(), mailer.sent) == ([], [])
    for name in ("waiting", "released", "sending", "returned"):
        found = holds.get(name)
        assert found is not None
        assert (found.state, found.decided_by, found.decided_at) == (HoldState.HELD, None, None)
        assert [(one.what, one.by, one.at) for one in holds.events(name)][-1] == (RESTORED, "guardian", LATER)
        assert holds.raw(name) == RAW + name.encode()
    assert holds.get("over") == over
    assert holds.broken_trails() == []


class Office:
    """A client with two people, one of whom only the CRM knows."""

    def __init__(self, world: World) -> None:
        client = world.client("Client", domains=["client.example"])
        rep = world.identity("rep@acme.example", own=True)
        self.ana = world.identity(ANA, person_id=world.person("Ana Gil", client_id=client), name="Ana Gil")
        self.eva = world.identity(EVA, name="Eva")
        for sender in (self.ana, self.eva):
            world.received(day(1), sender, rep)


def test_whoever_was_forgotten_since_the_copy_was_made_stays_forgotten(database: Database, tmp_path: Path) -> None:
    with written(database) as world:
        Office(world)
    told = put_back(database, tmp_path, lambda: forget(database, ANA, now=day(5)))
    assert (told.told_forgotten, told.settled) == (True, Settled(forgotten=1))
    for path in tmp_path.glob("copy*"):
        path.unlink()  # which still tells of her, as every backup does
    assert_nowhere(database, ANA, "Ana Gil")
    with database.reading() as connection:
        (left,) = connection.execute(select(tables.tombstone)).all()
        assert connection.scalars(select(tables.identity.c.value).where(~tables.identity.c.own)).all() == [EVA]
    assert (bytes(left.hash), left.at) == (hashlib.sha256(ANA.encode()).digest(), day(5))


def test_somebody_is_forgotten_again_wherever_the_copy_names_him(database: Database, tmp_path: Path) -> None:
    holds, name = StoredHolds(database), "josé+x@client.example"
    with written(database) as world:
        box = world.mailbox("box")
        letter = {"mailbox_id": box, "item_id": "1", "why": "broken", "at": day(1)}
        world.add(tables.dead_letter, raw=f"To: <{name}>".encode(), **letter)
        world.add(tables.walk_seen, mailbox_id=box, generation=1, item_id=f"box/{name}/1")
    kept = holds.keep(replace(held_mail("h1", recipients=(name,)), client_addresses=(name,)), RAW)
    assert holds.move(kept, HoldState.DISCARDED, step(kept)) is not None
    put_back(database, tmp_path, lambda: forget(database, name, now=day(5)))
    (tmp_path / "copy.db").unlink()
    assert_nowhere(database, "+x@client.example")


def test_who_stands_in_held_mail_that_is_open_is_told_to_be_forgotten_later(
    database: Database, tmp_path: Path
) -> None:
    StoredHolds(database).keep(held_mail("h1"), RAW)

    def decided_and_forgotten() -> None:
        hold = StoredHolds(database).get("h1")
        assert hold is not None
        StoredHolds(database).move(hold, HoldState.DISCARDED, step(hold))
        forget(database, ANA, now=day(5))

    assert put_back(database, tmp_path, decided_and_forgotten).settled == Settled(held=1, forgotten=1, named=(ANA,))


def test_who_had_no_address_yet_is_forgotten_by_his_record(database: Database, tmp_path: Path) -> None:
    with written(database) as world:
        world.mailbox("contacts")
        person = world.person("Ana Gil")
        world.identity(RECORD, kind=IdentityKind.CRM, person_id=person)

    def told_and_forgotten() -> None:
        with written(database) as world:
            world.add(tables.identity, id=99, kind="email", value=ANA, own=False, name="", person_id=person)
        forget(database, ANA, now=day(5))

    assert put_back(database, tmp_path, told_and_forgotten).settled == Settled(forgotten=1)
    (tmp_path / "copy.db").unlink()
    assert_nowhere(database, "Ana Gil", RECORD)


@pytest.mark.parametrize("lost", ["gone", "damaged", "empty"])
def test_where_nobody_can_read_who_was_forgotten_it_is_said(database: Database, tmp_path: Path, lost: str) -> None:
    file = tmp_path / "guardian.db"

    def lose() -> None:
        database.engine.dispose()
        file.unlink()
        if lost != "gone":
            file.write_bytes(b"x" * 5000 if lost == "damaged" else b"")

    told = put_back(database, tmp_path, lose)
    assert (told.told_forgotten, told.settled) == (False, Settled())


def test_a_copy_of_an_older_version_is_settled_once_it_is_upgraded(database: Database, tmp_path: Path) -> None:
    old = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade_to(old, "0012")
    with old.writing() as connection:
        connection.exec_driver_sql("INSERT INTO identity (kind, value, name, own) VALUES ('email', ?, '', 0)", (ANA,))
    old.engine.dispose()
    forget(database, ANA, now=day(5))
    for _ in range(2):  # the second time over what was never settled
        told = restore(database, tmp_path / "old.db", now=LATER)
        assert (told.told_forgotten, told.settled) == (True, None)
    upgrade(database)
    with pytest.raises(UserError, match="guardian db upgrade"):
        refuse_if_outdated(database)
    assert settle_restored(database, now=LATER) == Settled(forgotten=1)
    refuse_if_outdated(database)
    assert settle_restored(database, now=LATER) is None
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.identity)) == 0


def test_what_is_not_done_with_a_copy_replaces_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise UserError("The disk is full.")

    monkeypatch.setattr("guardian.storage.restoring.settle_restored", full)
    with pytest.raises(UserError, match="disk is full"):
        put_back(database, tmp_path, lambda: StoredHolds(database).keep(held_mail("h1"), RAW))
    assert StoredHolds(database).get("h1") is not None
    assert not list(tmp_path.glob("*unfinished*"))


@pytest.mark.usefixtures("programs")
def test_on_postgresql_the_upgrade_settles_what_the_printed_command_put_back(
    server: Database, tmp_path: Path
) -> None:
    upgrade(server)
    with written(server) as world:
        Office(world)
    hold_on_its_way(StoredHolds(server), "released", HoldState.RELEASE_REQUESTED)
    assert run_command_of(backup, server, tmp_path / "copy.dump") == 0
    forget(server, ANA, now=day(5))

    def printed(server: Database, path: Path) -> object:
        return restore(server, path, now=LATER)

    for _ in range(2):  # the second time over what was never settled
        assert run_command_of(printed, server, tmp_path / "copy.dump") == 0
        with pytest.raises(UserError, match="guardian db upgrade"):
            refuse_if_outdated(server)
    assert settle_restored(server, now=LATER) == Settled(held=1, forgotten=1, named=(ANA,))
    refuse_if_outdated(server)
    assert_nowhere(server, "Ana Gil")
    holds = StoredHolds(server)
    assert [one.state for one in holds.list()] == [HoldState.HELD]
    assert holds.broken_trails() == []
