"""Messages from files: .eml, mbox, Maildir, and folders of them, one at a time."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from guardian.domain.errors import UserError
from guardian.domain.mbox import is_postmark, split

_HEADER_LINE = re.compile(
    rb"(?:return-path|received|delivered-to|message-id|date|from|to|cc|subject|mime-version|content-type"
    rb"|status|reply-to|sender|x-[\w-]{1,60})[ \t]*:",
    re.IGNORECASE,
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MAIL_NAME = re.compile(r"\.(?:eml|mbox|mbx)$", re.IGNORECASE)
_ANY_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_BOM = b"\xef\xbb\xbf"  # some editors write one before the first header field
_SNIFFED = 4096
_LINES_SNIFFED = 40


def messages(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield every message below these paths with a label: its path, in an mbox `file.mbox#3`.

    A file that is named is taken for mail whatever its name. In folders, files named .eml or .mbox are, every file of
    a Maildir, and whatever begins like a mail. Raises UserError for a path that cannot be read.
    """
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: there is no such file or folder.")
        for file, certain in _files(path):
            yield from _in_file(file, certain=certain)


def _files(path: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the files at or below a path in the order of their names, and whether each is mail for certain."""
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


def _in_file(path: Path, *, certain: bool) -> Iterator[tuple[str, bytes]]:
    try:
        with path.open("rb") as file:
            read = file.read(_SNIFFED)
            head = read.removeprefix(_BOM).lstrip(b"\r\n")
            if not certain and not _looks_like_mail(head):
                return
            file.seek(len(read) - len(head))
            if _is_mbox(path, head):
                yield from _in_mbox(path, file)
            else:
                yield str(path), file.read()
    except OSError as problem:
        raise UserError(f"{path}: this file cannot be read ({problem.strerror}).") from problem


def _looks_like_mail(head: bytes) -> bool:
    """Say whether a file begins with header fields, one of them a field that every mail has."""
    lines = [line for line in head.splitlines()[:_LINES_SNIFFED] if not line.startswith((b"From ", b">From "))]
    end = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    block = lines[:end]
    fields = all(_ANY_FIELD.match(line) or line[:1] in (b" ", b"\t") for line in block[:-1] or block)
    return fields and any(_HEADER_LINE.match(line) for line in block)


def _is_mbox(path: Path, head: bytes) -> bool:
    line, _, rest = head.partition(b"\n")
    following = b"".join(rest.splitlines(keepends=True)[:1])
    return path.suffix.lower() in {".mbox", ".mbx"} or is_postmark(line, following, blank_before=True)


def _in_mbox(path: Path, file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield the messages of an mbox, one in memory at a time and whole, `>From` lines as they were before mboxrd."""
    left = path.stat().st_size - file.tell()
    for number, message in enumerate(split(file, until=left, longest=left), 1):
        yield f"{path}#{number}", _QUOTED_FROM.sub(rb"\1", message.raw)
