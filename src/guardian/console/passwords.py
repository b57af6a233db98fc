"""Passwords: kept as argon2id (RFC 9106), compared in the same time whether or not there is anybody of that name."""

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from guardian.domain.errors import TryLater, UserError

SHORTEST, LONGEST = 12, 1000  # characters
_PATIENCE = 5.0  # seconds
_AT_ONCE = 2  # each takes 64 MiB and a core
_IN_LINE = 6  # who waits keeps a thread from serving pages


class Passwords:
    """Makes and compares hashes; only a few at a time, because each is made to be expensive."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = BoundedSemaphore(_AT_ONCE)
        self._door = BoundedSemaphore(_AT_ONCE + _IN_LINE)

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        return self._hasher.hash(_normal(password))

    def agrees(self, password: str, kept: str | None) -> bool:
        """Say whether a password is the kept one; never for None. TryLater when too many are being compared."""
        with _taken(self._door, patience=0), _taken(self._room, patience=_PATIENCE):
            try:
                return self._hasher.verify(kept or self._nobodys, _normal(password[:LONGEST])) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def warm(self) -> None:
        """Make what unknown people are compared with, so that the first of them does not wait longer than others."""
        assert self._nobodys

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(32))


@contextmanager
def _taken(room: BoundedSemaphore, *, patience: float) -> Iterator[None]:
    """Keep a place as long as the block lasts; TryLater when none is free in time."""
    if not room.acquire(timeout=patience):
        raise TryLater("Too many people are logging in.")
    try:
        yield
    finally:
        room.release()


def refuse_weak(password: str, address: str) -> None:
    """Do nothing for a password that will do; UserError says what is wrong with any other."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError(f"Choose a password of at least {SHORTEST} characters; several words do well.")
    name = address.partition("@")[0]
    if (len(name) > 3 and name in password.lower()) or len(set(password)) < SHORTEST // 2:
        raise UserError("Choose a password that does not hold the address and does not repeat itself.")


def _normal(password: str) -> bytes:
    """Return the bytes of a password, the same from whatever keyboard (RFC 8265)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
