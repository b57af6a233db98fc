"""What a round does next, from where the feed stands and what time it is at Salesforce; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.salesforce.place import Place
from connectors.salesforce.soql import settled, window_after

DAY = timedelta(days=1)
NIGHTLY = timedelta(hours=20)  # from here on a round is the next night's: that may begin earlier than the last one
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How far rounds read back, how long a change must stand, and whether a sweep must read everything again."""

    overlap: timedelta
    settle: timedelta
    sweep_reads_all: bool = False


def first_walk(shape: str, now: datetime, rhythm: Rhythm) -> Place:
    """Return the place at the beginning of a walk; what changes from now on is for the round after it."""
    until = settled(now, rhythm.settle)
    return Place(
        stage="walk",
        shape=shape,
        told_until=until,
        deleted_until=until,
        looked_back=now,
        swept=now,
        high=until,
        walk=True,
    )


def next_round(place: Place, now: datetime, rhythm: Rhythm) -> Place | None:
    """Return the place at the beginning of the round behind a closed one; None while nothing can be new.

    Once a night the round reads back to a day before the last one that did, for transactions that took hours to
    commit. Once a week it meets every id, for records that vanished without a trace, and reads back to the sweep
    before.
    """
    if now - place.swept >= WEEK:
        return sweep(place, now, rhythm)
    window = window_after(place.told_until, now, overlap=rhythm.overlap, settle=rhythm.settle)
    if window is None:
        return None
    if now - place.looked_back < NIGHTLY:
        return place.moved(stage="deleted", low=window.low, high=window.high, walk=False)
    low = min(place.looked_back, place.told_until) - DAY - rhythm.overlap
    return place.moved(stage="deleted", low=low, high=window.high, looked_back=now, walk=False)


def sweep(place: Place, now: datetime, rhythm: Rhythm) -> Place:
    """Return the place at the beginning of a round that meets every id, as a walk."""
    if rhythm.sweep_reads_all:
        return first_walk(place.shape, now, rhythm)
    until = settled(now, rhythm.settle)
    low = min(place.swept, place.told_until) - DAY
    high = max(until, place.told_until)
    return place.moved(
        stage="sweep", low=low, high=high, walk=True, swept=now, looked_back=now, deleted_until=high, last=""
    )


def following(place: Place) -> Place:
    """Return the place at the beginning of the stage behind one that was read to its end; `rest` behind the last."""
    stage = _NEXT[place.stage]
    if stage == "changes" or stage == "related":
        return place.moved(stage=stage, at="", last="", job=None)
    return Place(
        stage="rest",
        shape=place.shape,
        told_until=place.high or place.told_until,
        deleted_until=place.deleted_until,
        looked_back=place.looked_back,
        swept=place.swept,
        walk=place.walk,
    )


_NEXT = {"walk": "rest", "sweep": "related", "deleted": "related", "related": "changes", "changes": "rest"}
