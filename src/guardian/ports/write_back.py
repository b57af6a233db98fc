"""Writing back: logging in a CRM what only mailboxes and calendars hold, and how its clients stand.

*Entry*: an interaction that the CRM has no copy of. *Mark*: how one client stands, for its account there. *Draft*:
one of either as the record that would be written, fields and all. *Outcome*: what became of a draft.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from guardian.domain.activity import Activity, Kind
from guardian.ports.connector import Cursor

MOST = 200  # drafts that are written at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a connection is to write: `mode` is off, dry-run or on.

    What happened between `days` ago and `after_hours` ago is logged, unless its key has more than `longest_key`
    characters; `marks` says that accounts are marked.
    """

    mode: str
    days: int
    after_hours: int
    marks: bool
    longest_key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An interaction to log: its key, and whom it is filed under, by their ids in the CRM.

    `who` is a contact or lead, `account` a company, `owner` one of our people; each may be unknown, but not both of
    the first two. `occurred_at` is told in our people's time zone: its day is theirs. `subject` is never empty;
    `words` are what was said, None where privacy forbids them. `sender`, `to` and `cc` are mail addresses that may be
    told.
    """

    key: str
    kind: Kind
    occurred_at: datetime
    subject: str
    words: str | None = None
    duration_s: int | None = None
    inbound: bool = False
    who: str | None = None
    account: str | None = None
    owner: str | None = None
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How a client stands: whether it is about to be lost, its state in words, and what to do next (may be empty)."""

    account: str
    at_risk: bool
    state: str
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record that would be written: its object and fields by their API names.

    `key` is the entry's key or the account's id. `record` is its id in the CRM where it is there already: an entry
    that is has been written before and is left alone, an account gets these fields changed.
    """

    key: str
    object: str
    fields: Mapping[str, Any]
    record: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a draft: the record's id, or the sentence that says why there is none."""

    draft: Draft
    record: str | None
    problem: str = ""


class Writer(Protocol):
    """Writes into one account at one provider; at most `MOST` of anything at a time.

    Every method raises UserError when an admin must act and TryLater when the provider asks to wait.
    """

    @property
    def policy(self) -> Policy:
        """What the admin wants written."""
        ...

    def notices(self) -> Sequence[str]:
        """Return, in one sentence each, what is left out because the CRM does not have it or does not let us."""
        ...

    def read_until(self, cursors: Mapping[str, Cursor | None]) -> datetime | None:
        """Return up to when all is known that the CRM may hold of entries; None when it was not read to the end.

        `cursors` says where the last round of each feed ended that was ever opened (None: it is within one).
        UserError when what such a feed told can no longer be read.
        """
        ...

    def draft(self, entries: Sequence[Entry]) -> Sequence[Draft]:
        """Return the records of entries, in order; asks which are there already, and writes nothing."""
        ...

    def draft_marks(self, marks: Sequence[Mark]) -> Sequence[Draft]:
        """Return the accounts that have to change, each with just the fields that differ; writes nothing."""
        ...

    def write(self, drafts: Sequence[Draft]) -> Sequence[Outcome]:
        """Write drafts, and return what became of each; one that is refused does not keep the others back.

        Writing the same draft again changes nothing, whether or not the first time was heard of.
        """
        ...


@runtime_checkable
class WritingConnector(Protocol):
    """A connector that can write."""

    def writer(self) -> Writer:
        """Return what writes; asks nothing yet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Where the CRM files somebody: his own record (contact, lead or user) and his company's."""

    record: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlogged:
    """An interaction without a copy in the CRM, as it is stored, and where each of its people is filed there."""

    activity: Activity
    filings: Mapping[str, Filing] = field(default_factory=dict)  # by the value of the identity


class WriteBackStore(Protocol):
    """What writing back asks of the store."""

    def taking_turn(self, connector: str) -> AbstractContextManager[bool]:
        """Hold the right to write to a connection for as long as the block lasts; False when another process does."""
        ...

    def cursors(self, connector: str) -> Mapping[str, Cursor | None]:
        """Return where the last round of each feed ended, by its scope; None for one within a round or a walk."""
        ...

    def unlogged(self, connector: str, *, since: datetime, until: datetime) -> Iterator[Unlogged]:
        """Yield what happened with outsiders in a time and has neither a copy in the CRM nor been written there."""
        ...

    def accounts(self, connector: str) -> Mapping[int, str]:
        """Return the CRM's own id of each client that is an account of it."""
        ...

    def note(self, connector: str, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        """Remember in one transaction what was written, and what was refused and why."""
        ...

    def forget_refusals(self, connector: str, *, before: datetime) -> None:
        """Drop the refusals that an earlier run noted and this one did not meet again."""
        ...
