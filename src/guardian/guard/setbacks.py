"""Held mail at which something failed that no later round mends: a person has to look, and may not know it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from guardian.guard.notifier import NOT_TOLD, POSTPONED, TELLING, TOLD
from guardian.guard.outbox import PUT_BACK, since_decision
from guardian.guard.past import HELD_ANEW
from guardian.ports.holds import HoldEvent, Holds, HoldState

PATIENCE = timedelta(hours=4)  # for what goes on being tried
_FINAL = HELD_ANEW | set(NOT_TOLD.values())
_WAITING = frozenset({HoldState.HELD})
_ON_ITS_WAY = frozenset({HoldState.RELEASE_REQUESTED, HoldState.INTERNAL_REQUESTED, HoldState.RETURN_REQUESTED})


def setbacks(holds: Holds, *, now: datetime) -> list[HoldEvent]:
    """Return the steps of open holds that failed for good, or that have failed for hours."""
    waiting, leaving = holds.trails(states=_WAITING), holds.trails(states=_ON_ITS_WAY)
    found = [one for trail in waiting.values() for one in trail if one.what in _FINAL]
    found += [one for trail in waiting.values() for one in _untold(trail, now)]
    return found + [one for trail in leaving.values() for one in _long(trail, PUT_BACK, now)]


def _untold(trail: Sequence[HoldEvent], now: datetime) -> Iterator[HoldEvent]:
    """Yield for everybody who was not told for hours the first time that it failed, or else that it was begun."""
    for kind, what in POSTPONED.items():
        over = {_whom(one) for one in trail if one.what in (TOLD[kind], NOT_TOLD[kind])}
        begun = {_whom(one): one for one in reversed(trail) if one.what == TELLING[kind]}
        first = begun | {_whom(one): one for one in reversed(trail) if one.what == what}
        yield from (one for whom, one in first.items() if whom not in over and now - one.at >= PATIENCE)


def _long(trail: Sequence[HoldEvent], what: str, now: datetime) -> Iterator[HoldEvent]:
    first = next((one for one in since_decision(trail) if one.what == what), None)
    if first is not None and now - first.at >= PATIENCE:
        yield first


def _whom(event: HoldEvent) -> str:
    return event.why.partition(" ")[0]
