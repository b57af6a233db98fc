"""The trail of a hold: every step chained to the one before, so that a change shows, and where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from guardian.ports.holds import VIEWED, HoldEvent, HoldState
from guardian.storage.hold_rows import erased, first_link, next_link, storable
from guardian.storage.tables import hold as held
from guardian.storage.tables import hold_event

_HELD = (
    held.c.id.label("hold"),
    held.c.digest,
    held.c.tip,
    held.c.state,
    held.c.decided_by,
    held.c.decided_why,
    held.c.decided_at,
)
# Put together once: to do it for every mail takes longer than to run them.
_TIP = select(held.c.tip, held.c.digest).where(held.c.id == bindparam("here"))
_NEW, _STEP = insert(held), insert(hold_event)
_MOVE_TIP = update(held).where(held.c.id == bindparam("here")).values(tip=bindparam("link"))
_ON_ITS_WAY = frozenset(
    {"release", "release_internal", "return", "expire", "discard", "sending", "part_sent", "sent"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailBreak:
    """Where a trail is not as it was written: the first step that does not fit, counted from 1; `what` it says."""

    hold_id: str
    step: int
    what: str


def append(connection: Connection, told: HoldEvent) -> None:
    """Write the next step of a trail; the hold's row must be locked, or this transaction the only writer."""
    row = connection.execute(_TIP, {"here": told.hold_id}).one()
    step = _step(told, first_link(told.hold_id, row.digest) if row.tip is None else bytes(row.tip))
    connection.execute(_STEP, step)
    connection.execute(_MOVE_TIP, {"here": told.hold_id, "link": step["chain"]})


def begin(connection: Connection, told: HoldEvent, row: Mapping[str, Any]) -> None:
    """Write a new hold, given as its row, and the first step of its trail."""
    step = _step(told, first_link(told.hold_id, row["digest"]))
    connection.execute(_NEW, {**row, "tip": step["chain"]})
    connection.execute(_STEP, step)


def _step(told: HoldEvent, previous: bytes) -> dict[str, Any]:
    """Return the row of a step behind another."""
    event = replace(told, by=storable(told.by), why=storable(told.why), via=storable(told.via))
    return {
        "hold_id": event.hold_id,
        "at": event.at,
        "what": event.what,
        "by": event.by,
        "why": event.why,
        "via": event.via,
        "chain": next_link(previous, event),
    }


def trail_of(connection: Connection, hold_id: str) -> Sequence[HoldEvent]:
    """Return the steps of one hold, oldest first."""
    query = select(hold_event).where(hold_event.c.hold_id == hold_id).order_by(hold_event.c.id)
    return [_event(row) for row in connection.execute(query)]


def trails_in(connection: Connection, states: frozenset[HoldState]) -> Mapping[str, Sequence[HoldEvent]]:
    """Return the steps of every hold in these states."""
    query = (
        select(hold_event)
        .join(held, held.c.id == hold_event.c.hold_id)
        .where(held.c.state.in_(states))
        .order_by(hold_event.c.hold_id, hold_event.c.id)
    )
    rows = groupby(connection.execute(query), key=lambda row: row.hold_id)
    return {hold_id: [_event(row) for row in steps] for hold_id, steps in rows}


def breaks(connection: Connection, hold_id: str | None = None) -> Iterator[TrailBreak]:
    """Yield for every hold (or just one) the first step of its trail that is not as it was written, if any."""
    query = (
        select(*_HELD, hold_event)
        .outerjoin(hold_event, hold_event.c.hold_id == held.c.id)
        .order_by(held.c.id, hold_event.c.id)
    )
    rows = connection.execute(_only(query, hold_id).execution_options(yield_per=1_000))
    for name, steps in groupby(rows, key=lambda row: str(row.hold)):
        broken = _first_break(name, list(steps))
        if broken is not None:
            yield broken


def _only(query: Select[Any], hold_id: str | None) -> Select[Any]:
    return query if hold_id is None else query.where(held.c.id == hold_id)


def _first_break(name: str, rows: Sequence[Row[Any]]) -> TrailBreak | None:
    link, written = first_link(name, rows[0].digest), [row for row in rows if row.chain is not None]
    for number, row in enumerate(written, 1):
        link = next_link(link, _event(row))
        if link != bytes(row.chain):
            return TrailBreak(hold_id=name, step=number, what=row.what)
    tip = rows[0].tip
    if not written or tip is None or bytes(tip) != link:
        return TrailBreak(hold_id=name, step=len(written) + 1, what="")
    if not _tells_of(rows[0], written):
        return TrailBreak(hold_id=name, step=len(written) + 1, what="")
    return None


def _tells_of(hold: Row[Any], written: Sequence[Row[Any]]) -> bool:
    """Say whether a trail accounts for the state of its hold: somebody decided what is decided, nobody what waits.

    Whose words were forgotten is known by the moment only. Who merely looked decided nothing.
    """
    steps = [one for one in written if one.what != VIEWED]
    if hold.state == HoldState.HELD:
        return bool(steps) and steps[-1].what not in _ON_ITS_WAY and hold.decided_at is None
    return any(
        one.at == hold.decided_at
        and one.by in (hold.decided_by, erased(one.by))
        and one.why in (hold.decided_why, erased(one.why))
        for one in steps[1:]
    )


def _event(row: Row[Any]) -> HoldEvent:
    return HoldEvent(hold_id=row.hold_id, at=row.at, what=row.what, by=row.by, why=row.why, via=row.via)
