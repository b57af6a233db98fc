"""People who log in are kept once, and whatever changes about one of them ends what he has open."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from guardian.domain.errors import UserError
from guardian.ports.accounts import Account, Role, Session
from guardian.storage.account_tables import account_user, console_session
from guardian.storage.accounts import StoredAccounts, StoredSessions
from guardian.storage.engine import Database
from guardian.storage.erasure import forget
from tests.stores.world import day

EVA = Account(
    address="eva@acme.example",
    roles=frozenset({Role.REVIEWER, Role.ADMIN}),
    created_at=day(0),
    password="$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA",
)
LUIS = Account(address="luis@acme.example", roles=frozenset({Role.AUDITOR}), created_at=day(1))


@pytest.fixture
def accounts(database: Database) -> StoredAccounts:
    store = StoredAccounts(database)
    store.add(LUIS)
    store.add(EVA)
    return store


@pytest.fixture
def sessions(database: Database, accounts: StoredAccounts) -> StoredSessions:
    store = StoredSessions(database)
    for number, one in enumerate((EVA, EVA, LUIS)):
        store.open(opened(number, one))
    return store


def opened(number: int, account: Account) -> Session:
    return Session(key=bytes([number]), account=account, opened_at=day(2), seen_at=day(2 + number), via="password")


def test_people_are_kept_as_they_are_and_listed_by_address(accounts: StoredAccounts) -> None:
    assert accounts.get("eva@acme.example") == EVA
    assert accounts.get("nobody@acme.example") is None
    assert list(accounts.list()) == [EVA, LUIS]


def test_there_is_one_account_an_address(accounts: StoredAccounts) -> None:
    with pytest.raises(UserError, match="There is an account"):
        accounts.add(replace(EVA, roles=frozenset()))
    assert accounts.get("eva@acme.example") == EVA


def test_a_password_shows_in_no_text_about_somebody() -> None:
    assert "argon2" not in repr(EVA)


@pytest.mark.parametrize(
    "changed",
    [replace(EVA, disabled=True), replace(EVA, password="other"), replace(EVA, roles=frozenset({Role.AUDITOR}))],
)
def test_a_change_is_kept_and_ends_the_sessions_of_that_person_only(
    accounts: StoredAccounts, sessions: StoredSessions, changed: Account
) -> None:
    accounts.change(changed)
    assert accounts.get(EVA.address) == changed
    assert [sessions.find(bytes([one])) is not None for one in range(3)] == [False, False, True]
    with pytest.raises(KeyError):
        accounts.change(replace(EVA, address="nobody@acme.example"))


def test_a_provider_knows_one_person_by_one_name_for_good(accounts: StoredAccounts) -> None:
    assert accounts.bind(EVA.address, "https://login.example/ 17")
    assert not accounts.bind(EVA.address, "https://login.example/ 18")
    assert not accounts.bind(LUIS.address, "https://login.example/ 17")
    assert not accounts.bind("nobody@acme.example", "https://login.example/ 19")
    found = accounts.of_subject("https://login.example/ 17")
    assert found is not None
    assert found.address == EVA.address
    assert accounts.of_subject("https://login.example/ 18") is None


def test_whatever_else_somebody_was_called_is_kept_for_good_and_ends_nothing(
    accounts: StoredAccounts, sessions: StoredSessions
) -> None:
    accounts.know_as(EVA.address, ["e.sanz@acme.example"])
    accounts.know_as(EVA.address, ["año@acme.example", "e.sanz@acme.example"])
    found = sessions.find(b"\x00")
    assert found is not None
    assert found.account.known_as == ("e.sanz@acme.example", "año@acme.example")
    assert found.account.names == (EVA.address, *found.account.known_as)
    accounts.change(replace(EVA, disabled=True))
    assert accounts.get(EVA.address) == replace(EVA, disabled=True, known_as=found.account.known_as)
    assert accounts.get(LUIS.address) == LUIS
    with pytest.raises(KeyError):
        accounts.know_as("nobody@acme.example", ["x@acme.example"])


def test_a_further_address_that_is_forgotten_is_known_no_more(database: Database, accounts: StoredAccounts) -> None:
    accounts.know_as(EVA.address, ["e.sanz@acme.example", "año@acme.example"])
    forget(database, "año@acme.example", now=day(9))
    kept = accounts.get(EVA.address)
    assert kept is not None
    assert kept.known_as[0] == "e.sanz@acme.example"
    assert "acme.example" not in kept.known_as[1]


def test_a_session_is_found_with_the_account_as_it_is_now(accounts: StoredAccounts, sessions: StoredSessions) -> None:
    assert sessions.find(b"\x00") == opened(0, EVA)
    accounts.bind(EVA.address, "later")
    found = sessions.find(b"\x00")
    assert found is not None
    assert found.account.subject == "later"
    assert sessions.find(b"none") is None
    with pytest.raises(KeyError):
        sessions.open(replace(opened(9, EVA), account=replace(EVA, address="nobody@acme.example")))


@pytest.mark.parametrize("changed", [{"password": "$argon2id$another"}, {"disabled": True}])
def test_no_session_is_opened_for_what_an_account_was_before_a_change(
    accounts: StoredAccounts, sessions: StoredSessions, changed: dict[str, Any]
) -> None:
    accounts.change(replace(EVA, **changed))
    assert not sessions.open(opened(9, EVA))
    assert sessions.find(b"\x09") is None
    assert sessions.open(opened(9, LUIS))


def test_a_session_ends_when_it_is_closed(sessions: StoredSessions) -> None:
    sessions.close(b"\x00")
    sessions.close(b"\x00")
    assert sessions.find(b"\x00") is None
    assert sessions.find(b"\x01") is not None


def test_what_is_over_is_swept_and_nothing_else(sessions: StoredSessions) -> None:
    sessions.seen(b"\x00", day(9))
    assert sessions.sweep(opened_before=day(2), seen_before=day(4)) == 1
    assert [sessions.find(bytes([one])) is not None for one in range(3)] == [True, False, True]
    assert sessions.sweep(opened_before=day(2) + timedelta(seconds=1), seen_before=day(0)) == 2


def test_whoever_is_forgotten_logs_in_no_more(database: Database, sessions: StoredSessions) -> None:
    forget(database, EVA.address, now=day(9))
    forget(database, "somebody@else.example", now=day(9))
    with database.reading() as connection:
        assert connection.scalars(select(account_user.c.address)).all() == [LUIS.address]
        assert connection.scalar(select(func.count()).select_from(console_session)) == 1
