"""The feed of the files that nobody can read: each is named in a dead letter, so that none is missed silently."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from connectors.archive.stamp import Token, read_cursor, write_cursor
from connectors.archive.survey import Unknown
from guardian.connector_kit.paging import Batch, dead_letter
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor, Page, Scope


class ListToken(Token):
    """Which unknown files there were, as a digest, and how many of them were named."""

    kind: Literal["list"] = "list"
    digest: str
    at: int
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownFiles:
    """The unknown files of an archive."""

    scope: Scope
    files: Sequence[Unknown]

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield a dead letter a file whenever the list has changed."""
        digest = hashlib.sha256(repr([(one.name, one.size, one.why) for one in self.files]).encode()).hexdigest()[:32]
        token = read_cursor(after, ListToken) if after else None
        if token and token.closed and token.digest == digest:
            return
        if token and not token.closed and token.digest != digest:
            raise CursorExpired("the files changed while they were being listed")
        batch = Batch(walk=True)
        for n, one in enumerate(self.files):
            if token and not token.closed and n < token.at:
                continue
            if batch.full:
                yield batch.page(write_cursor(ListToken(v=1, digest=digest, at=n, closed=False)))
            batch.add(dead_letter(one.name, one.why, b""))
        yield batch.page(
            write_cursor(ListToken(v=1, digest=digest, at=len(self.files), closed=True)), closes_round=True
        )

    def count(self) -> int | None:
        """Return how many files nobody can read."""
        return len(self.files)
