"""kill -9 at any moment of a sync: resumed, nothing is lost, nothing is there twice, and no page is read thrice.

`GUARDIAN_KILLS=100 pytest -m slow tests/sync/test_killed.py` kills as often as one likes.
"""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
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

class Told:
    def __init__(self, feed):
        self._feed, self.scope, self.count = feed, feed.scope, feed.count

    def changes(self, after):
        for page in self._feed.changes(after):
            print("page", self.scope.name, page.cursor.token, flush=True)
            yield page

class Telling:
    def __init__(self, opened):
        self._opened, self.parts, self.spent = opened, opened.parts, opened.spent

    def feeds(self, part=None):
        return map(Told, self._opened.feeds(part))

own, folder = frozenset({"acme.example"}), Path(sys.argv[1])
database = open_database(f"sqlite:///{sys.argv[2]}")
upgrade(database)
now = datetime(2026, 11, 25, tzinfo=UTC)
around = Surroundings(own_domains=own, folder=folder, privacy="full", extra={"now": now})
opened = lambda: Telling(connector.open(connector.settings(path="exports"), around))
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


@dataclass
class Storm:
    """A database whose sync is killed again and again, while mails come and go in the exports."""

    exports: Path
    database: Path
    dice: random.Random
    killed: int = 0
    told: set[str] = field(default_factory=set)  # the pages that were read into this database so far
    repeated: int = 0

    def live(self, length_s: float) -> None:
        """Sync until killed, or to the end."""
        with start(self.exports, self.database) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == "ready\n"
            time.sleep(self.dice.uniform(0, length_s))
            victim.send_signal(signal.SIGKILL)
            pages = [one for one in victim.stdout.read().splitlines(keepends=True) if one.endswith("\n")]
            died = victim.wait(timeout=60) == -signal.SIGKILL
        again = self.told.intersection(pages)
        assert len(again) <= 1, f"{len(again)} pages were read anew after one kill"
        self.repeated += len(again)
        self.told.update(pages)
        self.killed += died
        if not died and self.killed >= 2:
            # This one had come through; begin another, without the log that it may have left.
            self.told.clear()
            for path in self.database.parent.glob(f"{self.database.name}*"):
                path.unlink()

    def change_exports(self) -> None:
        """Delete a mail for good, and let another come."""
        loose = self.exports / "exports" / "loose"
        self.dice.choice(sorted(loose.iterdir())).unlink()
        number = self.dice.randrange(10**9)
        (loose / f"new{number}.eml").write_text(_mail(number, self.dice), encoding="utf-8")


def calm(exports: Path, database: Path) -> float:
    """Sync to the end and return the seconds that it took once Python was there."""
    with start(exports, database) as last:
        assert last.stdout is not None
        assert last.stdout.readline() == "ready\n"
        began = time.monotonic()
        last.stdout.read()
        assert last.wait(timeout=120) == 0
        return time.monotonic() - began


def storm(exports: Path, folder: Path, kills: int, seed: int, *, churn: bool = False) -> Storm:
    length = calm(exports, folder / "first.db")
    here = Storm(exports, folder / "hit.db", random.Random(seed))
    while here.killed < kills:
        here.live(length)
        if churn and here.killed % 5 == 0:
            here.change_exports()
            here.told.clear()  # what lies otherwise now is read anew
    calm(exports, here.database)
    calm(exports, folder / "whole.db")
    got, expected = (open_database(f"sqlite:///{folder / name}.db") for name in ("hit", "whole"))
    assert told(got) == told(expected)
    if not churn:
        assert dump(got) == dump(expected)
    return here


def test_five_kills_lose_nothing_and_double_nothing(exports: Path, tmp_path: Path) -> None:
    storm(exports, tmp_path, kills=5, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("churn", [False, True])
def test_many_kills_lose_double_and_resurrect_nothing(exports: Path, tmp_path: Path, churn: bool) -> None:
    kills = int(os.environ.get("GUARDIAN_KILLS", "30"))
    here = storm(exports, tmp_path, kills=kills, seed=2, churn=churn)
    print(f"{here.killed} kills, {here.repeated} pages read twice")  # noqa: T201 - what the command is run for
