"""Writing into one organisation: upserts by external id in collections of 200, each row by itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from connectors.salesforce import rest, soql
from connectors.salesforce.api import Api, NotThere, Refused
from connectors.salesforce.compose import is_mail, mail_fields, mark_fields, task_fields
from connectors.salesforce.place import told_until
from connectors.salesforce.row import Row
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.targets import LONGEST_KEY, Target, account_target, mail_target, task_target
from guardian.domain.errors import CursorExpired, TryLater, UserError
from guardian.ports.connector import Cursor
from guardian.ports.write_back import Draft, Entry, Mark, Outcome, Policy

LONGEST_LIST = 8_000  # characters of percent-encoded keys in one query
_DONE = "Completed"
_TELLING = ("Account", "Contact", "Task", "Event")  # what is logged already, and under whom
_MAILS = "EmailMessage"  # tells it, too, where the organisation has any
_UNSEEN_MAILS = (
    "Let the integration user read EmailMessage in Salesforce again, and leave it among objects: the mails that "
    "Salesforce holds cannot be told from missing ones, and would be logged twice."
)
_UNKNOWN = (
    "Salesforce does not answer what must be known before anything is written back; let the integration user read "
    "that: {wrong}."
)


class SalesforceWriter:
    """What writes into one organisation (`ports.write_back.Writer`); `describe` tells of an object, None: unseen."""

    def __init__(
        self, api: Api, settings: SalesforceSettings, describe: Callable[[str], Mapping[str, Any] | None]
    ) -> None:
        self._api, self._settings, self._describe = api, settings, describe
        self._key_field = settings.external_id_field

    @property
    def policy(self) -> Policy:
        """What the admin wants written."""
        one = self._settings
        return Policy(
            mode=one.write_back,
            days=one.write_back_days,
            after_hours=one.write_back_after_hours,
            marks=bool(one.flag_field or one.next_step_field),
            longest_key=LONGEST_KEY,
        )

    def notices(self) -> Sequence[str]:
        """Return what is left out of the accounts; UserError where entries cannot be written at all."""
        read = self._settings.objects
        missing = [name for name in _TELLING if name not in read]
        if not missing and _MAILS not in read and self._describe(_MAILS) is not None:
            missing = [_MAILS]
        if missing:
            raise UserError(f"Add {missing[0]} to objects: only who reads it can tell what is missing in Salesforce.")
        _ = self._tasks
        return self._accounts[1] if self.policy.marks else ()

    def read_until(self, cursors: Mapping[str, Cursor | None]) -> datetime | None:
        """Return up to when the feeds that tell what is logged already were read; None when one was not.

        UserError when mails were read as such and cannot be any more.
        """
        sees_mails = _MAILS in self._settings.objects and self._describe(_MAILS) is not None
        if _MAILS in cursors and not sees_mails:
            raise UserError(_UNSEEN_MAILS)
        telling = (*_TELLING, _MAILS) if sees_mails else _TELLING
        try:
            return told_until(cursors.get(name) for name in telling)
        except CursorExpired:
            return None

    def draft(self, entries: Sequence[Entry]) -> Sequence[Draft]:
        """Return the records of entries, in order; asks which are there already, in the recycle bin too."""
        there = self._there([one.key for one in entries])
        owners = self._active({one.owner for one in entries if one.owner})
        return [self._draft(one, there, owners) for one in entries]

    def draft_marks(self, marks: Sequence[Mark]) -> Sequence[Draft]:
        """Return the accounts that have to change, each with just the fields that differ."""
        one, (target, _) = self._settings, self._accounts
        if not target.lengths:
            return []
        names = {"flag_field": one.flag_field, "next_step_field": one.next_step_field}
        wanted = {mark.account: mark_fields(mark, target, **names) for mark in marks}
        found = []
        for chunk in soql.in_chunks(wanted):
            query = soql.of_ids(("Id", *target.lengths), "Account", "Id", chunk, "IsDeleted = false")
            for row in self._every(query):
                changed = {name: value for name, value in wanted[row.id].items() if row[name] != _as_read(value)}
                if changed:
                    found.append(Draft(key=row.id, object="Account", fields=changed, record=row.id))
        return found

    def write(self, drafts: Sequence[Draft]) -> Sequence[Outcome]:
        """Write drafts, and return what became of each; see `ports.write_back.Writer`."""
        done: list[Outcome] = []
        for name in dict.fromkeys(draft.object for draft in drafts):
            some = [draft for draft in drafts if draft.object == name]
            done += self._change(some) if name == "Account" else self._upsert(name, some)
        return done

    def _draft(self, entry: Entry, there: Mapping[str, tuple[str, str]], owners: frozenset[str]) -> Draft:
        owner = entry.owner if entry.owner in owners else None
        mails = self._mails if is_mail(entry) else None
        if mails is not None:
            name, fields = mails.name, mail_fields(entry, mails, self._key_field)
        else:
            name = self._tasks.name
            fields = task_fields(entry, self._tasks, self._key_field, status=self._status, owner=owner)
        name, record = there.get(entry.key, (name, None))
        return Draft(key=entry.key, object=name, fields=fields, record=record)

    def _upsert(self, name: str, drafts: Sequence[Draft]) -> list[Outcome]:
        """Upsert by external id; what is refused because an answer that was lost had written it counts as written."""
        path = f"{self._api.root}/composite/sobjects/{name}/{self._key_field}"
        outcomes = self._sent(path, drafts, [dict(draft.fields) for draft in drafts])
        failed = [one.draft.key for one in outcomes if one.problem]
        there = self._there(failed) if failed else {}
        return [
            Outcome(draft=one.draft, record=there[one.draft.key][1]) if one.draft.key in there else one
            for one in outcomes
        ]

    def _change(self, drafts: Sequence[Draft]) -> list[Outcome]:
        rows = [{"id": draft.record, **draft.fields} for draft in drafts]
        return self._sent(f"{self._api.root}/composite/sobjects", drafts, rows)

    def _sent(self, path: str, drafts: Sequence[Draft], rows: Sequence[Mapping[str, Any]]) -> list[Outcome]:
        typed = [{"attributes": {"type": draft.object}, **row} for draft, row in zip(drafts, rows, strict=True)]
        body = {"allOrNone": False, "records": typed}
        try:
            told = self._api.patch_json(path, body)
        except (Refused, NotThere) as wrong:
            raise UserError(f"Salesforce does not take what is written back: {wrong}.") from wrong
        if not isinstance(told, list) or len(told) != len(drafts):
            raise UserError("Salesforce did not say what became of each record; see whether Guardian has an update.")
        return [_outcome(draft, one) for draft, one in zip(drafts, told, strict=True)]

    def _there(self, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return the object and id of the records that have these keys, deleted ones included."""
        found: dict[str, tuple[str, str]] = {}
        targets = [self._tasks, self._mails] if self._mails else [self._tasks]
        for name in [one.name for one in targets if one]:
            for chunk in _fitting(keys):
                query = soql.of_ids(("Id", self._key_field), name, self._key_field, chunk)
                found |= {row[self._key_field]: (name, row.id) for row in self._every(query)}
        return found

    def _active(self, owners: set[str]) -> frozenset[str]:
        """Return those of our people whom records may be given to; the others left."""
        rows = (
            row
            for chunk in soql.in_chunks(sorted(owners))
            for row in self._every(soql.of_ids(("Id",), "User", "Id", chunk, "IsActive = true"))
        )
        return frozenset(row.id for row in rows)

    def _every(self, query: str) -> list[Row]:
        try:
            return rest.every(self._api, query)
        except (Refused, NotThere) as wrong:
            raise UserError(_UNKNOWN.format(wrong=wrong)) from wrong
        except CursorExpired as wrong:
            raise TryLater(f"{wrong}") from wrong

    @cached_property
    def _tasks(self) -> Target:
        return task_target(self._describe("Task"), self._key_field)

    @cached_property
    def _mails(self) -> Target | None:
        if _MAILS not in self._settings.objects:
            return None
        return mail_target(self._describe(_MAILS), self._key_field)

    @cached_property
    def _accounts(self) -> tuple[Target, tuple[str, ...]]:
        fields = [name for name in (self._settings.flag_field, self._settings.next_step_field) if name]
        return account_target(self._describe("Account"), *fields)

    @cached_property
    def _status(self) -> str:
        """The status of a task that is done, as this organisation calls it."""
        query = soql.select(("ApiName",), "TaskStatus", ("IsClosed = true",), "ORDER BY SortOrder ASC")
        names = [row["ApiName"] for row in self._every(query)]
        return _DONE if _DONE in names or not names else names[0]


def _outcome(draft: Draft, told: Mapping[str, Any]) -> Outcome:
    if told.get("success"):
        return Outcome(draft=draft, record=str(told.get("id") or draft.record or ""))
    errors = told.get("errors") or [{}]
    code, text = str(errors[0].get("statusCode", "UNKNOWN")), str(errors[0].get("message", ""))[:200]
    return Outcome(draft=draft, record=None, problem=f"Salesforce refuses it: {text.rstrip('.')} ({code}).")


def _as_read(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value or "")


def _fitting(keys: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the keys in lists that fit a query in an address."""
    chunk: list[str] = []
    size = 0
    for key in dict.fromkeys(keys):
        length = len(quote(soql.text(key))) + 4
        if chunk and (size + length > LONGEST_LIST or len(chunk) >= soql.IDS_A_QUERY):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(key)
        size += length
    if chunk:
        yield tuple(chunk)
