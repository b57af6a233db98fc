"""What its trail says became of a held mail so far: whom it may have reached, and what could not be carried out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from guardian.guard.elsewhere import Elsewhere, elsewhere_of
from guardian.guard.links import Choice
from guardian.ports.holds import RESTORED, Hold, HoldEvent, Holds, is_erased

GUARDIAN = "guardian"  # who decides when nobody did
PART_SENT = "part_sent"
POSSIBLE_DUPLICATE = "possible_duplicate"
REFUSED = "refused"
REFUSED_RETURN = "return_refused"
UNANSWERED = "unanswered"
UNANSWERED_RETURN = "return_unanswered"
NO_RETURN = frozenset(
    {REFUSED_RETURN, UNANSWERED_RETURN}
)  # after these it waits for a person, whatever the clock says
FAILURES = NO_RETURN | {REFUSED, UNANSWERED}  # after these a mail is held again, and a person has to decide anew
HELD_ANEW = FAILURES | {RESTORED}
_CHOICES = {
    "release": Choice.RELEASE,
    "release_internal": Choice.INTERNAL,
    "return": Choice.RETURN,
    "expire": Choice.RETURN,
}


class Reach(StrEnum):
    """Whom a mail may have reached that is held again."""

    NOBODY = "nobody"
    COLLEAGUES = "colleagues"
    PERHAPS = "perhaps"  # everybody, the client too: no answer of the mail server was kept
    PART = "part"  # some of all recipients have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A decision that could not be carried out; `by` is empty where the time was over, or who it was is forgotten."""

    number: int
    choice: Choice
    by: str
    at: datetime
    answered: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What became of a mail so far; `failure` is the last one, `returns` False once it could not be given back.

    `restored_at` is when the database was put back from a copy, so that nobody knows what became of the mail since,
    `turns` how often it was held anew. `elsewhere` says who may have it besides those whom Guardian sent it: its
    trail does not tell.
    """

    reach: Reach = Reach.NOBODY
    elsewhere: Elsewhere = Elsewhere.UNKNOWN
    failure: Failure | None = None
    returns: bool = True
    restored_at: datetime | None = None
    turns: int = 0

    @property
    def in_doubt(self) -> bool:
        """True where nobody knows whom it reached: by the last attempt to send it, or before a copy was put back."""
        return self.restored_at is not None or (self.failure is not None and not self.failure.answered)

    @property
    def left_to_people(self) -> bool:
        """True where it waits until somebody decides, whatever the clock says."""
        return self.in_doubt or not self.returns

    @property
    def nobody_has_it(self) -> bool:
        """True where nobody at all can have got the mail."""
        return self.reach is Reach.NOBODY and self.elsewhere is Elsewhere.NOBODY


def past_of(trail: Sequence[HoldEvent], elsewhere: Elsewhere = Elsewhere.UNKNOWN) -> Past:
    """Return what became of a mail by its trail; `elsewhere` is what its header says."""
    past = Past(elsewhere=elsewhere, returns=all(one.what not in NO_RETURN for one in trail))
    reaches, decision = [Reach.NOBODY], None
    for one in trail:
        decision = one if one.what in _CHOICES else decision
        if one.what in HELD_ANEW:
            past = replace(past, turns=past.turns + 1)
        if one.what == RESTORED:
            past = replace(past, restored_at=one.at)
            reaches.append(Reach.PERHAPS)
        if decision is None:
            continue
        choice = _CHOICES[decision.what]
        reaches.append(_reach(one, choice))
        if one.what in FAILURES:
            number = 1 if past.failure is None else past.failure.number + 1
            past = replace(past, failure=_failure(one, decision, number))
    return replace(past, reach=max(reaches, key=list(Reach).index))


def waits_since(hold: Hold, past: Past) -> datetime:
    """Return the moment from which the time to decide counts: anew whenever the mail was held anew."""
    failed_at = past.failure.at if past.failure else None
    return max(one for one in (hold.held_at, failed_at, past.restored_at) if one is not None)


def ends_at(hold: Hold, past: Past, hours: int) -> datetime:
    """Return when the time to decide is over, reckoned with `hours`."""
    return waits_since(hold, past) + timedelta(hours=hours)


def past_in(holds: Holds, hold: Hold, is_ours: Callable[[str], bool]) -> Past:
    """Return what became of a mail by its trail and its header."""
    return past_of(holds.events(hold.id), elsewhere_of(hold, holds.raw(hold.id), is_ours))


def since_failure(trail: Sequence[HoldEvent]) -> Sequence[HoldEvent]:
    """Return the steps since a decision could not be carried out."""
    places = [place for place, one in enumerate(trail) if one.what in FAILURES]
    return trail[places[-1] :] if places else ()


def since_held_anew(trail: Sequence[HoldEvent]) -> Sequence[HoldEvent]:
    """Return the steps since a mail was held anew; all where it never was."""
    places = [place for place, one in enumerate(trail) if one.what in HELD_ANEW]
    return trail[places[-1] :] if places else trail


def _reach(step: HoldEvent, choice: Choice) -> Reach:
    """Return whom a mail may have reached by one step of a decision."""
    if choice is Choice.RETURN or step.what not in (PART_SENT, POSSIBLE_DUPLICATE, UNANSWERED):
        return Reach.NOBODY
    if choice is Choice.INTERNAL:
        return Reach.COLLEAGUES
    return Reach.PART if step.what == PART_SENT else Reach.PERHAPS


def _failure(step: HoldEvent, decision: HoldEvent, number: int) -> Failure:
    nobody = decision.by == GUARDIAN or is_erased(decision.by)
    return Failure(
        number=number,
        choice=_CHOICES[decision.what],
        by="" if nobody else decision.by,
        at=step.at,
        answered=step.what not in (UNANSWERED, UNANSWERED_RETURN),
        words="" if is_erased(step.why) else step.why,
    )
