"""Whoever wrote a mail never lets it go to the client: the store refuses, whatever asks it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from guardian.domain.addresses import mailbox_of
from guardian.domain.errors import UserError
from guardian.ports.accounts import Account, Role
from guardian.ports.holds import HoldState
from guardian.storage.accounts import StoredAccounts
from guardian.storage.engine import Database
from guardian.storage.holds import StoredHolds
from tests.stores.mails import RAW, REVIEWER, SENDER, held_mail, step
from tests.stores.world import day

LOCAL = st.from_regex(r"[a-z][a-z0-9._-]{0,11}", fullmatch=True)
TAG = st.from_regex(r"(\+[a-z0-9+=-]{0,8})?", fullmatch=True)
DOMAIN = st.sampled_from(["acme.example", "mail.acme.example", "españa.example"])
TO_ALL = (HoldState.RELEASE_REQUESTED, HoldState.RELEASED)
PROPERTY = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def disguises(draw: st.DrawFn, local: str, domain: str) -> str:
    """Another way to write the address of the same mailbox."""
    name = draw(st.sampled_from([local, local.upper(), f'"{local}"', f"prvs=1234567890={local}"])) + draw(TAG)
    place = draw(st.sampled_from([domain, domain.upper(), f"{domain}.", domain.encode("idna").decode()]))
    return draw(st.sampled_from(["{}", " {}\t", "<{}>"])).format(f"{name}@{place}")


@PROPERTY
@given(data=st.data(), local=LOCAL, domain=DOMAIN, why=st.text(max_size=20), to=st.sampled_from(TO_ALL))
def test_no_way_of_writing_the_own_address_releases_the_own_mail(
    database: Database, data: st.DataObject, local: str, domain: str, why: str, to: HoldState
) -> None:
    holds, name = StoredHolds(database), uuid4().hex
    sender, by = data.draw(disguises(local, domain)), data.draw(disguises(local, domain))
    author = data.draw(st.booleans())
    mail = held_mail(name)
    envelope = replace(mail.envelope, sender="bounces@acme.example" if author else sender)
    kept = holds.keep(replace(mail, envelope=envelope, written_by=(sender,) if author else ()), name.encode())
    with pytest.raises(UserError):
        holds.move(kept, to, step(kept, by, why))
    assert holds.get(kept.id) == kept
    assert len(holds.events(kept.id)) == 1


@PROPERTY
@given(data=st.data(), mine=LOCAL, other=LOCAL, domain=DOMAIN, why=st.text(max_size=20))
def test_somebody_else_releases_exactly_with_a_justification(
    database: Database, data: st.DataObject, mine: str, other: str, domain: str, why: str
) -> None:
    assume(mine != other)
    holds, name = StoredHolds(database), uuid4().hex
    mail = held_mail(name)
    kept = holds.keep(replace(mail, envelope=replace(mail.envelope, sender=f"{mine}@{domain}")), name.encode())
    asked = step(kept, data.draw(disguises(other, domain)), why)
    if why.strip():
        moved = holds.move(kept, HoldState.RELEASE_REQUESTED, asked)
        assert moved is not None
        assert moved.state is HoldState.RELEASE_REQUESTED
    else:
        with pytest.raises(UserError, match="justification"):
            holds.move(kept, HoldState.RELEASE_REQUESTED, asked)
        assert holds.get(kept.id) == kept


def test_a_release_that_was_refused_can_be_asked_for_again_by_others_only(database: Database) -> None:
    holds = StoredHolds(database)
    kept = holds.keep(held_mail(), RAW)
    asked = holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept))
    assert asked is not None
    back = holds.move(asked, HoldState.HELD, step(asked, "guardian"))
    assert back is not None
    with pytest.raises(UserError, match="sender cannot"):
        holds.move(back, HoldState.RELEASE_REQUESTED, step(back, kept.envelope.sender))


@pytest.mark.parametrize(
    ("account", "by"),
    [
        (REVIEWER, REVIEWER),
        (REVIEWER, f"<{REVIEWER.upper()}> "),
        ("boss+console@acme.example", REVIEWER),
        (SENDER, "rep.old@acme.example"),
    ],
)
def test_nobody_releases_what_he_sent_from_another_address_of_his(database: Database, account: str, by: str) -> None:
    holds, accounts = StoredHolds(database), StoredAccounts(database)
    accounts.add(Account(address=account, roles=frozenset({Role.REVIEWER}), created_at=day(0)))
    accounts.add(Account(address="eva@acme.example", roles=frozenset({Role.REVIEWER}), created_at=day(0)))
    accounts.know_as(account, ["rep.old@acme.example", "Rep+x@acme.example"])
    kept = holds.keep(held_mail(), RAW)
    for to in TO_ALL:
        with pytest.raises(UserError, match="sender cannot"):
            holds.move(kept, to, step(kept, by))
    assert holds.get(kept.id) == kept
    assert holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept, "eva@acme.example")) is not None


def test_whoever_got_the_address_of_somebody_else_is_not_taken_for_him(database: Database) -> None:
    holds, accounts = StoredHolds(database), StoredAccounts(database)
    for address in (SENDER, REVIEWER):
        accounts.add(Account(address=address, roles=frozenset({Role.REVIEWER}), created_at=day(0)))
    accounts.know_as(SENDER, [REVIEWER])
    kept = holds.keep(held_mail(), RAW)
    with pytest.raises(UserError, match="sender cannot"):
        holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept, SENDER))
    assert holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept, REVIEWER)) is not None


def test_an_address_that_is_learnt_too_late_keeps_no_release_from_being_noted(database: Database) -> None:
    holds, accounts = StoredHolds(database), StoredAccounts(database)
    accounts.add(Account(address=REVIEWER, roles=frozenset({Role.REVIEWER}), created_at=day(0)))
    kept = holds.keep(held_mail(), RAW)
    asked = holds.move(kept, HoldState.RELEASE_REQUESTED, step(kept))
    accounts.know_as(REVIEWER, [SENDER])
    assert asked is not None
    sending = holds.move(asked, HoldState.SENDING, step(asked, "guardian"))
    assert sending is not None
    gone = holds.move(sending, HoldState.RELEASED, step(sending, "guardian"))
    assert gone is not None
    assert (gone.state, gone.decided_by) == (HoldState.RELEASED, REVIEWER)


def test_two_mailboxes_stay_two() -> None:
    assert mailbox_of("ana@acme.example") != mailbox_of("ana@mail.acme.example") != mailbox_of("anna@acme.example")
