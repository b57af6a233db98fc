"""Which way an interaction went, who of those outside took part, and in which seats one speaks or is spoken to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guardian.domain.activity import Activity, Direction, Kind, Participant, Role, Signal
from guardian.domain.people import IdentityKind

IsOwn = Callable[[Participant], bool]
_BEGINNERS = frozenset({Role.FROM, Role.ORGANIZER})
_SPOKEN_TO = frozenset({Role.TO, Role.FROM})
_INVITED = frozenset(Role) - {Role.ABOUT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """The direction, the number of people outside who did not decline, and whether one of them is addressed."""

    direction: Direction
    outsiders: int
    addressed: bool


def place(one: Activity, is_own: IsOwn, *, was: Direction | None = None) -> Placing:
    """Return how an interaction is placed between us and the client; `was` is which way it went as last known."""
    outside = [p for p in one.participants if not is_own(p)]
    return Placing(
        direction=_direction(one, outside, was),
        outsiders=count_outsiders(one.kind, outside),
        addressed=_addressed(one, outside),
    )


def count_outsiders(kind: Kind, outside: Sequence[Participant]) -> int:
    """Return how many of the people outside take part without having declined.

    What a meeting or call is filed under stands for the client only where nobody outside was invited. Where addresses
    say who takes part, CRM records beside them are the same people, and not counted again.
    """
    invited = [p for p in outside if p.role in _INVITED] if kind is not Kind.EMAIL else []
    there = invited or outside
    named = [p for p in there if p.identity.kind is IdentityKind.EMAIL] or there
    return len({p.identity.value for p in named if not p.declined})


def talking(kind: Kind, direction: Direction, *, is_case: bool) -> frozenset[Role]:
    """Return the seats of those outside who speak, or are spoken to: whoever has only a copy of a mail does neither.

    A case of a CRM is the word of everybody it is about. What else nobody known has such a seat in is a word with
    those it is filed under.
    """
    if kind is not Kind.EMAIL:
        return _INVITED
    seats = frozenset({Role.FROM}) if direction is Direction.IN else _SPOKEN_TO
    return seats | {Role.ABOUT} if is_case else seats


def _direction(one: Activity, outside: list[Participant], was: Direction | None) -> Direction:
    if not outside:
        return Direction.INTERNAL
    roles = {p.role for p in one.participants}
    if was is Direction.IN and Signal.WRITTEN_BACK in one.signals and not roles & _BEGINNERS:
        return was  # the task that Guardian wrote does not say that the client spoke
    # Whoever owns the task that logs a mail need not have written it, nor called the meeting that his event logs.
    speaking = roles & _BEGINNERS or {Role.OWNER}
    theirs = sum(1 for p in outside if p.role in speaking)
    if theirs and theirs == sum(1 for p in one.participants if p.role in speaking):
        return Direction.IN
    return Direction.OUT


def _addressed(one: Activity, outside: list[Participant]) -> bool:
    if one.kind is not Kind.EMAIL:
        return True
    # Of a mail that only a task tells of, nobody knows more than under whom it is filed.
    seats = _SPOKEN_TO if any(p.role in _SPOKEN_TO for p in one.participants) else {Role.ABOUT}
    return any(p.role in seats and p.identity.kind is not IdentityKind.PHONE for p in outside)
