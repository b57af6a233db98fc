"""Winning back a forgotten book: for each rep a few clients a week, the most valuable first, in dated steps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from guardian.domain.moments import EPOCH
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State

_GONE = frozenset({State.DORMANT, State.LOST})
_SATURDAY = 5


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
    days_off: Collection[int] = (),
) -> Mapping[str, tuple[WinBack, ...]]:
    """Return for every rep, by address, at most `each` of his dormant and lost clients, the most valuable first.

    A client whose value nobody knows counts as the typical one of the book; of two alike, the likelier still alive
    comes first. Steps fall on working days. Whoever is written to is dormant no more, and so makes room.
    """
    typical = median([client.value for client in clients if client.value] or [1.0])
    books: dict[str, list[WinBack]] = {}
    plan = tuple((_workday(today + timedelta(days=days), days_off), step) for step, days in AFTER.items())
    for client in clients:
        standing = assessments.get(client.id)
        if client.owner and standing is not None and standing.state in _GONE:
            books.setdefault(client.owner.lower(), []).append(WinBack(client=client, assessment=standing, plan=plan))

    def rank(one: WinBack) -> tuple[float, float, int]:
        value = typical if one.client.value is None else one.client.value
        return -value, -(one.assessment.p_alive or 0.0), one.client.id

    return {rep: tuple(sorted(books[rep], key=rank)[:each]) for rep in sorted(books)}


def _workday(day: date, days_off: Collection[int]) -> date:
    while day.weekday() >= _SATURDAY or (day - EPOCH).days in days_off:
        day += timedelta(days=1)
    return day


_STEPS = {
    "es": {
        Step.CALL: "Llamarle para preguntar cómo está y escuchar, sin vender nada.",
        Step.GIVE: "Enviarle algo útil para su negocio, sin pedir nada a cambio.",
        Step.VISIT: "Proponerle una visita y contarle lo que aún no sabe de vosotros.",
    },
    "en": {
        Step.CALL: "Call to ask how things are and to listen, without selling anything.",
        Step.GIVE: "Send something useful for its business, without asking for anything.",
        Step.VISIT: "Propose a visit, and tell what it does not know of you yet.",
    },
}


def step_sentence(step: Step, language: str) -> str:
    """Return a step as one sentence in `es` or `en`; KeyError for another language."""
    return _STEPS[language][step]
