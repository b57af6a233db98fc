"""Cursors over files: what of a file was read, and in which state the file was then."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from guardian.domain.errors import CursorExpired, TryLater
from guardian.ports.connector import Cursor

BLOCK = 1_048_576


class Token(BaseModel):
    """What every cursor of this connector carries: the version of its form."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    v: Literal[1]


T = TypeVar("T", bound=Token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Size and time of change of a file: equal stamps mean that nobody wrote to it."""

    size: int
    mtime_ns: int


def stamp_of(path: Path) -> Stamp:
    """Return a file's stamp; TryLater when it cannot be looked at any more."""
    try:
        seen = path.stat()
    except OSError as error:
        raise TryLater(f"{path.name} cannot be read now: {error.strerror}") from error
    return Stamp(size=seen.st_size, mtime_ns=seen.st_mtime_ns)


def open_file(path: Path) -> BinaryIO:
    """Return the file opened for reading; TryLater when it cannot be read now."""
    try:
        return path.open("rb")
    except OSError as error:
        raise TryLater(f"{path.name} cannot be read now: {error.strerror}") from error


def blocks(path: Path) -> Iterator[bytes]:
    """Yield a file in blocks of 1 MiB."""
    with open_file(path) as file:
        while block := file.read(BLOCK):
            yield block


def digest_of(path: Path) -> str:
    """Return the first 32 hex digits of a file's SHA-256, read as a stream."""
    sha = hashlib.sha256()
    for block in blocks(path):
        sha.update(block)
    return sha.hexdigest()[:32]


def write_cursor(token: BaseModel) -> Cursor:
    """Return a cursor that carries a token as JSON."""
    return Cursor(token=token.model_dump_json())


def read_cursor(cursor: Cursor, token: type[T]) -> T:
    """Return the token in a cursor; CursorExpired when it is none of this kind."""
    try:
        return token.model_validate_json(cursor.token)
    except ValidationError as error:
        raise CursorExpired("the cursor is not one of this feed") from error
