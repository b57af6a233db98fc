"""One connection from the mail server: asyncio around the session, decisions in a thread."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol, cast

import structlog

from guardian.domain.mail import Envelope
from guardian.gateways.milter.codec import Decoder, ProtocolError
from guardian.gateways.milter.events import Event
from guardian.gateways.milter.outcome import Decision, Outcome, said
from guardian.gateways.milter.session import Offer, Session

_QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # Linux; without it small packets wait 40 ms for each other
_UNDECIDED = frozenset({Outcome.LATER, Outcome.TOO_LARGE})
_LOG = structlog.get_logger()


class Decider(Protocol):
    """What answers for mails."""

    @property
    def changes_headers(self) -> bool:
        """True where a decision may change a header; otherwise the server is not even asked for the right to."""
        ...

    def needs_reading(self, envelope: Envelope) -> bool:
        """Say whether a mail has to be read, from its envelope alone and at once."""
        ...

    def only_watches(self, envelope: Envelope) -> bool:
        """Say whether a mail passes even where it cannot be decided about."""
        ...

    def decide(self, offer: Offer) -> Decision:
        """Return what becomes of a mail; runs in a thread."""
        ...

    def close(self, seconds: float) -> None:
        """Finish, in so many seconds at most: no more mail comes."""
        ...


class Ledger(Protocol):
    """What counts the outcomes."""

    def count(self, outcome: Outcome, seconds: float) -> None:
        """Note one mail and how long its decision took."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What all conversations of a process share."""

    decider: Decider
    threads: Executor
    ledger: Ledger
    answer_seconds: float  # a decision that takes longer is LATER
    largest_mail: int  # bytes
    overdue: Callable[["asyncio.Future[Decision]"], None]  # called when a decision took too long


class Conversation(asyncio.Protocol):
    """Answers one mail server's connection, in the order asked."""

    def __init__(self, office: Office, *, on_close: Callable[["Conversation"], None]) -> None:
        self._office = office
        self._session = Session(
            self._must_read,
            largest_mail=office.largest_mail,
            changes_headers=office.decider.changes_headers,
        )
        self._decoder = Decoder()
        self._events: deque[Event] = deque()
        self._decision: asyncio.Task[None] | None = None
        self._on_close = on_close
        self._transport: asyncio.Transport | None = None
        self._tcp: socket.socket | None = None
        self._loop = asyncio.get_running_loop()
        self.heard_at = self._loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up the connection."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's does not inherit from it
        raw = transport.get_extra_info("socket")
        if raw is not None and raw.family in (socket.AF_INET, socket.AF_INET6):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._tcp = raw

    def data_received(self, data: bytes) -> None:
        """Answer what arrived, as far as nothing has to be decided first."""
        if self._tcp is not None and _QUICKACK is not None:
            self._tcp.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        self.heard_at = self._loop.time()
        try:
            self._events.extend(self._decoder.feed(data))
        except ProtocolError as problem:
            self._cut_off(problem)
        else:
            self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the conversation; a decision under way is finished, and what it holds stays held."""
        self._events.clear()
        self._on_close(self)

    @property
    def deciding(self) -> bool:
        """True while a mail is being decided about."""
        return self._decision is not None

    def hang_up(self) -> None:
        """Close the connection, without answering what is open."""
        if self._transport is not None:
            self._transport.abort()

    def _cut_off(self, problem: ProtocolError) -> None:
        """Hang up; the server does then what its own default action says, which is to keep the mail."""
        _LOG.warning("gateway.protocol_error", why=str(problem))
        self._events.clear()
        self.hang_up()

    def _go_on(self) -> None:
        try:
            self._answer()
        except ProtocolError as problem:
            self._cut_off(problem)

    def _answer(self) -> None:
        while self._events and self._decision is None:
            for answer in self._session.take(self._events.popleft()):
                if isinstance(answer, Offer):
                    self._start_deciding(answer)
                else:
                    self._write(answer)
        if self._session.over and self._transport is not None:
            self._transport.close()

    def _must_read(self, envelope: Envelope) -> bool:
        needed = self._office.decider.needs_reading(envelope)
        if not needed:
            self._office.ledger.count(Outcome.GATED, 0.0)
        return needed

    def _start_deciding(self, offer: Offer) -> None:
        assert self._transport is not None
        self._transport.pause_reading()
        self._decision = self._loop.create_task(self._decide(offer))

    async def _decide(self, offer: Offer) -> None:
        started = self._loop.time()
        decision = await self._ask(offer) if not offer.truncated else self._without_reading(offer)
        if decision.outcome in _UNDECIDED and self._office.decider.only_watches(offer.envelope):
            _LOG.warning("gateway.passed_undecided", queue_id=offer.queue_id, outcome=decision.outcome.value)
            decision = Decision(outcome=Outcome.PASSED)
        self._office.ledger.count(decision.outcome, self._loop.time() - started)
        self._decision = None
        if self._transport is None or self._transport.is_closing():
            return
        self._write(self._session.changes(decision) + said(decision.outcome))
        self._transport.resume_reading()
        self._go_on()

    def _without_reading(self, offer: Offer) -> Decision:
        """Refuse what is too large to be read, unless no client would get it."""
        concerned = self._office.decider.needs_reading(offer.envelope)
        return Decision(outcome=Outcome.TOO_LARGE if concerned else Outcome.PASSED)

    async def _ask(self, offer: Offer) -> Decision:
        """Return the decision, or LATER when it failed or took too long: no failure lets a client's mail pass."""
        asked = self._loop.run_in_executor(self._office.threads, self._office.decider.decide, offer)
        done, _ = await asyncio.wait([asked], timeout=self._office.answer_seconds)
        if not done:
            _LOG.error("gateway.decision_overdue", queue_id=offer.queue_id, size=len(offer.raw))
            asked.add_done_callback(_note_late_failure)
            self._office.overdue(asked)
            return Decision(outcome=Outcome.LATER)
        problem = asked.exception()
        if problem is not None:
            _LOG.error("gateway.decision_failed", queue_id=offer.queue_id, exc_info=problem)
            return Decision(outcome=Outcome.LATER)
        return asked.result()

    def _write(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


def _note_late_failure(asked: "asyncio.Future[Decision]") -> None:
    if not asked.cancelled() and (problem := asked.exception()) is not None:
        _LOG.error("gateway.late_decision_failed", exc_info=problem)
