"""Letting people in: by password or by a provider's word, into a session that ends by itself."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from guardian.console.attempts import Attempts
from guardian.console.passwords import Passwords
from guardian.domain.addresses import MAX_ADDRESS, normalise_address
from guardian.domain.errors import TryLater
from guardian.ports.accounts import Account, Accounts, Session, Sessions
from guardian.ports.clock import Clock

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NOTED_EVERY = timedelta(minutes=1)
_LOG = structlog.get_logger()


class Refusal(StrEnum):
    """Why somebody does not get in."""

    WRONG = "wrong"  # address or password; nobody learns which
    TOO_OFTEN = "too_often"
    UNKNOWN = "unknown"  # a provider vouches for him, but he is nobody here


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a browser keeps of a new session; nothing else knows it."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Opens, finds and ends sessions; an account that is shut ends all of its own at once."""

    accounts: Accounts
    sessions: Sessions
    clock: Clock
    passwords: Passwords = field(default_factory=Passwords)
    attempts: Attempts = field(default_factory=Attempts)
    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=10)

    def by_password(self, address: str, password: str, place: str) -> Ticket | Refusal:
        """Return a new session, or a refusal that takes as long and says as much whoever it is about."""
        person = _address(address)
        now = self.clock.now()
        if not self.attempts.begin(person, place, now=now):
            _LOG.warning("console.too_many_attempts")
            return Refusal.TOO_OFTEN
        account = self.accounts.get(person) if person else None
        kept = account.password if account is not None and not account.disabled else None
        if not self._agrees(password, kept, person, place) or account is None:
            _LOG.info("console.login_refused")
            return Refusal.WRONG
        self.attempts.succeeded(person, place)
        return self._open(account, "password", now) or Refusal.WRONG

    def by_provider(self, address: str, subject: str, *, also: Sequence[str] = ()) -> Ticket | Refusal:
        """Return a new session for whom a provider vouches.

        The provider's own name for him is kept the first time and settles who he is from then on: an address may
        come to belong to somebody else. Whatever addresses it tells of him are kept, so that he is known as the
        sender of what came from them.
        """
        account = self.accounts.of_subject(subject) or self._first_time(address, subject)
        if account is None or account.disabled:
            _LOG.info("console.login_refused")
            return Refusal.UNKNOWN
        new = [one for one in (address, *also) if one not in account.names]
        if new:
            self.accounts.know_as(account.address, new)
        return self._open(account, "oidc", self.clock.now()) or Refusal.UNKNOWN

    def look(self, token: str) -> Session | None:
        """Return the session that a browser holds, or None when it is none or over."""
        key = _key(token)
        session = self.sessions.find(key) if key else None
        if session is None:
            return None
        now = self.clock.now()
        over = now - session.opened_at >= self.longest or now - session.seen_at >= self.idle
        if over or session.account.disabled:
            self.sessions.close(session.key)
            return None
        if now - session.seen_at >= _NOTED_EVERY:
            self.sessions.seen(session.key, now)
        return session

    def leave(self, token: str) -> None:
        """End the session that a browser holds; harmless for any other text."""
        key = _key(token)
        if key:
            self.sessions.close(key)

    def _agrees(self, password: str, kept: str | None, person: str, place: str) -> bool:
        try:
            return self.passwords.agrees(password, kept)
        except TryLater:
            self.attempts.take_back(person, place)
            raise

    def _first_time(self, address: str, subject: str) -> Account | None:
        account = self.accounts.get(address)
        if account is None or account.disabled or not self.accounts.bind(address, subject):
            return None
        return account

    def _open(self, account: Account, via: str, now: datetime) -> Ticket | None:
        """Return a new session of an account as it was when its owner proved himself; None if it is no more so."""
        self.sessions.sweep(opened_before=now - self.longest, seen_before=now - self.idle)
        token = secrets.token_urlsafe(32)
        session = Session(key=_key(token), account=account, opened_at=now, seen_at=now, via=via)
        if not self.sessions.open(session):
            _LOG.info("console.login_refused")
            return None
        _LOG.info("console.login", via=via)
        return Ticket(token=token)


def _key(token: str) -> bytes:
    """Return the digest by which a session is stored: who reads the database cannot take one over."""
    return hashlib.sha256(token.encode()).digest() if _TOKEN.fullmatch(token) else b""


def _address(text: str) -> str:
    """Return whom somebody says he is, or an empty string for what is no address."""
    if len(text) > MAX_ADDRESS or not text.isprintable():
        return ""
    return normalise_address(text) or ""
