"""Files that are there whole or not at all, whatever happens while they are written."""

import os
from contextlib import suppress
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
