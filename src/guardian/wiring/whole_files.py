"""Files that are there whole or not at all, whatever happens while they are written."""

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from guardian.domain.errors import UserError

_PRIVATE = 0o600


def write_whole(path: Path, content: bytes) -> None:
    """Put a content in a file's place and wait until the disk has it; a new file is for this user only.

    A file that was there keeps its mode, its owner and the links to it; UserError leaves it as it was.
    """
    target = path.resolve()
    beside = target.with_name(f"{target.name}.new")
    try:
        _write(beside, content, like=target)
        beside.replace(target)
        _keep_name(target.parent)
    except OSError as wrong:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise UserError(f"{path} cannot be written: {wrong.strerror}.") from wrong


def write_another(path: Path, content: bytes) -> Path:
    """Write a new file for this user only, and return its path: the name, or with a number where one is there."""
    try:
        free = next(one for one in _names(path) if not os.path.lexists(one))
        with os.fdopen(os.open(free, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _keep_name(free.parent)
    except OSError as wrong:
        raise UserError(f"{path} cannot be written: {wrong.strerror}.") from wrong
    return free


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.name}-{number}")


def _write(path: Path, content: bytes, *, like: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(handle, "wb") as file:
        if like.exists():
            state = like.stat()
            with suppress(PermissionError):  # only root gives files away
                os.fchown(handle, state.st_uid, state.st_gid)
            os.fchmod(handle, state.st_mode & 0o777)
        else:
            os.fchmod(handle, _PRIVATE)
        file.write(content)
        file.flush()
        os.fsync(handle)


def _keep_name(folder: Path) -> None:
    """Wait until the disk has the names of a folder: a power cut may take back a rename that nobody waited for."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
