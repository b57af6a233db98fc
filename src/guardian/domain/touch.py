"""What counts as contact with a client, and for how much.

Two clocks run for every client: the time since *any* human contact and the time since he last spoke to us.
Machines, mass mail, bounces, declines and talk among ourselves move neither (docs/ageing.md has the table).
"""

from dataclasses import dataclass

from guardian.domain.activity import Direction, Kind, Signal

NEVER_A_TOUCH = frozenset(
    {
        Signal.AUTO_REPLY,
        Signal.BULK,
        Signal.BOUNCE,
        Signal.RECEIPT,
        Signal.SYSTEM,
        Signal.DECLINE,
        Signal.CANCELLED,
    }
)
NEVER_A_WORD = NEVER_A_TOUCH | {Signal.ACCEPT, Signal.INVITE}  # nobody says anything by a click in a calendar
MOST_NAMED_RECIPIENTS = 10  # a mail to more outsiders than this is a mailing, not a touch
SHORTEST_CALL_S = 60
WAITS_AT_MOST = 90  # days; a word left unanswered for longer is silence, which the ceilings watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """The weight of one interaction (0 to 2) and which clocks it resets."""

    weight: float
    any_clock: bool = False
    inbound_clock: bool = False


NO_TOUCH = Touch(weight=0.0)
_LISTED = Touch(weight=0.25)
_INVITED = Touch(weight=0.5)
_ACCEPTED = Touch(weight=0.5, inbound_clock=True)
_WROTE_TO_US = Touch(weight=1.0, any_clock=True, inbound_clock=True)
_WE_WROTE = Touch(weight=0.5, any_clock=True)
_WE_WROTE_AND_HE_ANSWERED = Touch(weight=1.0, any_clock=True)
_SPOKE = Touch(weight=1.5, any_clock=True, inbound_clock=True)
_MET = Touch(weight=2.0, any_clock=True, inbound_clock=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The facts of an interaction that decide its touch.

    `outsiders` counts the people outside who take part without having declined; `addressed` says whether one of
    them is in To (not only in Cc); `answered`, whether the client wrote in the thread afterwards; `past`, whether
    it lies behind us.
    """

    kind: Kind
    direction: Direction
    signals: frozenset[Signal] = frozenset()
    outsiders: int = 1
    addressed: bool = True
    answered: bool = False
    past: bool = True
    duration_s: int | None = None


def touch_of(what: Happening) -> Touch:
    """Return what one interaction is worth as contact with the client."""
    if what.direction is Direction.INTERNAL or what.signals & NEVER_A_TOUCH or not what.outsiders:
        return NO_TOUCH
    if what.kind is Kind.EMAIL:
        return _mail_touch(what)
    if what.kind is Kind.CALL:
        return _call_touch(what)
    if what.kind is Kind.MEETING:
        return _meeting_touch(what)
    return NO_TOUCH


def _mail_touch(what: Happening) -> Touch:
    if Signal.ACCEPT in what.signals:
        return _ACCEPTED if what.direction is Direction.IN else _INVITED
    if Signal.INVITE in what.signals:
        return _INVITED
    if what.direction is Direction.IN:
        return _WROTE_TO_US
    if what.outsiders > MOST_NAMED_RECIPIENTS:
        return NO_TOUCH
    if not what.addressed:
        return _LISTED
    return _WE_WROTE_AND_HE_ANSWERED if what.answered else _WE_WROTE


def _call_touch(what: Happening) -> Touch:
    missed = what.signals & {Signal.NOT_HELD, Signal.SHORT}
    brief = what.duration_s is not None and what.duration_s < SHORTEST_CALL_S
    return _LISTED if missed or brief or not what.past else _SPOKE


def _meeting_touch(what: Happening) -> Touch:
    if Signal.NOT_HELD in what.signals:
        return NO_TOUCH
    return _MET if what.past else _INVITED
