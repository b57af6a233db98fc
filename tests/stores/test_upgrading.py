"""A database of an older version keeps what it held when it is upgraded."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text

import guardian
from guardian.domain.activity import Direction, Kind, Role
from guardian.ports.holds import HoldEvent, HoldState
from guardian.storage.accounts import StoredAccounts
from guardian.storage.engine import Database, open_database
from guardian.storage.hold_rows import first_link, hold_row, next_link
from guardian.storage.holds import StoredHolds
from guardian.storage.schema import _scripts, upgrade
from guardian.storage.tables import interaction
from tests.stores.conftest import upgrade_to
from tests.stores.mails import RAW, held_mail, step
from tests.stores.world import day, written


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the first version's tables."""
    if request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path / 'old.db'}")
        upgrade_to(opened, "0001")
        yield opened
        opened.engine.dispose()
        return
    admin, _ = request.getfixturevalue("migrated")
    name = f"guardian_old_{uuid4().hex[:8]}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    opened = open_database(admin.url.set(database=name).render_as_string(hide_password=False))
    upgrade_to(opened, "0001")
    yield opened
    opened.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def _insert(database: Database, table: str, row: dict[str, object]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(f":{name}" for name in row)
    with database.writing() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)


def test_mail_held_by_the_first_version_is_held_on_and_its_trail_goes_on(old: Database) -> None:
    row = hold_row(held_mail(), RAW)
    del row["written_by"]
    row["held_at"] = int(held_mail().held_at.timestamp())
    _insert(old, "hold", row)
    event = HoldEvent(hold_id="h1", at=held_mail().held_at, what="held", by="guardian")
    link = next_link(first_link("h1", row["digest"]), event)
    at = int(event.at.timestamp())
    told = {"id": 1, "hold_id": "h1", "at": at, "what": "held", "by": "guardian", "why": "", "chain": link}
    _insert(old, "hold_event", told)
    upgrade(old)
    holds = StoredHolds(old)
    kept = holds.get("h1")
    assert kept is not None
    assert (kept.state, kept.written_by, holds.raw("h1")) == (HoldState.HELD, (), RAW)
    assert holds.broken_trails() == []
    if not old.is_sqlite:
        with old.writing() as connection:
            connection.execute(text("SELECT setval(pg_get_serial_sequence('hold_event', 'id'), 1)"))
    assert holds.move(kept, HoldState.DISCARDED, step(kept)) is not None
    assert holds.broken_trails() == []
    assert holds.keep(held_mail("h2"), RAW).id == "h2"


def test_whoever_has_an_account_keeps_it_and_is_known_by_its_address_alone(old: Database) -> None:
    upgrade_to(old, "0015")
    row = {"id": 1, "address": "eva@acme.example", "roles": "reviewer", "disabled": False, "created_at": 0}
    _insert(old, "account_user", row)
    upgrade(old)
    eva = StoredAccounts(old).get("eva@acme.example")
    assert eva is not None
    assert eva.names == ("eva@acme.example",)


def test_what_was_placed_otherwise_is_placed_anew(old: Database) -> None:
    upgrade_to(old, "0013")
    out, meeting = {"direction": Direction.OUT}, {"kind": Kind.MEETING, "direction": Direction.OUT}
    with written(old) as world:
        rep, user = world.identity("rep@acme.example", own=True), world.identity("005", kind="crm", own=True)
        ana, ben = world.identity("ana@c.example"), world.identity("ben@c.example")
        record, account = world.identity("003", kind="crm"), world.identity("001", kind="crm")
        logged = [(Role.OWNER, user), (Role.ABOUT, record), (Role.ABOUT, account)]
        invited = [(Role.ATTENDEE, rep), (Role.ATTENDEE, record), (Role.ATTENDEE, ben, True)]
        kept = {"content_hash": b"kept", "outsiders": 2}
        for number, (seats, columns) in enumerate(
            (
                ([(Role.FROM, ana), (Role.TO, rep), *logged], out),
                ([(Role.FROM, rep), (Role.TO, ana), *logged], out),
                (logged, out | {"addressed": False}),
                ([(Role.FROM, rep), (Role.CC, ana), *logged], out | {"addressed": False}),
                ([(Role.ATTENDEE, record, True), logged[0], logged[2]], meeting),
                ([(Role.ATTENDEE, ana), *invited, *logged], meeting | {"outsiders": 4}),
                ([(Role.ATTENDEE, rep), *logged], meeting),
            )
        ):
            world.interaction(day(number), seats, **(kept | columns))
    upgrade(old)
    with old.reading() as connection:
        rows = connection.execute(select(interaction).order_by(interaction.c.occurred_at)).all()
    assert [(row.direction, row.addressed, row.outsiders, bytes(row.content_hash)) for row in rows] == [
        ("in", True, 2, b""),
        ("out", True, 2, b"kept"),
        ("out", True, 2, b""),
        ("out", False, 2, b"kept"),
        ("out", True, 0, b""),
        ("out", True, 1, b""),
        ("out", True, 2, b"kept"),
    ]


def test_a_meeting_that_the_client_called_is_his_after_the_upgrade_whoever_owns_its_event(old: Database) -> None:
    upgrade_to(old, "0014")
    with written(old) as world:
        rep, user = world.identity("rep@acme.example", own=True), world.identity("005", kind="crm", own=True)
        ana, logged = world.identity("ana@c.example"), (Role.OWNER, user)
        for number, seats in enumerate(
            (
                [(Role.ORGANIZER, ana), (Role.ATTENDEE, rep), logged],
                [(Role.ORGANIZER, rep), (Role.ATTENDEE, ana), logged],
                [(Role.ATTENDEE, ana), logged],
            )
        ):
            columns = {"kind": Kind.MEETING, "direction": Direction.OUT, "content_hash": b"kept"}
            world.interaction(day(number), seats, **columns)
    upgrade(old)
    with old.reading() as connection:
        rows = connection.execute(select(interaction).order_by(interaction.c.occurred_at)).all()
    assert [(row.direction, bytes(row.content_hash)) for row in rows] == [
        ("in", b""),
        ("out", b"kept"),
        ("out", b"kept"),
    ]


def test_mail_that_older_versions_decided_loses_its_bytes_and_words_at_the_upgrade(old: Database) -> None:
    upgrade_to(old, "0012")
    for name, state in (("h1", "discarded"), ("h2", "returned"), ("h3", "sending")):
        row = hold_row(held_mail(name), RAW + name.encode())
        _insert(old, "hold", row | {"state": state, "held_at": int(held_mail().held_at.timestamp())})
    upgrade(old)
    holds = StoredHolds(old)
    kept = {hold.id: (holds.raw(hold.id), hold.subject, hold.verdict.reasons[0].span) for hold in holds.list()}
    whole = (RAW + b"h3", "Sobre el pedido", held_mail().verdict.reasons[0].span)
    assert kept == {"h1": (b"", "", ""), "h2": (b"", "", ""), "h3": whole}


_OLD_PROCESS = """
import sys
from guardian.domain.errors import UserError
from guardian.storage.engine import open_database
from guardian.storage.schema import refuse_if_outdated, upgrade

database = open_database(sys.argv[1])
upgrade(database)
refuse_if_outdated(database)
print("well", flush=True)
sys.stdin.readline()
try:
    refuse_if_outdated(database)
except UserError as refused:
    print(refused)
"""
_NEW_PROCESS = """
import sys
from guardian.storage.engine import open_database
from guardian.storage.schema import refuse_if_outdated, upgrade

upgrade(open_database(sys.argv[1]))
refuse_if_outdated(open_database(sys.argv[1]))
"""


def test_a_process_of_the_old_version_refuses_what_the_new_one_upgraded_under_it(tmp_path: Path) -> None:
    ours, package = Path(guardian.__file__).parent, tmp_path / "guardian"
    package.mkdir()
    for entry in ours.iterdir():
        if entry.name not in ("storage", "__pycache__"):
            (package / entry.name).symlink_to(entry)
    shutil.copytree(ours / "storage", package / "storage")
    environment, url = os.environ | {"PYTHONPATH": str(tmp_path)}, f"sqlite:///{tmp_path / 'guardian.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", _OLD_PROCESS, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as old:
        assert old.stdout is not None
        assert old.stdout.readline() == "well\n"
        (head,) = _scripts().get_heads()
        newer = f'revision, down_revision = "9999", "{head}"\n\n\ndef upgrade() -> None:\n    pass\n'
        (package / "storage" / "migrations" / "versions" / "9999_newer.py").write_text(newer)
        subprocess.run([sys.executable, "-c", _NEW_PROCESS, url], check=True, env=environment, timeout=200)
        told, _ = old.communicate("go on\n", timeout=200)
    assert "upgraded for a newer Guardian; restart what runs" in told
