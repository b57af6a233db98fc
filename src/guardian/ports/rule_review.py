"""Reviewing what is stored by the present rules: what they would take from the timelines, and taking it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from guardian.domain.activity import Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCopy:
    """One copy as it is stored: its mailbox's row, the interaction it is part of, and the hash of what it tells."""

    mailbox_id: int
    interaction_id: int
    hash: bytes
    activity: Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeout:
    """A copy that goes, and the rule that takes it."""

    copy: StoredCopy
    rule: str


class RuleReviewStore(Protocol):
    """The store as a review of the rules sees it."""

    def copies_by_interaction(self) -> Iterator[Sequence[StoredCopy]]:
        """Yield all copies of one interaction after the other, in bounded memory."""
        ...

    def clients_of(self, interaction_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        """Return the names of the clients that interactions are with."""
        ...

    def excluded_by_rule(self) -> Mapping[str, int]:
        """Return how many items each rule leaves out now."""
        ...

    def take_out(self, takeouts: Sequence[Takeout], *, now: datetime) -> int:
        """Take copies out in one transaction, as if just read under these rules; return how many went.

        One that a sync has changed or removed meanwhile is left as that sync left it.
        """
        ...

    def told_otherwise(self) -> Iterator[Sequence[int]]:
        """Yield some of the interactions after the other that stand otherwise between us and the client by now.

        They were told while other domains were our own.
        """
        ...

    def tell_anew(self, interaction_ids: Sequence[int]) -> None:
        """Make interactions anew from their stored copies, in one transaction."""
        ...

    def settle(self, *, now: datetime) -> None:
        """Work out anew who the clients, their people and owners are."""
        ...
