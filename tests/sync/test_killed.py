"""kill -9 at any moment of a sync: resumed, nothing is lost and nothing is there twice."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guardian.storage import open_database
from tests.sync.dump import dump
from tests.sync.supplier import told

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from connectors.archive import connector
from guardian.ports.connector import Surroundings
from guardian.storage import SyncTables, open_database, upgrade
from guardian.sync import Connection, Rules, sync_connector
from tests.sync.supplier import NoBars, StoppedClock

own, folder = frozenset({"acme.example"}), Path(sys.argv[1])
database = open_database(f"sqlite:///{sys.argv[2]}")
upgrade(database)
now = datetime(2026, 11, 25, tzinfo=UTC)
around = Surroundings(own_domains=own, folder=folder, privacy="full", extra={"now": now})
opened = lambda: connector.open(connector.settings(path="exports"), around)
connection = Connection(name="exports", kind="archive", open=opened, privacy="full")
print("ready", flush=True)
sync_connector(connection, SyncTables(database, own), Rules(own_domains=own), clock=StoppedClock(), progress=NoBars())
"""


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two mailboxes that share some mails, and a folder of .eml."""
    folder = tmp_path_factory.mktemp("exports")
    dice = random.Random(7)
    mails = [_mail(number, dice) for number in range(1500)]
    boxes = {"ana.mbox": mails[:900], "eva.mbox": mails[700:1400]}
    for name, inside in boxes.items():
        path = folder / "exports" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"From x Tue Nov 10 10:00:00 2026\n{one}\n" for one in inside), encoding="utf-8")
    (folder / "exports" / "loose").mkdir()
    for number, one in enumerate(mails[1400:]):
        (folder / "exports" / "loose" / f"{number}.eml").write_text(one, encoding="utf-8")
    return folder


def _mail(number: int, dice: random.Random) -> str:
    client = f"c{number % 40}@client{number % 17}.example"
    pair = (client, "ana@acme.example") if dice.random() < 0.5 else ("ana@acme.example", client)
    refs = f"References: <m{dice.randrange(number)}@x.example>\n" if number and dice.random() < 0.5 else ""
    return (
        f"From: {pair[0]}\nTo: {pair[1]}\nSubject: s{number}\nDate: Tue, {1 + number % 28} Oct 2026 10:00:00 +0000\n"
        f"Message-ID: <m{number}@x.example>\n{refs}\nHola.\n"
    )


def start(exports: Path, database: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, str(exports), str(database)]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=root)


def storm(exports: Path, folder: Path, kills: int, seed: int) -> None:
    whole, began = folder / "whole.db", 0.0
    with start(exports, whole) as calm:
        assert calm.stdout is not None
        assert calm.stdout.readline() == "ready\n"
        began = time.monotonic()
        assert calm.wait(timeout=120) == 0
    length = time.monotonic() - began
    dice, hit, killed = random.Random(seed), folder / "hit.db", 0
    while killed < kills:
        with start(exports, hit) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == "ready\n"
            time.sleep(dice.uniform(0, length))
            victim.send_signal(signal.SIGKILL)
            if victim.wait(timeout=60) == -signal.SIGKILL:
                killed += 1
            elif killed >= 2:
                # This one had come through; begin another, without the log that it may have left.
                for path in (hit, hit.with_name("hit.db-wal"), hit.with_name("hit.db-shm")):
                    path.unlink(missing_ok=True)
    with start(exports, hit) as last:
        assert last.wait(timeout=120) == 0
    got, expected = open_database(f"sqlite:///{hit}"), open_database(f"sqlite:///{whole}")
    assert told(got) == told(expected)
    assert dump(got) == dump(expected)


def test_five_kills_lose_nothing_and_double_nothing(exports: Path, tmp_path: Path) -> None:
    storm(exports, tmp_path, kills=5, seed=1)


@pytest.mark.slow
def test_thirty_kills_lose_nothing_and_double_nothing(exports: Path, tmp_path: Path) -> None:
    storm(exports, tmp_path, kills=30, seed=2)
