"""A file that is read as a whole whenever it changed: calendars, address cards, CSV exports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from connectors.archive.stamp import Token, digest_of, read_cursor, stamp_of, write_cursor
from guardian.connector_kit.paging import Batch
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor, DeadLetter, Gone, Page, Record, Scope

Item = tuple[Record | DeadLetter, int]  # and how many bytes of the file were done by then
Reading = Callable[[Path], Iterator[Item]]


class FileToken(Token):
    """The file as it was read: `at` items of it, or all when `closed`."""

    kind: Literal["file"] = "file"
    size: int
    mtime_ns: int
    digest: str
    variant: str
    at: int
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFeed:
    """The items of one file; `variant` names what else than the file decides how it is read (privacy, a horizon)."""

    path: Path
    scope: Scope
    read: Reading
    variant: str = ""

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield nothing when the file is the same, else everything in it as a walk."""
        stamp = stamp_of(self.path)
        token = read_cursor(after, FileToken) if after else None
        same = token is not None and token.variant == self.variant
        if token and token.closed and same and (token.size, token.mtime_ns) == (stamp.size, stamp.mtime_ns):
            return
        now = FileToken(
            v=1,
            size=stamp.size,
            mtime_ns=stamp.mtime_ns,
            digest=digest_of(self.path),
            variant=self.variant,
            at=0,
            closed=False,
        )
        same = token is not None and same and token.digest == now.digest
        if token and token.closed and same:
            yield _unchanged(now)
            return
        if token and not token.closed and not same:
            raise CursorExpired(f"{self.scope.mailbox} changed while it was being read")
        yield from self._walk(now, token.at if token and not token.closed else 0)

    def count(self) -> int | None:
        """Return how many items the file holds, deleted ones left out."""
        return sum(not isinstance(item, Gone) for item, _ in self.read(self.path))

    def _walk(self, token: FileToken, begin: int) -> Iterator[Page]:
        batch = Batch(walk=True)
        done = n = 0
        for n, (item, until) in enumerate(self.read(self.path)):
            if n < begin:
                continue
            if batch.full:
                yield batch.page(write_cursor(token.model_copy(update={"at": n})), done=done, total=token.size)
            batch.add(item)
            done = until
        closing = write_cursor(token.model_copy(update={"at": n, "closed": True}))
        yield batch.page(closing, closes_round=True, done=token.size, total=token.size)


def _unchanged(token: FileToken) -> Page:
    """Return the page that says of a file somebody only touched that nothing in it changed."""
    closing = write_cursor(token.model_copy(update={"closed": True}))
    return Batch(walk=False).page(closing, closes_round=True, done=token.size, total=token.size)
