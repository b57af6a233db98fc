"""Carrying decisions out: sending released and returned mail, each once into the mail server, or saying so."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from guardian.domain.errors import GuardianError, TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.guard.letters import Letters, NoLetter
from guardian.guard.past import (
    GUARDIAN,
    PART_SENT,
    POSSIBLE_DUPLICATE,
    REFUSED,
    REFUSED_RETURN,
    UNANSWERED,
    UNANSWERED_RETURN,
)
from guardian.guard.pauses import pause_after
from guardian.ports.clock import Clock
from guardian.ports.holds import VIEWED, Hold, HoldEvent, Holds, HoldState
from guardian.ports.mailer import LONGEST, Mailer, MaybeSent, Receipt, Refused

_DONE = {
    HoldState.RELEASE_REQUESTED: HoldState.RELEASED,
    HoldState.INTERNAL_REQUESTED: HoldState.RELEASED_INTERNAL,
    HoldState.RETURN_REQUESTED: HoldState.RETURNED,
}
_WANTED_BY = {
    "release": HoldState.RELEASE_REQUESTED,
    "release_internal": HoldState.INTERNAL_REQUESTED,
    "return": HoldState.RETURN_REQUESTED,
    "expire": HoldState.RETURN_REQUESTED,
}
MOST_DOUBTS = 2  # times that a mail is sent again though the server may have it
PUT_BACK = "put_back"
_LOG = structlog.get_logger()


class _Altered(UserError):
    """The bytes that are kept are not those that were offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Sends what was decided, in steps that a crash cannot lose.

    A hold is `sending` from before the mail is handed over until the answer is kept. What a crash leaves there
    is sent again when the lease is over, and its trail says `possible_duplicate`, because nobody can know whether
    the server had taken it; after two such times it is held again for a person. Recipients that do not fit into one
    mail at the server get another; the trail counts how many are settled, so that those are never sent it again.
    `stamped` gives what is sent in place of the bytes of a mail to everybody, which may come back to the guard.
    """

    holds: Holds
    mailer: Mailer
    letters: Letters
    clock: Clock
    lease: timedelta = LONGEST
    stamped: Callable[[Hold, bytes], bytes] = lambda hold, raw: raw

    def send_pending(self) -> list[Hold]:
        """Send everything that waits and return the holds that are done now.

        What the server cannot take now waits for a later call; what it refuses for good is held again, with its
        words in the trail, for a person to see.
        """
        self._recover()
        waiting = self.holds.list(states=frozenset(_DONE))
        trails = self.holds.trails(states=frozenset(_DONE)) if waiting else {}
        now = self.clock.now()
        ready = [hold for hold in waiting if _is_due(trails.get(hold.id, ()), now)]
        return [done for hold in ready if (done := self._send(hold)) is not None]

    def _recover(self) -> None:
        """Take up again what somebody began to send and never finished."""
        for hold in self.holds.list(states=frozenset({HoldState.SENDING})):
            events = [one for one in self.holds.events(hold.id) if one.what != VIEWED]
            if events and abs(self.clock.now() - events[-1].at) < self.lease:  # a clock may have been ahead
                continue
            wanted = next((_WANTED_BY[one.what] for one in reversed(events) if one.what in _WANTED_BY), None)
            if wanted is None:
                _LOG.error("guard.hold_without_decision", hold=hold.id)
                continue
            self._take_up(hold, wanted, sum(one.what == POSSIBLE_DUPLICATE for one in since_decision(events)))

    def _take_up(self, hold: Hold, wanted: HoldState, doubts: int) -> None:
        if doubts < MOST_DOUBTS:
            _LOG.warning("guard.sending_again", hold=hold.id)
            self._move(hold, wanted, POSSIBLE_DUPLICATE, "")
            return
        _LOG.error("guard.sending_never_answered", hold=hold.id)
        never = UNANSWERED_RETURN if wanted is HoldState.RETURN_REQUESTED else UNANSWERED
        said = (
            f"Sent {doubts + 1} times, and each time no answer of the mail server was kept: ask there what arrived."
        )
        self._move(hold, HoldState.HELD, never, said)

    def _send(self, hold: Hold) -> Hold | None:
        leased = self._move(hold, HoldState.SENDING, "sending", "")
        if leased is None:
            return None  # another process took it
        try:
            # Asked only now: others may have sent parts of it since the round began.
            settled = _settled(self.holds.events(hold.id), hold.state)
            self._hand_over(leased, hold.state, self._parcel(leased, hold.state), settled)
        except MaybeSent as problem:
            _LOG.warning("guard.maybe_sent", hold=hold.id, why=str(problem))
            return None  # stays `sending` until the lease is over
        except (Refused, NoLetter, _Altered) as problem:
            refusal = REFUSED_RETURN if hold.state is HoldState.RETURN_REQUESTED else REFUSED
            self._move(leased, HoldState.HELD, refusal, str(problem))
            return None
        except GuardianError as problem:  # of the store or the settings, say: no word of the mail server's
            self._move(leased, hold.state, PUT_BACK, str(problem))
            return None
        _LOG.info("guard.sent", hold=leased.id, state=_DONE[hold.state].value)
        return self.holds.get(hold.id)

    def _hand_over(self, leased: Hold, wanted: HoldState, parcel: tuple[Envelope, bytes], settled: int) -> None:
        """Send the mail to whoever is not settled yet, and write down how far that got."""
        envelope, raw = parcel
        while True:
            receipt = self.mailer.send(_from_place(envelope, settled), raw)
            settled = len(envelope.recipients) if receipt.settled is None else settled + max(receipt.settled, 1)
            whole = settled >= len(envelope.recipients)
            step = (_DONE[wanted], "sent", "") if whole else (HoldState.SENDING, PART_SENT, f"{settled} ")
            try:
                self._say_refused(leased, receipt)
                written = self._move(leased, step[0], step[1], step[2] + receipt.reply)
            except GuardianError as problem:  # the server has it: never put back as if it had not
                raise MaybeSent(f"It was sent, but that could not be written down: {problem}") from problem
            if whole:
                return
            if written is None:
                raise MaybeSent("Somebody else took the mail up.")

    def _say_refused(self, leased: Hold, receipt: Receipt) -> None:
        if receipt.refused:
            _LOG.warning("guard.recipients_refused", hold=leased.id, count=len(receipt.refused))
            self._move(leased, HoldState.SENDING, "recipients_refused", ", ".join(receipt.refused))

    def _parcel(self, hold: Hold, wanted: HoldState) -> tuple[Envelope, bytes]:
        raw = self.holds.raw(hold.id)
        if hashlib.sha256(raw).hexdigest() != hold.digest:
            raise _Altered("The bytes kept are not those that were offered: compare the database with a backup.")
        try:
            return self._written(hold, wanted, raw)
        except GuardianError:
            raise
        except Exception as problem:  # a mail may be anything; this one waits, and keeps no other waiting
            _LOG.exception("guard.mail_not_written", hold=hold.id)
            raise TryLater(f"It cannot be written ({type(problem).__name__}); this is an error of ours.") from problem

    def _written(self, hold: Hold, wanted: HoldState, raw: bytes) -> tuple[Envelope, bytes]:
        if wanted is HoldState.RELEASE_REQUESTED:
            return hold.envelope, self.stamped(hold, raw)
        if wanted is HoldState.INTERNAL_REQUESTED:
            return _for_colleagues(hold), raw
        return self.letters.returning(hold, raw, self.holds.events(hold.id))

    def _move(self, hold: Hold, to: HoldState, what: str, why: str) -> Hold | None:
        event = HoldEvent(hold_id=hold.id, at=self.clock.now(), what=what, by=GUARDIAN, why=why[:500])
        return self.holds.move(hold, to, event)


def _is_due(trail: Sequence[HoldEvent], now: datetime) -> bool:
    """Say whether a mail that the server could not take before may be tried again."""
    failures = [one for one in since_decision(trail) if one.what == PUT_BACK]
    return not failures or abs(now - failures[-1].at) >= pause_after(len(failures))


def _settled(trail: Sequence[HoldEvent], wanted: HoldState) -> int:
    """Return how many recipients, from the first, were sent the mail of such a decision before."""
    settled, decided = 0, None
    for one in trail:
        decided = _WANTED_BY.get(one.what, decided)
        if one.what == PART_SENT and decided is wanted:
            settled = int(one.why.partition(" ")[0])
    return settled


def since_decision(trail: Sequence[HoldEvent]) -> Sequence[HoldEvent]:
    """Return the steps from the last decision on; none where nobody has decided."""
    places = [place for place, one in enumerate(trail) if one.what in _WANTED_BY]
    return trail[places[-1] :] if places else ()


def _from_place(envelope: Envelope, place: int) -> Envelope:
    """Return the envelope without its first recipients."""
    if not place:
        return envelope
    return replace(envelope, recipients=envelope.recipients[place:], rcpt_args=envelope.rcpt_args[place:])


def _for_colleagues(hold: Hold) -> Envelope:
    """Return the envelope without the clients, each recipient with his own ESMTP parameters."""
    kept = frozenset(hold.colleagues)
    given = hold.envelope
    args = given.rcpt_args or ((),) * len(given.recipients)
    pairs = [(one, arg) for one, arg in zip(given.recipients, args, strict=True) if one in kept]
    return replace(
        given,
        recipients=tuple(one for one, _ in pairs),
        rcpt_args=tuple(arg for _, arg in pairs) if given.rcpt_args else (),
    )
