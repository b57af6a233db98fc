"""The company's things as Graph shows them: messages, contacts, and events with their series."""

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.lab.company import Copy, Folder
from tests.lab.company_facts import Card, Letter, Meeting
from tests.lab.graph_schema import recipient

Row = dict[str, Any]
FOLDER_IDS = {
    Folder.INBOX: "inbox",
    Folder.SENT: "sentitems",
    Folder.ARCHIVE: "archive",
    Folder.PROJECTS: "projects",
    Folder.DRAFTS: "drafts",
    Folder.JUNK: "junkemail",
    Folder.TRASH: "deleteditems",
}


def folder_id(mailbox: str, name: str) -> str:
    """Return the id of a folder; containers keep theirs, immutable ids or not."""
    return f"F{mailbox.partition('@')[0]}_{name}="


def message_row(ref: str, copy: Copy, *, mailbox: str, immutable: bool) -> Row:
    """Return a message; without immutable ids its id changes with its folder."""
    letter = copy.letter
    sender = recipient(letter.sender)
    return {
        "@odata.etag": f'W/"{ref}{copy.folder}{copy.read}"',
        "id": message_id(ref, copy, immutable=immutable),
        "changeKey": f"{ref}{copy.folder}{copy.read}",
        "receivedDateTime": stamp(letter.sent_at + timedelta(seconds=3)),
        "sentDateTime": stamp(letter.sent_at),
        "internetMessageId": f"<{letter.message_id}>",
        "subject": letter.subject,
        "bodyPreview": letter.body[:255],
        "body": {"contentType": "text", "content": letter.body},
        "parentFolderId": folder_id(mailbox, FOLDER_IDS[copy.folder]),
        "from": sender,
        "sender": sender,
        "toRecipients": [recipient(one) for one in letter.to],
        "ccRecipients": [recipient(one) for one in letter.cc],
        "bccRecipients": [recipient(one) for one in letter.bcc],
        "conversationId": letter.thread,
        "conversationIndex": _conversation_index(letter),
        "isRead": copy.read,
        "isDraft": copy.folder is Folder.DRAFTS,
        **({} if letter.sender == mailbox else {"internetMessageHeaders": _headers(letter)}),
    }


def message_id(ref: str, copy: Copy, *, immutable: bool) -> str:
    """Return a message's id; upper and lower case differ in ids."""
    return f"AAkALg{ref}-Imm=" if immutable else f"AAMkAD{ref}-{FOLDER_IDS[copy.folder]}="


def contact_row(ref: str, card: Card) -> Row:
    """Return a contact."""
    return {
        "@odata.etag": f'W/"{ref}"',
        "id": f"AAkCON{ref}=",
        "displayName": card.name,
        "emailAddresses": [{"name": card.name, "address": one} for one in card.addresses],
        "businessPhones": list(card.phones),
        "homePhones": [],
        "mobilePhone": None,
        "companyName": card.company,
        "jobTitle": None,
        "changeKey": str(hash(card)),
    }


def event_rows(ref: str, meeting: Meeting, window: tuple[datetime, datetime]) -> list[Row]:
    """Return what a calendar view shows of a meeting: itself, or its master with the occurrences in the window."""
    if not meeting.repeats:
        inside = window[0] <= meeting.start < window[1]
        return [_event(ref, meeting, meeting.start, "singleInstance")] if inside else []
    occurrences = list(occurrence_rows(ref, meeting, window))
    return [master_row(ref, meeting), *map(_terse, occurrences)] if occurrences else []


def master_row(ref: str, meeting: Meeting) -> Row:
    """Return the master of a series."""
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": [meeting.start.strftime("%A").lower()]}
    row = _event(ref, meeting, meeting.start, "seriesMaster")
    return row | {"recurrence": {"pattern": pattern, "range": {"type": "numbered"}}}


def whole_rows(ref: str, meeting: Meeting) -> list[Row]:
    """Return an event, or a master with all its occurrences, each in full."""
    if not meeting.repeats:
        return [_event(ref, meeting, meeting.start, "singleInstance")]
    ages = (meeting.start - timedelta(days=9999), meeting.start + timedelta(days=9999))
    return [master_row(ref, meeting), *occurrence_rows(ref, meeting, ages)]


def occurrence_rows(ref: str, meeting: Meeting, window: tuple[datetime, datetime]) -> Iterator[Row]:
    """Yield the occurrences and exceptions of a series in full, as `instances` gives them."""
    for original, start in meeting.held:
        if not window[0] <= start < window[1]:
            continue
        kind = "occurrence" if original == start else "exception"
        own = {
            "id": f"AAkOCC{ref}.{original:%Y%m%d}=",
            "iCalUId": f"{meeting.uid}.{original:%Y%m%d}",
            "originalStart": stamp(original),
            "seriesMasterId": event_id(ref),
        }
        yield _event(ref, meeting, start, kind) | own


def event_id(ref: str) -> str:
    """Return the id of an event or master."""
    return f"AAkEVT{ref}="


def stamp(moment: datetime) -> str:
    """Return a moment as Graph writes a DateTimeOffset."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _event(ref: str, meeting: Meeting, start: datetime, kind: str) -> Row:
    return {
        "@odata.etag": f'W/"{ref}"',
        "id": event_id(ref),
        "iCalUId": meeting.uid,
        "type": kind,
        "subject": meeting.subject,
        "bodyPreview": "What it is about.",
        "start": _clock(start),
        "end": _clock(start + meeting.length),
        "isAllDay": False,
        "isCancelled": meeting.cancelled,
        "sensitivity": "private" if meeting.private else "normal",
        "organizer": recipient(meeting.organizer),
        "attendees": [
            recipient(one.address, one.name) | {"type": "required", "status": {"response": one.response}}
            for one in meeting.attendees
        ],
        "changeKey": str(hash(meeting)),
    }


def _terse(row: Row) -> Row:
    """An occurrence that follows its series tells in a delta no more than when it is; exceptions come in full."""
    if row["type"] != "occurrence":
        return row
    kept = ("@odata.etag", "id", "seriesMasterId", "type", "start", "end")
    return {"@odata.type": "#microsoft.graph.event", **{name: row[name] for name in kept}}


def _clock(moment: datetime) -> Row:
    return {"dateTime": moment.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": "UTC"}


def _headers(letter: Letter) -> list[Row]:
    fields = [("Message-ID", f"<{letter.message_id}>"), ("Subject", letter.subject), *letter.headers]
    if letter.references:
        fields.append(("In-Reply-To", f"<{letter.references[-1]}>"))
        fields.append(("References", " ".join(f"<{one}>" for one in letter.references)))
    return [{"name": name, "value": value} for name, value in fields]


def _conversation_index(letter: Letter) -> str:
    return base64.b64encode(b"\x01" * (22 + 5 * len(letter.references))).decode()
