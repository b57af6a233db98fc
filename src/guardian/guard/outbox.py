"""Carrying decisions out: sending released and returned mail, each once into the mail server, or saying so."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.guard.holds import GUARDIAN, REFUSED_RETURN, recipients_without_clients
from guardian.guard.letters import hold_letter, return_letter
from guardian.ports.holds import Hold, HoldEvent, Holds, HoldState
from guardian.ports.mailer import Mailer, MaybeSent, Receipt

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
_TOLD = "sender_told"
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Sends what was decided, in steps that a crash cannot lose.

    A hold is `sending` from before the mail is handed over until the answer is kept. What a crash leaves there
    is sent again when the lease is over, and its trail says `possible_duplicate`, because nobody can know whether
    the server had taken it. `language_of` tells a sender's language; else `language` is used.
    """

    holds: Holds
    mailer: Mailer
    notices_from: str
    language: str = "es"
    language_of: Callable[[str], str | None] | None = None
    lease: timedelta = timedelta(minutes=15)  # longer than any conversation with a mail server

    def send_pending(self, *, now: datetime) -> list[Hold]:
        """Send everything that waits and return the holds that are done now.

        What the server cannot take now waits for the next call; what it refuses for good is held again, with its
        words in the trail, for a person to see.
        """
        self._recover(now)
        waiting = self.holds.list(states=frozenset(_DONE))
        return [done for hold in waiting if (done := self._send(hold, now)) is not None]

    def tell_senders(self, *, now: datetime, hours: int) -> int:
        """Tell every sender once that his mail is held, and return how many were told now."""
        told = 0
        for hold in self.holds.list(states=frozenset({HoldState.HELD})):
            if hold.envelope.sender and not self._has(hold, _TOLD):
                told += self._tell(hold, now, hours)
        return told

    def _tell(self, hold: Hold, now: datetime, hours: int) -> bool:
        language = self._language(hold)
        try:
            letter = hold_letter(hold, language, notices_from=self.notices_from, hours=hours)
            receipt = self.mailer.send(*letter)
        except TryLater as problem:
            _LOG.warning("guard.notice_postponed", hold=hold.id, why=str(problem))
            return False
        except UserError as problem:
            _LOG.warning("guard.notice_refused", hold=hold.id, why=str(problem))
            self._move(hold, hold.state, _TOLD, f"refused: {problem}", now)
            return False
        self._move(hold, hold.state, _TOLD, receipt.reply, now)
        return True

    def _recover(self, now: datetime) -> None:
        """Take up again what somebody began to send and never finished."""
        for hold in self.holds.list(states=frozenset({HoldState.SENDING})):
            events = self.holds.events(hold.id)
            if events and now - events[-1].at < self.lease:
                continue
            wanted = next((_WANTED_BY[one.what] for one in reversed(events) if one.what in _WANTED_BY), None)
            if wanted is None:
                _LOG.error("guard.hold_without_decision", hold=hold.id)
                continue
            _LOG.warning("guard.sending_again", hold=hold.id)
            self._move(hold, wanted, "possible_duplicate", "", now)

    def _send(self, hold: Hold, now: datetime) -> Hold | None:
        leased = self._move(hold, HoldState.SENDING, "sending", "", now)
        if leased is None:
            return None  # another process took it
        try:
            receipt = self.mailer.send(*self._parcel(hold))
        except MaybeSent as problem:
            _LOG.warning("guard.maybe_sent", hold=hold.id, why=str(problem))
            return None  # stays `sending` until the lease is over
        except TryLater as problem:
            self._move(leased, hold.state, "put_back", str(problem), now)
            return None
        except UserError as problem:
            refusal = REFUSED_RETURN if hold.state is HoldState.RETURN_REQUESTED else "refused"
            self._move(leased, HoldState.HELD, refusal, str(problem), now)
            return None
        return self._finish(leased, _DONE[hold.state], receipt, now)

    def _finish(self, leased: Hold, done: HoldState, receipt: Receipt, now: datetime) -> Hold | None:
        if receipt.refused:
            _LOG.warning("guard.recipients_refused", hold=leased.id, count=len(receipt.refused))
            self._move(leased, HoldState.SENDING, "recipients_refused", ", ".join(receipt.refused), now)
        _LOG.info("guard.sent", hold=leased.id, state=done.value)
        return self._move(leased, done, "sent", receipt.reply, now)

    def _parcel(self, hold: Hold) -> tuple[Envelope, bytes]:
        raw = self.holds.raw(hold.id)
        if hold.state is HoldState.RELEASE_REQUESTED:
            return hold.envelope, raw
        if hold.state is HoldState.INTERNAL_REQUESTED:
            return _for_colleagues(hold), raw
        return return_letter(hold, raw, self._language(hold), notices_from=self.notices_from)

    def _language(self, hold: Hold) -> str:
        told = self.language_of(hold.envelope.sender) if self.language_of else None
        return told or self.language

    def _has(self, hold: Hold, what: str) -> bool:
        return any(event.what == what for event in self.holds.events(hold.id))

    def _move(self, hold: Hold, to: HoldState, what: str, why: str, now: datetime) -> Hold | None:
        event = HoldEvent(hold_id=hold.id, at=now, what=what, by=GUARDIAN, why=why[:500])
        return self.holds.move(hold, to, event)


def _for_colleagues(hold: Hold) -> Envelope:
    """Return the envelope without the clients, each recipient with his own ESMTP parameters."""
    kept = frozenset(recipients_without_clients(hold))
    given = hold.envelope
    args = given.rcpt_args or ((),) * len(given.recipients)
    pairs = [(one, arg) for one, arg in zip(given.recipients, args, strict=True) if one in kept]
    return replace(
        given,
        recipients=tuple(one for one, _ in pairs),
        rcpt_args=tuple(arg for _, arg in pairs) if given.rcpt_args else (),
    )
