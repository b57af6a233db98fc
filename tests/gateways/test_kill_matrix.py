"""The storm: milter and mail server killed again and again under load, and nothing is lost or let through."""

import random
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress

import pytest

from guardian.domain.errors import TryLater
from guardian.gateways.postfix.drain import drain
from guardian.gateways.postfix.offer import GateConnection
from guardian.gateways.postfix.queue import HoldQueue
from guardian.gateways.service.address import ListenAt
from guardian.ports.holds import Hold
from tests.gateways.conftest import RunningGateway
from tests.gateways.postfix import Postfix
from tests.gateways.sink import Sink

pytestmark = pytest.mark.slow

CLIENTS, EACH = 6, 150
PAUSE_S = 0.08  # so that the storm lasts for many kills
DRAINED_WITHIN_S = 30


class Sender(threading.Thread):
    """Submits mails one after the other, each until the server says 250; every second one has to be held."""

    def __init__(self, mta: Postfix, number: int) -> None:
        super().__init__()
        self.mta, self.number = mta, number
        self.retries = 0

    def run(self) -> None:
        """Submit all of them."""
        for i in range(EACH):
            while not self._submit(f"{self.number}-{i}", insult=i % 2 == 1):
                self.retries += 1
                time.sleep(0.05)
            time.sleep(PAUSE_S)

    def _submit(self, name: str, *, insult: bool) -> bool:
        body = f"Subject: {name}\r\nMessage-ID: <{name}@acme.example>\r\n\r\n{'cretino' if insult else 'hola'}\r\n"
        try:
            with smtplib.SMTP("127.0.0.1", self.mta.port, timeout=60) as client:
                client.sendmail("ana@acme.example", ["luis@cliente.example"], body)
        except (smtplib.SMTPException, OSError):
            return False
        return True


class Killer(threading.Thread):
    """Kills something every so often, and starts it again."""

    def __init__(self, kill: Callable[[], None], start: Callable[[], None], every: tuple[float, float]) -> None:
        super().__init__()
        self._kill, self._start, self._every = kill, start, every
        self._over = threading.Event()
        self._chance = random.Random(7)
        self.kills = 0

    def run(self) -> None:
        """Kill until told to stop."""
        while not self._over.wait(self._chance.uniform(*self._every)):
            self._kill()
            self.kills += 1
            self._start()

    def stop(self) -> None:
        """Leave what was killed running."""
        self._over.set()
        self.join()


def storm(mta: Postfix, killers: list[Killer]) -> tuple[list[Sender], int]:
    """Send everything under fire; return the senders and how often something was killed."""
    senders = [Sender(mta, number) for number in range(CLIENTS)]
    for thread in (*killers, *senders):
        thread.start()
    for sender in senders:
        sender.join()
    for killer in killers:
        killer.stop()
    return senders, sum(killer.kills for killer in killers)


def drain_all(mta: Postfix, gateway: RunningGateway) -> float:
    """Drain the hold queue as the service does, until the queue is empty; return how long it took."""
    started = time.monotonic()
    while mta.queue() and time.monotonic() - started < 2 * DRAINED_WITHIN_S:
        with suppress(TryLater):
            drain(HoldQueue(mta.config), lambda: GateConnection(ListenAt(path=gateway.folder / "m.sock")))
        time.sleep(0.2)
    return time.monotonic() - started


def subjects(raws: Iterable[bytes]) -> Counter[str]:
    return Counter(raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode() for raw in raws)


def _name_of(hold: Hold, raw: bytes) -> str:
    """Return which mail was held: by what it says as long as it is kept, by its Message-ID once it is decided."""
    (name, *_) = subjects([raw]) if raw else [(hold.message_id or "").strip("<>").partition("@")[0]]
    return name


def judge_the_storm(gateway: RunningGateway, sink: Sink, took: float, doubles: int) -> None:
    """Fail on anything lost, let through, held twice, or left waiting too long."""
    hostile = {f"{number}-{i}" for number in range(CLIENTS) for i in range(EACH) if i % 2 == 1}
    clean = {f"{number}-{i}" for number in range(CLIENTS) for i in range(EACH) if i % 2 == 0}
    delivered = subjects(mail.raw for mail in sink.mails)
    holds = gateway.holds
    kept = Counter(_name_of(hold, holds.raw(hold.id)) for hold in holds.list())
    assert not hostile & delivered.keys(), "let through"
    assert kept.keys() == hostile, "lost or held without reason"
    assert delivered.keys() == clean, "lost"
    assert sum(kept.values()) == len(hostile), "held twice"
    assert sum(delivered.values()) - len(clean) <= doubles, "delivered twice"
    assert took < DRAINED_WITHIN_S


def test_the_milter_killed_under_load(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    gateway.processes = 2
    gateway.start()
    killer = Killer(gateway.kill, lambda: gateway.start(), (0.1, 0.35))
    senders, kills = storm(mta, [killer])
    gateway.kill()
    gateway.start()
    took = drain_all(mta, gateway)
    print(f"{kills} kills, {sum(one.retries for one in senders)} retries, drained in {took:.1f} s")  # noqa: T201
    judge_the_storm(gateway, sink, took, doubles=0)


def test_its_processes_killed_under_load(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    gateway.processes = 2
    gateway.start()
    killer = Killer(gateway.kill_processes, lambda: None, (0.1, 0.35))
    senders, kills = storm(mta, [killer])
    took = drain_all(mta, gateway)
    print(f"{kills} kills, {sum(one.retries for one in senders)} retries, drained in {took:.1f} s")  # noqa: T201
    judge_the_storm(gateway, sink, took, doubles=0)


def test_the_milter_and_postfix_killed_under_load(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    gateway.processes = 2
    gateway.start()
    killers = [
        Killer(gateway.kill, lambda: gateway.start(), (0.1, 0.35)),
        Killer(mta.kill, mta.start, (3.0, 5.0)),
    ]
    senders, kills = storm(mta, killers)
    gateway.kill()
    gateway.start()
    took = drain_all(mta, gateway)
    print(f"{kills} kills, {sum(one.retries for one in senders)} retries, drained in {took:.1f} s")  # noqa: T201
    judge_the_storm(gateway, sink, took, doubles=CLIENTS * killers[1].kills)
