"""`guardian digest` and `guardian digest rollup` as users meet them; a word of a rep shows everywhere."""

import json
import re
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from guardian.settings import WEEKDAYS, load
from guardian.wiring.console import console_app
from guardian.wiring.tenant import SystemClock, Tenant
from tests.cli.conftest import Shop
from tests.console.browser import Browser

CONSOLE = {"GUARDIAN_GUARD__CONSOLE_URL": "https://guardian.acme.example", "GUARDIAN_MAIL__SMTP": "folder:sent"}
BOSS = "jefa@acme.example"
MANAGERS = CONSOLE | {"GUARDIAN_DIGEST__MANAGERS": BOSS}
NOW = SystemClock().now()


def texts(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))


@pytest.fixture
def told(shop: Shop) -> Shop:
    """A client who wrote ten days ago and waits."""
    shop.write_mail(1, format_datetime(NOW - timedelta(days=10)))
    assert shop.run("sync").code == 0
    assert shop.run("ageing").code == 0
    return shop


def test_a_link_of_a_preview_leads_to_its_page_and_its_use_shows_everywhere(
    told: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told.run("digest", "preview", "--out", "out", **CONSOLE).code == 0
    link = re.search(r"https://guardian\.acme\.example(/client/\d+\.called\.\S+)", texts(told.folder / "out"))
    assert link
    for name, value in CONSOLE.items():
        monkeypatch.setenv(name, value)
    browser = Browser(console_app(Tenant(load(told.folder / "guardian.toml"))))
    try:
        assert [browser.get(link[1]).status_code, browser.post(link[1]).status_code] == [200, 200]
        assert browser.post(link[1]).status_code == 409
    finally:
        browser.close()
    mail, call = told.run("timeline", "--all", "--json").lines()
    assert (mail["kind"], call["kind"], call["client"], call["touch"]) == ("email", "call", "Bermeo", 1.5)
    assert call["copies"][0]["connector"] == "guardian"
    [now] = told.run("clients", "--json").lines()
    yesterday = (NOW - timedelta(days=1)).date().isoformat()
    [then] = told.run("clients", "--json", "--as-of", yesterday).lines()
    assert now["silent_days"] <= 1, "the day may have changed meanwhile"
    assert then["silent_days"] == 9


def test_a_sender_may_have_a_name(told: Shop) -> None:
    named = CONSOLE | {"GUARDIAN_MAIL__SENDER": "Ojo Avizor <ojo@acme.example>"}
    assert told.run("digest", "send", "--rep", "ana@acme.example", **named).code == 0
    [facts] = (told.folder / "sent").glob("*.json")
    [mail] = (told.folder / "sent").glob("*.eml")
    assert json.loads(facts.read_text())["sender"] == "ojo@acme.example"
    assert mail.read_bytes().startswith(b"From: Ojo Avizor <ojo@acme.example>\r\n")


@pytest.mark.parametrize(
    ("setting", "value"), [("SMTP", "smtp.acme.example:25"), ("SENDER", "Guardian"), ("SMTP", "folder:guardian.toml")]
)
def test_what_keeps_every_digest_from_leaving_has_to_be_mended(told: Shop, setting: str, value: str) -> None:
    wrong = CONSOLE | MANAGERS | {f"GUARDIAN_MAIL__{setting}": value}
    for words in (("digest", "send", "--rep", "ana@acme.example"), ("digest", "rollup", "send", "--manager", BOSS)):
        ran = told.run(*words, **wrong)
        assert ran.code == 2
        assert [line for line in ran.err.splitlines() if value.removeprefix("folder:") in line or "mail.smtp" in line]
        assert "Traceback" not in ran.err


def test_unasked_a_digest_goes_out_on_working_days_only(told: Shop) -> None:
    path, far = told.folder / "guardian.toml", WEEKDAYS[NOW.weekday() - 3]
    rep = f'\n[reps."ana@acme.example"]\nworkdays = ["{far}"]\n'
    path.write_text(path.read_text(encoding="utf-8") + rep, encoding="utf-8")
    assert "day_off" in told.run("digest", "send", **CONSOLE).err
    assert "ana@acme.example: sent" in told.run("digest", "send", "--rep", "ana@acme.example", **CONSOLE).err


def test_the_roll_up_is_written_and_sent_once_a_week(told: Shop) -> None:
    ran = told.run("digest", "rollup", "preview", "--out", "out", **MANAGERS)
    assert [Path(line).name for line in ran.out.splitlines()] == [
        f"rollup-jefa@acme.example.{ending}" for ending in ("html", "txt", "eml")
    ]
    assert "La cartera tiene 1 cliente" in texts(told.folder / "out")
    for outcome in ("sent", "sent_before"):
        ran = told.run("digest", "rollup", "send", "--manager", "jefa@acme.example", **MANAGERS)
        assert (ran.code, ran.err.split()[-1]) == (0, outcome)


def test_without_managers_the_nightly_run_goes_on(shop: Shop) -> None:
    ran = shop.run("digest", "rollup", "send", **CONSOLE)
    assert ran.code == 0
    assert "digest.managers" in ran.err


def test_whoever_stopped_his_digests_gets_none_until_he_resumes(told: Shop) -> None:
    assert "stopped" in told.run("digest", "stop", "ana@acme.example", **CONSOLE).err
    assert "stopped" in told.run("digest", "send", "--rep", "ana@acme.example", **CONSOLE).err
    assert told.run("digest", "stop", "nobody@acme.example", **CONSOLE).code == 2
    assert told.run("digest", "resume", "ana@acme.example", **CONSOLE).code == 0
    assert "ana@acme.example: sent" in told.run("digest", "send", "--rep", "ana@acme.example", **CONSOLE).err
