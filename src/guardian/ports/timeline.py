"""Reading the timeline: what ageing, digests, the guard's directory and the command line ask of the store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

from guardian.domain.activity import Direction, Kind, Role, Signal
from guardian.domain.people import Client
from guardian.domain.touch import Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One live copy of an interaction at its provider."""

    connector: str
    mailbox: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One participant of a stored interaction: address (or CRM id), role, name as shown."""

    address: str
    role: Role
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing that happened, with every client it happened with (usually one) and every copy.

    `talked_with` are those of the clients who spoke or were spoken to, whose clocks the touch moves: all of them but
    whoever has only a copy of a mail. `all_day` says that it is on days and at no hour; `occurred_at` is midnight
    UTC of the first of them then.
    """

    id: int
    key: str
    kind: Kind
    occurred_at: datetime
    direction: Direction
    subject: str | None
    snippet: str | None
    seats: tuple[Seat, ...]
    client_ids: tuple[int, ...]
    talked_with: tuple[int, ...]
    signals: frozenset[Signal]
    touch: Touch
    copies: tuple[Copy, ...]
    all_day: bool = False

    @property
    def when(self) -> date:
        """The moment it happened, or the day, which is the same in every zone."""
        return self.occurred_at.date() if self.all_day else self.occurred_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """The touches of all clients as parallel arrays, sorted by client, then time.

    `client` and `rep` are int64 ids (`rep` is 0 where no own person is known), `at` int64 seconds since 1970 UTC,
    `inbound` bool (the client spoke), `outbound` bool (we spoke), `weight` float32. Only interactions that move
    a clock are here. `asks` is bool, false where the client said something in the last hundred days that wants no
    answer, as thanks; None where nobody listens: then every word of his wants one.
    """

    client: npt.NDArray[np.int64]
    rep: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    inbound: npt.NDArray[np.bool_]
    outbound: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float32]
    asks: npt.NDArray[np.bool_] | None = None

    @property
    def wants_answer(self) -> npt.NDArray[np.bool_]:
        """Where the client said something that wants an answer."""
        return self.inbound if self.asks is None else self.inbound & self.asks


class Timelines(Protocol):
    """The timelines of all clients, read-only."""

    def clients(self) -> Sequence[Client]:
        """Return every client, by id."""
        ...

    def find_client(self, text: str) -> Client | None:
        """Return the client of this id, name, domain or contact address (case does not matter), or None."""
        ...

    def interactions(self, client_id: int | None = None, *, now: datetime) -> Iterator[Interaction]:
        """Yield what happened with one client, or everything stored (client_id None), oldest first."""
        ...

    def touches(self, *, until: datetime) -> Touches:
        """Return every touch up to a moment, inclusive."""
        ...
