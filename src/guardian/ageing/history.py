"""Touches become one row a client: how often, how regularly, how long ago, who spoke last.

Several touches on one day count once (a burst of mail is one contact), so every figure is made of *touch-days*.
Everything is vectorised: a hundred thousand clients take a fraction of a second.
"""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HALF_LIFE_GAPS = 8.0  # a gap this many gaps back weighs half as much as the latest
_FEWEST_USUAL = 2
NEVER = np.iinfo(np.int64).min // 4  # the day of something that has not happened


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchDays:
    """Who was touched on which day: one entry a client and day, sorted by client, then day.

    `row` is the client's place in `client` (sorted, unique); `inbound` and `outbound` say whether the client, and
    whether we, spoke that day; `rep` is the highest id named that day (0: nobody known).
    """

    client: Ints
    row: Ints
    day: Ints
    inbound: Bools
    outbound: Bools
    rep: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """One entry a client, over the days up to `as_of`.

    `gaps` counts the days between touch-days; `weight`, `log_gap` and `log_gap_square` are the sums of the weights,
    of the weighted logarithms and of their squares. `silence` is in days.
    """

    client: Ints
    first: Ints
    last: Ints
    gaps: Ints
    weight: Floats
    log_gap: Floats
    log_gap_square: Floats
    silence: Ints


def touch_days(client: Ints, rep: Ints, day: Ints, inbound: Bools, outbound: Bools | None = None) -> TouchDays:
    """Return the touch-days in parallel arrays of touches, whatever their order."""
    ids, row = _rows(client)
    order = _order(row, day)
    if order is not None:
        row, day, rep, inbound = row[order], day[order], rep[order], inbound[order]
        outbound = None if outbound is None else outbound[order]
    outbound = ~inbound if outbound is None else outbound
    starts = np.flatnonzero(_changes(row) | _changes(day))
    if not len(starts):
        return TouchDays(client=ids, row=row, day=day, inbound=inbound, outbound=outbound, rep=rep)
    return TouchDays(
        client=ids,
        row=row[starts],
        day=day[starts],
        inbound=np.logical_or.reduceat(inbound, starts),
        outbound=np.logical_or.reduceat(outbound, starts),
        rep=np.maximum.reduceat(rep, starts),
    )


def until(days: TouchDays, last: int) -> TouchDays:
    """Return the touch-days up to a day, with the clients that have any."""
    kept = days.day <= last
    if bool(kept.all()):
        return days
    new, row = np.unique(days.row[kept], return_inverse=True)
    return TouchDays(
        client=days.client[new],
        row=row.astype(np.int64),
        day=days.day[kept],
        inbound=days.inbound[kept],
        outbound=days.outbound[kept],
        rep=days.rep[kept],
    )


def histories(days: TouchDays, *, as_of: int) -> Histories:
    """Return each client's history; ValueError when a touch-day lies behind `as_of`."""
    if len(days.day) and int(days.day.max()) > as_of:
        raise ValueError("a touch after the moment of assessment")
    count = np.bincount(days.row, minlength=len(days.client))
    ends = np.cumsum(count)
    first, last = days.day[ends - count], days.day[ends - 1]
    later = ~_changes(days.row)  # every touch-day but a client's first closes a gap
    row = days.row[later]
    log_gap = np.log(np.diff(days.day, prepend=0)[later].astype(np.float64))
    rank = (ends[days.row] - 1 - np.arange(len(days.row)))[later]
    weight = 0.5 ** (rank / HALF_LIFE_GAPS)

    def total(values: Floats) -> Floats:
        return np.bincount(row, weights=values, minlength=len(days.client)).astype(np.float64)

    return Histories(
        client=days.client,
        first=first,
        last=last,
        gaps=count - 1,
        weight=total(weight),
        log_gap=total(weight * log_gap),
        log_gap_square=total(weight * log_gap * log_gap),
        silence=as_of - last,
    )


def some(history: Histories, which: Ints | slice) -> Histories:
    """Return the histories at some places."""
    return Histories(**{field.name: getattr(history, field.name)[which] for field in fields(history)})


def usual_gap(history: Histories, otherwise: Floats) -> Floats:
    """Return each client's own usual gap in days: the geometric mean of its gaps, the latest weighing most.

    `otherwise` is the answer for clients with fewer than two gaps, who have shown no habit yet.
    """
    known = history.gaps >= _FEWEST_USUAL
    gap: Floats = np.exp(history.log_gap / np.where(known, history.weight, 1.0))
    return np.where(known, gap, otherwise)


def spread(history: Histories) -> Floats:
    """Return the deviation of each client's log gaps, the latest weighing most; 0 with fewer than two gaps."""
    weight = np.maximum(history.weight, 1e-9)
    variance = history.log_gap_square / weight - (history.log_gap / weight) ** 2
    deviation: Floats = np.sqrt(np.maximum(variance, 0.0))
    return deviation


def returned_from(days: TouchDays) -> Ints:
    """Return for each client the longest silence, in days, that he ended at least twice; 0 when there is none."""
    later = ~_changes(days.row)
    row, gap = days.row[later], np.diff(days.day, prepend=0)[later]
    order = np.lexsort((gap, row))
    row, gap = row[order], gap[order]
    count = np.bincount(row, minlength=len(days.client))
    found = np.zeros(len(days.client), dtype=np.int64)
    twice = count >= 2
    found[twice] = gap[np.cumsum(count)[twice] - 2]
    return found


def _rows(client: Ints) -> tuple[Ints, Ints]:
    """Return the sorted unique ids and each entry's place among them; cheap where the ids come sorted."""
    if len(client) and bool(np.all(client[1:] >= client[:-1])):
        new = _changes(client)
        return client[new], np.cumsum(new) - 1
    ids, row = np.unique(client, return_inverse=True)
    return ids, row.astype(np.int64)


def _order(row: Ints, day: Ints) -> Ints | None:
    """Return the order by row, then day, or None where the entries are in it already."""
    if not len(row):
        return None
    start = int(day.min())
    key = row * (int(day.max()) - start + 1) + (day - start)
    return None if bool(np.all(key[1:] >= key[:-1])) else np.argsort(key, kind="stable")


def _changes(values: Ints) -> Bools:
    """Say of every entry whether it differs from the one before; the first one does."""
    changed = np.ones(len(values), dtype=np.bool_)
    changed[1:] = values[1:] != values[:-1]
    return changed
