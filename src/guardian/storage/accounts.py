"""People who log in, and their sessions, in the database."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from guardian.domain.addresses import mailbox_of, normalise_address
from guardian.domain.errors import UserError
from guardian.ports.accounts import Account, Role, Session
from guardian.storage.account_tables import account_user, console_session
from guardian.storage.engine import Database


class StoredAccounts:
    """The store of people (`ports.accounts.Accounts`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account: Account) -> None:
        """Store somebody new; UserError when there is an account of this address."""
        row = {"address": account.address, "created_at": account.created_at, **_values(account)}
        row["known_as"] = json.dumps(account.known_as)
        try:
            with self._database.writing(durable=True) as connection:
                connection.execute(insert(account_user).values(row))
        except IntegrityError as known:
            raise UserError(f"There is an account of {account.address} already.") from known

    def get(self, address: str) -> Account | None:
        """Return the account of a normalised address, or None."""
        return self._one(select(account_user).where(account_user.c.address == address))

    def of_subject(self, subject: str) -> Account | None:
        """Return the account that a login provider knows by this name, or None."""
        return self._one(select(account_user).where(account_user.c.subject == subject))

    def list(self) -> Sequence[Account]:
        """Return everybody, by address."""
        with self._database.reading() as connection:
            return [
                _account(row) for row in connection.execute(select(account_user).order_by(account_user.c.address))
            ]

    def change(self, account: Account) -> None:
        """Put this in the place of the account of the same address, and end its sessions; KeyError for an unknown.

        What else he is known as stays.
        """
        with self._database.writing(durable=True) as connection:
            number = _number(connection, account.address)
            connection.execute(update(account_user).where(account_user.c.id == number).values(_values(account)))
            connection.execute(delete(console_session).where(console_session.c.account_id == number))

    def bind(self, address: str, subject: str) -> bool:
        """Keep by which name a login provider knows somebody; False when he, or that name, is bound already."""
        free = (account_user.c.address == address) & account_user.c.subject.is_(None)
        try:
            with self._database.writing(durable=True) as connection:
                bound = connection.execute(update(account_user).where(free).values(subject=subject)).rowcount
        except IntegrityError:
            return False
        return bool(bound)

    def know_as(self, address: str, names: Sequence[str]) -> None:
        """Keep further addresses of somebody, beside those that are kept; KeyError for an unknown."""
        with self._database.writing(durable=True) as connection:
            number = _number(connection, address)
            this = account_user.c.id == number
            kept = connection.scalars(select(account_user.c.known_as).where(this).with_for_update()).one()
            known_as = json.dumps(list(dict.fromkeys([*json.loads(kept), *names])))
            connection.execute(update(account_user).where(this).values(known_as=known_as))

    def _one(self, query: Select[Any]) -> Account | None:
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _account(row)


class StoredSessions:
    """The store of who is logged in (`ports.accounts.Sessions`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, session: Session) -> bool:
        """Store a new session; KeyError for an unknown account.

        False, and nothing is stored, when its password was changed or it was closed since it was read.
        """
        with self._database.writing() as connection:
            number = _number(connection, session.account.address)
            if not _is_as_it_was(connection, number, session.account):
                return False
            row = {
                "key": session.key,
                "account_id": number,
                "opened_at": session.opened_at,
                "seen_at": session.seen_at,
                "via": session.via,
            }
            connection.execute(insert(console_session).values(row))
        return True

    def find(self, key: bytes) -> Session | None:
        """Return a session with its account as it is now, or None."""
        query = (
            select(console_session, account_user)
            .join(account_user, account_user.c.id == console_session.c.account_id)
            .where(console_session.c.key == key)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Session(
            key=bytes(row.key), account=_account(row), opened_at=row.opened_at, seen_at=row.seen_at, via=row.via
        )

    def seen(self, key: bytes, at: datetime) -> None:
        """Keep when a session was last used."""
        with self._database.writing() as connection:
            connection.execute(update(console_session).where(console_session.c.key == key).values(seen_at=at))

    def close(self, key: bytes) -> None:
        """End a session; harmless to repeat."""
        with self._database.writing(durable=True) as connection:
            connection.execute(delete(console_session).where(console_session.c.key == key))

    def sweep(self, *, opened_before: datetime, seen_before: datetime) -> int:
        """Remove the sessions that are over, and return how many."""
        over = or_(console_session.c.opened_at < opened_before, console_session.c.seen_at < seen_before)
        with self._database.writing() as connection:
            return connection.execute(delete(console_session).where(over)).rowcount


def names_of(connection: Connection, address: str) -> frozenset[str]:
    """Return the mailboxes of whoever has an account under an address, however that is written; its own is one.

    Where nobody's account bears it, it is his who is known as it: an address may have passed to somebody else.
    """
    mine = mailbox_of(address)
    rows = connection.execute(select(account_user.c.address, account_user.c.known_as))
    people = {row.address: {mailbox_of(one) for one in json.loads(row.known_as)} for row in rows}
    bearers = (
        [one for one in people if one == normalise_address(address)]
        or [one for one in people if mailbox_of(one) == mine]
        or [one for one, names in people.items() if mine in names]
    )
    return frozenset({mine, *map(mailbox_of, bearers)}.union(*(people[one] for one in bearers)))


def _number(connection: Connection, address: str) -> int:
    number = connection.scalar(select(account_user.c.id).where(account_user.c.address == address))
    if number is None:
        raise KeyError(address)
    return int(number)


def _is_as_it_was(connection: Connection, number: int, account: Account) -> bool:
    """Say whether somebody still logs in by what was checked; whoever changes that has to wait until we are done."""
    same = (
        (account_user.c.id == number)
        & account_user.c.password.is_not_distinct_from(account.password)
        & (account_user.c.disabled == account.disabled)
    )
    return connection.scalar(select(account_user.c.id).where(same).with_for_update(read=True)) is not None


def _values(account: Account) -> Mapping[str, object]:
    return {
        "password": account.password,
        "subject": account.subject,
        "roles": " ".join(sorted(account.roles)),
        "disabled": account.disabled,
    }


def _account(row: Row[Any]) -> Account:
    return Account(
        address=row.address,
        roles=frozenset(map(Role, row.roles.split())),
        created_at=row.created_at,
        password=row.password,
        subject=row.subject,
        disabled=row.disabled,
        known_as=tuple(json.loads(row.known_as)),
    )
