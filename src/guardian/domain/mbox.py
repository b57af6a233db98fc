"""Cutting an mbox into messages as a stream, whichever way its writer marked them (mboxo, mboxrd, mboxcl).

A line `From …` begins a message when it looks like a postmark and a header field follows; so a sentence that begins
with "From" stays part of its mail even where the writer forgot to quote it. Content-Length is not believed: whoever
sends a mail could hide others behind it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST_MESSAGE = 50 * 1_048_576  # bytes; of a longer one only the head is kept
KEPT_HEAD = 262_144
_CHUNK = 1_048_576
_LONGEST_POSTMARK = 400
_LOOKAHEAD = 1_500  # postmark and the line behind it

_POSTMARK = re.compile(
    rb"From .{0,250}?\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+(?:"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2}\s+\d{2,4}),?"
    rb"|\d{4}-\d\d-\d\d[T ])\s*\d{1,2}:\d\d",
    re.IGNORECASE,
)
_BARE_POSTMARK = re.compile(rb"From \S{1,200}\s*$")
_NETSCAPE_POSTMARK = re.compile(rb"From -\s*$")
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>From ")
_KNOWN_FIELD = re.compile(
    rb"(?:Return-Path|Received|Delivered-To|From|To|Cc|Subject|Date|Message-ID|MIME-Version|Content-[a-z-]+|Reply-To"
    rb"|Sender|Status|DKIM-Signature|Authentication-Results|Envelope-to|Received-SPF|ARC-[a-z-]+|X-[\w-]+)[ \t]*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """One message: its place in the file, the postmark line, and its bytes (only the head when not `whole`)."""

    start: int
    end: int
    postmark: bytes
    raw: bytes
    whole: bool = True


def is_postmark(line: bytes, following: bytes, *, blank_before: bool) -> bool:
    """Say whether a line begins a message, from itself and the lines around it.

    `following` is the next line, or what there is of it at the end of a file that is still being written.
    """
    if _POSTMARK.match(line):
        if not blank_before:
            return bool(_KNOWN_FIELD.match(following))
        begun = not following.endswith(b"\n")
        return begun or not following.strip() or bool(_FIELD.match(following))
    bare = _BARE_POSTMARK.match(line) if blank_before else _NETSCAPE_POSTMARK.match(line)
    return bool(bare and _KNOWN_FIELD.match(following))


def split(file: BinaryIO, *, until: int, longest: int = LONGEST_MESSAGE) -> Iterator[RawMessage]:
    """Yield the messages of an mbox up to a size, in bounded memory, in order, without a gap between them."""
    reader = _Window(file, until, longest)
    while not reader.at_end:
        yield reader.take(reader.next_postmark())


class _Window:
    """The part of the file in memory: from the beginning of the message under way onwards."""

    def __init__(self, file: BinaryIO, until: int, longest: int) -> None:
        self._file = file
        self._left = until
        self._longest = longest
        self._buffer = bytearray()
        self._base = 0  # place in the file of the first byte in memory
        self._start = 0  # index of the message under way
        self._scan = 0  # index from which postmarks are looked for
        self._begun_at = 0  # place in the file of the message under way
        self._head: bytes | None = None  # of a message that is too long to keep
        self._fill()

    @property
    def at_end(self) -> bool:
        return self._start >= len(self._buffer) and self._head is None

    def next_postmark(self) -> int:
        """Return the index where the next message begins, or the end of the file."""
        while True:
            at = self._buffer.find(b"\nFrom ", self._scan) + 1
            if not at:
                self._scan = max(len(self._buffer) - 5, self._start)
            if (not at or len(self._buffer) - at < _LOOKAHEAD) and self._fill():
                continue
            if not at:
                return len(self._buffer)
            if self._is_postmark(at):
                return at
            self._scan = at

    def take(self, end: int) -> RawMessage:
        """Return the message that ends at an index, and begin the next there."""
        start = self._start
        mark = 0
        if self._head is None and self._buffer.startswith(b"From ", start):
            line_end = self._buffer.find(b"\n", start, min(start + _LONGEST_POSTMARK, end)) + 1
            mark = (line_end or min(start + _LONGEST_POSTMARK, end)) - start
        with memoryview(self._buffer) as view:  # so that a long message is copied once only
            postmark, raw = bytes(view[start : start + mark]), self._head or bytes(view[start + mark : end])
        message = RawMessage(
            start=self._begun_at,
            end=self._base + end,
            postmark=postmark,
            raw=raw,
            whole=self._head is None,
        )
        self._start = self._scan = end
        self._begun_at, self._head = message.end, None
        return message

    def _is_postmark(self, at: int) -> bool:
        ahead = bytes(self._buffer[at : at + _LOOKAHEAD])
        line, newline, rest = ahead.partition(b"\n")
        if len(line) > _LONGEST_POSTMARK:
            return False
        following = rest.split(b"\n", 1)[0] + (b"\n" if b"\n" in rest or len(rest) > 1_000 else b"")
        before = bytes(self._buffer[max(at - 3, 0) : at])
        blank = before.endswith((b"\n\n", b"\n\r\n"))
        return is_postmark(line, following if newline else b"", blank_before=blank)

    def _fill(self) -> bool:
        """Read on; False at the end of the file."""
        chunk = self._file.read(min(_CHUNK, self._left))
        if not chunk:
            return False
        self._left -= len(chunk)
        self._forget(self._start)
        if len(self._buffer) > self._longest:
            self._head = self._head or bytes(self._buffer[:KEPT_HEAD]).partition(b"\n")[2]
            self._forget(len(self._buffer) - 2 * _LOOKAHEAD)
        self._buffer += chunk
        return True

    def _forget(self, count: int) -> None:
        del self._buffer[:count]
        self._base += count
        self._start = max(self._start - count, 0)
        self._scan = max(self._scan - count, 0)
