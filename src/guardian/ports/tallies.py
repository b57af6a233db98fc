"""Counting what the guard sees, to know what a threshold would cost: numbers only, nothing of any mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

UNREAD = 101  # the bucket of mails that could not be read through: held whatever the threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is counted together: a UTC day (since 1970-01-01), a language, and hundredths of the score."""

    day: int
    language: str
    bucket: int


class Tallies(Protocol):
    """The store of the guard's counts."""

    def add(self, counts: Mapping[Mark, int]) -> None:
        """Add to what was counted before."""
        ...

    def since(self, day: int) -> Mapping[Mark, int]:
        """Return what was counted from a day on."""
        ...
