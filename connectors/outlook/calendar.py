"""The calendar of one mailbox: a calendar view by delta, whose window moves with the months.

Graph tells the occurrences of a series only by when they are, and says nothing of one that was taken out; so the
cursor remembers which occurrences each series had, and a series that came back with fewer is asked for those that
stand (`instances`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.outlook.fetch import Graph, NotThere, rows_of
from connectors.outlook.meetings import MeetingReader, item_id
from connectors.outlook.rounds import digest, read_token
from connectors.outlook.translate import text_of
from guardian.connector_kit.paging import Batch
from guardian.domain.activity import Activity
from guardian.domain.errors import CursorExpired, TryLater
from guardian.ports.connector import Cursor, DeadLetter, Gone, Page, Scope

Row = dict[str, Any]
VERSION = 1
MONTHS_AHEAD = 9
MOST_DAYS = timedelta(days=1_825)  # Graph refuses longer windows


@dataclass(slots=True)
class View:
    """The cursor, read.

    `queue` are the links still to follow in this round; the round of a new window is followed by the last one of
    the old window, whose removals would be lost otherwise. `following` is where the next round begins. `series`
    maps masters to their occurrences (digests), `touched` those that this round told. `shape` is what the settings
    let us keep of a meeting. `gained` are events (digests) that the round of a new window told of the months from
    `old_end` on: the old window calls them removed if they moved there. `old_begin` is where the old window began, if
    the new one begins later; what lies before it is kept, and no longer followed.
    """

    shape: str
    begins: str
    ends: str
    queue: list[str] = field(default_factory=list)
    following: str = ""
    walk: bool = False
    series: dict[str, list[str]] = field(default_factory=dict)
    touched: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # ids of the masters touched
    old_begin: str = ""
    old_end: str = ""
    gained: list[str] = field(default_factory=list)
    done: int = 0

    def cursor(self) -> Cursor:
        """Return it as a cursor."""
        said = {name: getattr(self, name) for name in View.__slots__}
        return Cursor(token=json.dumps({"v": VERSION, **said}, separators=(",", ":")))


def read_view(cursor: Cursor, shape: str) -> View:
    """Return where a cursor stands; CursorExpired when it is none, or of other settings (`shape`)."""
    said = read_token(cursor)
    if said.pop("v", None) != VERSION or set(said) != set(View.__slots__) or said["shape"] != shape:
        raise CursorExpired("The cursor is of another version of the connector or of other settings.")
    return View(**said)


@dataclass(slots=True)
class CalendarFeed:
    """One mailbox's default calendar."""

    scope: Scope
    graph: Graph
    mailbox: str
    reader: MeetingReader
    now: datetime
    years_back: int
    _masters: dict[str, Row] = field(default_factory=dict)

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield the pages of one round."""
        shape = f"calendar {self.reader.select}"
        view = read_view(after, shape) if after else View(shape=shape, begins=self._first_day, ends="")
        self.graph.cost.set_apart()
        if not view.queue:
            self._begin(view, walk=after is None)
        while view.queue:
            batch = Batch(walk=view.walk)
            self._ask(view, batch)
            if not view.queue:
                self._settle(view, batch)
            page = batch.page(view.cursor(), closes_round=not view.queue, done=view.done)
            if page.records or page.dead_letters or page.closes_round:
                yield self.graph.charge(page)

    def count(self) -> int | None:
        """Return None: Graph cannot count the occurrences in a window."""
        return None

    def _begin(self, view: View, *, walk: bool) -> None:
        ahead = self.now.month - 1 + MONTHS_AHEAD
        ends = _day(self.now.year + ahead // 12, ahead % 12 + 1)
        known = view.following
        view.walk, view.touched, view.names, view.done = walk, {}, {}, 0
        view.old_begin, view.old_end, view.gained = "", "", []
        if walk or ends > view.ends:
            view.old_end, view.ends = view.ends, ends
            if datetime.fromisoformat(ends) - datetime.fromisoformat(view.begins) > MOST_DAYS:
                view.old_begin, view.begins = view.begins, self._first_day
            first = self._url("calendarView", "delta", startDateTime=view.begins, endDateTime=view.ends)
            view.queue = [first] if walk else [first, known]
            view.following = ""
        else:
            view.queue = [known]
            view.following = ""

    def _ask(self, view: View, batch: Batch) -> None:
        answer = self.graph.get(view.queue[0])
        following, final = answer.get("@odata.nextLink", ""), answer.get("@odata.deltaLink", "")
        if bool(following) == bool(final):
            raise TryLater("Microsoft Graph sent a page that does not say where it leads.")
        rows = list({str(row["id"]): row for row in rows_of(answer) if row.get("id")}.values())
        for row in rows:
            if text_of(row, "type") == "seriesMaster":
                self._keep_master(view, row)
        for row in rows:
            self._take(view, batch, row)
        view.done += len(rows)
        view.queue[:1] = [following] if following else []
        view.following = view.following or final

    def _take(self, view: View, batch: Batch, row: Row) -> None:
        if "@removed" in row:
            if digest(str(row["id"])) not in view.gained:
                self._remove(view, batch, str(row["id"]))
            return
        if text_of(row, "type") == "seriesMaster":
            self._keep_master(view, row)
            if not view.walk:
                batch.add(Gone(item_id=str(row["id"])))  # it may have been a single meeting until now
            return
        if "start" not in row:
            self._take_partial(view, batch, str(row["id"]))
            return
        series = text_of(row, "seriesMasterId")
        try:
            master = self._master(series) if series else None
        except NotThere:
            return  # the series went while it was read; its removal is told by the next round
        told = self.reader.read(row, master)
        batch.add(told)
        if view.old_end and _starts(told) >= view.old_end:
            view.gained += {digest(str(row["id"])), digest(series or str(row["id"]))}
        if series:
            self._note(view, series, row, told)
        else:
            self._end_series(view, batch, str(row["id"]))

    def _note(self, view: View, series: str, row: Row, told: Activity | DeadLetter) -> None:
        """Note that an occurrence stands; one that the window has left behind is not asked about again."""
        touched = self._touch(view, series)
        if not view.old_begin or _starts(told) >= view.begins:
            touched.append(item_id(row))

    def _take_partial(self, view: View, batch: Batch, wanted: str) -> None:
        """An update may carry only what changed: read the event whole."""
        try:
            self._take(view, batch, self.graph.get(self._url("events", wanted, select=self.reader.select)))
        except NotThere:
            self._remove(view, batch, wanted)

    def _remove(self, view: View, batch: Batch, gone: str) -> None:
        """Tell that an event is gone, whichever it was: its id does not say if it stood alone."""
        batch.add(Gone(item_id=gone), Gone(item_id=digest(gone)))
        self._end_series(view, batch, gone)

    def _end_series(self, view: View, batch: Batch, master: str) -> None:
        """Tell that the occurrences of a series are gone, because it is gone or a single meeting now."""
        view.touched.pop(digest(master), None)
        batch.add(*(Gone(item_id=one) for one in view.series.pop(digest(master), [])))

    def _settle(self, view: View, batch: Batch) -> None:
        """Close a round: a series that came back with fewer occurrences is asked which of them stand."""
        for name, told in view.touched.items():
            if not view.walk and set(view.series.get(name, ())) - set(told):
                standing = self._standing(view, batch, name, set(told))
                if view.old_begin:
                    standing += told
                else:
                    told = standing
                batch.add(*(Gone(item_id=one) for one in view.series[name] if one not in standing))
            view.series[name] = sorted(set(told))
        view.touched, view.names = {}, {}

    def _standing(self, view: View, batch: Batch, name: str, told: set[str]) -> list[str]:
        """Return the occurrences that a series has now in the window that it was known by; tell the untold ones."""
        series = view.names[name]
        begins, ends = (view.old_begin, view.old_end) if view.old_begin else (view.begins, view.ends)
        query = {"startDateTime": begins, "endDateTime": ends, "select": self.reader.select, "top": "100"}
        try:
            master = self._master(series)
            rows = list(self.graph.rows(self._url("events", series, "instances", **query)))
        except NotThere:
            return []
        for row in rows:
            if item_id(row) not in told:
                batch.add(self.reader.read(row, master))
        return [item_id(row) for row in rows]

    def _keep_master(self, view: View, row: Row) -> None:
        self._masters[str(row["id"])] = row
        self._touch(view, str(row["id"]))

    def _touch(self, view: View, series: str) -> list[str]:
        view.names[digest(series)] = series
        return view.touched.setdefault(digest(series), [])

    def _master(self, series: str) -> Row:
        if series not in self._masters:
            self._masters[series] = self.graph.get(self._url("events", series, select=self.reader.select))
        return self._masters[series]

    @property
    def _first_day(self) -> str:
        return _day(self.now.year - self.years_back, 1)

    def _url(self, *path: str, **query: str) -> str:
        return self.graph.url("users", self.mailbox, *path, **query)


def _day(year: int, month: int) -> str:
    return _text(datetime(year, month, 1, tzinfo=UTC))


def _starts(told: Activity | DeadLetter) -> str:
    return _text(told.occurred_at) if isinstance(told, Activity) else ""


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
