"""One mbox file as a feed: streamed, resumed behind what was read before, and never sure of its last message.

The last message of a file may still be in the middle of being written. It is handed on as it stands; when the file
has grown, it is read again, and if it became a different one, the old one is gone.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from connectors.archive.mail import MailReader
from connectors.archive.stamp import Stamp, Token, open_file, read_cursor, stamp_of, write_cursor
from connectors.archive.tally import Tally, short_digest, without_line_ends
from connectors.archive.unmeant import is_unmeant
from guardian.connector_kit.headers import LONGEST_BLOCK, read_date
from guardian.connector_kit.paging import Batch
from guardian.domain.activity import Activity
from guardian.domain.errors import CursorExpired
from guardian.domain.mbox import LONGEST_MESSAGE, RawMessage, is_postmark, split
from guardian.ports.connector import Cursor, DeadLetter, Gone, Page, Scope


class MboxToken(Token):
    """Everything before `offset` was read, and its messages had this `digest`.

    When `closed`, one more message begins at `offset`: the last one of the file then, whose id was `tail`. `shape` is
    under which settings it was read.
    """

    kind: Literal["mbox"] = "mbox"
    size: int
    mtime_ns: int
    offset: int
    digest: str
    tail: str
    walk: bool
    closed: bool
    shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The beginning of a message: where, and the digest of all messages before it."""

    offset: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MboxFeed:
    """The messages of one mbox file."""

    path: Path
    scope: Scope
    reader: MailReader
    longest: int = LONGEST_MESSAGE

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield the messages that were appended since, or all; CursorExpired when earlier ones were changed."""
        stamp = stamp_of(self.path)
        token = read_cursor(after, MboxToken) if after else None
        if token and token.shape != self.reader.shape:
            raise CursorExpired(f"{self.scope.mailbox} was read under other settings")
        if token and token.closed and (token.size, token.mtime_ns) == (stamp.size, stamp.mtime_ns):
            return
        if token and stamp.size < token.offset:
            raise CursorExpired(f"{self.scope.mailbox} is shorter than it was")
        yield from self._round(stamp, token)

    def count(self) -> int | None:
        """Return how many messages the file holds, counted line by line; drafts, spam and trash left out."""
        with open_file(self.path) as file:
            return sum(not is_unmeant(bytes(head)) for head in _heads(iter(lambda: file.readline(65_536), b"")))

    def _round(self, stamp: Stamp, token: MboxToken | None) -> Iterator[Page]:
        walk = token is None or (token.walk and not token.closed)
        batch, last, last_id = Batch(walk=walk), _Place(offset=0, digest=_digest()), ""
        for message, item_id, place in self._unread(stamp, token):
            last, last_id = place, item_id
            if batch.full:
                yield batch.page(self._cursor(stamp, place, walk=walk), done=message.start, total=stamp.size)
            known = token.tail if token and token.closed and place.offset == token.offset else ""
            if item_id != known:
                if not is_unmeant(message.raw):
                    batch.add(self._translate(message, item_id, stamp))
                if known:
                    batch.add(Gone(item_id=known))
        closing = self._cursor(stamp, last, walk=walk, tail=last_id, closed=True)
        yield batch.page(closing, closes_round=True, done=stamp.size, total=stamp.size)

    def _unread(self, stamp: Stamp, token: MboxToken | None) -> Iterator[tuple[RawMessage, str, _Place]]:
        """Yield the messages from the token on, once those before it have proved to be the same as then."""
        proved = token is None or not (token.offset or token.tail)
        for message, item_id, place in self._messages(stamp):
            if token and not proved:
                if message.end <= token.offset:
                    continue
                if (token.offset, token.digest) != (place.offset, place.digest):
                    break
                proved = True
            yield message, item_id, place
        if not proved:
            raise CursorExpired(f"{self.scope.mailbox} no longer holds what was read")

    def _messages(self, stamp: Stamp) -> Iterator[tuple[RawMessage, str, _Place]]:
        tally, chain = Tally(), hashlib.sha256()
        with open_file(self.path) as file:
            for message in split(file, until=stamp.size, longest=self.longest):
                item_id = tally.name(_message_digest(message))
                yield message, item_id, _Place(offset=message.start, digest=chain.hexdigest()[:32])
                chain.update(item_id.encode())

    def _translate(self, message: RawMessage, item_id: str, stamp: Stamp) -> Activity | DeadLetter:
        if not message.whole:
            why = (
                f"The message at byte {message.start} is {message.end - message.start} bytes long, which is too long."
            )
            return self.reader.dead(message.raw, item_id=item_id, why=why)
        changed_at = datetime.fromtimestamp(stamp.mtime_ns // 1_000_000_000, tz=UTC)
        posted = read_date(message.postmark[5:].partition(b" ")[2].decode("latin-1")) if message.postmark else None
        return self.reader.read(message.raw, item_id=item_id, fallback=posted or changed_at)

    def _cursor(self, stamp: Stamp, place: _Place, *, walk: bool, tail: str = "", closed: bool = False) -> Cursor:
        return write_cursor(
            MboxToken(
                v=1,
                size=stamp.size,
                mtime_ns=stamp.mtime_ns,
                offset=place.offset,
                digest=place.digest,
                tail=tail,
                walk=walk,
                closed=closed,
                shape=self.reader.shape,
            )
        )


def _message_digest(message: RawMessage) -> str:
    if message.whole:
        return short_digest(without_line_ends(message.raw))
    return short_digest(message.raw, str(message.end - message.start).encode())


def _digest() -> str:
    return hashlib.sha256().hexdigest()[:32]


def _heads(lines: Iterator[bytes]) -> Iterator[bytearray]:
    """Yield the header of every message: behind a postmark, and what stands before the first one, if anything."""
    head, within, before, line = bytearray(), False, b"", next(lines, b"")
    while line:
        following = next(lines, b"")
        postmark = line.startswith(b"From ")
        if not before or (postmark and _begins(line, following, before)):
            if before:
                yield head
            head, within = bytearray() if postmark else bytearray(line), True
        else:
            within = within and len(head) < LONGEST_BLOCK and not (head.strip() and not line.strip())
            if within:
                head += line
        before, line = line, following
    if before:
        yield head


def _begins(line: bytes, following: bytes, before: bytes) -> bool:
    if not before.endswith(b"\n"):
        return False
    return is_postmark(line.rstrip(b"\n"), following, blank_before=not before.strip(b"\r\n"))
