"""guardian worker as a user runs it on one machine."""

import os
import signal
import subprocess
import sys
import time

import pytest

from guardian.storage import SyncTables, open_database
from tests.cli.conftest import Shop


def wait_for_a_night(shop: Shop, worker: "subprocess.Popen[str]") -> None:
    database = open_database(f"sqlite:///{shop.folder / 'guardian.db'}")
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and worker.poll() is None:
        if any(one["state"] == "ok" for one in SyncTables(database, frozenset()).connectors()):
            break
        time.sleep(0.05)
    database.engine.dispose()


def test_one_machine_works_through_the_night_and_leaves_when_asked(shop: Shop) -> None:
    for number in range(3):
        shop.write_mail(number)
    command = [sys.executable, "-m", "guardian", "worker", "--now"]
    with subprocess.Popen(command, cwd=shop.folder, stderr=subprocess.PIPE, text=True, env=os.environ) as worker:
        wait_for_a_night(shop, worker)
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=90)
    assert worker.returncode == 0, said
    assert "worker.left" in said
    assert [one["client"] for one in shop.run("clients", "--json").lines()] == ["Bermeo"]


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("GUARDIAN_WORKERS__TIMEZONE", "Europe/Nowhere", "no IANA time zone"),
        ("GUARDIAN_WORKERS__BEGINS", "25:00", "workers.begins"),
        ("GUARDIAN_OWN_DOMAINS", "", "own_domains"),
    ],
)
def test_what_a_worker_cannot_work_with_is_one_sentence(shop: Shop, name: str, value: str, complaint: str) -> None:
    ran = shop.run("worker", **{name: value})
    assert ran.code == 2
    assert complaint in ran.err
    assert "Traceback" not in ran.err


def test_the_doctor_says_how_nights_are_run(shop: Shop) -> None:
    checks = {one["check"]: one for one in shop.run("doctor", "--json").lines()}
    assert checks["nightly jobs"] == {
        "check": "nightly jobs",
        "ok": True,
        "text": "one process, because the database is a file",
    }
