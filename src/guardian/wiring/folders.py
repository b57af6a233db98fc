"""Folders that a command writes into."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from guardian.domain.errors import UserError


@contextmanager
def usable(folder: Path) -> Iterator[None]:
    """Turn what keeps a folder from being used into a UserError that names it."""
    try:
        yield
    except OSError as wrong:
        raise UserError(f"{folder} cannot be a folder for Guardian: {wrong.strerror}.") from wrong


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where it is not there; UserError when it cannot be one."""
    with usable(folder):
        folder.mkdir(parents=True, exist_ok=True)


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write files by name into a folder that is there, and return their paths; UserError where that cannot be."""
    return [_write(folder / name, content) for name, content in files]


def _write(path: Path, content: bytes) -> Path:
    try:
        path.write_bytes(content)
    except OSError as wrong:
        raise UserError(f"Nothing can be written into {path.parent}: {wrong.strerror}.") from wrong
    return path
