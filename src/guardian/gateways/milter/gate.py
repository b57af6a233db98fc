"""The decision about one offered mail: let it pass, keep it, or ask for it again later."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from guardian.domain.errors import GuardianError
from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action, Verdict
from guardian.gateways.milter.outcome import Decision, Outcome
from guardian.gateways.milter.session import Offer
from guardian.guard import STAMP_FIELD, Examination, Guard, hold_mail
from guardian.ports.clock import Clock
from guardian.ports.holds import Holds

_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Decides for one process; `decide` may be called from several threads.

    `count` is told of every verdict, and must not wait for anything; `at_end` is told when no more will come.
    """

    guard: Guard
    holds: Holds
    clock: Clock
    count: Callable[[Verdict], None] = lambda verdict: None
    at_end: Callable[[float], None] = lambda seconds: None
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)  # the language models are no threads' play

    @property
    def changes_headers(self) -> bool:
        """True where mail that passes is stamped."""
        return self.guard.stamps_passing_mail

    def needs_reading(self, envelope: Envelope) -> bool:
        """Say whether a client is among the recipients; no database is asked."""
        return bool(self.guard.audience(envelope).clients)

    def only_watches(self, envelope: Envelope) -> bool:
        """Say whether a mail passes even where it cannot be decided about."""
        return self.guard.only_watches(envelope)

    def decide(self, offer: Offer) -> Decision:
        """Return what becomes of a mail; when this says HELD, the mail is on our disk.

        A store that cannot keep it now leaves it with the mail server (LATER).
        """
        with self._one_at_a_time:
            examined = self.guard.examine(offer.envelope, offer.raw)
        verdict = examined.verdict
        self.count(verdict)
        if verdict.action is Action.PASS:
            return self._passed(offer, examined)
        try:
            now, namesakes = self.clock.now(), self.guard.namesakes
            hold = hold_mail(self.holds, offer.envelope, offer.raw, examined, now=now, namesakes=namesakes)
        except GuardianError as problem:
            _LOG.error("gateway.hold_failed", queue_id=offer.queue_id, why=str(problem))
            return Decision(outcome=Outcome.LATER)
        _LOG.info("gateway.held", hold=hold.id, queue_id=offer.queue_id, size=len(offer.raw))
        return Decision(outcome=Outcome.HELD)

    def close(self, seconds: float) -> None:
        """Finish what no mail waits for, in so many seconds at most."""
        self.at_end(seconds)

    def _passed(self, offer: Offer, examined: Examination) -> Decision:
        if examined.verdict.would_hold:
            _LOG.info("gateway.would_hold", queue_id=offer.queue_id, size=len(offer.raw))
        return Decision(
            outcome=Outcome.WOULD_HOLD if examined.verdict.would_hold else Outcome.PASSED,
            name=STAMP_FIELD,
            value=self.guard.pass_for(examined, offer.raw, offer.queue_id),
            stale=len(self.guard.old_passes(offer.raw)),
        )
