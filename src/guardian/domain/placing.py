"""Which way an interaction went, who of those outside took part, and in which seats one speaks or is spoken to."""

from collections.abc import Callable
from dataclasses import dataclass

from guardian.domain.activity import Activity, Direction, Kind, Participant, Role
from guardian.domain.people import IdentityKind

IsOwn = Callable[[Participant], bool]
_SPEAKERS = frozenset({Role.FROM, Role.ORGANIZER, Role.OWNER})
_SPOKEN_TO = frozenset({Role.TO, Role.FROM})
_EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """The direction, the number of people outside who did not decline, and whether one of them is addressed."""

    direction: Direction
    outsiders: int
    addressed: bool


def place(one: Activity, is_own: IsOwn) -> Placing:
    """Return how an interaction is placed between us and the client.

    Where addresses say who outside takes part, CRM records beside them are the same people, and not counted again.
    """
    outside = [p for p in one.participants if not is_own(p)]
    named = [p for p in outside if p.identity.kind is IdentityKind.EMAIL] or outside
    taking_part = {p.identity.value for p in named if not p.declined}
    return Placing(
        direction=_direction(one, outside),
        outsiders=len(taking_part),
        addressed=_addressed(one, outside),
    )


def talking(kind: Kind, direction: Direction, *, is_case: bool) -> frozenset[Role]:
    """Return the seats of those outside who speak, or are spoken to: whoever has only a copy of a mail does neither.

    A case of a CRM is the word of everybody it is about. A mail of which nobody known has such a seat is a word with
    those it is filed under.
    """
    if kind is not Kind.EMAIL:
        return _EVERY_ROLE
    seats = frozenset({Role.FROM}) if direction is Direction.IN else _SPOKEN_TO
    return seats | {Role.ABOUT} if is_case else seats


def _direction(one: Activity, outside: list[Participant]) -> Direction:
    if not outside:
        return Direction.INTERNAL
    theirs = sum(1 for p in outside if p.role in _SPEAKERS)
    if theirs and theirs == sum(1 for p in one.participants if p.role in _SPEAKERS):
        return Direction.IN
    return Direction.OUT


def _addressed(one: Activity, outside: list[Participant]) -> bool:
    if one.kind is not Kind.EMAIL:
        return True
    return any(p.role in _SPOKEN_TO and p.identity.kind is not IdentityKind.PHONE for p in outside)
