"""What becomes of the link that stops digests or roll-ups, when somebody looks at it, and when he means it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from guardian.digest import ActionLinks, Rep
from guardian.ports.clock import Clock
from guardian.ports.stops import Stops

_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Whose mails of which sort a link is about, and whether they are stopped now."""

    sort: str
    rep: Rep
    stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDesk:
    """Reads links that stop mails; looking changes nothing. `people` are all who get any."""

    stops: Stops
    links: ActionLinks
    clock: Clock
    people: Callable[[], Sequence[Rep]]

    def look(self, token: str) -> Stop | None:
        """Return what a link is about, or None for one that is not ours, or of nobody who is still with us."""
        claim = self.links.read_stop(token)
        rep = self.links.whose(claim.who, self.people()) if claim else None
        if claim is None or rep is None:
            return None
        return Stop(sort=claim.sort, rep=rep, stopped=rep.address.lower() in self.stops.stopped(claim.sort))

    def follow(self, token: str, *, resume: bool) -> Stop | None:
        """Stop the mails of a link, or send them again, however often it is asked; return how it stands then."""
        about = self.look(token)
        if about is None:
            return None
        if resume:
            self.stops.resume(about.rep.address, about.sort)
        else:
            self.stops.stop(about.rep.address, about.sort, at=self.clock.now())
        _LOG.info("console.mails_resumed" if resume else "console.mails_stopped", sort=about.sort)
        return Stop(sort=about.sort, rep=about.rep, stopped=not resume)
