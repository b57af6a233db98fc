"""One person logs in with a device code; what the login service renews is kept, and only that mailbox is read."""

import json

import pytest

from connectors.outlook import connector
from guardian.domain.errors import UserError
from guardian.ports.connector import Surroundings
from tests.connectors.outlook.tenant import Tenant
from tests.lab.graph_login import CLIENT, TENANT


def values(tenant: Tenant, mailbox: str = "") -> dict[str, object]:
    return {
        "tenant_id": TENANT,
        "client_id": CLIENT,
        "mailboxes": [mailbox or tenant.ana],
        "authority_url": tenant.lab.url,
        "graph_url": tenant.lab.url,
        "ca_bundle": str(tenant.lab.ca_bundle),
    }


def logged_in(tenant: Tenant, told: list[str] | None = None, **more: object) -> str:
    surroundings = Surroundings(own_domains=frozenset({"acme.example"}), folder=tenant.lab.ca_bundle.parent)
    told = [] if told is None else told
    return connector.log_in({**values(tenant), **more}, surroundings, told.append)["login"]


def test_a_person_types_a_code_and_is_read_from_then_on(tenant: Tenant) -> None:
    tenant.graph.entra.people.person = tenant.ana
    told: list[str] = []
    login = logged_in(tenant, told)
    assert "enter the code ABC-DEF" in told[0]
    asked = tenant.lab.asked("POST .*devicecode")[0].form["scope"]
    assert "Mail.ReadBasic" in asked
    assert "Mail.Read " not in asked
    said = tenant.connector(client_secret=None, login=login, mailboxes=[tenant.ana]).check()
    assert said == "Reads mail, calendar, contacts of ana@acme.example."


def test_another_mailbox_than_the_persons_own_stays_closed(tenant: Tenant) -> None:
    tenant.graph.entra.people.person = tenant.ana
    login = logged_in(tenant)
    other = tenant.company.reps[1].address
    with pytest.raises(UserError, match=f"may not read {other}"):
        tenant.connector(client_secret=None, login=login, mailboxes=[other]).check()


def test_whoever_logs_in_must_be_the_one_that_is_read(tenant: Tenant) -> None:
    tenant.graph.entra.people.person = tenant.company.reps[1].address
    with pytest.raises(UserError, match="log in as that person"):
        logged_in(tenant)


def test_a_person_who_declines_is_told_to_start_again(tenant: Tenant) -> None:
    with pytest.raises(UserError, match="Nobody logged in in time, or the login was declined"):
        logged_in(tenant)


def test_a_renewed_login_is_kept(tenant: Tenant) -> None:
    tenant.graph.entra.people.person = tenant.ana
    tenant.graph.entra.lasts_s = 1
    login = logged_in(tenant)
    kept: dict[str, str] = {}
    opened = tenant.connector(client_secret=None, login=login, mailboxes=[tenant.ana], keep=kept.__setitem__)
    opened.check()
    before = {one["secret"] for one in json.loads(login)["RefreshToken"].values()}
    after = {one["secret"] for one in json.loads(kept["login"])["RefreshToken"].values()}
    assert after
    assert after.isdisjoint(before)


def test_a_login_that_was_taken_back_asks_for_a_new_one(tenant: Tenant) -> None:
    tenant.graph.entra.people.person = tenant.ana
    tenant.graph.entra.lasts_s = 1
    login = logged_in(tenant)
    tenant.graph.entra.people.refresh_tokens.clear()
    with pytest.raises(UserError, match="run `guardian connectors login`"):
        tenant.connector(client_secret=None, login=login, mailboxes=[tenant.ana]).check()


def test_a_damaged_login_is_said_to_be_none(tenant: Tenant) -> None:
    with pytest.raises(UserError, match="What login refers to is no login"):
        tenant.connector(client_secret=None, login="nonsense", mailboxes=[tenant.ana]).check()
