"""`guardian demo` does the whole job, and what it leaves behind can be worked on with the other commands."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Shop


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Ran]:
    """A demo that ran once, and what it printed."""
    shop = Shop(tmp_path_factory.mktemp("demo"))
    return shop, shop.run("demo", "--dir", ".", "--language", "en")


@pytest.fixture
def demo(told: tuple[Shop, Ran]) -> Shop:
    return told[0]


def with_outbox(shop: Shop, *words: str) -> Ran:
    """Run a command whose released mail goes into a folder."""
    environment = {**os.environ, "GUARDIAN_GUARD__REINJECT": "folder:sent"}
    command = [sys.executable, "-m", "guardian", *words]
    done = subprocess.run(
        command, cwd=shop.folder, capture_output=True, text=True, timeout=120, env=environment, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_it_shows_who_is_about_to_be_lost_and_the_mail_that_was_held(told: tuple[Shop, Ran]) -> None:
    _, ran = told
    assert ran.code == 0, ran.err
    for shown in ("Hotel Miramar", "At risk", "HELD", "passes", "agenda_antigua.ics", "guardian --config"):
        assert shown in ran.out
    assert "Colegio San Telmo" not in ran.out.split("3. Outgoing")[0]


def test_the_reps_get_digests_in_their_own_languages(demo: Shop) -> None:
    written = {path.stem: path.read_text(encoding="utf-8") for path in (demo.folder / "digests").glob("*.txt")}
    assert "Hotel Miramar" in written["lucia.ferrer@acme.example"]
    assert "Hola" in written["lucia.ferrer@acme.example"]
    assert "Hello" in written["daniel.okafor@acme.example"]


def test_every_mail_about_to_be_sent_met_the_verdict_it_deserves(demo: Shop) -> None:
    scanned = demo.run("guard", "scan", "outgoing", "--json")
    verdicts = {Path(one["path"]).name: one["action"] for one in scanned.lines()}
    assert verdicts == {
        "01-equipo-con-cliente-en-copia.eml": "hold",
        "02-team-with-client-in-copy.eml": "hold",
        "03-que-no-se-entere.eml": "hold",
        "04-insulto-en-el-hilo-citado.eml": "hold",
        "05-propuesta-a-cliente.eml": "pass",
        "06-firm-payment-reminder.eml": "pass",
        "07-angry-at-the-courier.eml": "pass",
        "08-solo-entre-nosotros.eml": "pass",
    }
    assert scanned.code == 1


def test_syncing_again_changes_nothing(demo: Shop) -> None:
    (told,) = demo.run("sync", "--json").lines()
    assert (told["new"], told["changed"], told["gone"]) == (0, 0, 0)
    assert told["reconciled"]["difference"] == 0


def test_clients_are_told_to_other_programs_with_reasons_in_numbers(demo: Shop) -> None:
    clients = {one["client"]: one for one in demo.run("clients", "--json").lines()}
    miramar = clients["Hotel Miramar"]
    assert (miramar["state"], miramar["owner"]) == ("at_risk", "lucia.ferrer@acme.example")
    assert 38 <= miramar["silent_days"] <= 44
    assert 8 <= miramar["cadence_days"] <= 14
    assert {"client", "owner", "state", "reasons", "last_touch", "last_inbound", "cadence_days"} <= miramar.keys()
    assert {"silent_days", "p_silent", "p_alive", "value", "contacts"} <= miramar.keys()
    assert clients["Colegio San Telmo"]["state"] == "healthy"


def test_a_held_mail_is_released_by_somebody_else_byte_for_byte(demo: Shop) -> None:
    held = demo.run("holds", "list", "--json").lines()
    one = next(hold for hold in held if hold["sender"] == "lucia.ferrer@acme.example")
    own = demo.run("holds", "release", one["id"], "--by", one["sender"], "--why", "It is fine, really")
    assert own.code == 2
    assert "sender" in own.err.lower()
    done = with_outbox(
        demo, "holds", "release", one["id"], "--by", "emma.whitfield@acme.example", "--why", "Agreed with him"
    )
    assert done.code == 0, done.err
    offered = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (demo.folder / "outgoing").glob("*.eml")}
    sent = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (demo.folder / "sent").rglob("*.eml")}
    assert sent
    assert sent <= offered
    assert "released" in demo.run("holds", "show", one["id"]).out


def test_a_demo_does_not_empty_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("keep me", encoding="utf-8")
    ran = Shop(tmp_path).run("demo", "--dir", ".")
    assert ran.code == 2
    assert (tmp_path / "precious.txt").exists()
