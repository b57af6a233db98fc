"""Google Calendar as it shows a rep's calendar: series as one event, exceptions beside it, tokens that expire."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.lab.company import Company
from tests.lab.company_facts import Meeting
from tests.lab.company_shelf import Shelf
from tests.lab.faults import Fault, Kind, shaped
from tests.lab.google_errors import Refusal, not_found

_NOT_WITH_TOKENS = (
    "iCalUID orderBy privateExtendedProperty q sharedExtendedProperty timeMin timeMax updatedMin".split()
)
_ANSWERS = {"none": "needsAction", "accepted": "accepted", "tentative": "tentative", "declined": "declined"}
Parameters = Mapping[str, Any]
Event = dict[str, Any]


class Calendar:
    """The calendars of a company; `cap` bounds pages below what is asked for.

    With `silent`, a series that changed does not say which of its exceptions went with that.
    """

    def __init__(self, company: Company, *, cap: int = 2500) -> None:
        self.company, self.cap = company, cap
        self.silent = False
        self.forgotten: dict[str, int] = {}

    def forget_tokens(self, mailbox: str) -> None:
        """Let every sync token so far expire."""
        self.forgotten[mailbox] = self.company.desks[mailbox].calendar.now + 1

    def events(self, mailbox: str, asked: Parameters, fault: Fault | None) -> dict[str, Any]:
        """events.list"""
        if asked["calendarId"] not in ("primary", mailbox):
            raise not_found()
        if asked.get("singleEvents"):
            raise Refusal(501, "notImplemented", "The lab lists series as they are.")
        shelf = self.company.desks[mailbox].calendar
        since = self._since(mailbox, asked, fault)
        until, done = _page(asked.get("pageToken"), shelf.now)
        found = _all(shelf, mailbox) if since is None else self._changed(shelf, since, mailbox)
        size = min(asked.get("maxResults", 250), 2500, self.cap)
        answer = {
            "kind": "calendar#events",
            "summary": mailbox,
            "timeZone": "Europe/Madrid",
            "accessRole": "owner",
            "items": shaped(fault, found[done : done + size]),
        }
        if len(found) > done + size:
            return {**answer, "nextPageToken": f"page-{until}-{done + size}"}
        return {**answer, "nextSyncToken": f"sync-{until}"}

    def event(self, mailbox: str, asked: Parameters) -> dict[str, Any]:
        """events.get"""
        shelf = self.company.desks[mailbox].calendar
        for event in _all(shelf, mailbox):
            if event["id"] == asked["eventId"]:
                return event
        raise not_found()

    def _changed(self, shelf: Shelf[Meeting], since: int, mailbox: str) -> list[Event]:
        """Return what differs from the calendar as it was, deletions as events that are cancelled."""
        before: dict[str, Meeting | None] = {}
        for change in shelf.since(since):
            before.setdefault(change.ref, change.before)
        told: list[Event] = []
        for ref, old_meeting in before.items():
            meeting = shelf.items.get(ref)
            old = _shown(ref, old_meeting, mailbox, _exceptions(shelf, ref, since)) if old_meeting else {}
            new = _shown(ref, meeting, mailbox, _exceptions(shelf, ref, shelf.now)) if meeting else {}
            told += [event for key, event in new.items() if event != old.get(key)]
            lost = [event for key, event in old.items() if key not in new]
            told += [_cancelled(one) for one in lost if not (self.silent and new and "recurringEventId" in one)]
        return told

    def _since(self, mailbox: str, asked: Parameters, fault: Fault | None) -> int | None:
        token = asked.get("syncToken")
        if token is None:
            return None
        wrong = [name for name in _NOT_WITH_TOKENS if name in asked]
        if wrong or asked.get("showDeleted") is False:
            raise Refusal(400, "badRequest", f"Not together with a sync token: {wrong or 'showDeleted'}")
        number = int(token.removeprefix("sync-")) if token.startswith("sync-") else -1
        lost = fault is not None and fault.kind is Kind.CURSOR_LOST
        if lost or number < self.forgotten.get(mailbox, 0):
            raise Refusal(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
        return number


def _page(token: str | None, now: int) -> tuple[int, int]:
    if token is None:
        return now, 0
    if not token.startswith("page-"):
        raise Refusal(400, "badRequest", "Invalid page token")
    _, until, done = token.split("-")
    return int(until), int(done)


def _all(shelf: Shelf[Meeting], mailbox: str) -> list[Event]:
    return [
        event
        for ref, meeting in shelf.items.items()
        for event in _shown(ref, meeting, mailbox, _exceptions(shelf, ref, shelf.now)).values()
    ]


def _exceptions(shelf: Shelf[Meeting], ref: str, upto: int) -> set[datetime]:
    """Return which occurrences of a series are events of their own: once one is, it stays so while it fits."""
    apart: set[datetime] = set()
    for change in shelf.log[:upto]:
        if change.ref == ref:
            one = change.after
            apart = (
                {*apart.intersection(one.starts), *dict(one.moved), *one.dropped} if one and one.repeats else set()
            )
    return apart


def _shown(ref: str, meeting: Meeting, mailbox: str, apart: set[datetime]) -> dict[str, Event]:
    """Return a meeting as events by id: itself, then its exceptions, which `apart` names."""
    event_id = _event_id(ref)
    if meeting.cancelled:
        return {}
    whole = _event(event_id, meeting, mailbox)
    if not meeting.repeats:
        return {event_id: whole}
    shown = {event_id: {**whole, "recurrence": [f"RRULE:FREQ=WEEKLY;COUNT={meeting.repeats}"]}}
    moved = dict(meeting.moved)
    for original in sorted(apart):
        at = replace(meeting, start=moved.get(original, original), repeats=0)
        exception: Event = {**_event(event_id, at, mailbox), **_exception(event_id, original)}
        if original in meeting.dropped:
            exception = {"kind": "calendar#event", "status": "cancelled", **_exception(event_id, original)}
        shown[exception["id"]] = exception
    return shown


def _event(event_id: str, meeting: Meeting, mailbox: str) -> Event:
    event = {
        "kind": "calendar#event",
        "id": event_id,
        "etag": '"1"',
        "status": "confirmed",
        "iCalUID": meeting.uid,
        "summary": meeting.subject,
        "description": "Words about it.",
        "location": "Here",
        "start": _moment(meeting.start),
        "end": _moment(meeting.start + meeting.length),
        "organizer": {"email": meeting.organizer, "self": meeting.organizer == mailbox},
        "attendees": [
            {"email": one.address, "displayName": one.name, "responseStatus": _ANSWERS[one.response]}
            for one in meeting.attendees
        ],
        "sequence": 0,
        "eventType": "default",
    }
    return {**event, "visibility": "private"} if meeting.private else event


def _exception(series: str, original: datetime) -> Event:
    return {
        "id": _instance(series, original),
        "recurringEventId": series,
        "originalStartTime": _moment(original),
    }


def _cancelled(event: Event) -> Event:
    kept: Event = {name: event[name] for name in ("recurringEventId", "originalStartTime") if name in event}
    return {"kind": "calendar#event", "id": event["id"], "status": "cancelled", **kept}


def _event_id(ref: str) -> str:
    """Return the id of a meeting; every other one looks like a series that was split off another."""
    name, _, number = ref.rpartition("-")
    return f"{name}{number}" if int(number) % 2 else f"{name}{number}_R20230102T090000"


def _instance(series: str, original: datetime) -> str:
    """Return the id of one meeting of a series: that of what the series was split off, if it was, and the start."""
    base = re.sub(r"_R\d{8}T\d{6}$", "", series)
    return f"{base}_{original.strftime('%Y%m%dT%H%M%SZ')}"


def _moment(moment: datetime) -> dict[str, str]:
    """Return a UTC moment the way Google writes it for an event that was made in UTC."""
    return {"dateTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": "UTC"}
