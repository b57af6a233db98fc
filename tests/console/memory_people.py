"""Second implementations of the stores of people and sessions, and a quick way to hash."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from argon2 import PasswordHasher

from guardian.console.passwords import Passwords
from guardian.domain.errors import UserError
from guardian.ports.accounts import Account, Role, Session
from tests.guard.fakes import NOW

PASSWORD = "cuatro palabras bien largas"


class MemoryAccounts:
    """People in memory; changes end sessions in the store that is given."""

    def __init__(self, sessions: "MemorySessions") -> None:
        self.people: dict[str, Account] = {}
        self._sessions = sessions
        sessions.people = self.people

    def add(self, account: Account) -> None:
        """Keep somebody new."""
        if account.address in self.people:
            raise UserError("There is an account already.")
        self.people[account.address] = account

    def get(self, address: str) -> Account | None:
        """Return somebody."""
        return self.people.get(address)

    def of_subject(self, subject: str) -> Account | None:
        """Return who is called so."""
        return next((one for one in self.people.values() if one.subject == subject), None)

    def list(self) -> Sequence[Account]:
        """Return everybody."""
        return [self.people[address] for address in sorted(self.people)]

    def change(self, account: Account) -> None:
        """Replace somebody."""
        _ = self.people[account.address]
        self.people[account.address] = account
        for key, session in list(self._sessions.kept.items()):
            if session.account.address == account.address:
                self._sessions.close(key)

    def bind(self, address: str, subject: str) -> bool:
        """Keep a name once."""
        account = self.people.get(address)
        if account is None or account.subject is not None or self.of_subject(subject):
            return False
        self.people[address] = replace(account, subject=subject)
        return True

    def know_as(self, address: str, names: Sequence[str]) -> None:
        """Keep further addresses."""
        account = self.people[address]
        self.people[address] = replace(account, known_as=tuple(dict.fromkeys((*account.known_as, *names))))


class MemorySessions:
    """Sessions in memory."""

    def __init__(self) -> None:
        self.kept: dict[bytes, Session] = {}
        self.people: dict[str, Account] = {}
        self.written = 0

    def open(self, session: Session) -> bool:
        """Keep a session of an account that is as it was."""
        checked, account = session.account, self.people[session.account.address]
        if (account.password, account.disabled) != (checked.password, checked.disabled):
            return False
        self.kept[session.key] = session
        return True

    def find(self, key: bytes) -> Session | None:
        """Return a session with its account as it is."""
        session = self.kept.get(key)
        return None if session is None else replace(session, account=self.people[session.account.address])

    def seen(self, key: bytes, at: datetime) -> None:
        """Keep when it was used."""
        self.written += 1
        self.kept[key] = replace(self.kept[key], seen_at=at)

    def close(self, key: bytes) -> None:
        """End it."""
        self.kept.pop(key, None)

    def sweep(self, *, opened_before: datetime, seen_before: datetime) -> int:
        """Remove what is over."""
        over = [one.key for one in self.kept.values() if one.opened_at < opened_before or one.seen_at < seen_before]
        for key in over:
            self.close(key)
        return len(over)


def quick_passwords() -> Passwords:
    """Return what hashes in no time; never for anything but tests."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def person(address: str, *roles: Role, password: str | None = PASSWORD) -> Account:
    """Return somebody with a password."""
    kept = quick_passwords().hash(password) if password else None
    return Account(address=address, roles=frozenset(roles), created_at=NOW, password=kept)
