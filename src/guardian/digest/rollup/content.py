"""A roll-up before it is put into words: totals first, then the clients behind them, then each rep by name."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from guardian.digest.content import Coverage
from guardian.domain.standing import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One client behind a total; `days` is the figure that goes with it, `to` whom it was handed to."""

    name: str
    owner: str = ""
    value: float | None = None
    days: int = 0
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The clients behind one total: how many there are, and the first of them."""

    total: int
    lines: tuple[Line, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.total - len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaints:
    """Open complaints by age: of the last week, of the last month, and older; with the clients, the oldest first."""

    week: int
    month: int
    older: int
    clients: Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """What part of the contacts of 90 days went to the best-tended tenth, and of the value lies with the greatest.

    Shares are from 0 to 1; None where there is nothing to share, or the greatest says it all. `clients` is how many
    make a tenth of the book.
    """

    clients: int
    contacts: float | None
    value: float | None
    greatest: str
    greatest_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepBook:
    """How far one rep's book is covered."""

    name: str
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """What one manager is told of one week, named by its Monday."""

    sort: ClassVar[str] = "rollup"

    address: str
    rep_name: str
    language: str
    timezone: str
    day: date
    today: date
    team: Coverage
    states: tuple[tuple[State, int], ...]
    complaints: Complaints
    ignored: Listing
    unowned: Listing
    unreachable: Listing
    handed_over: Listing
    single_threaded: Listing
    concentration: Concentration
    reps: tuple[RepBook, ...]
