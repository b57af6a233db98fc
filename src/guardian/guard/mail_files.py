"""Messages from files: .eml, mbox, Maildir, and folders of them, one at a time."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from guardian.domain.errors import UserError
from guardian.domain.mbox import is_postmark, split

_HEADER_LINE = re.compile(  # none that cards and calendars have as well
    rb"(?:return-path|received|delivered-to|message-id|date|from|to|cc|bcc|subject|mime-version|content-type"
    rb"|reply-to|sender|envelope-to|dkim-signature|authentication-results|arc-[a-z-]{1,60})[ \t]*:",
    re.IGNORECASE,
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MAIL_NAME = re.compile(r"\.(?:eml|mbox|mbx)$", re.IGNORECASE)
_ANY_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_BOM = b"\xef\xbb\xbf"  # some editors write one before the first header field
_SNIFFED = 65_536
_LINES_SNIFFED = 40
_MARKED = 16  # bytes that tell a binary file, Outlook's among them, and text in UTF-16, by their zeros


def messages(paths: list[Path], left_out: Callable[[Path], None] = lambda path: None) -> Iterator[tuple[str, bytes]]:
    """Yield every message below these paths with a label: its path, in an mbox `file.mbox#3`.

    Files that are named, those called .eml or .mbox and those of a Maildir are mail where they have one field that
    every mail has; others in folders, where they begin like a mail throughout. What is none is told to `left_out`,
    hidden files aside. Raises UserError for a path that cannot be read, and for a named file that is no mail.
    """
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: there is no such file or folder.")
        if not path.is_dir():
            _refuse_other_files(path)
    for path in paths:
        for file, likely in _files(path):
            yield from _in_file(file, likely=likely, left_out=left_out)


def _refuse_other_files(path: Path) -> None:
    with _opened(path) as file:
        if not _holds_mail(path, _head(file), likely=True):
            raise UserError(f"{path} is no mail; export it as .eml or mbox.")


def _files(path: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the files at or below a path in the order of their names, and whether each is likely to be mail."""
    if not path.is_dir():
        yield path, True
        return
    try:
        inside = sorted(path.iterdir())
    except OSError as problem:
        raise UserError(f"{path}: this folder cannot be read ({problem.strerror}).") from problem
    in_maildir = path.name in {"cur", "new"} and (path.parent / "tmp").is_dir()
    for below in inside:
        if below.is_symlink() and below.is_dir():
            continue
        if below.is_dir():
            if below.name != "tmp" or not (path / "cur").is_dir():
                yield from _files(below)
        elif below.is_file():
            yield below, in_maildir or bool(_MAIL_NAME.search(below.name))


def _in_file(path: Path, *, likely: bool, left_out: Callable[[Path], None]) -> Iterator[tuple[str, bytes]]:
    with _opened(path) as file:
        head = _head(file)
        if _holds_mail(path, head, likely=likely):
            yield from _in_mbox(path, file) if _is_mbox(path, head) else [(str(path), file.read())]
        elif not path.name.startswith("."):
            left_out(path)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as problem:
        raise UserError(f"{path}: this file cannot be read ({problem.strerror}).") from problem


def _head(file: BinaryIO) -> bytes:
    """Return how a file begins, behind empty lines and a mark, and leave it to be read from there."""
    read = file.read(_SNIFFED)
    head = read.removeprefix(_BOM).lstrip(b"\r\n")
    file.seek(len(read) - len(head))
    return head


def _holds_mail(path: Path, head: bytes, *, likely: bool) -> bool:
    """Say whether a file is a mailbox, be it an empty one, or a mail."""
    if not head:
        return _is_called_mbox(path)
    return b"\0" not in head[:_MARKED] and (_begins_mbox(head) or _looks_like_mail(head, likely=likely))


def _looks_like_mail(head: bytes, *, likely: bool) -> bool:
    """Say whether a file begins with header fields, one of them a field that every mail has.

    Where it is likely, that one will do, whatever else is between.
    """
    lines = [line for line in head.splitlines() if not line.startswith((b"From ", b">From "))]
    end = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    block = lines[:end]
    sure = likely or all(
        _ANY_FIELD.match(line) or line[:1] in (b" ", b"\t") for line in block[:_LINES_SNIFFED][:-1] or block
    )
    return sure and any(_HEADER_LINE.match(line) for line in block)


def _is_mbox(path: Path, head: bytes) -> bool:
    return _is_called_mbox(path) or _begins_mbox(head)


def _is_called_mbox(path: Path) -> bool:
    return path.suffix.lower() in {".mbox", ".mbx"}


def _begins_mbox(head: bytes) -> bool:
    line, _, rest = head.partition(b"\n")
    following = b"".join(rest.splitlines(keepends=True)[:1])
    return is_postmark(line, following, blank_before=True)


def _in_mbox(path: Path, file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield the messages of an mbox, one in memory at a time and whole, `>From` lines as they were before mboxrd."""
    left = path.stat().st_size - file.tell()
    for number, message in enumerate(split(file, until=left, longest=left), 1):
        yield f"{path}#{number}", _QUOTED_FROM.sub(rb"\1", message.raw)
