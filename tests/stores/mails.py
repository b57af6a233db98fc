"""Held mails to try the store of holds with."""

from datetime import datetime

from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action, Reason, ReasonCode, Verdict
from guardian.ports.holds import Hold, HoldEvent, HoldState
from tests.stores.world import day

RAW = b"From: rep@acme.example\r\nTo: ana@client.example\r\n\r\n\x00\xff.\r\nSon unos pesados\r\n"
SENDER, REVIEWER = "rep@acme.example", "boss@acme.example"


def held_mail(name: str = "h1", *, recipients: tuple[str, ...] = ("ana@client.example",), at: float = 0) -> Hold:
    """Return a hold that was just taken."""
    return Hold(
        id=name,
        state=HoldState.HELD,
        envelope=Envelope(
            sender=SENDER, recipients=recipients, mail_args=("BODY=8BITMIME",), rcpt_args=(("NOTIFY=NEVER",), ())
        ),
        verdict=Verdict(
            action=Action.HOLD,
            would_hold=True,
            reasons=(Reason(code=ReasonCode.INSULT, span="unos pesados ñ \ud800", score=0.93),),
            clients=("Client",),
            score=0.93,
            language="es",
            degraded=("second look",),
        ),
        subject="Sobre el pedido",
        message_id="1@acme.example",
        digest="",
        held_at=day(at),
        client_addresses=("ana@client.example",),
    )


def step(
    hold: Hold, by: str = REVIEWER, why: str = "he asked for it", *, what: str = "step", at: datetime | None = None
) -> HoldEvent:
    """Return what somebody did to a hold."""
    return HoldEvent(hold_id=hold.id, at=at or day(1), what=what, by=by, why=why)
