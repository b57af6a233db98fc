"""Sending each manager the roll-up once a week, or making the files to look at before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from guardian.digest.material import Rep
from guardian.digest.rollup.compose import compose_rollup, week_of
from guardian.digest.rollup.content import Rollup
from guardian.digest.rollup.gather import RollupSources, Team, gather_team
from guardian.digest.rollup.render import render_rollup
from guardian.digest.run import File, Office, Outcome, Sent, failed, files_of
from guardian.digest.templating import Rendered
from guardian.domain.addresses import domain_of
from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.ports.assessments import RollupLog
from guardian.ports.mailer import Mailer, MaybeSent

log_event = structlog.get_logger(__name__)


def send_rollups(
    managers: Sequence[Rep],
    sources: RollupSources,
    mailer: Mailer,
    office: Office,
    *,
    now: datetime,
    unasked: bool = False,
) -> list[Sent]:
    """Send each manager this week's roll-up unless it was sent before, and return what became of each, in order.

    A week begins on Monday where the manager lives. One that fails with TryLater or UserError leaves the others alone
    and goes out with the next run; `unasked` leaves days off alone, so that it goes out on the first working day.
    """
    desk = _Desk(team=gather_team(sources, now=now), log=sources.log, mailer=mailer, office=office, now=now)
    outcomes = [desk.send_safely(one, unasked=unasked) for one in managers]
    for one in outcomes:
        log_event.info("rollup", outcome=one.outcome, domain=domain_of(one.rep))
    return outcomes


def preview_rollups(
    managers: Sequence[Rep], sources: RollupSources, office: Office, *, now: datetime
) -> Iterator[File]:
    """Yield the files `rollup-<manager>.html`, `.txt` and `.eml` of each manager; sends nothing."""
    team = gather_team(sources, now=now)
    for manager in managers:
        made = _make(manager, team, office, now)
        if made is not None:
            yield from files_of(f"rollup-{manager.address}", *made)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    team: Team
    log: RollupLog
    mailer: Mailer
    office: Office
    now: datetime

    def send_safely(self, manager: Rep, *, unasked: bool) -> Sent:
        today = None
        try:
            today = manager.today(self.now)
            return Sent(rep=manager.address, day=today, outcome=self._send(manager, today, unasked=unasked))
        except (TryLater, UserError) as failure:
            return failed(manager, today, failure)

    def _send(self, manager: Rep, today: date, *, unasked: bool) -> Outcome:
        if Rollup.sort in manager.stopped:
            return Outcome.STOPPED
        with self.log.sending(manager.address, week_of(today)) as free:
            if not free or self.log.was_sent(manager.address, week_of(today)):
                return Outcome.SENT_BEFORE
            if unasked and not manager.works_on(today):
                return Outcome.DAY_OFF
            return self._send_now(manager, today)

    def _send_now(self, manager: Rep, today: date) -> Outcome:
        made = _make(manager, self.team, self.office, self.now)
        if made is None:
            return Outcome.NOTHING_NEW
        try:
            self.mailer.send(Envelope(sender=self.office.sender, recipients=(manager.address,)), made[1])
        except MaybeSent:
            self.log.mark_sent(manager.address, week_of(today), at=self.now)
            raise
        self.log.mark_sent(manager.address, week_of(today), at=self.now)
        return Outcome.SENT


def _make(manager: Rep, team: Team, office: Office, now: datetime) -> tuple[Rendered, bytes] | None:
    rollup = compose_rollup(manager, team, now=now)
    if rollup is None:
        return None
    way = office.ways_out(rollup.sort, manager.address)
    rendered = render_rollup(rollup, stop_link=way.link)
    at = now.astimezone(manager.zone())
    return rendered, office.mail(rollup, rendered, now=at, way_out=way)
