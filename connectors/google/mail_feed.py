"""The feed of one Gmail mailbox: newest mail first in a walk, then what its history tells (Gmail API, sync guide)."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.google.account import Api
from connectors.google.cursors import MailToken, read_cursor, write_cursor
from connectors.google.pages import page_of
from connectors.google.refusals import Refused, error_of
from connectors.google.session import GoogleSession
from connectors.google.translate_mail import HEADERS, LEFT_OUT, read_message
from guardian.connector_kit.paging import dead_letter
from guardian.domain.errors import CursorExpired, TryLater
from guardian.ports.connector import Cursor, DeadLetter, Gone, Page, Record, Scope

METADATA = Api(
    name="gmail",
    version="v1",
    title="Gmail",
    scope="https://www.googleapis.com/auth/gmail.metadata",
    host="gmail.googleapis.com",
    batch="batch/gmail/v1",
)
FULL = Api(
    name="gmail",
    version="v1",
    title="Gmail",
    scope="https://www.googleapis.com/auth/gmail.readonly",
    host="gmail.googleapis.com",
    batch="batch/gmail/v1",
)
PAGE = 500
WITNESSES = 3  # messages asked for to see whether a mailbox gives any
_FIELDS = "id,threadId,labelIds,internalDate,payload(mimeType,headers)"
_FIELDS_IN_FULL = "id,threadId,labelIds,internalDate,snippet,payload"
_NO_SUCH_LABEL = (400, 404)  # not every mailbox has chats
_TYPES = ["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"]


def api_of(privacy: str) -> Api:
    """Return Gmail with the least scope that a privacy level needs."""
    return FULL if privacy == "full" else METADATA


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFeed:
    """One mailbox's mail, without drafts, spam, trash and chats."""

    scope: Scope
    session: GoogleSession
    privacy: str

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield the mailbox newest first, or what its history tells since a cursor."""
        token = read_cursor(after, MailToken) if after else None
        if token and token.level != self.privacy:
            raise CursorExpired("the privacy level has changed")
        with self.session:
            yield from self._since(token) if token and not token.walk else self._walk(token)

    def count(self) -> int | None:
        """Return how many messages Gmail counts, without those that are left out; None where it does not tell."""
        with self.session:
            total = int(self._profile()["messagesTotal"])
            labels = self.session.resource("users", "labels")
            asked = {name: labels.get(userId="me", id=name, fields="messagesTotal") for name in sorted(LEFT_OUT)}
            for _, answer in self.session.ask_each(asked):
                if not isinstance(answer, Refused):
                    total -= int(answer.get("messagesTotal", 0))
                elif answer.status not in _NO_SUCH_LABEL:
                    return None
            return total

    def peek(self) -> None:
        """Read one thing, to see whether we may."""
        with self.session:
            self._profile()

    def _profile(self) -> Mapping[str, Any]:
        request = self.session.resource("users").getProfile(userId="me", fields="historyId,messagesTotal")
        return self.session.ask(request)

    def _walk(self, token: MailToken | None) -> Iterator[Page]:
        """Yield the mailbox page by page; history from before the walk tells afterwards what changed meanwhile."""
        profile = self._profile()
        total = int(profile["messagesTotal"])
        if token is None:
            token = MailToken(kind="mail", level=self.privacy, history=str(profile["historyId"]), walk=True)
        messages = self.session.resource("users", "messages")
        while True:
            at = {"pageToken": token.page} if token.page else {}
            asked = messages.list(userId="me", maxResults=PAGE, fields="messages/id,nextPageToken", **at)
            answer = self.session.ask(asked, resuming=bool(token.page))
            ids = list(dict.fromkeys(str(one["id"]) for one in answer.get("messages", ())))
            records = [one for one in self._read(ids) if not isinstance(one, Gone)]
            more = str(answer.get("nextPageToken", ""))
            done = token.done + len(ids)
            token = token.model_copy(update={"page": more, "walk": bool(more), "done": done if more else 0})
            yield page_of(
                records,
                write_cursor(token),
                self.session,
                walk=True,
                closes_round=not more,
                done=done,
                total=max(total, done),
            )
            if not more:
                return

    def _since(self, token: MailToken) -> Iterator[Page]:
        """Yield what history tells; the cursor of a page in the middle is the last record told, not a page token."""
        history = self.session.resource("users", "history")
        more: str | None = None
        done = 0
        while True:
            at = {"pageToken": more} if more else {}
            asked = history.list(
                userId="me", startHistoryId=token.history, historyTypes=_TYPES, maxResults=PAGE, **at
            )
            answer = self.session.ask(asked, resuming=True)
            told = answer.get("history", ())
            more = answer.get("nextPageToken")
            latest = str(answer["historyId"]) if not more else str(told[-1]["id"]) if told else token.history
            records = self._told(told)
            done += len(told)
            if not more and not records and latest == token.history:
                return
            cursor = write_cursor(token.model_copy(update={"history": latest}))
            total = done + bool(more)
            yield page_of(records, cursor, self.session, closes_round=not more, done=done, total=total)
            if not more:
                return

    def _told(self, history: Sequence[Mapping[str, Any]]) -> list[Record | DeadLetter]:
        """Return what became of the messages of some history; what was added and deleted since is simply gone."""
        fates = _Fates()
        for record in history:
            fates.note(record)
        gone: list[Record | DeadLetter] = [Gone(item_id=one) for one, there in fates.there.items() if not there]
        return gone + list(self._read([one for one, there in fates.there.items() if there]))

    def _read(self, ids: Sequence[str]) -> Iterator[Record | DeadLetter]:
        messages = self.session.resource("users", "messages")
        requests = {one: messages.get(userId="me", id=one, **self._asked_for()) for one in ids}
        for one, answer in self.session.ask_each(requests, others_answer=self._gives_others):
            if not isinstance(answer, Refused):
                yield read_message(answer, privacy=self.privacy)
            elif answer.status == 404:
                yield Gone(item_id=one)
            else:
                self._raise_unless_to_blame(one, answer)
                why = f"Gmail could not give this message (HTTP {answer.status})."
                yield dead_letter(one, why, json.dumps({"id": one}).encode())

    def _raise_unless_to_blame(self, one: str, refused: Refused) -> None:
        """Raise what a refusal means for the mailbox; nothing where the mailbox gives other messages all the same."""
        if refused.status >= 500:
            return  # then others were given
        wrong = error_of(refused, mailbox=self.scope.mailbox, api="Gmail", resuming=False)
        if isinstance(wrong, TryLater) or not self._gives_others([one]):
            raise wrong

    def _gives_others(self, refused: Collection[str]) -> bool:
        """Say whether the mailbox gives other messages now: then those refused are to blame."""
        messages = self.session.resource("users", "messages")
        most = len(refused) + WITNESSES
        listed = self.session.ask(messages.list(userId="me", maxResults=most, fields="messages/id"))
        others = [str(one["id"]) for one in listed.get("messages", ()) if one["id"] not in refused][:WITNESSES]
        asked = {one: messages.get(userId="me", id=one, **self._asked_for()) for one in others}
        return any(not isinstance(answer, Refused) for _, answer in self.session.ask_each(asked))

    def _asked_for(self) -> dict[str, Any]:
        """Return how a message is asked for: what privacy forbids is not asked for."""
        if self.privacy == "full":
            return {"format": "full", "fields": _FIELDS_IN_FULL}
        subject = ["Subject"] if self.privacy == "subject" else []
        return {"format": "metadata", "metadataHeaders": [*HEADERS, *subject], "fields": _FIELDS}


@dataclass(slots=True)
class _Fates:
    """Whether each message of some history is there at its end, as far as history says."""

    there: dict[str, bool] = field(default_factory=dict)

    def note(self, record: Mapping[str, Any]) -> None:
        """Take in one record; labels that hide nothing change nothing. What is read again says where it lies now."""
        for added in record.get("messagesAdded", ()):
            self._put(added, there=True)
        for relabelled in record.get("labelsAdded", ()):
            if LEFT_OUT.intersection(relabelled.get("labelIds", ())):
                self._put(relabelled, there=False)
        for relabelled in record.get("labelsRemoved", ()):
            if LEFT_OUT.intersection(relabelled.get("labelIds", ())):
                self._put(relabelled, there=True)
        for deleted in record.get("messagesDeleted", ()):
            self._put(deleted, there=False)

    def _put(self, change: Mapping[str, Any], *, there: bool) -> None:
        message = str(change["message"]["id"])
        self.there.pop(message, None)
        self.there[message] = there
