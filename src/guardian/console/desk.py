"""What becomes of a link when somebody looks at it, and when somebody follows it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from guardian.guard import AlreadyDecided, Choice, Links, discard, release_internal, return_to_sender
from guardian.guard.past import Past, past_in
from guardian.ports.clock import Clock
from guardian.ports.holds import Hold, Holds, HoldState

BY_LINK = "by link"
_DECIDERS: Mapping[Choice, Callable[..., Hold]] = {
    Choice.INTERNAL: release_internal,
    Choice.RETURN: return_to_sender,
    Choice.DISCARD: discard,
}
_NOTHING_YET = Past()
_LOG = structlog.get_logger()


class Outcome(StrEnum):
    """What a link leads to."""

    BROKEN = "broken"  # not ours, or of nobody who still has a say
    EXPIRED = "expired"  # the link, while the mail is held
    DECIDED = "decided"  # by this link or otherwise
    USED = "used"  # this link was used, and the mail came back to be decided again
    IMPOSSIBLE = "impossible"  # nobody is there to send it to
    NEEDS_LOGIN = "needs_login"
    CONFIRM = "confirm"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a link leads; who follows it, which mail it is about and its `page` are known unless it is broken.

    `past` is what became of the mail so far, where there is something to confirm.
    """

    outcome: Outcome
    choice: Choice | None = None
    hold: Hold | None = None
    by: str = ""
    once: str = ""
    page: str = ""
    past: Past = _NOTHING_YET


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Reads links and does what they say, once; looking changes nothing.

    `shut_out` tells which of the reviewers have no say any more; about a mail of his own everybody has.
    """

    holds: Holds
    links: Links
    clock: Clock
    is_ours: Callable[[str], bool]
    reviewers: tuple[str, ...] = ()
    shut_out: Callable[[], Collection[str]] = frozenset

    def look(self, token: str) -> Found:
        """Return where a link leads now."""
        claim = self.links.read(token)
        hold = self.holds.get(claim.hold_id) if claim else None
        if claim is None or hold is None:
            return Found(outcome=Outcome.BROKEN)
        by = self._whose(claim.who, hold)
        if not by:
            return Found(outcome=Outcome.BROKEN)
        outcome = _outcome(hold, claim.choice, expired=self._is_over(claim.until))
        return Found(
            outcome=outcome,
            choice=claim.choice,
            hold=hold,
            by=by,
            once=claim.once,
            page=self.links.page(hold.id),
            past=past_in(self.holds, hold, self.is_ours) if outcome is Outcome.CONFIRM else _NOTHING_YET,
        )

    def follow(self, token: str) -> Found:
        """Do what a link says, unless that is no longer possible, and return what became of it."""
        found = self.look(token)
        if found.outcome is not Outcome.CONFIRM or found.hold is None or found.choice is None:
            return found
        decider = _DECIDERS[found.choice]
        try:
            hold = decider(
                self.holds,
                found.hold.id,
                by=found.by,
                why=BY_LINK,
                now=self.clock.now(),
                via="link",
                once=found.once,
            )
        except AlreadyDecided:
            again = self.look(token)
            return again if again.outcome is not Outcome.CONFIRM else _with(again, Outcome.USED)
        _LOG.info("console.decided", hold=hold.id, choice=found.choice.value)
        return Found(outcome=Outcome.DONE, choice=found.choice, hold=hold, by=found.by, past=found.past)

    def _whose(self, who: str, hold: Hold) -> str:
        """Return for whom of those who have a say about a mail a link is that names `who`, or an empty string."""
        sender, tag = hold.envelope.sender, self.links.tag
        if sender and tag(sender) == who:
            return sender
        reviewer = next((one for one in self.reviewers if tag(one) == who), "")
        return "" if reviewer in self.shut_out() else reviewer

    def _is_over(self, until: datetime) -> bool:
        return self.clock.now() >= until


def _outcome(hold: Hold, choice: Choice, *, expired: bool) -> Outcome:
    if hold.state is not HoldState.HELD:
        return Outcome.DECIDED
    if expired:
        return Outcome.EXPIRED
    if choice is Choice.RELEASE:
        return Outcome.NEEDS_LOGIN
    impossible = {Choice.INTERNAL: not hold.colleagues, Choice.RETURN: not hold.envelope.sender}
    return Outcome.IMPOSSIBLE if impossible.get(choice, False) else Outcome.CONFIRM


def _with(found: Found, outcome: Outcome) -> Found:
    return Found(outcome=outcome, choice=found.choice, hold=found.hold, by=found.by)
