"""Gmail as it shows a mailbox: messages with labels, and a history that forgets."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from tests.lab.company import Company, Copy, Folder
from tests.lab.company_facts import Letter
from tests.lab.company_shelf import Change, Shelf
from tests.lab.faults import Fault, Kind, shaped
from tests.lab.google_errors import Refusal, not_found

LABELS = {
    Folder.INBOX: ["INBOX"],
    Folder.SENT: ["SENT"],
    Folder.ARCHIVE: [],
    Folder.PROJECTS: ["Label_1"],
    Folder.DRAFTS: ["DRAFT"],
    Folder.JUNK: ["SPAM"],
    Folder.TRASH: ["TRASH"],
}
SYSTEM_LABELS = ("INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "UNREAD", "STARRED", "IMPORTANT", "CHAT")
FIRST_HISTORY = 2**63  # history ids are unsigned 64-bit numbers in text
ONLY_METADATA = frozenset({"https://www.googleapis.com/auth/gmail.metadata"})
Parameters = Mapping[str, Any]


class Gmail:
    """The Gmail of a company; `cap` bounds pages below what is asked for."""

    def __init__(self, company: Company, *, cap: int = 500) -> None:
        self.company, self.cap = company, cap
        self.forgotten: dict[str, int] = {}  # by mailbox: the changes that history no longer knows

    def forget_history(self, mailbox: str) -> None:
        """Let every history id so far expire."""
        self.forgotten[mailbox] = self.company.desks[mailbox].mail.now + 1

    def profile(self, mailbox: str) -> dict[str, Any]:
        """users.getProfile"""
        shelf = self._shelf(mailbox)
        return {"emailAddress": mailbox, "historyId": _history_id(shelf.now), "messagesTotal": len(shelf.items)}

    def labels(self, mailbox: str) -> dict[str, Any]:
        """users.labels.list"""
        return {"labels": [self._label(one) for one in (*SYSTEM_LABELS, "Label_1")]}

    def label(self, mailbox: str, label: str) -> dict[str, Any]:
        """users.labels.get"""
        if label not in (*SYSTEM_LABELS, "Label_1"):
            raise not_found()
        copies = self._shelf(mailbox).items.values()
        return {**self._label(label), "messagesTotal": sum(label in labels_of(copy) for copy in copies)}

    def list(self, mailbox: str, asked: Parameters, scopes: frozenset[str], fault: Fault | None) -> dict[str, Any]:
        """users.messages.list: newest first"""
        if "q" in asked and scopes <= ONLY_METADATA:
            raise Refusal(403, "forbidden", "Metadata scope does not support 'q' parameter")
        shelf = self._shelf(mailbox)
        hidden = set() if asked.get("includeSpamTrash") else {"SPAM", "TRASH"}
        wanted = set(asked.get("labelIds", ()))
        below = _page_number(asked.get("pageToken"))
        refs = [
            ref
            for ref in sorted(shelf.items, key=_number, reverse=True)
            if (below is None or _number(ref) < below)
            and wanted <= set(labels_of(shelf.items[ref]))
            and not hidden & set(labels_of(shelf.items[ref]))
        ]
        size = min(asked.get("maxResults", 100), 500, self.cap)
        answer: dict[str, Any] = {"resultSizeEstimate": len(refs)}
        if refs:
            listed = [{"id": ref, "threadId": shelf.items[ref].letter.thread} for ref in refs[:size]]
            answer["messages"] = shaped(fault, listed)
        if len(refs) > size:
            answer["nextPageToken"] = f"below-{_number(refs[size - 1])}"
        return answer

    def get(self, mailbox: str, asked: Parameters, scopes: frozenset[str]) -> dict[str, Any]:
        """users.messages.get"""
        form = asked.get("format", "full")
        if form in ("full", "raw") and scopes <= ONLY_METADATA:
            raise Refusal(403, "forbidden", f"Metadata scope doesn't allow format {form.upper()}")
        shelf, ref = self._shelf(mailbox), asked["id"]
        if ref not in shelf.items:
            raise not_found()
        copy = shelf.items[ref]
        changed = next(one.number for one in reversed(shelf.log) if one.ref == ref)
        message = {
            "id": ref,
            "threadId": copy.letter.thread,
            "labelIds": labels_of(copy),
            "historyId": _history_id(changed),
            "internalDate": str(int(copy.letter.sent_at.timestamp() * 1000)),
            "sizeEstimate": 1000 + len(copy.letter.body),
            "snippet": "" if scopes <= ONLY_METADATA else copy.letter.body[:200],
        }
        return message if form == "minimal" else {**message, "payload": _payload(copy.letter, asked, form)}

    def history(self, mailbox: str, asked: Parameters, fault: Fault | None) -> dict[str, Any]:
        """users.history.list: records after an id; 404 when the id is too old or unknown"""
        shelf, start = self._shelf(mailbox), _change_number(asked.get("startHistoryId", ""))
        lost = fault is not None and fault.kind is Kind.CURSOR_LOST
        if lost or not self.forgotten.get(mailbox, 0) <= start <= shelf.now:
            raise not_found()
        after = _page_number(asked.get("pageToken")) or start
        types = set(asked.get("historyTypes", ()))
        records = [record for change in shelf.since(after) if (record := _record(change, types))]
        size = min(asked.get("maxResults", 100), 500, self.cap)
        answer: dict[str, Any] = {"historyId": _history_id(shelf.now)}
        if records:
            answer["history"] = shaped(fault, records[:size])
        if len(records) > size:
            answer["nextPageToken"] = f"below-{int(records[size - 1]['id']) - FIRST_HISTORY}"
        return answer

    def _shelf(self, mailbox: str) -> Shelf[Copy]:
        return self.company.desks[mailbox].mail

    def _label(self, label: str) -> dict[str, Any]:
        kind = "user" if label.startswith("Label_") else "system"
        return {"id": label, "name": "Projects" if kind == "user" else label, "type": kind}


def labels_of(copy: Copy) -> list[str]:
    """Return the labels of a copy."""
    return LABELS[copy.folder] + ([] if copy.read else ["UNREAD"])


def _payload(letter: Letter, asked: Parameters, form: str) -> dict[str, Any]:
    wanted = {name.lower() for name in asked.get("metadataHeaders", ())}
    shown = [
        {"name": name, "value": value}
        for name, value in _headers(letter)
        if form == "full" or not wanted or name.lower() in wanted
    ]
    payload: dict[str, Any] = {"partId": "", "mimeType": "text/plain", "filename": "", "headers": shown}
    if form == "full":
        data = base64.urlsafe_b64encode(letter.body.encode()).decode()
        payload["body"] = {"size": len(letter.body), "data": data}
    return payload


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    yield "From", letter.sender
    yield "To", ", ".join(letter.to)
    for name, addresses in (("Cc", letter.cc), ("Bcc", letter.bcc)):
        if addresses:
            yield name, ", ".join(addresses)
    yield "Subject", letter.subject
    yield "Date", letter.sent_at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    yield "Message-ID", f"<{letter.message_id}>"
    if letter.references:
        yield "In-Reply-To", f"<{letter.references[-1]}>"
        yield "References", " ".join(f"<{one}>" for one in letter.references)
    yield from letter.headers


def _record(change: Change[Copy], types: set[str]) -> dict[str, Any] | None:
    """Return a change as Gmail tells it, as far as the types asked for go; None when nothing is left."""
    before = labels_of(change.before) if change.before else []
    after = labels_of(change.after) if change.after else []
    copy = change.after or change.before
    assert copy is not None
    message = {"id": change.ref, "threadId": copy.letter.thread}
    now = {**message, "labelIds": after}
    told: dict[str, Any] = {}
    if change.before is None:
        told["messagesAdded"] = [{"message": now}]
    elif change.after is None:
        told["messagesDeleted"] = [{"message": message}]
    else:
        added, removed = [x for x in after if x not in before], [x for x in before if x not in after]
        told["labelsAdded"] = [{"message": now, "labelIds": added}] if added else []
        told["labelsRemoved"] = [{"message": now, "labelIds": removed}] if removed else []
    names = {
        "messagesAdded": "messageAdded",
        "messagesDeleted": "messageDeleted",
        "labelsAdded": "labelAdded",
        "labelsRemoved": "labelRemoved",
    }
    kept = {field: value for field, value in told.items() if value and (not types or names[field] in types)}
    return {"id": _history_id(change.number), "messages": [message], **kept} if kept else None


def _history_id(number: int) -> str:
    return str(FIRST_HISTORY + number)


def _change_number(history_id: str) -> int:
    return int(history_id) - FIRST_HISTORY if history_id.isdigit() else -1


def _number(ref: str) -> int:
    return int(ref.rpartition("-")[2])


def _page_number(token: str | None) -> int | None:
    if token is None:
        return None
    if not token.startswith("below-"):
        raise Refusal(400, "invalidArgument", "Invalid pageToken")
    return int(token.removeprefix("below-"))
