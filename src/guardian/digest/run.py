"""Sending every rep his digest once a day, or writing them into a folder to look at."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import structlog

from guardian.digest.compose import compose
from guardian.digest.content import Digest
from guardian.digest.gather import Sources, Tenant, gather, survey
from guardian.digest.material import Rep
from guardian.digest.message import build_message
from guardian.digest.render import Rendered, Wording, render
from guardian.domain.addresses import domain_of
from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.ports.assessments import Assessments, DigestLog
from guardian.ports.mailer import Mailer
from guardian.ports.timeline import Timelines

log_event = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What became of one rep's digest."""

    SENT = "sent"
    SENT_BEFORE = "sent_before"  # an earlier run of the same day did
    NOTHING_NEW = "nothing_new"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one rep's digest: the day it is where he lives, the clients shown, and the error if it failed.

    `day` is None when the rep's time zone is unknown; `retry` says that a later run may succeed unaided.
    """

    rep: str
    day: date | None
    outcome: Outcome
    client_ids: tuple[int, ...] = ()
    error: str = ""
    retry: bool = False


def send_digests(  # noqa: PLR0913 - three stores, a way out, and what the caller decides
    reps: Sequence[Rep],
    timelines: Timelines,
    assessments: Assessments,
    log: DigestLog,
    mailer: Mailer,
    *,
    now: datetime,
    wording: Wording,
    sender: str,
) -> list[Sent]:
    """Send each rep today's digest unless it was sent before, and return what became of each, in order.

    A digest that fails with TryLater or UserError leaves the others alone and goes out with the next run. A crash
    between sending and noting it can repeat one mail, with the same Message-ID.
    """
    tenant = survey(reps, Sources(timelines=timelines, assessments=assessments, log=log), now=now)
    outcomes = [_send_safely(rep, tenant, mailer, wording, sender) for rep in reps]
    for one in outcomes:
        log_event.info("digest", outcome=one.outcome, domain=domain_of(one.rep), clients=len(one.client_ids))
    return outcomes


def preview(  # noqa: PLR0913 - as send_digests, with a folder for the mailer
    reps: Sequence[Rep],
    timelines: Timelines,
    assessments: Assessments,
    log: DigestLog,
    folder: Path,
    *,
    now: datetime,
    wording: Wording,
    sender: str,
) -> list[Path]:
    """Write `<rep>.html`, `.txt` and `.eml` for each rep who has something new today, and return the paths.

    Sends and notes nothing. UserError when a rep's address or time zone is no good.
    """
    tenant = survey(reps, Sources(timelines=timelines, assessments=assessments, log=log), now=now)
    folder.mkdir(parents=True, exist_ok=True)
    return [path for rep in reps for path in _write(rep, tenant, wording, sender, folder)]


def _send_safely(rep: Rep, tenant: Tenant, mailer: Mailer, wording: Wording, sender: str) -> Sent:
    day: date | None = None
    try:
        day = rep.today(tenant.now)
        return _send(rep, day, tenant, mailer, wording, sender)
    except (TryLater, UserError) as failure:
        retry = isinstance(failure, TryLater)
        return Sent(rep=rep.address, day=day, outcome=Outcome.FAILED, error=str(failure), retry=retry)


def _send(rep: Rep, day: date, tenant: Tenant, mailer: Mailer, wording: Wording, sender: str) -> Sent:
    if tenant.sources.log.was_sent(rep.address, day):
        return Sent(rep=rep.address, day=day, outcome=Outcome.SENT_BEFORE)
    made = _make(rep, tenant, wording)
    if made is None:
        return Sent(rep=rep.address, day=day, outcome=Outcome.NOTHING_NEW)
    digest, rendered = made
    raw = build_message(digest, rendered, sender=sender, now=tenant.now.astimezone(rep.zone()))
    mailer.send(Envelope(sender=sender, recipients=(rep.address,)), raw)
    tenant.sources.log.mark_sent(rep.address, day, digest.client_ids, at=tenant.now)
    return Sent(rep=rep.address, day=day, outcome=Outcome.SENT, client_ids=digest.client_ids)


def _make(rep: Rep, tenant: Tenant, wording: Wording) -> tuple[Digest, Rendered] | None:
    digest = compose(rep, gather(rep, tenant), today=rep.today(tenant.now), now=tenant.now)
    return (digest, render(digest, wording)) if digest else None


def _write(rep: Rep, tenant: Tenant, wording: Wording, sender: str, folder: Path) -> Iterator[Path]:
    made = _make(rep, tenant, wording)
    if made is None:
        return
    digest, rendered = made
    raw = build_message(digest, rendered, sender=sender, now=tenant.now.astimezone(rep.zone()))
    stem = re.sub(r"[^\w.@+-]", "_", rep.address).lstrip(".")
    for ending, content in (("html", rendered.html.encode()), ("txt", rendered.text.encode()), ("eml", raw)):
        path = folder / f"{stem}.{ending}"
        path.write_bytes(content)
        yield path
