"""The people, letters, meetings and cards of the lab's company; plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """One of ours."""

    ref: str
    address: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A client company; `owner` is a rep's address."""

    ref: str
    name: str
    domain: str
    owner: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """Somebody at a client."""

    ref: str
    address: str
    name: str
    account: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as it was sent; `references` are the Message-IDs it answers, oldest first, without brackets."""

    message_id: str
    thread: str
    sender: str
    to: tuple[str, ...]
    sent_at: datetime
    subject: str
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    body: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Somebody invited; `response` is none, accepted, tentative or declined."""

    address: str
    name: str
    response: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting, or a weekly series of `repeats`; `moved` and `dropped` name occurrences by original start."""

    uid: str
    start: datetime
    length: timedelta
    organizer: str
    attendees: tuple[Attendance, ...]
    subject: str
    repeats: int = 0
    moved: tuple[tuple[datetime, datetime], ...] = ()
    dropped: tuple[datetime, ...] = ()
    cancelled: bool = False
    private: bool = False

    @property
    def starts(self) -> list[datetime]:
        """Every start as first planned."""
        return [self.start + timedelta(weeks=n) for n in range(self.repeats or 1)]

    @property
    def held(self) -> list[tuple[datetime, datetime]]:
        """The occurrences that stand: original start and actual start."""
        where = dict(self.moved)
        return [(one, where.get(one, one)) for one in self.starts if one not in self.dropped]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An address-book entry."""

    name: str
    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    company: str
