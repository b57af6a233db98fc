"""The feed of one calendar: `events.list` with its sync tokens; series are told meeting by meeting."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from connectors.google.account import Api
from connectors.google.calendar_groups import Group, doubtful, told
from connectors.google.cursors import CalendarToken, read_cursor, write_cursor
from connectors.google.moments import zone_of
from connectors.google.pages import page_of
from connectors.google.refusals import Refused, error_of
from connectors.google.session import GoogleSession
from connectors.google.translate_events import EventReader, id_at_google, series_of
from guardian.connector_kit.paging import MOST_RECORDS
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor, DeadLetter, Page, Record, Scope

CALENDAR = Api(
    name="calendar",
    version="v3",
    title="Calendar",
    scope="https://www.googleapis.com/auth/calendar.events.readonly",
    host="www.googleapis.com",
    path="calendar/v3/",
    batch="batch/calendar/v3",
)
PAGE = 2_500
_PERSON = "email,displayName"
_EVENT = (
    "id,status,iCalUID,recurringEventId,originalStartTime,recurrence,start,end,endTimeUnspecified,"
    f"organizer({_PERSON}),attendees({_PERSON},responseStatus,resource),sequence,updated,visibility"
)


@dataclass(slots=True)
class _Listing:
    """The events of one listing by group, its time zone, and the token that continues it."""

    groups: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    zone: str = "UTC"
    sync: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFeed:
    """A user's main calendar; `until` is how far series are reckoned, and when that moves all is told anew."""

    scope: Scope
    session: GoogleSession
    privacy: str
    own_domains: frozenset[str]
    until: datetime

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield every meeting, or those of the events that changed since a cursor."""
        token = read_cursor(after, CalendarToken) if after else self._begun()
        if token.level != self.privacy:
            raise CursorExpired("the privacy level has changed")
        if token.until != self.until.isoformat():
            token = self._begun()
        with self.session:
            yield from self._round(token)

    def count(self) -> int | None:
        """Return None: Calendar counts nothing."""
        return None

    def peek(self) -> None:
        """Read one thing, to see whether we may."""
        with self.session:
            events = self.session.resource("events")
            self.session.ask(events.list(calendarId="primary", maxResults=1, fields="timeZone"))

    def _begun(self) -> CalendarToken:
        return CalendarToken(kind="calendar", level=self.privacy, until=self.until.isoformat())

    def _round(self, token: CalendarToken) -> Iterator[Page]:
        """Yield what a listing holds, group by group in the order of their ids.

        A round resumed in the middle lists again from where it began and passes over the groups already told; what
        happened to those meanwhile is told in the next round, which goes on from the first listing's token.
        """
        walk = not token.sync
        listing = self._listing(token)
        reader = self._reader(listing.zone)
        rest = sorted(name for name in listing.groups if name > token.after)
        series, next_sync = dict(token.series), token.next or listing.sync
        items: list[Record | DeadLetter] = []
        for n, name in enumerate(rest):
            group = Group(id=name, events=listing.groups[name], known=series.pop(name, None), walk=walk)
            found, entry = told(self._without_doubt(group, reader), reader, until=self.until)
            items += found
            if entry:
                series[name] = entry
            if len(items) >= MOST_RECORDS and n + 1 < len(rest):
                token = token.model_copy(update={"after": name, "next": next_sync, "series": dict(series)})
                done = len(listing.groups) - len(rest) + n + 1
                yield self._page(items, token, walk=walk, done=done, total=len(listing.groups))
                items = []
        closing = self._begun().model_copy(update={"sync": next_sync, "series": series})
        if walk or items or closing != token:
            yield self._page(items, closing, walk=walk, done=len(listing.groups), total=len(listing.groups))

    def _page(
        self, items: list[Record | DeadLetter], token: CalendarToken, *, walk: bool, done: int, total: int
    ) -> Page:
        closes = bool(token.sync) and not token.next
        cursor = write_cursor(token)
        return page_of(items, cursor, self.session, walk=walk, closes_round=closes, done=done, total=total)

    def _without_doubt(self, group: Group, reader: EventReader) -> Group:
        """Return the group after asking for the exceptions that may have gone with a change of their series."""
        get = self.session.resource("events").get
        asked = {
            one: get(calendarId="primary", eventId=id_at_google(group.id, one), fields=self._event_fields())
            for one in doubtful(group, reader, until=self.until)
        }
        events, lost = list(group.events), set()
        for one, answer in self.session.ask_each(asked):
            if not isinstance(answer, Refused) and series_of(answer) == group.id:
                events.append(answer)
            elif not isinstance(answer, Refused) or answer.status in (404, 410):
                lost.add(one)  # what a series that was split off took over is told with that series
            else:
                raise error_of(answer, mailbox=self.scope.mailbox, api="Calendar", resuming=False)
        return replace(group, events=events, lost=frozenset(lost)) if asked else group

    def _listing(self, token: CalendarToken) -> _Listing:
        events, listing = self.session.resource("events"), _Listing()
        at = {"syncToken": token.sync} if token.sync else {}
        while True:
            asked = events.list(
                calendarId="primary", maxResults=PAGE, eventTypes=["default"], fields=self._fields(), **at
            )
            answer = self.session.ask(asked, resuming=bool(at))
            for event in answer.get("items", ()):
                group = listing.groups.setdefault(series_of(event), [])
                group[:] = [one for one in group if one["id"] != event["id"]] + [event]
            listing.zone = str(answer.get("timeZone", listing.zone))
            if not answer.get("nextPageToken"):
                listing.sync = str(answer["nextSyncToken"])
                return listing
            at = {**at, "pageToken": answer["nextPageToken"]}

    def _fields(self) -> str:
        return f"nextPageToken,nextSyncToken,timeZone,items({self._event_fields()})"

    def _event_fields(self) -> str:
        """Return what is asked for of events: what privacy forbids is not."""
        return _EVENT + {"metadata": "", "subject": ",summary"}.get(self.privacy, ",summary,description")

    def _reader(self, zone: str) -> EventReader:
        return EventReader(own_domains=self.own_domains, privacy=self.privacy, zone=zone_of(zone) or UTC)
