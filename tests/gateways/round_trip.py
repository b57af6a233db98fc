"""The whole way of a held mail: offered to a real Postfix, kept, released by the outbox, at the next hop."""

import smtplib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from guardian.guard.holds import release
from guardian.guard.outbox import Outbox
from guardian.guard.read_mail import read_mail
from guardian.mail_out.smtp import SmtpMailer
from guardian.ports.holds import Hold
from guardian.storage import StoredHolds, open_database, upgrade
from guardian.wiring.tenant import SystemClock
from tests.gateways.conftest import RunningGateway, no_postfix, short_place, wait_for
from tests.gateways.fake_gateway import passes
from tests.gateways.ports import free_port
from tests.gateways.postfix import Postfix, postfix, recommended, release_service
from tests.gateways.sink import Delivered, Sink
from tests.guard.fakes import letters

REVIEWER = "jefa@acme.example"
CLIENT, COLLEAGUE = "luis@cliente.example", "eva@acme.example"


@dataclass
class RoundTrip:
    """A gateway, the Postfix that asks it, its port for released mail, and the next hop."""

    gateway: RunningGateway
    mta: Postfix
    sink: Sink
    release_port: int

    def empty(self) -> None:
        """Forget what earlier tests sent; holds that they left are over."""
        self.mta.run("postsuper", "-d", "ALL")
        self.sink.mails.clear()

    def connect(self, port: int | None = None) -> smtplib.SMTP:
        """Say EHLO to Postfix, where it asks the gateway or at another port of its."""
        client = smtplib.SMTP("127.0.0.1", port or self.mta.port, timeout=120)
        client.ehlo()
        client.command_encoding = "utf-8"
        return client

    def release_everything(self) -> list[Hold]:
        """Have a reviewer release all that waits, and the outbox send it; return the holds that are done."""
        holds = self.holds
        now = datetime.now(UTC)
        for hold in holds.list():
            if hold.state == "held":
                release(holds, hold.id, by=REVIEWER, why="Revisado con quien lo escribió.", now=now)
        mailer = SmtpMailer(f"smtp://127.0.0.1:{self.release_port}")
        stamps = passes(self.gateway.environment)
        outbox = Outbox(
            holds=holds,
            mailer=mailer,
            letters=letters(),
            clock=SystemClock(),
            stamped=lambda hold, raw: raw if stamps is None else stamps.stamped(hold, raw, read_mail(raw)),
        )
        return outbox.send_pending()

    @property
    def holds(self) -> StoredHolds:
        """What is kept."""
        return self.gateway.holds

    def arrived(self, count: int, seconds: float = 30.0) -> list[Delivered]:
        """Return what the next hop got, once it got so many mails and Postfix has nothing more."""
        wait_for(lambda: len(self.sink.mails) >= count and not self.mta.queue(), seconds)
        assert len(self.sink.mails) == count
        return list(self.sink.mails)


@contextmanager
def round_trip(environment: Mapping[str, str]) -> Iterator[RoundTrip]:
    """All of it, running; `environment` tells the gateway's judge what to hold."""
    no_postfix()
    with short_place() as folder, Sink() as sink:
        database = open_database(f"sqlite:///{folder / 'guardian.db'}")
        upgrade(database)
        database.engine.dispose()
        gateway = RunningGateway(folder, "unix:m.sock", environment=dict(environment))
        settings = recommended() | {
            "smtpd_milters": f"unix:{folder / 'm.sock'}",
            "message_drop_headers": "",
            "message_size_limit": "62914560",
        }
        port = free_port()
        with gateway.resources, postfix(sink.port, settings, release_service(port)) as mta:
            try:
                gateway.start()
                yield RoundTrip(gateway, mta, sink, port)
            finally:
                gateway.kill()
        sink.shutdown()


def normalised(raw: bytes) -> bytes:
    """Return a mail as SMTP carries it: CRLF at every line's end, the last one included."""
    whole = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"


def without_trace(raw: bytes) -> bytes:
    """Return a delivered mail without the one trace field that this Postfix put on top."""
    assert raw.startswith(b"Received:")
    end = raw.index(b"\r\n")
    while raw[end + 2 : end + 3] in {b" ", b"\t"}:
        end = raw.index(b"\r\n", end + 2)
    return raw[end + 2 :]


def peak_memory_mb(pid: int) -> float:
    """Return the most memory that a process ever took."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        line = next(one for one in status if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def soon(seconds: float = 0.5) -> None:
    """Wait as long as something that must not happen would take."""
    time.sleep(seconds)
