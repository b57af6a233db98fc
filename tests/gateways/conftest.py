"""A running gateway with a quick judge, in a process group of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from guardian.storage import StoredHolds, open_database, upgrade
from tests.gateways.postfix import Postfix, missing, postfix, recommended
from tests.gateways.sink import Sink
from tests.gateways.wire import MailServer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def wait_for(what: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return when something has become true; fail when it does not."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


@dataclass
class RunningGateway:
    """A gateway as a program, with its folder and socket."""

    folder: Path
    address: str
    processes: int = 1
    environment: dict[str, str] = field(default_factory=dict)
    database_url: str = ""  # empty: a file in the folder
    process: "subprocess.Popen[bytes] | None" = None
    resources: ExitStack = field(default_factory=ExitStack)

    @property
    def log(self) -> str:
        """What the gateway said so far."""
        return (self.folder / "gateway.log").read_text()

    @property
    def holds(self) -> StoredHolds:
        """The mail it keeps."""
        database = open_database(self.database_url or f"sqlite:///{self.folder / 'guardian.db'}")
        self.resources.callback(database.engine.dispose)
        return StoredHolds(database)

    def talk(self) -> MailServer:
        """Connect to it as a mail server does."""
        if self.address.startswith("unix:"):
            return self.resources.enter_context(MailServer(self.folder / self.address.removeprefix("unix:")))
        port, _, host = self.address.removeprefix("inet:").partition("@")
        return self.resources.enter_context(MailServer((host, int(port))))

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it listens."""
        command = [sys.executable, str(HERE / "fake_gateway.py"), str(self.folder), self.address, str(self.processes)]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **self.environment}
        if self.database_url:
            environment["FAKE_DATABASE"] = self.database_url
        with (self.folder / "gateway.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, env=environment, cwd=ROOT
            )
        if wait:
            ready = self.log.count("gateway.ready") + 1
            wait_for(lambda: self.log.count("gateway.ready") >= ready or self._ended(), 90)
            assert not self._ended(), self.log

    def _ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def signal(self, wanted: signal.Signals) -> None:
        """Send a signal to its supervisor."""
        assert self.process is not None
        self.process.send_signal(wanted)

    def kill(self) -> None:
        """Kill it and all its processes, as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def children(self) -> list[int]:
        """Return the process ids below its supervisor."""
        assert self.process is not None
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def kill_processes(self) -> None:
        """Kill all processes but the supervisor."""
        for pid in self.children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self) -> int:
        """Stop it as a service manager would, and return its exit status."""
        assert self.process is not None
        self.process.terminate()
        status = self.process.wait(timeout=30)
        self.process = None
        return status


@contextmanager
def short_place() -> Iterator[Path]:
    """A folder with a short name that every user may pass through; unix socket paths are short."""
    with tempfile.TemporaryDirectory(prefix="gm-", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Such a folder."""
    with short_place() as folder:
        yield folder


@pytest.fixture
def gateway(short_folder: Path) -> Iterator[RunningGateway]:
    """A gateway that is not started yet."""
    database = open_database(f"sqlite:///{short_folder / 'guardian.db'}")
    upgrade(database)
    database.engine.dispose()
    running = RunningGateway(short_folder, "unix:m.sock")
    with running.resources:
        yield running
    running.kill()


def no_postfix() -> None:
    """Skip where no real Postfix can be run, or fail where a skipped real server is a failure."""
    if why := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The next hop."""
    with Sink() as next_hop:
        yield next_hop
        next_hop.shutdown()


@pytest.fixture
def mta(sink: Sink, gateway: RunningGateway) -> Iterator[Postfix]:
    """A real Postfix, set up as we recommend, that asks the gateway."""
    no_postfix()
    settings = recommended() | {
        "smtpd_milters": f"unix:{gateway.folder / 'm.sock'}",
        "message_drop_headers": "",
    }
    with postfix(sink.port, settings) as instance:
        yield instance
