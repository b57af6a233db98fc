"""Winning back a forgotten book: for each rep a few clients a week, the most valuable first, in dated steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State
from guardian.domain.workdays import WorkCalendar

_GONE = frozenset({State.DORMANT, State.LOST})
_A_YEAR = 366  # days: who works on none of them has a calendar that says nothing


class Step(StrEnum):
    """What to do to win a client back, in this order: first listen, then give, only then ask."""

    CALL = "call"
    GIVE = "give"
    VISIT = "visit"


AFTER = {Step.CALL: 0, Step.GIVE: 7, Step.VISIT: 21}  # days after the first


@dataclass(frozen=True, slots=True, kw_only=True)
class WinBack:
    """One client to win back, and when to do what."""

    client: Client
    assessment: Assessment
    plan: tuple[tuple[date, Step], ...]


def win_back(
    clients: Sequence[Client],
    assessments: Mapping[int, Assessment],
    *,
    each: int,
    today: date,
    calendar_of: Callable[[str | None], WorkCalendar] = lambda _rep: WorkCalendar(),
) -> Mapping[str, tuple[WinBack, ...]]:
    """Return for every rep, by address, at most `each` of his dormant and lost clients, the most valuable first.

    A client whose value nobody knows counts as the typical one of the book; of two alike, the likelier still alive
    comes first. Steps fall on the rep's working days. Whoever is written to is dormant no more, and so makes room.
    """
    typical = median([client.value for client in clients if client.value] or [1.0])
    books: dict[str, list[tuple[Client, Assessment]]] = {}
    for client in clients:
        standing = assessments.get(client.id)
        if client.owner and standing is not None and standing.state in _GONE:
            books.setdefault(client.owner.lower(), []).append((client, standing))

    def rank(one: tuple[Client, Assessment]) -> tuple[float, float, int]:
        client, standing = one
        value = typical if client.value is None else client.value
        return -value, -(standing.p_alive or 0.0), client.id

    def chosen(rep: str) -> tuple[WinBack, ...]:
        plan = _plan(today, calendar_of(rep))
        first = sorted(books[rep], key=rank)[:each]
        return tuple(WinBack(client=client, assessment=standing, plan=plan) for client, standing in first)

    return {rep: chosen(rep) for rep in sorted(books)}


def _plan(today: date, calendar: WorkCalendar) -> tuple[tuple[date, Step], ...]:
    return tuple((_workday(today + timedelta(days=days), calendar), step) for step, days in AFTER.items())


def _workday(day: date, calendar: WorkCalendar) -> date:
    """Return the first working day from one on."""
    ahead = (day + timedelta(days=days) for days in range(_A_YEAR))
    return next((one for one in ahead if calendar.works_on(one)), day)
