"""A Maildir, or a folder of single mail files, as a feed: what counts is which files there are, not their flags."""

import hashlib
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from connectors.archive.mail import MailReader
from connectors.archive.stamp import Token, read_cursor, write_cursor
from connectors.archive.unmeant import is_unmeant_file
from guardian.connector_kit.paging import Batch, dead_letter
from guardian.domain.activity import Activity
from guardian.domain.errors import CursorExpired
from guardian.domain.mbox import KEPT_HEAD, LONGEST_MESSAGE
from guardian.ports.connector import Cursor, DeadLetter, Page, Present, Scope

_FLAGS = re.compile(r"[:;!]2,.*$")  # ; and ! stand for : on Windows
_APPLE_LENGTH = re.compile(rb"\d{1,12}[ \t]*\r?\n")  # the first line of an .emlx
_MARK = 6  # bytes of digest kept of every known file: 100,000 files make a cursor of 800 kB


class FolderToken(Token):
    """The files that were read: all `known`, and in a walk under way those up to `at`, whose digest was `prefix`.

    `unread` are those among the latter that could not be read, `shape` is under which settings they were.
    """

    kind: Literal["folder"] = "folder"
    known: str
    at: str
    prefix: str
    walk: bool
    closed: bool
    unread: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One mail file; `size` tells a file that was replaced from the one before it (0 where that cannot happen)."""

    item_id: str
    path: Path
    size: int = 0

    @property
    def mark(self) -> bytes:
        """What a cursor keeps of this file."""
        return hashlib.sha256(f"{self.item_id}\0{self.size}".encode("utf-8", "surrogateescape")).digest()[:_MARK]


def maildir_entries(folder: Path) -> list[Entry]:
    """Return the mails of a Maildir by their unique names; tmp/, drafts and trash are none of our business."""
    found: dict[str, Entry] = {}
    for inner in ("cur", "new"):
        for path in (folder / inner).glob("*") if (folder / inner).is_dir() else ():
            if not path.name.startswith(".") and not is_unmeant_file(path.name) and path.is_file():
                item_id = _printable(_FLAGS.sub("", path.name))
                found.setdefault(item_id, Entry(item_id=item_id, path=path))
    return list(found.values())


def mail_file_entry(path: Path) -> Entry:
    """Return the entry of a single mail file, by its name."""
    return Entry(item_id=_printable(path.name), path=path, size=path.stat().st_size)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFeed:
    """The mails of one folder, each in a file of its own."""

    scope: Scope
    entries: Sequence[Entry]
    reader: MailReader

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield the mails that came since, or all; a walk when one of the known is missing."""
        entries = sorted(self.entries, key=lambda entry: entry.item_id)
        if after is None:
            yield from self._walk(entries, frozenset(), "")
            return
        token = read_cursor(after, FolderToken)
        if token.shape != self.reader.shape:
            raise CursorExpired(f"{self.scope.mailbox} was read under other settings")
        known = _unpack(token.known)
        if token.walk and not token.closed:
            read = [entry for entry in entries if entry.item_id <= token.at]
            if _prefix(read) != token.prefix:
                raise CursorExpired(f"{self.scope.mailbox} changed while it was being read")
            yield from self._walk(entries, known, token.at, _unpack(token.unread))
            return
        marks = {entry.mark for entry in entries}
        if known - marks:
            yield from self._walk(entries, known, "")
        elif marks - known or not token.closed:
            yield from self._additions([entry for entry in entries if entry.mark not in known], known)

    def count(self) -> int | None:
        """Return how many mail files the folder holds."""
        return len(self.entries)

    def _walk(
        self, entries: list[Entry], known: frozenset[bytes], at: str, unread: frozenset[bytes] = frozenset()
    ) -> Iterator[Page]:
        batch, sha, there, left = Batch(walk=True), hashlib.sha256(), set[bytes](), set(unread)
        for n, entry in enumerate(entries):
            if entry.item_id > at:
                if batch.full:
                    token = FolderToken(
                        v=1,
                        known=_pack(known),
                        at=entries[n - 1].item_id,
                        prefix=sha.hexdigest(),
                        walk=True,
                        closed=False,
                        unread=_pack(frozenset(left)),
                        shape=self.reader.shape,
                    )
                    yield batch.page(write_cursor(token), done=n, total=len(entries))
                if entry.mark in known:
                    batch.add(Present(item_id=entry.item_id))
                elif not self._take(entry, batch):
                    left.add(entry.mark)
            there.add(entry.mark)
            sha.update(entry.mark)
        yield self._close(batch, frozenset(there - left), len(entries))

    def _additions(self, entries: list[Entry], known: frozenset[bytes]) -> Iterator[Page]:
        batch, there = Batch(walk=False), set(known)
        for n, entry in enumerate(entries):
            if batch.full:
                yield batch.page(self._behind(frozenset(there), walk=False, closed=False), done=n, total=len(entries))
            if self._take(entry, batch):
                there.add(entry.mark)
        yield self._close(batch, frozenset(there), len(entries))

    def _close(self, batch: Batch, known: frozenset[bytes], total: int) -> Page:
        cursor = self._behind(known, walk=batch.walk, closed=True)
        return batch.page(cursor, closes_round=True, done=total, total=total)

    def _behind(self, known: frozenset[bytes], *, walk: bool, closed: bool) -> Cursor:
        shape = self.reader.shape
        token = FolderToken(v=1, known=_pack(known), at="", prefix="", walk=walk, closed=closed, shape=shape)
        return write_cursor(token)

    def _take(self, entry: Entry, batch: Batch) -> bool:
        """Put one mail on the page; False when the next round must try again: it moved, or is unreadable."""
        try:
            batch.add(self._read(entry))
        except FileNotFoundError:
            return False
        except OSError as error:
            batch.add(dead_letter(entry.item_id, f"{entry.path.name} cannot be read: {error.strerror}.", b""))
            return False
        return True

    def _read(self, entry: Entry) -> Activity | DeadLetter:
        with entry.path.open("rb") as file:
            state = os.fstat(file.fileno())
            raw = file.read(min(state.st_size, LONGEST_MESSAGE + 1))
        if len(raw) > LONGEST_MESSAGE:
            why = f"{entry.path.name} is longer than {LONGEST_MESSAGE} bytes, which is too long for a mail."
            return self.reader.dead(raw[:KEPT_HEAD], item_id=entry.item_id, why=why)
        changed = datetime.fromtimestamp(int(state.st_mtime), tz=UTC)
        return self.reader.read(_unwrapped(raw), item_id=entry.item_id, fallback=changed)


def _unwrapped(raw: bytes) -> bytes:
    """Take off what mail programs put before a mail: a postmark line, or Apple's length and byte order mark."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    length = _APPLE_LENGTH.match(raw)
    if length:
        return raw[length.end() :]
    return raw[raw.find(b"\n") + 1 :] if raw.startswith(b"From ") else raw


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _prefix(entries: list[Entry]) -> str:
    return hashlib.sha256(b"".join(entry.mark for entry in entries)).hexdigest()


def _pack(marks: frozenset[bytes]) -> str:
    return b64encode(b"".join(sorted(marks))).decode("ascii")


def _unpack(text: str) -> frozenset[bytes]:
    try:
        packed = b64decode(text, validate=True)
    except ValueError as error:
        raise CursorExpired("the cursor cannot be read") from error
    return frozenset(packed[at : at + _MARK] for at in range(0, len(packed), _MARK))
