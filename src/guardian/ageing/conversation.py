"""Who spoke when, and who waits for whom: the counts behind the rules, one entry a client."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from guardian.ageing.history import NEVER, Bools, Floats, Ints, TouchDays, touch_days
from guardian.ageing.workdays import workdays_between
from guardian.domain.moments import DAY_S
from guardian.domain.touch import WAITS_AT_MOST
from guardian.ports.timeline import Touches

WEEK = 7
RECENT_DAYS, BEFORE_DAYS = 45, 90  # the two spans whose touch-days are compared
_SPOKEN = 1.0  # from this weight on, the client said something; less is only an accepted invitation
_NOT_YET = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversations:
    """Parallel to `days.client`. Moments are seconds since 1970; NEVER where there is none.

    `waiting` is the working days, and `waiting_days` the days, since the first word of the client that we have not
    answered (0 when nothing waits; words older than 90 days no longer do, and thanks never did). `unanswered` counts
    the days on which we wrote since the client's last word, `since_inbound` the days since then (since the first
    touch for one that never spoke), `era_rate` the days a day on which we wrote before (nan for one that never
    spoke), `week` those of the last seven days without a word back. `recent` and `before` are the touch-days of the
    last 45 days and of the 90 before.
    """

    days: TouchDays
    last_at: Ints
    last_inbound_at: Ints
    waiting: Ints
    waiting_days: Ints
    unanswered: Ints
    since_inbound: Ints
    era_rate: Floats
    week: Ints
    recent: Ints
    before: Ints


def converse(touches: Touches, *, as_of: int, days_off: Collection[int] = ()) -> Conversations:
    """Return the counts of every client in the touches, whose days must not lie after the day `as_of`.

    Nobody waits on a Saturday, a Sunday, or one of the `days_off` (day numbers). Whoever only accepted invitations
    was never touched.
    """
    touches = _words(touches)
    day = touches.at // DAY_S
    days = touch_days(touches.client, touches.rep, day, touches.inbound, touches.outbound)
    row = np.searchsorted(days.client, touches.client)
    spoke = touches.inbound & (touches.weight >= _SPOKEN)
    last_in = _latest(row, touches.at, spoke, len(days.client))
    last_out = _latest(row, touches.at, touches.outbound, len(days.client))
    first_waiting = np.full(len(days.client), _NOT_YET)
    waits = (
        spoke
        & touches.wants_answer
        & ~touches.outbound
        & (touches.at > last_out[row])
        & (as_of - day <= WAITS_AT_MOST)
    )
    np.minimum.at(first_waiting, row[waits], touches.at[waits])
    waiting_since = np.where(first_waiting < _NOT_YET, first_waiting // DAY_S, as_of)
    alone = touches.outbound & ~spoke & (touches.at > last_in[row])
    alone_row, alone_day = _distinct(row[alone], day[alone])
    first_day = _firsts(days)
    heard = last_in > NEVER
    last_in_day = np.where(heard, last_in // DAY_S, first_day - 1)
    age = as_of - days.day
    return Conversations(
        days=days,
        last_at=_latest(row, touches.at, np.ones(len(row), np.bool_), len(days.client)),
        last_inbound_at=last_in,
        waiting=workdays_between(waiting_since, as_of, days_off),
        waiting_days=as_of - waiting_since,
        unanswered=_count(alone_row, len(days.client)),
        since_inbound=as_of - last_in_day,
        era_rate=_era_rate(days, last_in_day, first_day, heard),
        week=_count(alone_row[as_of - alone_day < WEEK], len(days.client)),
        recent=_count(days.row[age < RECENT_DAYS], len(days.client)),
        before=_count(days.row[(age >= RECENT_DAYS) & (age < RECENT_DAYS + BEFORE_DAYS)], len(days.client)),
    )


def _words(touches: Touches) -> Touches:
    """Return the touches in which somebody said something: an accepted invitation moves no clock."""
    said = touches.outbound | (touches.inbound & (touches.weight >= _SPOKEN))
    if bool(said.all()):
        return touches
    return replace(
        touches,
        client=touches.client[said],
        rep=touches.rep[said],
        at=touches.at[said],
        inbound=touches.inbound[said],
        outbound=touches.outbound[said],
        weight=touches.weight[said],
        asks=None if touches.asks is None else touches.asks[said],
    )


def _latest(row: Ints, at: Ints, which: Bools, clients: int) -> Ints:
    latest = np.full(clients, NEVER)
    np.maximum.at(latest, row[which], at[which])
    return latest


def _distinct(row: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Return the distinct pairs of row and day."""
    if not len(row):
        return row, day
    pairs = np.unique(np.stack([row, day]), axis=1)
    return pairs[0], pairs[1]


def _count(row: Ints, clients: int) -> Ints:
    return np.bincount(row, minlength=clients).astype(np.int64)


def _firsts(days: TouchDays) -> Ints:
    return days.day[np.searchsorted(days.row, np.arange(len(days.client)))]


def _era_rate(days: TouchDays, last_in_day: Ints, first_day: Ints, heard: Bools) -> Floats:
    """Return on how many days a day we wrote while the client still spoke."""
    ours = days.outbound & (days.day <= last_in_day[days.row])
    wrote = _count(days.row[ours], len(days.client))
    length = np.maximum(last_in_day - first_day + 1, 1)
    return np.where(heard, wrote / length, np.nan)
