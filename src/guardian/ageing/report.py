"""Whether to trust ageing, and how the book is looked after: figures from the tenant's own past."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from guardian.ageing.book import Book, read_book
from guardian.ageing.hindsight import Fitted, Hindsight, fitted_over_time, look_back
from guardian.ageing.history import Bools, Ints
from guardian.ageing.lanes import Thresholds, flagged
from guardian.ageing.policy import AgeingPolicy, key_value
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State
from guardian.ports.timeline import Timelines

MONTH, QUARTER = 30, 90
_FOREVER = 1 << 40
_ASIDE = frozenset({State.NOT_CLIENT, State.SNOOZED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """With how many of somebody's clients we spoke in the last 30 and 90 days; `rep` None is the whole team."""

    rep: str | None
    clients: int
    reached_30: int
    reached_90: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneCount:
    """How many clients a lane flags today, and how many of them no other lane does."""

    lane: str
    flagged: int
    alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingReport:
    """Everything the report shows."""

    as_of: datetime
    hindsight: Hindsight
    fitted: tuple[Fitted, ...]
    at: Thresholds
    states: Mapping[State, int]
    lanes: tuple[LaneCount, ...]
    coverage: tuple[Coverage, ...]


def ageing_report(
    timelines: Timelines,
    clients: Sequence[Client],
    assessments: Sequence[Assessment],
    *,
    as_of: datetime,
    policy: AgeingPolicy,
) -> AgeingReport:
    """Return the report as of a moment, for clients with the owners they had then and how they stood."""
    book = read_book(timelines, as_of, policy)
    longest = int(book.horizon.max()) if len(book.horizon) else QUARTER
    counted = Counter(one.state for one in assessments)
    return AgeingReport(
        as_of=as_of,
        hindsight=look_back(book.now, longest),
        fitted=fitted_over_time(book.now, longest),
        at=book.at,
        states={state: counted[state] for state in State if counted[state]},
        lanes=_lanes(book, clients, assessments, policy),
        coverage=_coverages(book, clients, assessments),
    )


def _ceilings(book: Book, clients: Sequence[Client], policy: AgeingPolicy) -> Ints:
    """Return the ceiling of every touched client: key clients have one of their own."""
    ceilings = np.full(len(book.place), policy.ceiling_days, np.int64)
    value = key_value(clients, policy)
    key = (client.id for client in clients if client.value is not None and client.value >= value)
    ceilings[[book.place[of] for of in key if of in book.place]] = policy.ceiling_key_days
    return ceilings


def _lanes(
    book: Book, clients: Sequence[Client], assessments: Sequence[Assessment], policy: AgeingPolicy
) -> tuple[LaneCount, ...]:
    """Return what every lane flags of the clients that nobody put aside."""
    told = [
        place
        for one in assessments
        if one.state not in _ASIDE and (place := book.place.get(one.client_id)) is not None
    ]
    flags = flagged(book.watched, book.at, most_days=_ceilings(book, clients, policy))
    flags["waiting"] = book.talks.waiting > policy.answer_business_days
    of = {name: flag[told] for name, flag in flags.items()}
    many = np.sum(list(of.values()), axis=0)
    return tuple(_lane_count(name, flag, many) for name, flag in of.items())


def _lane_count(name: str, flag: Bools, many: Ints) -> LaneCount:
    return LaneCount(lane=name, flagged=int(flag.sum()), alone=int((flag & (many == 1)).sum()))


def _coverages(book: Book, clients: Sequence[Client], assessments: Sequence[Assessment]) -> tuple[Coverage, ...]:
    """Return the team's coverage, then every rep's by address: an order that says nothing about anybody."""
    none = {one.client_id for one in assessments if one.state is State.NOT_CLIENT}
    since = _days_since_our_word(book)
    reps: dict[str, list[int]] = {}
    for client in clients:
        if client.id not in none and client.owner:
            reps.setdefault(client.owner.lower(), []).append(since.get(client.id, _FOREVER))
    team = [since.get(client.id, _FOREVER) for client in clients if client.id not in none]
    return (_coverage(None, team), *(_coverage(rep, reps[rep]) for rep in sorted(reps)))


def _coverage(rep: str | None, days: Sequence[int]) -> Coverage:
    return Coverage(
        rep=rep,
        clients=len(days),
        reached_30=sum(one <= MONTH for one in days),
        reached_90=sum(one <= QUARTER for one in days),
    )


def _days_since_our_word(book: Book) -> dict[int, int]:
    """Return for each client to which we ever spoke how many days ago we last did; days come ascending."""
    days = book.now.days
    return {
        int(days.client[row]): book.now.as_of - int(day)
        for row, day in zip(days.row[days.outbound], days.day[days.outbound], strict=True)
    }
