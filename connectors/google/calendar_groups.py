"""What becomes of an event, its series and the exceptions of that, when some of them changed; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.google.cursors import SeriesEntry
from connectors.google.moments import Unreadable, When, read_when
from connectors.google.series import Rule, occurrences
from connectors.google.translate_events import EventReader, is_series
from guardian.domain.activity import Activity
from guardian.ports.connector import DeadLetter, Gone, Record

Item = Record | DeadLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The events of one listing that belong together, and how their series went on before.

    In a walk nothing was told before, so that nothing needs to be said to be gone. `lost` are exceptions (suffixes)
    that are no more, although no event of the listing says so.
    """

    id: str
    events: Sequence[Mapping[str, Any]]
    known: SeriesEntry | None
    walk: bool
    lost: frozenset[str] = frozenset()


def doubtful(group: Group, reader: EventReader, *, until: datetime) -> list[str]:
    """Return exceptions (suffixes) of which nothing was told although their series no longer has room for them."""
    master = _master(group)
    if master is None or group.known is None or not is_series(master) or _is_cancelled(master):
        return []
    try:
        room = {when.suffix for when in occurrences(reader.rule(master), until=until)}
    except Unreadable:
        return []
    spoken_of = {_original(one, reader) for one in group.events}
    return [one for one in group.known.apart if one not in room and one not in spoken_of]


def told(group: Group, reader: EventReader, *, until: datetime) -> tuple[list[Item], SeriesEntry | None]:
    """Return the meetings of a group with those that are gone, and its series as it goes on from now."""
    master = _master(group)
    exceptions = [one for one in group.events if one["id"] != group.id]
    items = [item for one in exceptions for item in _single(one, reader, group)]
    apart = {suffix for one in exceptions if (suffix := _original(one, reader))}
    if master is None:
        return items, _set_apart(group.known, apart)
    apart |= set(group.known.apart) - group.lost if group.known else set()
    before = _ids(group, reader, until) if group.known else set()
    if not is_series(master) or _is_cancelled(master):
        items += _single(master, reader, group)
        return items + _gone(before - _named(items)), None
    try:
        rule = reader.rule(master)
        meetings = [reader.activity(master, at=when) for when in _standing(rule, apart, until)]
        entry = SeriesEntry(start=dict(master["start"]), lines=list(rule.lines), apart=sorted(apart))
    except Unreadable as error:
        return [*items, reader.dead(master, str(error)), *_gone(before - _named(items))], None
    kept = {one.item_id for one in meetings} | {f"{group.id}_{suffix}" for suffix in apart}
    was_single = [] if group.walk or group.known else [Gone(item_id=group.id)]
    return [*items, *meetings, *_gone(before - kept), *was_single], entry


def _master(group: Group) -> Mapping[str, Any] | None:
    return next((one for one in group.events if one["id"] == group.id), None)


def _named(items: Sequence[Item]) -> set[str]:
    return {one.item_id for one in items if isinstance(one, Activity | Gone | DeadLetter)}


def _single(event: Mapping[str, Any], reader: EventReader, group: Group) -> list[Item]:
    """Return an event by itself; one that was deleted is gone, which in a walk goes without saying."""
    if _is_cancelled(event):
        return [] if group.walk else [Gone(item_id=reader.name(event))]
    try:
        return [reader.activity(event)]
    except Unreadable as error:
        return [reader.dead(event, str(error))]


def _is_cancelled(event: Mapping[str, Any]) -> bool:
    return event.get("status") == "cancelled"


def _original(event: Mapping[str, Any], reader: EventReader) -> str | None:
    try:
        when = reader.original(event)
    except Unreadable:
        return None
    return when.suffix if when else None


def _set_apart(known: SeriesEntry | None, apart: set[str]) -> SeriesEntry | None:
    return known.model_copy(update={"apart": sorted({*known.apart, *apart})}) if known else None


def _standing(rule: Rule, apart: set[str], until: datetime) -> list[When]:
    return [when for when in occurrences(rule, until=until) if when.suffix not in apart]


def _ids(group: Group, reader: EventReader, until: datetime) -> set[str]:
    """Return the ids of the meetings that the series had when it was last told."""
    assert group.known is not None
    rule = Rule(start=read_when(group.known.start, default=reader.zone), lines=tuple(group.known.lines))
    suffixes = {when.suffix for when in occurrences(rule, until=until)} | set(group.known.apart)
    return {f"{group.id}_{suffix}" for suffix in suffixes}


def _gone(ids: set[str]) -> list[Item]:
    return [Gone(item_id=one) for one in sorted(ids)]
