"""One process of a gate: takes connections from the shared socket until it is told to stop."""

import asyncio
import importlib
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec

import structlog

from guardian.gateways.milter.conversation import Conversation, Decider, Office
from guardian.gateways.milter.outcome import Decision
from guardian.gateways.service.tally import Row

IDLE_S = 7210.0  # Sendmail's libmilter waits as long for a silent server
SWEEP_S = 60.0
THREADS = 8  # decisions wait for the disk in these, not for the processor, and share its syncs
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """How long things may take, and how large a mail may be."""

    answer_seconds: float = 20.0
    stop_seconds: float = 20.0
    largest_mail: int = 64 * 1024 * 1024


class Worker:
    """Serves one listening socket with one decider."""

    def __init__(self, listener: socket.socket, decider: Decider, row: Row, limits: WorkerLimits) -> None:
        self._listener = listener
        self._lifeline: int | None = None
        self._decider = decider
        self._row = row
        self._limits = limits
        self._open: set[Conversation] = set()
        self._welcomes: set[asyncio.Task[object]] = set()
        self._stop = asyncio.Event()

    def run(self, lifeline: int | None = None) -> None:
        """Serve until SIGTERM, then finish the conversations under way, as long as `stop_seconds` allow.

        `lifeline` is the reading end of a pipe whose other end the supervisor holds: when he is gone, so are we.
        """
        self._lifeline = lifeline
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(wanted, self._stop.set)
        if self._lifeline is not None:
            loop.add_reader(self._lifeline, self._stop.set)
        self._listener.setblocking(False)
        threads = ThreadPoolExecutor(THREADS, thread_name_prefix="decide")
        loop.add_reader(self._listener.fileno(), self._welcome, self._office(threads))
        sweeping = loop.create_task(self._sweep())
        self._row.set_ready(True)
        await self._stop.wait()
        self._row.set_ready(False)
        loop.remove_reader(self._listener.fileno())
        self._listener.close()  # whoever asks whether we still listen must hear no
        if self._lifeline is not None:
            loop.remove_reader(self._lifeline)
        sweeping.cancel()
        await self._finish()
        threads.shutdown(wait=False, cancel_futures=True)

    def _office(self, threads: ThreadPoolExecutor) -> Office:
        return Office(
            decider=self._decider,
            threads=threads,
            ledger=self._row,
            answer_seconds=self._limits.answer_seconds,
            largest_mail=self._limits.largest_mail,
            overdue=self._note_overdue,
        )

    def _welcome(self, office: Office) -> None:
        """Take one connection; the other processes get their share of what waits."""
        loop = asyncio.get_running_loop()
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another process was faster
        except OSError as problem:
            _LOG.error("gateway.accept_failed", why=problem.strerror)
            loop.remove_reader(self._listener.fileno())
            loop.call_later(1.0, self._listen_again, office)
            return
        connection.setblocking(False)
        conversation = Conversation(office, on_close=self._forget)
        self._open.add(conversation)
        self._row.connections(len(self._open))
        task = loop.create_task(loop.connect_accepted_socket(lambda: conversation, connection))
        self._welcomes.add(task)
        task.add_done_callback(self._welcomes.discard)

    def _listen_again(self, office: Office) -> None:
        if not self._stop.is_set():
            asyncio.get_running_loop().add_reader(self._listener.fileno(), self._welcome, office)

    def _forget(self, conversation: Conversation) -> None:
        self._open.discard(conversation)
        self._row.connections(len(self._open))

    async def _sweep(self) -> None:
        """Close what has been silent for too long: its server is gone, and the network did not say so."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_S)
            for silent in [one for one in self._open if loop.time() - one.heard_at > IDLE_S and not one.deciding]:
                silent.hang_up()

    async def _finish(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.stop_seconds
        while self._open and loop.time() < deadline:
            await asyncio.sleep(0.02)
        if self._open:
            _LOG.warning("gateway.conversations_cut", count=len(self._open))
        for late in list(self._open):
            late.hang_up()

    def _note_overdue(self, asked: "asyncio.Future[Decision]") -> None:
        """Let a successor take over when a decision never ends: its thread cannot be ended without the process."""
        asyncio.get_running_loop().call_later(2 * self._limits.answer_seconds, self._give_up_on, asked)

    def _give_up_on(self, asked: "asyncio.Future[Decision]") -> None:
        if not asked.done():
            _LOG.error("gateway.decision_hangs")
            self._stop.set()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return what makes the event loop: uvloop's where it is installed."""
    if find_spec("uvloop") is None:
        return asyncio.new_event_loop
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory
