"""The touches of all clients summed up once, so that every rep's digest can look its clients up."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from guardian.digest.concentration import SPOKEN, contacts
from guardian.digest.material import WEEKS, TouchFacts
from guardian.domain.moments import DAY_S
from guardian.domain.touch import WAITS_AT_MOST
from guardian.ports.timeline import Touches

_WEEK_DAYS = 7
_NEVER = np.iinfo(np.int64).min
_NOT_YET = np.iinfo(np.int64).max

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchFigures:
    """Parallel arrays, one entry a client that was ever touched, sorted by client; moments in seconds since 1970."""

    client: _Ints
    first: _Ints
    last: _Ints
    last_outbound: _Ints
    last_inbound: _Ints
    waiting_since: _Ints
    last_waiting: _Ints
    unanswered: _Ints
    weeks: _Ints  # (clients, 12), oldest week first

    @property
    def begins(self) -> datetime | None:
        """When the first touch of all was."""
        return _moment(self.first.min()) if len(self.first) else None

    def of(self, client_id: int) -> TouchFacts:
        """Return what the touches say about one client; nothing at all for one that was never touched."""
        at = int(np.searchsorted(self.client, client_id))
        if at == len(self.client) or self.client[at] != client_id:
            return TouchFacts()
        return TouchFacts(
            first=_moment(self.first[at]),
            last=_moment(self.last[at]),
            last_outbound=_moment(self.last_outbound[at]),
            last_inbound=_moment(self.last_inbound[at]),
            waiting_since=_moment(self.waiting_since[at]),
            last_waiting=_moment(self.last_waiting[at]),
            unanswered=int(self.unanswered[at]),
            weeks=tuple(self.weeks[at].tolist()),
        )


def sum_up(touches: Touches, *, now: datetime) -> TouchFigures:
    """Return the figures of every client in the touches, which must be sorted by client and lie before `now`."""
    clients, starts, row = np.unique(touches.client, return_index=True, return_inverse=True)
    if not len(clients):
        none = np.empty(0, np.int64)
        return TouchFigures(
            client=none,
            first=none,
            last=none,
            last_outbound=none,
            last_inbound=none,
            waiting_since=none,
            last_waiting=none,
            unanswered=none,
            weeks=np.empty((0, WEEKS), np.int64),
        )
    at, spoke = touches.at, touches.inbound & (touches.weight >= SPOKEN)
    spoken = contacts(touches)
    last_out = np.maximum.reduceat(np.where(touches.outbound, at, _NEVER), starts)
    last_in = np.maximum.reduceat(np.where(spoke, at, _NEVER), starts)
    still = at >= int(now.timestamp()) - WAITS_AT_MOST * DAY_S
    waits = spoke & touches.wants_answer & ~touches.outbound & (at > last_out[row]) & still
    pending = touches.outbound & ~touches.inbound & (at > last_in[row])
    return TouchFigures(
        client=clients,
        first=at[starts],
        last=np.maximum.reduceat(np.where(spoken, at, _NEVER), starts),
        last_outbound=last_out,
        last_inbound=last_in,
        waiting_since=np.minimum.reduceat(np.where(waits, at, _NOT_YET), starts),
        last_waiting=np.maximum.reduceat(np.where(waits, at, _NEVER), starts),
        unanswered=np.add.reduceat(pending.astype(np.int64), starts),
        weeks=_weeks(row[spoken], at[spoken], len(clients), int(now.timestamp())),
    )


def _weeks(row: npt.NDArray[np.intp], at: _Ints, clients: int, now: int) -> _Ints:
    """Count days (UTC) with a contact, as reasons do, in spans of seven days that end today."""
    row, day = np.unique(np.stack([row, at // DAY_S]), axis=1)
    ago = (now // DAY_S - day) // _WEEK_DAYS
    recent = (ago >= 0) & (ago < WEEKS)
    cell = row[recent] * WEEKS + (WEEKS - 1 - ago[recent])
    return np.bincount(cell, minlength=clients * WEEKS).reshape(clients, WEEKS).astype(np.int64)


def _moment(seconds: np.int64) -> datetime | None:
    return None if seconds in (_NEVER, _NOT_YET) else datetime.fromtimestamp(int(seconds), UTC)
