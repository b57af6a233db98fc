"""`guardian holds` as a reviewer or administrator types it."""

import os
import pwd
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from guardian.ports.holds import HoldState
from guardian.storage.engine import open_database
from guardian.storage.holds import StoredHolds
from tests.cli.conftest import Ran, Shop
from tests.stores.mails import RAW, REVIEWER, SENDER, held_mail

PASSWORD, WHY = "cuatro palabras bien largas", "Hablado con el cliente"


@pytest.fixture
def holding(shop: Shop) -> Shop:
    """A tenant with one held mail, that sends into a folder."""
    toml = shop.folder / "guardian.toml"
    text = toml.read_text(encoding="utf-8").replace("[guard]\n", '[guard]\nreinject = "folder:out"\n', 1)
    toml.write_text(text.replace('smtp = "smtp://127.0.0.1:25"', 'smtp = "folder:out"'), encoding="utf-8")
    database = open_database(f"sqlite:///{shop.folder / 'guardian.db'}")
    StoredHolds(database).keep(replace(held_mail("h1"), held_at=datetime.now(UTC)), RAW)
    database.engine.dispose()
    return shop


def release(shop: Shop, by: str) -> Ran:
    return shop.run("holds", "release", "h1", "--by", by, "--why", WHY)


def test_stats_are_a_table_or_lines_even_before_any_mail(shop: Shop) -> None:
    ran = shop.run("holds", "stats", "--json")
    assert ran.code == 0
    assert {one["threshold"] for one in ran.lines()} == {0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}
    assert "no mail to a client" in shop.run("holds", "stats").err


def test_before_anybody_has_an_account_whoever_is_named_releases_and_the_trail_says_who_typed(holding: Shop) -> None:
    assert release(holding, REVIEWER).code == 0
    database = open_database(f"sqlite:///{holding.folder / 'guardian.db'}")
    holds = StoredHolds(database)
    hold = holds.get("h1")
    assert hold is not None
    assert (hold.state, hold.decided_by, hold.decided_why) == (HoldState.RELEASED, REVIEWER, WHY)
    (step,) = [one for one in holds.events("h1") if one.what == "release"]
    assert step.via.startswith(f"cli user={pwd.getpwuid(os.getuid()).pw_name}")
    assert list(holds.broken_trails()) == []
    database.engine.dispose()
    shown = holding.run("holds", "show", "h1").out
    assert f"{WHY}  via=cli user=" in shown
    assert "Subject: (erased when it was decided about)\n" in shown


def test_once_there_are_accounts_only_a_reviewer_who_may_log_in_releases(holding: Shop) -> None:
    for address, role in (
        (REVIEWER, "reviewer"),
        ("audit@acme.example", "auditor"),
        ("old@acme.example", "reviewer"),
    ):
        added = holding.run("console", "users", "add", address, "--role", role, typed=PASSWORD)
        assert added.code == 0, added.err
    assert holding.run("console", "users", "disable", "old@acme.example").code == 0
    for by, complaint in (
        ("eva@acme.example", "has no account"),
        ("audit@acme.example", "is no reviewer"),
        ("old@acme.example", "is closed"),
    ):
        ran = release(holding, by)
        assert (ran.code, complaint in ran.err) == (2, True), ran.err
        assert "Traceback" not in ran.err
    assert holding.run("holds", "list", "--json").lines()[0]["state"] == "held"
    assert release(holding, "Boss@Acme.example").code == 0


def test_the_safe_choices_need_no_account(holding: Shop) -> None:
    added = holding.run("console", "users", "add", REVIEWER, "--role", "reviewer", typed=PASSWORD)
    assert added.code == 0
    assert holding.run("holds", "discard", "h1", "--by", SENDER).code == 0
