"""What all processes of a gate count, in memory they share; every process writes only its own row."""

import mmap
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from guardian.gateways.milter.outcome import Outcome

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_OUTCOMES = tuple(Outcome)
_READY, _OPEN = 0, 1  # places in a row
_FIRST_OUTCOME = 2
_FIRST_BUCKET = _FIRST_OUTCOME + len(_OUTCOMES)
_SUM_US = _FIRST_BUCKET + len(BOUNDS_S) + 1
_ROW = _SUM_US + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All rows added up: mails by outcome, decisions by how long they took, connections open now.

    `durations` says how many decisions took at most each of `BOUNDS_S` and longer than the bound before, and as its
    last how many took longer than all of them.
    """

    outcomes: Mapping[Outcome, int]
    durations: tuple[int, ...]
    seconds: float
    open: int
    ready: int


class Row:
    """The counters of one process."""

    def __init__(self, cells: memoryview) -> None:
        self._cells = cells

    def count(self, outcome: Outcome, seconds: float) -> None:
        """Note one mail and how long its decision took; a gated one took none."""
        self._cells[_FIRST_OUTCOME + _OUTCOMES.index(outcome)] += 1
        if outcome is not Outcome.GATED:
            self._cells[_FIRST_BUCKET + bisect_left(BOUNDS_S, seconds)] += 1
            self._cells[_SUM_US] += int(seconds * 1e6)

    def connections(self, open_now: int) -> None:
        """Note how many connections are open."""
        self._cells[_OPEN] = open_now

    @property
    def ready(self) -> bool:
        """True when the process of this row answers mail."""
        return bool(self._cells[_READY])

    def set_ready(self, ready: bool) -> None:
        """Say whether the process answers mail now."""
        self._cells[_READY] = int(ready)
        self._cells[_OPEN] = 0


class Tally:
    """Counters of at most `rows` processes; made before they are forked."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._cells = memoryview(mmap.mmap(-1, rows * _ROW * 8)).cast("q")

    def row(self, number: int) -> Row:
        """Return the counters of one process; a successor counts on where the last one stopped."""
        return Row(self._cells[number * _ROW : (number + 1) * _ROW])

    def totals(self) -> Totals:
        """Return the sums over all processes."""
        sums = [sum(self._cells[place::_ROW]) for place in range(_ROW)]
        return Totals(
            outcomes=dict(zip(_OUTCOMES, sums[_FIRST_OUTCOME:_FIRST_BUCKET], strict=True)),
            durations=tuple(sums[_FIRST_BUCKET:_SUM_US]),
            seconds=sums[_SUM_US] / 1e6,
            open=sums[_OPEN],
            ready=sums[_READY],
        )
