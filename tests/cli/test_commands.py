"""The command line as users and programs meet it: outputs, exit codes, and what is said when something is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shop


def test_a_first_sync_counts_every_item_and_a_second_changes_nothing(shop: Shop) -> None:
    for number in range(3):
        shop.write_mail(number)
    first = shop.run("sync", "--json")
    (told,) = first.lines()
    assert first.code == 0
    assert (told["state"], told["new"], told["excluded"], told["dead_letters"]) == ("ok", 3, 0, 0)
    assert told["reconciled"] == {"source": 3, "local": 3, "difference": 0}
    (again,) = shop.run("sync", "--json").lines()
    assert (again["new"], again["changed"], again["gone"], again["unchanged"]) == (0, 0, 0, 3)


def test_the_timeline_has_one_line_an_interaction_with_every_copy(shop: Shop) -> None:
    shop.write_mail(1)
    copy = shop.folder / "exports" / "other" / "same.eml"
    copy.parent.mkdir()
    copy.write_bytes(shop.write_mail(1).read_bytes())
    shop.run("sync")
    (one,) = shop.run("timeline", "--all", "--json").lines()
    assert one["key"] == "mid:1@bermeo.example"
    assert (one["client"], one["kind"], one["direction"], one["touch"]) == ("Bermeo", "email", "in", 1.0)
    assert one["occurred_at"] == "2026-11-10T09:00:00Z"
    assert one["participants"] == ["luis@bermeo.example", "ana@acme.example"]
    assert sorted(copy["mailbox"] for copy in one["copies"]) == ["mail", "other"]


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(shop: Shop) -> None:
    shop.write_mail(1)
    (shop.folder / "exports" / "prices.pdf").write_bytes(b"%PDF-1.7 \x00\x01")
    ran = shop.run("sync", "--json")
    (told,) = ran.lines()
    assert ran.code == 1
    assert (told["state"], told["new"], told["dead_letters"]) == ("partial", 1, 1)
    left = [
        one for one in shop.run("connectors", "show", "exports", "--json").lines() if one["what"] == "dead letter"
    ]
    assert "prices.pdf" in left[0]["id"] + left[0]["mailbox"] + left[0]["why"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("sync", "nope"), "no connection called nope"),
        (("timeline",), "Name one client"),
        (("timeline", "Nobody"), "No client is called Nobody"),
        (("clients", "--state", "happy"), "no state happy"),
        (("ageing", "--as-of", "yesterday"), "not a date"),
        (("holds", "show", "x1"), "no hold x1"),
        (("holds", "release", "x1", "--by", "eva@acme.example", "--why", "agreed by phone"), "no hold x1"),
        (("connectors", "add", "exports", "archive", "path=x"), "already a connection"),
        (("connectors", "add", "other", "fax"), "no connector called fax"),
        (("forget", "nobody", "--yes"), "mail address"),
        (("guard", "scan", "missing.eml", "--own-domain", "acme.example"), "missing.eml"),
        (("init", "."), "exists already"),
        (("--config", "elsewhere.toml", "sync"), "guardian init"),
    ],
)
def test_what_the_user_must_mend_is_one_sentence_and_exit_code_two(
    shop: Shop, words: tuple[str, ...], complaint: str
) -> None:
    ran = shop.run(*words)
    assert ran.code == 2
    assert complaint in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_connection_that_is_refused_leaves_the_settings_as_they_were(shop: Shop) -> None:
    before = (shop.folder / "guardian.toml").read_text(encoding="utf-8")
    assert shop.run("connectors", "add", "other", "fax").code == 2
    assert (shop.folder / "guardian.toml").read_text(encoding="utf-8") == before


def test_editing_a_connection_keeps_the_comments_of_the_file(shop: Shop) -> None:
    assert shop.run("connectors", "set", "exports", "path=elsewhere/").code == 0
    text = (shop.folder / "guardian.toml").read_text(encoding="utf-8")
    assert 'path = "elsewhere/"' in text
    assert "# Guardian's settings" in text
    assert shop.run("connectors", "remove", "exports").code == 0
    assert "\n[connectors.exports]" not in (shop.folder / "guardian.toml").read_text(encoding="utf-8")


def test_a_forgotten_person_does_not_come_back(shop: Shop) -> None:
    shop.write_mail(1)
    shop.run("sync")
    assert shop.run("forget", "luis@bermeo.example", "--yes").code == 0
    shop.run("sync", "--full")
    assert "bermeo" not in shop.run("timeline", "--all", "--json").out


def test_a_backup_is_a_database_of_its_own(shop: Shop) -> None:
    shop.write_mail(1)
    shop.run("sync")
    assert shop.run("db", "backup", "copy.db").code == 0
    settings = (shop.folder / "guardian.toml").read_text(encoding="utf-8")
    other = shop.folder / "restored"
    other.mkdir()
    (shop.folder / "copy.db").rename(other / "guardian.db")
    (other / "guardian.toml").write_text(settings, encoding="utf-8")
    assert len(Shop(other).run("timeline", "--all", "--json").lines()) == 1


def test_what_a_backup_replaced_can_be_opened_with_settings_of_its_own(shop: Shop) -> None:
    assert shop.run("db", "backup", "copy.db").code == 0
    shop.write_mail(1)
    shop.run("sync")
    said = shop.run("db", "restore", "copy.db").err
    assert f"lies in {shop.folder / 'guardian.db.replaced'} now" in said
    settings = (shop.folder / "guardian.toml").read_text(encoding="utf-8")
    (shop.folder / "replaced.toml").write_text(
        settings.replace("guardian.db", "guardian.db.replaced"), encoding="utf-8"
    )
    assert shop.run("timeline", "--all", "--json").lines() == []
    assert len(shop.run("--config", "replaced.toml", "timeline", "--all", "--json").lines()) == 1


def test_putting_a_backup_back_tells_who_was_forgotten_again_or_that_nobody_knows(shop: Shop) -> None:
    shop.write_mail(1)
    shop.run("sync")
    address = shop.run("clients", "--json").lines()[0]["contacts"][0]
    assert shop.run("db", "backup", "copy.db").code == 0
    assert shop.run("forget", address, "--yes").code == 0
    said = shop.run("db", "restore", "copy.db").err
    assert "Forgotten again: 1 person." in said
    assert "cannot be read" not in said
    assert shop.run("timeline", "--all", "--json").lines() == []
    (shop.folder / "guardian.db").write_bytes(b"no database")
    assert "run `guardian forget` for them again" in shop.run("db", "restore", "copy.db").err


def test_help_imports_nothing_heavy() -> None:
    heavy = {"spacy", "sqlalchemy", "numpy", "rich", "pydantic", "jinja2", "icalendar"}
    code = f"import sys, guardian.cli; print(sorted({heavy!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    from guardian import __version__

    assert Shop(tmp_path).run("--version").out.strip() == f"guardian {__version__}"
