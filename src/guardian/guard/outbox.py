"""Carrying decisions out: sending released and returned mail, each once into the mail server, or saying so."""

from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.guard.holds import GUARDIAN, recipients_without_clients
from guardian.guard.notices import return_notice
from guardian.ports.holds import Hold, HoldEvent, Holds, HoldState
from guardian.ports.mailer import Mailer, MaybeSent

_DONE = {
    HoldState.RELEASE_REQUESTED: HoldState.RELEASED,
    HoldState.INTERNAL_REQUESTED: HoldState.RELEASED_INTERNAL,
    HoldState.RETURN_REQUESTED: HoldState.RETURNED,
}
_WANTED_BY = {"release": HoldState.RELEASE_REQUESTED, "release_internal": HoldState.INTERNAL_REQUESTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Sends what was decided; `language` of the explaining mail that goes with a return."""

    holds: Holds
    mailer: Mailer
    notices_from: str
    language: str = "es"

    def send_pending(self, *, now: datetime) -> list[Hold]:
        """Send everything that waits and return the holds that are done now.

        A mail that cannot be taken over now waits for the next call. One that a crash left in the middle is sent
        again and marked `possible_duplicate`, because nobody can know whether the server had taken it.
        """
        self._recover(now)
        done = []
        for hold in self.holds.list(states=frozenset(_DONE)):
            sent = self._send(hold, now)
            if sent is not None:
                done.append(sent)
        return done

    def _recover(self, now: datetime) -> None:
        for hold in self.holds.list(states=frozenset({HoldState.SENDING})):
            events = [event.what for event in self.holds.events(hold.id)]
            wanted = next((_WANTED_BY[what] for what in reversed(events) if what in _WANTED_BY), None)
            self._move(hold, wanted or HoldState.RETURN_REQUESTED, "possible_duplicate", "", now)

    def _send(self, hold: Hold, now: datetime) -> Hold | None:
        leased = self._move(hold, HoldState.SENDING, "sending", "", now)
        if leased is None:
            return None  # another process took it
        try:
            envelope, raw = self._parcel(hold)
            receipt = self.mailer.send(envelope, raw)
        except MaybeSent:
            return None  # stays `sending`: the next call sends it again, and says that it may be the second time
        except (TryLater, UserError) as wrong:
            self._move(leased, hold.state, "put_back", str(wrong)[:200], now)
            return None
        return self._move(leased, _DONE[hold.state], "sent", receipt.reply[:200], now)

    def _parcel(self, hold: Hold) -> tuple[Envelope, bytes]:
        raw = self.holds.raw(hold.id)
        if hold.state is HoldState.RELEASE_REQUESTED:
            return hold.envelope, raw
        if hold.state is HoldState.INTERNAL_REQUESTED:
            return _for_colleagues(hold), raw
        return Envelope(sender="", recipients=(hold.envelope.sender,)), self._return_mail(hold, raw)

    def _return_mail(self, hold: Hold, raw: bytes) -> bytes:
        told = return_notice(hold, self.language)
        message = EmailMessage(policy=SMTP)
        message["From"] = self.notices_from
        message["To"] = hold.envelope.sender
        message["Subject"] = told.subject[:200]
        message["Auto-Submitted"] = "auto-replied"
        message["X-Guardian-Hold"] = hold.id
        message.set_content(told.text)
        message.add_attachment(raw, maintype="application", subtype="octet-stream", filename=f"{hold.id}.eml")
        return message.as_bytes()

    def _move(self, hold: Hold, to: HoldState, what: str, why: str, now: datetime) -> Hold | None:
        event = HoldEvent(hold_id=hold.id, at=now, what=what, by=GUARDIAN, why=why)
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
