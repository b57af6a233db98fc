"""Where reviewers work: held mail to look at, and what somebody may decide about one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog

from guardian.console.reading import Read, read_held
from guardian.domain.mail import Mail
from guardian.guard import (
    AlreadyDecided,
    Choice,
    discard,
    is_writer,
    release,
    release_internal,
    return_to_sender,
)
from guardian.guard.holds import SHORTEST_WHY, is_reserved
from guardian.guard.past import Past, ends_at, past_in, past_of
from guardian.ports.clock import Clock
from guardian.ports.holds import VIEWED, Hold, HoldEvent, Holds, HoldState

WAITING = frozenset({HoldState.HELD})
ON_ITS_WAY = frozenset(
    {HoldState.RELEASE_REQUESTED, HoldState.INTERNAL_REQUESTED, HoldState.RETURN_REQUESTED, HoldState.SENDING}
)
_DECIDERS: Mapping[Choice, Callable[..., Hold]] = {
    Choice.RELEASE: release,
    Choice.INTERNAL: release_internal,
    Choice.RETURN: return_to_sender,
    Choice.DISCARD: discard,
}
_LOG = structlog.get_logger()


class Hurdle(StrEnum):
    """Why somebody cannot decide so."""

    DECIDED = "decided"
    OWN = "own"  # he wrote it: it takes a second pair of eyes
    NO_COLLEAGUES = "no_colleagues"
    NO_SENDER = "no_sender"  # nobody of ours to return it to
    NO_WHY = "no_why"  # a release without a justification
    FORGOTTEN_WHY = "forgotten_why"  # words that would pass for forgotten ones


UNTOLD = frozenset({Hurdle.NO_WHY, Hurdle.FORGOTTEN_WHY})  # nothing but other words is needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to become of a mail; `via` is how he came, `also` what other addresses are his."""

    choice: Choice
    by: str
    why: str
    via: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Held mail for people who are logged in; who they are and what role they have is settled before."""

    holds: Holds
    clock: Clock
    is_ours: Callable[[str], bool]
    read_mail: Callable[[Hold, bytes], Mail]
    hours: int

    def get(self, hold_id: str) -> Hold | None:
        """Return a hold, or None."""
        return self.holds.get(hold_id)

    def open(self, states: frozenset[HoldState]) -> Sequence[tuple[Hold, timedelta | None]]:
        """Return the holds in these states, oldest first, each with how long it still waits."""
        trails = self.holds.trails(states=states)
        return [(one, self.left(one, trails.get(one.id, ()))) for one in self.holds.list(states=states)]

    def over(self, states: frozenset[HoldState], *, before: str | None, most: int) -> Sequence[Hold]:
        """Return what is over, newest first, page by page."""
        return self.holds.latest(states=states, most=most, before=before)

    def trail(self, hold: Hold) -> Sequence[HoldEvent]:
        """Return every step since a mail is held."""
        return self.holds.events(hold.id)

    def past(self, hold: Hold) -> Past:
        """Return what became of a mail so far, and who may have it besides."""
        return past_in(self.holds, hold, self.is_ours)

    def left(self, hold: Hold, trail: Sequence[HoldEvent]) -> timedelta | None:
        """Return how long a mail still waits, not less than nothing; None where it waits until somebody decides."""
        past = past_of(trail)
        if not self._returns(hold) or past.left_to_people:
            return None
        return max(ends_at(hold, past, self.hours) - self.clock.now(), timedelta())

    def read(self, hold: Hold, *, by: str, via: str) -> Read | None:
        """Return what a mail says, once it is written down that somebody read it; None when its bytes are erased."""
        raw = self.holds.raw(hold.id)
        if not raw:
            return None
        self.holds.note(HoldEvent(hold_id=hold.id, at=self.clock.now(), what=VIEWED, by=by, via=via))
        return read_held(self.read_mail(hold, raw), hold.verdict.reasons, sent_by=hold.envelope.sender)

    def hurdle(self, hold: Hold, choice: Choice, *names: str) -> Hurdle | None:
        """Return what keeps somebody, by all of his addresses, from deciding so about a mail now, or None."""
        if hold.state is not HoldState.HELD:
            return Hurdle.DECIDED
        if choice is Choice.RELEASE:
            return Hurdle.OWN if is_writer(self.holds, hold, *names) else None
        if choice is Choice.INTERNAL:
            return None if hold.colleagues else Hurdle.NO_COLLEAGUES
        return Hurdle.NO_SENDER if choice is Choice.RETURN and not self._returns(hold) else None

    def decide(self, hold: Hold, wish: Wish) -> Hurdle | None:
        """Do what somebody wants, and return None; or what kept him from it."""
        hurdle = self.hurdle(hold, wish.choice, wish.by, *wish.also) or _untold(wish)
        if hurdle is not None:
            return hurdle
        decider, now = _DECIDERS[wish.choice], self.clock.now()
        try:
            decider(self.holds, hold.id, by=wish.by, why=wish.why, now=now, via=wish.via)
        except AlreadyDecided:
            return Hurdle.DECIDED
        _LOG.info("console.decided", hold=hold.id, choice=wish.choice.value)
        return None

    def _returns(self, hold: Hold) -> bool:
        return bool(hold.envelope.sender) and self.is_ours(hold.envelope.sender)


def _untold(wish: Wish) -> Hurdle | None:
    """Return what is wrong with a justification, or None."""
    if is_reserved(wish.why):
        return Hurdle.FORGOTTEN_WHY
    short = wish.choice is Choice.RELEASE and len(wish.why.strip()) < SHORTEST_WHY
    return Hurdle.NO_WHY if short else None
