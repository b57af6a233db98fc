"""Who logs in to the console, and for how long somebody stays in.

*Account*: one person with an address, by which his decisions are known. *Session*: one browser that somebody logged
in with. Whatever changes about an account ends its sessions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What somebody may do; a person may have several."""

    REVIEWER = "reviewer"  # reads held mail and decides about it
    ADMIN = "admin"  # sees who may log in and shuts people out; reads no mail
    AUDITOR = "auditor"  # sees what was held and decided; reads no mail and changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person; `password` is an argon2id hash, `subject` the name by which a login provider knows him for good.

    `known_as` are addresses that the provider told of him besides: what was sent from one of them is his, too.
    """

    address: str
    roles: frozenset[Role]
    created_at: datetime
    password: str | None = field(default=None, repr=False)
    subject: str | None = None
    disabled: bool = False
    known_as: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every address that is known to be his."""
        return (self.address, *self.known_as)

    def may(self, role: Role) -> bool:
        """Say whether somebody has a role now."""
        return not self.disabled and role in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is logged in; `key` is the digest of what its cookie holds, `via` how he logged in."""

    key: bytes = field(repr=False)
    account: Account
    opened_at: datetime
    seen_at: datetime
    via: str


class Accounts(Protocol):
    """The store of people."""

    def add(self, account: Account) -> None:
        """Store somebody new; UserError when there is an account of this address."""
        ...

    def get(self, address: str) -> Account | None:
        """Return the account of a normalised address, or None."""
        ...

    def of_subject(self, subject: str) -> Account | None:
        """Return the account that a login provider knows by this name, or None."""
        ...

    def list(self) -> Sequence[Account]:
        """Return everybody, by address."""
        ...

    def change(self, account: Account) -> None:
        """Put this in the place of the account of the same address, and end its sessions; KeyError for an unknown.

        What else he is known as stays.
        """
        ...

    def bind(self, address: str, subject: str) -> bool:
        """Keep by which name a login provider knows somebody; False when he, or that name, is bound already."""
        ...

    def know_as(self, address: str, names: Sequence[str]) -> None:
        """Keep further addresses of somebody, beside those that are kept; KeyError for an unknown."""
        ...


class Sessions(Protocol):
    """The store of who is logged in."""

    def open(self, session: Session) -> bool:
        """Store a new session; KeyError for an unknown account.

        False, and nothing is stored, when its password was changed or it was closed since it was read.
        """
        ...

    def find(self, key: bytes) -> Session | None:
        """Return a session with its account as it is now, or None."""
        ...

    def seen(self, key: bytes, at: datetime) -> None:
        """Keep when a session was last used."""
        ...

    def close(self, key: bytes) -> None:
        """End a session; harmless to repeat."""
        ...

    def sweep(self, *, opened_before: datetime, seen_before: datetime) -> int:
        """Remove the sessions that are over, and return how many."""
        ...
