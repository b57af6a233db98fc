"""What a connector is.

*Connector*: one configured account at one provider. *Feed*: one mailbox, calendar, CRM object or export file of
it; every feed has a cursor, a rate and a fate of its own. *Part*: the feeds that are synced in one go, apart from
the rest of the account: those of a mailbox, of a CRM object, of a folder of exports. *Page*: a bounded batch of what
changed, in the order the provider gave it. *Cursor*: an opaque place to resume from. *Round*: the pages from one
cursor to the feed's present end. *Walk*: a round from the very beginning, after which whatever was not seen is gone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from guardian.domain.activity import Activity
from guardian.domain.people import Colleague, Company, Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """An opaque place in a feed; only the connector that made it can read it."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which feed: `name` is unique within the connector, `mailbox` is what people call it.

    `mailbox` is an address, a CRM object name, or the path of an export file below its folder.
    """

    name: str
    mailbox: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The provider deleted the item, or it left this feed."""

    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The item is still there, unchanged, and was not read again; said during a walk only."""

    item_id: str


Record = Activity | Company | Contact | Colleague | Gone | Present


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An item that could not be understood, kept in its raw form (first 64 KiB) with one sentence on why.

    `about` is the record that the rest of the item was read as, where only a part of it could not be: the letter has
    an id of its own then, and whoever the record is of is the one it may name.
    """

    item_id: str
    why: str
    raw: bytes
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A bounded batch; its rows and its cursor are stored together or not at all.

    `read` counts the raw items the page stands for: every one of them is a record or a dead letter. `walk` is set
    on every page of a walk, `closes_round` on the last page of a round. `done` and `total` say how far the feed is,
    in any unit, for progress bars. `requests` and `throttled_s` count what the page cost at the provider.
    """

    records: tuple[Record, ...]
    cursor: Cursor
    read: int
    dead_letters: tuple[DeadLetter, ...] = ()
    walk: bool = False
    closes_round: bool = False
    done: int = 0
    total: int = 0
    requests: int = 0
    throttled_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What something cost at the provider: requests as it counts them, and seconds of waiting that it asked for."""

    requests: int = 0
    throttled_s: float = 0.0


class Feed(Protocol):
    """One mailbox, calendar, CRM object or export file."""

    @property
    def scope(self) -> Scope:
        """Which feed this is."""
        ...

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield what changed since a cursor, or everything (a walk) for None.

        Nothing changed: no page, or one empty closing page. Raises CursorExpired when the cursor leads nowhere
        any more, TryLater when the provider asks to wait, UserError when an admin must act.
        """
        ...

    def count(self) -> int | None:
        """Return how many items the source itself says it holds, for reconciliation; None when it cannot say."""
        ...


class Connector(Protocol):
    """One account at one provider."""

    def check(self) -> str:
        """Log in and say in one sentence whose data this connection sees; UserError says what is missing."""
        ...

    def parts(self) -> Iterator[str]:
        """Yield the names of the parts this account has now; what one of them holds is asked for by `feeds` only."""
        ...

    def feeds(self, part: str | None = None) -> Iterator[Feed]:
        """Yield the feeds of one part, or every feed this account has now."""
        ...

    def spent(self) -> Spent:
        """Return what was spent since the last call and is on no page: opening, counting, rounds without a page."""
        ...


@runtime_checkable
class Shelf(Protocol):
    """An account of one part whose feeds people put there and take away, such as files in a folder."""

    def gone(self, known: Sequence[Scope]) -> Sequence[Scope]:
        """Return which of these feeds, none of them yielded just now, were taken away, not merely out of reach."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a connector may know of the tenant: own domains, the folder relative paths start from, privacy.

    `keep` stores a secret that the provider renewed, by the name of the setting it belongs to.
    """

    own_domains: frozenset[str]
    folder: Path
    privacy: str = "metadata"
    keep: Callable[[str, str], None] = field(default=lambda setting, secret: None, repr=False)
    extra: dict[str, Any] = field(default_factory=dict)


class ConnectorKind(Protocol):
    """A provider's entry point in the group `guardian.connectors`."""

    kind: ClassVar[str]
    title: ClassVar[str]
    settings: ClassVar[type[Any]]  # a pydantic model: what the admin fills in, each field with its help text

    def open(self, settings: Any, surroundings: Surroundings) -> Connector:
        """Return a connector for validated settings; does not talk to the provider yet."""
        ...

    def steps(self, language: str) -> tuple[str, ...]:
        """Return what an admin does at the provider to let Guardian in, a sentence or two a step (es or en)."""
        ...


class PersonalKind(ConnectorKind, Protocol):
    """A provider where a single person can log in, instead of an application that an admin consented to."""

    def log_in(
        self, values: Mapping[str, Any], surroundings: Surroundings, tell: Callable[[str], None]
    ) -> Mapping[str, str]:
        """Let the person log in, and return the secrets that prove it, by setting; `tell` says what to do.

        `values` are the settings as far as they are known. UserError when the person declines or takes too long.
        """
        ...
