"""An organisation's records as they truly are, and everything that people do to them."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.lab.salesforce_schema import DEFAULTS, FIELDS, ON_REQUEST, new_id

Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the delete log."""

    name: str
    id: str
    at: datetime


@dataclass(slots=True)
class Org:
    """Records by object and id; `now` is the server's clock, which only `pass_time` moves.

    `hidden` are objects and `Object.Field`s that the integration user may not see, `locked` those it may not write.
    `rule` is a validation rule: it returns what is wrong with a record that is about to be written, or nothing.
    """

    now: datetime
    name: str = "Acme"
    hidden: set[str] = field(default_factory=lambda: set(ON_REQUEST))
    locked: set[str] = field(default_factory=lambda: {"EmailMessage"})
    rule: Callable[[str, Record], str] = lambda name, record: ""
    view_all: bool = True
    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    log: list[LogEntry] = field(default_factory=list)
    log_begins: datetime | None = None
    made: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    id: str = ""

    def __post_init__(self) -> None:
        self.records = {name: {} for name in FIELDS}
        self.id = self.create("Organization", Name=self.name, IsSandbox=True)
        self.create("UserPermissionAccess", PermissionsViewAllData=True)
        for order, (status, closed) in enumerate((("Not Started", False), ("Completed", True), ("Deferred", True))):
            self.create("TaskStatus", ApiName=status, MasterLabel=status, IsClosed=closed, SortOrder=order)

    def make_field(self, *names: str) -> None:
        """Make custom fields, each as `Object.Field`, and let the integration user see and write them."""
        assert set(names) <= ON_REQUEST
        self.hidden.difference_update(names)

    def pass_time(self, **span: float) -> None:
        """Let time go by."""
        self.now += timedelta(**span)

    def create(self, name: str, *, stamped: datetime | None = None, **values: Any) -> str:
        """Create a record and return its id; `stamped` is when its transaction began, if that was long ago."""
        with self.lock:
            self.made += 1
            record_id = new_id(name, self.made)
            defaults = {key: False if kind == "boolean" else None for key, kind in FIELDS[name].items()}
            times = {key: stamped or self.now for key in ("CreatedDate", "SystemModstamp") if key in FIELDS[name]}
            made = defaults | DEFAULTS.get(name, {}) | {"Id": record_id} | times | values
            self.records[name][record_id] = self._checked(name, made)
            return record_id

    def update(self, record_id: str, *, stamped: datetime | None = None, **values: Any) -> None:
        """Change a record."""
        with self.lock:
            name = self.object_of(record_id)
            record = self.records[name][record_id]
            time = {"SystemModstamp": stamped or self.now} if "SystemModstamp" in FIELDS[name] else {}
            self.records[name][record_id] = self._checked(name, record | values | time)

    def delete(self, record_id: str) -> None:
        """Put a record into the recycle bin."""
        self.log.append(LogEntry(name=self.object_of(record_id), id=record_id, at=self.now))
        self.update(record_id, IsDeleted=True)

    def restore(self, record_id: str) -> None:
        """Take a record out of the recycle bin; the delete log goes on listing it."""
        self.update(record_id, IsDeleted=False)

    def purge(self, record_id: str, *, logged: bool = True) -> None:
        """Delete a record for good; the delete log may have been purged with it."""
        name = self.object_of(record_id)
        if logged:
            self.log.append(LogEntry(name=name, id=record_id, at=self.now))
        else:
            self.log = [one for one in self.log if one.id != record_id]
        del self.records[name][record_id]

    def archive(self, record_id: str) -> None:
        """Archive an old activity, which `query` no longer shows; its time of change stays."""
        self.update(record_id, IsArchived=True, stamped=self.record(record_id)["SystemModstamp"])

    def merge(self, winner: str, loser: str) -> None:
        """Merge two records: the loser goes to the recycle bin and points to the winner, who gets what was his."""
        for record in list(self.every()):
            moved: dict[str, Any] = {key: winner for key, value in record.items() if value == loser and key != "Id"}
            if moved:
                self.update(record["Id"], **moved)
        self.delete(loser)
        self.update(loser, MasterRecordId=winner)

    def convert(self, lead: str, contact: str) -> None:
        """Convert a lead into a contact."""
        account = self.record(contact)["AccountId"]
        self.update(lead, IsConverted=True, ConvertedContactId=contact, ConvertedAccountId=account)

    def record(self, record_id: str) -> Record:
        """Return a record."""
        return self.records[self.object_of(record_id)][record_id]

    def every(self) -> Iterator[Record]:
        """Yield every record of every object."""
        for those in self.records.values():
            yield from those.values()

    def living(self, name: str) -> dict[str, Record]:
        """Return the records that are not deleted, by id."""
        return {key: one for key, one in self.records[name].items() if not one.get("IsDeleted")}

    def object_of(self, record_id: str) -> str:
        """Return which object a record is of."""
        return next(name for name, those in self.records.items() if record_id in those)

    def _checked(self, name: str, record: Record) -> Record:
        unknown = record.keys() - FIELDS[name].keys()
        assert not unknown, f"{name} has no {unknown}"
        return record
