"""Sending every rep his digest once a day, or making the files to look at before."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import structlog

from guardian.digest.compose import compose
from guardian.digest.content import Digest
from guardian.digest.gather import Sources, Tenant, gather, survey
from guardian.digest.links import ActionLinks
from guardian.digest.material import Material, NoReader, Rep
from guardian.digest.message import SENDER_NAME, Addressed, WaysOut, build_message
from guardian.digest.reasons import Wording
from guardian.digest.render import render
from guardian.digest.templating import Rendered
from guardian.domain.addresses import domain_of
from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.ports.assessments import AsShown
from guardian.ports.mailer import Mailer, MaybeSent, Refused

log_event = structlog.get_logger(__name__)

File = tuple[str, bytes]  # its name, and what it holds


class Outcome(StrEnum):
    """What became of one rep's digest."""

    SENT = "sent"
    SENT_BEFORE = "sent_before"  # an earlier run of the same day did, or one that is just at it
    NOTHING_NEW = "nothing_new"
    DAY_OFF = "day_off"
    STOPPED = "stopped"  # he wants none
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one rep's digest: the day it is where he lives, the clients shown, and the error if it failed.

    `day` is None when the rep's time zone is unknown; `retry` says that a later run may succeed unaided, `stops_all`
    that somebody has to mend what keeps every digest from leaving.
    """

    rep: str
    day: date | None
    outcome: Outcome
    client_ids: tuple[int, ...] = ()
    error: str = ""
    retry: bool = False
    stops_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """How digests are written: the words for reasons, who they are from, what makes links (None: there are none).

    `sender` is the address they come from, `sender_name` what that is called; `stop_to` is the address of a person
    who takes somebody off on request, empty where there is none.
    """

    wording: Wording
    sender: str
    links: ActionLinks | None = None
    stop_to: str = ""
    sender_name: str = SENDER_NAME

    def ways_out(self, sort: str, address: str) -> WaysOut:
        """Return how somebody stops a sort of mail."""
        return WaysOut(link=self.links.stop_link(sort, address) if self.links else "", mail=self.stop_to)

    def mail(self, of: Addressed, rendered: Rendered, *, now: datetime, way_out: WaysOut) -> bytes:
        """Return a rendered digest or roll-up as a mail from us."""
        sender, name = self.sender, self.sender_name
        return build_message(of, rendered, sender=sender, sender_name=name, now=now, way_out=way_out)


def send_digests(
    reps: Sequence[Rep], sources: Sources, mailer: Mailer, office: Office, *, now: datetime, unasked: bool = False
) -> list[Sent]:
    """Send each rep today's digest unless it was sent before, and return what became of each, in order.

    A digest that fails with TryLater or UserError leaves the others alone and goes out with the next run, but not one
    of which the server did not say whether it took it. A crash between sending and noting it can repeat one mail,
    with the same Message-ID. `unasked` leaves a rep's days off
    alone: nobody called for his digest.
    """
    tenant = survey(reps, sources, now=now)
    outcomes = [_send_safely(rep, tenant, mailer, office, unasked=unasked) for rep in reps]
    for one in outcomes:
        log_event.info("digest", outcome=one.outcome, domain=domain_of(one.rep), clients=len(one.client_ids))
    return outcomes


def preview(reps: Sequence[Rep], sources: Sources, office: Office, *, now: datetime) -> Iterator[File]:
    """Yield the files `<rep>.html`, `.txt` and `.eml` of each rep who has something new today.

    Sends and notes nothing. UserError when a rep's address or time zone is no good.
    """
    tenant = survey(reps, sources, now=now)
    for rep in reps:
        made = _make(rep, tenant, office)
        if made is not None:
            yield from files_of(rep.address, made.rendered, made.raw)


def _send_safely(rep: Rep, tenant: Tenant, mailer: Mailer, office: Office, *, unasked: bool) -> Sent:
    day: date | None = None
    try:
        day = rep.today(tenant.now)
        if Digest.sort in rep.stopped:
            return Sent(rep=rep.address, day=day, outcome=Outcome.STOPPED)
        if unasked and not rep.works_on(day):
            return Sent(rep=rep.address, day=day, outcome=Outcome.DAY_OFF)
        with tenant.sources.log.sending(rep.address, day) as free:
            if not free or tenant.sources.log.was_sent(rep.address, day):
                return Sent(rep=rep.address, day=day, outcome=Outcome.SENT_BEFORE)
            return _send(rep, day, tenant, mailer, office)
    except (TryLater, UserError) as failure:
        return failed(rep, day, failure)


def failed(rep: Rep, day: date | None, failure: TryLater | UserError) -> Sent:
    """Return what became of a mail that failed; one that may have been sent is not sent again."""
    retry = isinstance(failure, TryLater) and not isinstance(failure, MaybeSent)
    stops = not isinstance(failure, TryLater | Refused | NoReader)
    return Sent(rep=rep.address, day=day, outcome=Outcome.FAILED, error=str(failure), retry=retry, stops_all=stops)


def _send(rep: Rep, day: date, tenant: Tenant, mailer: Mailer, office: Office) -> Sent:
    made = _make(rep, tenant, office)
    if made is None:
        return Sent(rep=rep.address, day=day, outcome=Outcome.NOTHING_NEW)
    try:
        mailer.send(Envelope(sender=office.sender, recipients=(rep.address,)), made.raw)
    except MaybeSent:  # most servers that fall silent here have taken the mail: a second one is worse
        made.note(rep, day, tenant)
        raise
    made.note(rep, day, tenant)
    return Sent(rep=rep.address, day=day, outcome=Outcome.SENT, client_ids=made.digest.client_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    digest: Digest
    rendered: Rendered
    raw: bytes
    material: Material

    def note(self, rep: Rep, day: date, tenant: Tenant) -> None:
        """Remember that it went out, and how the clients stood that it showed."""
        stood = {
            one.client.id: AsShown(at=tenant.now, state=one.assessment.state, last_waiting=one.touches.last_waiting)
            for one in self.material.clients
        }
        tenant.sources.log.mark_sent(rep.address, day, self.digest.client_ids, at=tenant.now, stood=stood)


def _make(rep: Rep, tenant: Tenant, office: Office) -> _Made | None:
    material = gather(rep, tenant)
    digest = compose(rep, material, today=rep.today(tenant.now), now=tenant.now)
    if digest is None:
        return None
    way, now = office.ways_out(digest.sort, rep.address), tenant.now.astimezone(rep.zone())
    rendered = render(digest, office.wording, office.links, stop_link=way.link)
    raw = office.mail(digest, rendered, now=now, way_out=way)
    return _Made(digest=digest, rendered=rendered, raw=raw, material=material)


def files_of(address: str, rendered: Rendered, raw: bytes) -> Iterator[File]:
    """Yield a mail as `<address>.html`, `.txt` and `.eml`; no address leads out of the folder that they go to."""
    stem = re.sub(r"[^\w.@+-]", "_", address).lstrip(".")
    for ending, content in (("html", rendered.html.encode()), ("txt", rendered.text.encode()), ("eml", raw)):
        yield f"{stem}.{ending}", content
