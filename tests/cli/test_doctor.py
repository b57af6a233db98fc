"""`guardian doctor` says what is not well, and how to mend it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from guardian import settings
from guardian.cli import doctor
from guardian.cli.doctor import examine
from guardian.ports.holds import HoldState
from guardian.storage.engine import open_database
from guardian.storage.holds import StoredHolds
from guardian.wiring.tenant import Tenant
from tests.cli.conftest import Shop
from tests.stores.mails import RAW, held_mail, step


def checks(shop: Shop) -> dict[str, tuple[bool, str]]:
    return {one["check"]: (one["ok"], one["text"]) for one in shop.run("doctor", "--json").lines()}


def test_a_tenant_that_synced_is_well(shop: Shop) -> None:
    shop.write_mail(1)
    shop.run("sync")
    ran = shop.run("doctor")
    assert ran.code == 0, ran.out
    assert "MEND" not in ran.out


def test_a_connection_that_never_synced_and_a_folder_that_is_gone_are_named(shop: Shop) -> None:
    (shop.folder / "exports").rmdir()
    found = checks(shop)
    assert not found["sync exports"][0]
    assert "guardian sync" in found["sync exports"][1]
    assert not found["connection exports"][0]
    assert shop.run("doctor").code == 1


def test_a_database_of_another_version_is_named(shop: Shop) -> None:
    (shop.folder / "guardian.db").unlink()
    ok, told = checks(shop)["database"]
    assert not ok
    assert "guardian db upgrade" in told


def test_a_database_that_other_accounts_may_read_is_named_with_what_to_type(shop: Shop) -> None:
    file = shop.folder / "guardian.db"
    assert checks(shop)["database file"][0]
    file.chmod(0o644)
    ok, told = checks(shop)["database file"]
    assert not ok
    assert f"chmod 600 {file}" in told


def test_a_database_with_spoiled_pages_is_named_with_what_puts_a_backup_back(shop: Shop) -> None:
    copy, file = shop.folder / "copy.db", shop.folder / "guardian.db"
    assert shop.run("db", "backup", str(copy)).code == 0
    assert checks(shop)["database content"] == (True, "whole")
    with closing(sqlite3.connect(file)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'mail_stopped'").fetchone()
    with file.open("r+b") as spoiled:
        spoiled.seek((page - 1) * 4096)
        spoiled.write(b"\xff" * 4096)
    ok, told = checks(shop)["database content"]
    assert not ok
    assert "guardian db restore FILE" in told
    assert shop.run("db", "restore", str(copy)).code == 0
    assert checks(shop)["database content"][0]


def test_a_trail_that_somebody_changed_is_named_with_the_place(shop: Shop) -> None:
    database = open_database(f"sqlite:///{shop.folder / 'guardian.db'}")
    holds = StoredHolds(database)
    kept = holds.keep(held_mail("h7"), RAW)
    holds.move(kept, HoldState.DISCARDED, step(kept))
    assert checks(shop)["trails of held mail"][0]
    with database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER hold_event_unchanged")
        connection.exec_driver_sql("UPDATE hold_event SET why = 'never said' WHERE what = 'step'")
    database.engine.dispose()
    ok, told = checks(shop)["trails of held mail"]
    assert not ok
    assert "h7" in told
    assert "step 2" in told


def test_held_mail_that_nobody_could_be_told_of_is_named(shop: Shop) -> None:
    database = open_database(f"sqlite:///{shop.folder / 'guardian.db'}")
    holds = StoredHolds(database)
    kept = holds.keep(held_mail("h7"), RAW)
    assert checks(shop)["held mail"][0]
    holds.note(step(kept, "guardian", "sender 550 no such user", what="sender_not_told"))
    database.engine.dispose()
    ok, told = checks(shop)["held mail"]
    assert not ok
    assert "h7" in told
    assert "550 no such user" in told


def test_held_mail_that_may_have_been_sent_since_a_backup_is_named(shop: Shop) -> None:
    database = open_database(f"sqlite:///{shop.folder / 'guardian.db'}")
    StoredHolds(database).keep(held_mail("h7"), RAW)
    database.engine.dispose()
    assert shop.run("db", "backup", "copy.db").code == 0
    assert "1 held mail waits until somebody decides" in shop.run("db", "restore", "copy.db").err
    ok, told = checks(shop)["held mail"]
    assert not ok
    assert told.startswith("What became of h7 since the backup that was put back is not known; look with")


def test_a_foreign_package_called_connectors_is_found_out(shop: Shop) -> None:
    foreign = shop.folder / "connectors"
    foreign.mkdir()
    (foreign / "__init__.py").write_text('"""Somebody else\'s."""\n', encoding="utf-8")
    ok, told = checks(shop)["connectors package"]
    assert not ok
    assert str(Path(foreign)) in told


def test_a_postfix_that_lets_mail_pass_while_the_guard_is_down_is_named(shop: Shop) -> None:
    told = shop.folder / "postconf.txt"
    ours = f"unix:{shop.folder / 'milter.sock'}"
    told.write_text(f"smtpd_milters = {ours}\nmilter_default_action = accept\n", encoding="utf-8")
    ran = shop.run("doctor", "--json", "--postfix", str(told))
    found = {one["check"]: (one["ok"], one["text"]) for one in ran.lines()}
    assert ran.code == 1
    assert found["postfix smtpd_milters"] == (True, f"smtpd_milters = {ours}")
    assert not found["postfix non_smtpd_milters"][0]
    assert not found["postfix milter_default_action"][0]
    assert "pon quarantine" in found["postfix milter_default_action"][1]
    assert not found["postfix port 10026"][0]
    assert shop.run("doctor", "--postfix", str(shop.folder / "nowhere")).code == 2


def test_a_guard_that_is_off_or_tells_nobody_is_named(shop: Shop) -> None:
    assert checks(shop)["guard"][0]
    toml = shop.folder / "guardian.toml"
    toml.write_text(toml.read_text().replace('mode = "observe"', 'mode = "enforce"'), encoding="utf-8")
    ok, told = checks(shop)["guard"]
    assert not ok
    assert "guard.reviewers" in told
    (shop.folder / "guardian.off").touch()
    ok, told = checks(shop)["guard"]
    assert not ok
    assert "switched off" in told


def with_settings(shop: Shop, **values: str) -> dict[str, tuple[bool, str]]:
    ran = shop.run("doctor", "--json", **{f"GUARDIAN_{name}": value for name, value in values.items()})
    return {one["check"]: (one["ok"], one["text"]) for one in ran.lines()}


def test_reviewers_who_are_shut_out_do_not_count_as_told(shop: Shop) -> None:
    shop.run("console", "users", "add", "a@acme.example", "--role", "auditor", typed="cuatro palabras bien largas")
    ok, told = with_settings(shop, GUARD__MODE="enforce", GUARD__REVIEWERS="a@acme.example")["guard"]
    assert not ok
    assert "or make reviewers of a@acme.example" in told
    ok, told = with_settings(shop, GUARD__MODE="enforce", GUARD__REVIEWERS="a@acme.example,eva@acme.example")["guard"]
    assert ok
    assert "reviewers: 2 (untold" in told
    assert "a@acme.example)" in told


def test_a_tenant_without_a_console_is_told_so_and_is_well(shop: Shop) -> None:
    ok, told = checks(shop)["console"]
    assert ok
    assert "guard.console_url is empty" in told


def test_a_console_that_nobody_can_log_in_to_is_named(shop: Shop) -> None:
    url = "https://guardian.acme.example"
    ok, told = with_settings(shop, GUARD__CONSOLE_URL=url)["console log-in"]
    assert not ok
    assert "guardian console users add" in told
    shop.run("console", "users", "add", "a@acme.example", "--role", "auditor", typed="cuatro palabras bien largas")
    assert not with_settings(shop, GUARD__CONSOLE_URL=url)["console log-in"][0], "an auditor decides nothing"
    shop.run("console", "users", "add", "eva@acme.example", "--role", "reviewer", typed="cuatro palabras bien largas")
    found = with_settings(shop, GUARD__CONSOLE_URL=url)
    assert found["console log-in"] == (True, "reviewers: 1; others: 1")
    assert found["console"] == (True, url)


def test_a_console_in_the_clear_is_named_unless_it_is_on_this_machine(shop: Shop) -> None:
    ok, told = with_settings(shop, GUARD__CONSOLE_URL="http://guardian.acme.example")["console"]
    assert not ok
    assert "https://" in told
    assert with_settings(shop, GUARD__CONSOLE_URL="http://127.0.0.1:8460")["console"][0]
    assert with_settings(shop, GUARD__CONSOLE_URL="http://[::1]:8460")["console"][0]


def test_it_says_by_which_server_mail_leaves_and_from_whom_and_no_password(shop: Shop) -> None:
    server = "smtp://ana:secret@mx.acme.example:587"
    told = with_settings(shop, MAIL__SMTP=server, MAIL__SENDER="Guardian <ojo@acme.example>")["mail"]
    assert told == (True, "leaves by mx.acme.example:587, digests from ojo@acme.example")
    ok, told_of_folder = with_settings(shop, MAIL__SMTP="folder:sent")["mail"]
    assert (ok, told_of_folder) == (True, "is written into folder:sent, digests from guardian@acme.example")


def test_a_tenant_without_a_sender_of_digests_is_told_so(shop: Shop) -> None:
    toml = shop.folder / "guardian.toml"
    toml.write_text(toml.read_text().replace('sender = "guardian@acme.example"', ""), encoding="utf-8")
    ok, told = with_settings(shop, OWN_DOMAINS="")["mail"]
    assert not ok
    assert "mail.sender" in told


def test_a_login_provider_that_does_not_answer_is_named(shop: Shop) -> None:
    found = with_settings(
        shop,
        GUARD__CONSOLE_URL="https://guardian.acme.example",
        CONSOLE__OIDC__DISCOVERY_URL="https://127.0.0.1:9/.well-known/openid-configuration",
        CONSOLE__OIDC__CLIENT_ID="x",
        CONSOLE__OIDC__CLIENT_SECRET="env:HOME",
    )
    assert found["console provider"] == (False, "The login provider does not answer.")


def test_a_check_that_breaks_is_one_more_thing_to_mend_and_keeps_no_other_from_being_made(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_tenant: Tenant) -> str:
        raise ZeroDivisionError("by\nzero")

    for name in ("_nightly", "_database_file", "_freshness"):
        monkeypatch.setattr(doctor, name, broken)
    found = {one.name: one for one in examine(Tenant(settings.load(shop.folder / "guardian.toml")))}
    assert not any(found[name].ok for name in ("database file", "nightly jobs", "sync"))
    assert "ZeroDivisionError: by zero" in found["nightly jobs"].text
    assert found["held mail"].ok
