"""What sync asks of the store: what it knows already, and to write a whole page or nothing of it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from guardian.domain.activity import Activity
from guardian.domain.errors import TryLater
from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Cursor, DeadLetter, Scope
from guardian.ports.run_ledger import RunLedger

PersonRecord = Company | Contact | Colleague
RAW_KEPT = 64 * 1024  # bytes of what cannot be read
FORGOTTEN = "forgotten"  # the rule by which what is about somebody who was forgotten stays out


class PlanOutdated(TryLater):
    """Somebody was forgotten after the page was planned, perhaps one of those on it: plan it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """Where a feed stands: its mailbox row, where to go on, and whether a walk is under way.

    `resume` is the pending cursor of a round that a crash cut short, else the cursor of the last closed round, else
    None. `generation` counts the walks; `walking` says that the present round is one; `empty` that nothing of this
    feed is stored, so that a walk has nothing to sweep; `held` how many items a sweep would have taken that waits for
    a second walk to agree (None when none waits).
    """

    mailbox_id: int
    resume: Cursor | None
    generation: int
    walking: bool
    empty: bool
    held: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store holds about the items of a page, by item id: hashes of facts or of the unreadable, rules.

    `unheard` are the copies that are to be listened to (again), and what was heard in them: None where nobody has.
    `tombstones` says how many had been left by those who were forgotten when this was looked up.
    """

    copies: Mapping[str, bytes]
    records: Mapping[str, bytes]
    excluded: Mapping[str, str]
    dead: Mapping[str, bytes]  # `facts.letter_hash` of the reason and of what is kept
    forgotten: frozenset[str]  # addresses on this page whose owners asked to be forgotten
    unheard: Mapping[str, str | None] = field(default_factory=dict)
    tombstones: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyToWrite:
    """A copy that is new or changed: its translated form, its facts as text, and their hash.

    `new` says that the feed has nothing stored under its id. `heard` is what the words of a client's mail say, as
    `domain.hearings` writes it; None where nobody listened. `unasked` says that nobody was there to listen.
    """

    activity: Activity
    facts: str
    hash: bytes
    new: bool = False
    heard: str | None = None
    unasked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordToWrite:
    """A company, contact or colleague that is new or changed."""

    item_id: str
    record: PersonRecord
    facts: str
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedItem:
    """An item that a rule leaves out."""

    item_id: str
    rule: str
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that one page changes; empty where the page tells nothing new.

    `tombstones` are those that the plan heeds (`Known`); None where it writes of nobody.
    """

    copies: tuple[CopyToWrite, ...] = ()
    records: tuple[RecordToWrite, ...] = ()
    excluded: tuple[ExcludedItem, ...] = ()
    dead_letters: tuple[DeadLetter, ...] = ()
    gone: frozenset[str] = frozenset()  # item ids whose copy, record, exclusion or dead letter goes
    readable: frozenset[str] = frozenset()  # item ids that were dead letters and can be read now
    included: frozenset[str] = frozenset()  # item ids that a rule left out and no longer does
    seen: tuple[str, ...] = ()  # every item id that the page shows to be there
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone_count: int = 0
    tombstones: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorMove:
    """How the feed's cursor moves with the page."""

    to: Cursor
    closes_round: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What a finished walk did not see: item ids, and how many items the feed has in the store."""

    missing: tuple[str, ...]
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanishing:
    """What would go with some feeds: interactions and records that no other feed of the connection tells."""

    lost: int
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCounts:
    """How many items of a feed the store accounts for."""

    stored: int
    excluded: int
    dead_letters: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.stored + self.excluded + self.dead_letters


class SyncStore(RunLedger, Protocol):
    """The store as sync sees it."""

    def taking(self, connector: str, part: str) -> AbstractContextManager[bool]:
        """Hold a part of an account for as long as the block lasts; False when another job holds it now.

        A process that dies lets go of what it held.
        """
        ...

    def open_feed(self, connector: str, kind: str, scope: Scope) -> FeedState:
        """Return where a feed stands, making its rows when it is new."""
        ...

    def has_feed(self, connector: str, name: str) -> bool:
        """Say whether the feed of this scope name was ever opened."""
        ...

    def begin_walk(self, mailbox_id: int) -> FeedState:
        """Start a new generation of the feed: the cursor is forgotten, everything will be read again."""
        ...

    def known(self, mailbox_id: int, item_ids: Sequence[str], addresses: Iterable[str]) -> Known:
        """Return what is stored about these items."""
        ...

    def write_page(self, feed: FeedState, plan: Plan, move: CursorMove, *, now: datetime) -> None:
        """Write a page's changes and its cursor in one transaction.

        PlanOutdated, and nothing is written, when somebody was forgotten since the plan was made.
        """
        ...

    def sweep(self, feed: FeedState) -> Sweep:
        """Return what the walk that just ended did not see; nothing when another process has ended it already."""
        ...

    def finish_walk(self, feed: FeedState, gone: Sequence[str], *, held: int | None, now: datetime) -> None:
        """Remove what a walk proved to be gone, and end it; `held` is the size of a sweep that waits instead."""
        ...

    def count(self, mailbox_id: int) -> ItemCounts:
        """Return how many items of the feed are accounted for."""
        ...

    def scopes(self, connector: str) -> Sequence[Scope]:
        """Return the feeds of a connection of which anything is stored."""
        ...

    def vanishing(self, connector: str, scopes: Sequence[Scope]) -> Vanishing:
        """Return what would vanish from a connection without these feeds."""
        ...

    def settle(self, *, now: datetime) -> None:
        """Work out anew who the clients, their people and owners are."""
        ...
