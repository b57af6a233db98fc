"""Release under kill -9: every mail arrives, and only once unless its trail says that nobody could know."""

import asyncio
import multiprocessing
import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from guardian.domain.mail import Envelope
from guardian.guard.letters import Letters
from guardian.guard.outbox import Outbox
from guardian.mail_out.smtp import SmtpMailer
from guardian.ports.holds import HoldState
from guardian.storage.engine import Database, open_database
from guardian.storage.holds import StoredHolds
from guardian.wiring.tenant import SystemClock
from tests.stores.mails import REVIEWER, held_mail, step

MAILS = 150
LEASE = timedelta(seconds=2)  # moments are whole seconds


class CountingInbox:
    """Takes every mail, in its own time, and counts whose it is."""

    def __init__(self) -> None:
        self.arrived: Counter[bytes] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        await asyncio.sleep(random.random() / 50)
        self.arrived[bytes(envelope.content)] += 1
        await asyncio.sleep(random.random() / 50)
        return "250 2.0.0 Ok: queued"


@pytest.fixture
def inbox() -> Iterator[tuple[CountingInbox, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    inbox = CountingInbox()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    yield inbox, port
    server.stop()


def release_for_ever(url: str, port: int, ready: Connection) -> None:
    """Be the process that carries decisions out, until somebody kills it."""
    outbox = Outbox(
        holds=StoredHolds(open_database(url)),
        mailer=SmtpMailer(f"smtp://127.0.0.1:{port}", timeout_s=10),
        letters=Letters(sender="guardian@acme.example", language_of=lambda _address: "es", hours=48, is_ours=bool),
        clock=SystemClock(),
        lease=LEASE,
    )
    ready.send("ready")
    while True:
        outbox.send_pending()
        time.sleep(0.02)


@pytest.mark.slow
def test_every_mail_arrives_once_or_its_trail_says_that_nobody_could_know(
    database: Database, inbox: tuple[CountingInbox, int]
) -> None:
    counting, port = inbox
    holds, bodies = StoredHolds(database), {}
    for number in range(MAILS):
        mail = held_mail(f"m{number}", at=0)
        body = f"Subject: {number}\r\n\r\nn {number}\r\n".encode()
        envelope = Envelope(sender="rep@acme.example", recipients=("ana@client.example",))
        kept = holds.keep(replace(mail, envelope=envelope), body)
        assert holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept, REVIEWER, what="release")) is not None
        bodies[kept.id] = body
    url = database.engine.url.render_as_string(hide_password=False)
    _storm(url, port, holds)
    trails = {name: [one.what for one in holds.events(name)] for name in bodies}
    for name, body in bodies.items():
        times = counting.arrived[body]
        assert times >= 1, f"{name} never arrived: {trails[name]}"
        assert times == 1 or "possible_duplicate" in trails[name], f"{name}: {times} times, {trails[name]}"
        assert trails[name].count("sent") == 1
        assert times <= 1 + trails[name].count("possible_duplicate") + trails[name].count("unanswered")
    assert any("possible_duplicate" in trail for trail in trails.values()), "no kill hit a mail on its way"
    assert holds.broken_trails() == []


def _storm(url: str, port: int, holds: StoredHolds) -> None:
    """Kill workers at random moments for as long as mail waits; two at a time, so that they race as well."""
    spawn = multiprocessing.get_context("spawn")
    workers: list[Any] = []
    end = time.monotonic() + 240
    while holds.list(states=frozenset({HoldState.HELD, HoldState.RELEASE_REQUESTED, HoldState.SENDING})):
        for kept in holds.list(states=frozenset({HoldState.HELD})):  # hit too often: a person decides again
            holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept, REVIEWER, what="release"))
        assert time.monotonic() < end, "the storm never ended"
        while len(workers) < 2:
            mine, theirs = spawn.Pipe()
            workers.append(spawn.Process(target=release_for_ever, args=(url, port, theirs)))
            workers[-1].start()
            mine.recv()
        time.sleep(random.uniform(0.02, 0.3))
        _kill(workers.pop(random.randrange(2)))
    for worker in workers:
        _kill(worker)


def _kill(worker: Any) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    worker.close()
