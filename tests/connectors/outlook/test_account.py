"""Logging in, whose data is seen, and what an administrator is told when something is missing."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors.outlook.settings import OutlookSettings
from guardian.domain.errors import NoMailbox, TryLater, UserError
from guardian.domain.people import Contact
from tests.connectors.outlook.tenant import Tenant
from tests.lab import faults
from tests.lab.certificates import make_app_key
from tests.lab.company_facts import Card
from tests.lab.company_oracle import true_cards, true_mail
from tests.lab.faults import FaultPlan
from tests.lab.graph_login import TENANT


def test_check_says_whose_data_it_sees(tenant: Tenant) -> None:
    said = tenant.connector().check()
    assert said == "Reads mail, calendar, contacts of ana@acme.example, bruno@acme.example, carla@acme.example."


def test_a_certificate_logs_in(tenant: Tenant) -> None:
    key = make_app_key()
    tenant.graph.entra.certificate, tenant.graph.entra.secret = key.certificate, "none"
    said = tenant.connector(client_secret=None, certificate=key.private_key + key.certificate).check()
    assert said.startswith("Reads mail")
    assert "client_assertion" in tenant.lab.asked("POST .*token")[0].form


def test_a_certificate_that_was_not_uploaded_is_refused(tenant: Tenant) -> None:
    key, other = make_app_key(), make_app_key()
    tenant.graph.entra.certificate = other.certificate
    with pytest.raises(UserError, match="secret or certificate"):
        tenant.connector(client_secret=None, certificate=key.private_key + key.certificate).check()


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"client_secret": "wrong"}, "secret or certificate: it is wrong"),
        ({"client_id": "somebody"}, "does not know this application"),
        ({"tenant_id": "nowhere"}, "does not know the tenant nowhere"),
        ({"client_secret": None, "certificate": "nonsense"}, "private key and the certificate"),
        ({"mailboxes": ["nobody@acme.example"]}, "There is no mailbox nobody@acme.example"),
        ({"ca_bundle": "none.pem"}, r"none\.pem"),
    ],
)
def test_each_wrong_setting_gives_one_clear_sentence(tenant: Tenant, settings: dict[str, object], text: str) -> None:
    with pytest.raises(UserError, match=text) as wrong:
        tenant.connector(**settings).check()
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        ("Mail.Read", "grant it Mail.ReadBasic.All"),
        ("Calendars.Read", "grant it Calendars.Read"),
        ("Contacts.Read", "grant it Contacts.Read"),
        ("User.Read.All", "list of users: grant it User.Read.All"),
    ],
)
def test_a_missing_consent_is_named(tenant: Tenant, missing: str, text: str) -> None:
    tenant.graph.entra.roles.discard(missing)
    with pytest.raises(UserError, match=text):
        tenant.connector().check()


def test_a_mailbox_outside_the_management_scope_does_not_stop_the_others(tenant: Tenant) -> None:
    tenant.graph.scoped = frozenset({tenant.ana})
    with pytest.raises(UserError, match=r"may not read bruno@acme\.example: .* management scope"):
        tenant.local("mail", "bruno@acme.example").sync()
    assert tenant.local("mail").sync().mail() == true_mail(tenant.desk)


def test_a_revoked_consent_is_one_sentence_not_a_loop(tenant: Tenant) -> None:
    feed = tenant.feed("mail")
    pages = iter(feed.changes(None))
    next(pages)
    tenant.graph.entra.secret = "another"
    tenant.graph.entra.revoke()
    with pytest.raises(UserError, match="it is wrong or has run out"):
        list(pages)
    assert len(tenant.lab.asked("POST .*token")) == 2


def test_the_login_service_may_be_down(tenant: Tenant) -> None:
    tenant.lab.faults = FaultPlan().lay(faults.unavailable(), on=TENANT, times=99)
    with pytest.raises(TryLater):
        tenant.connector().check()


def test_a_hiccup_of_the_login_service_is_sat_out(tenant: Tenant) -> None:
    tenant.lab.faults = FaultPlan().lay(faults.dropped(), on=TENANT, times=2)
    assert tenant.connector().check()


def test_members_without_a_mailbox_are_counted_where_none_is_named(tenant: Tenant) -> None:
    tenant.graph.unlicensed = frozenset({tenant.ana})
    said = tenant.connector(mailboxes="all").check()
    assert said == (
        "Reads mail, calendar, contacts of bruno@acme.example, carla@acme.example, and 1 member has no mailbox."
    )
    assert tenant.lab.asked("bruno.*calendarView")  # all of the first mailbox there is
    with pytest.raises(NoMailbox):
        tenant.local("mail").sync()


def test_a_named_mailbox_that_is_not_there_is_an_error(tenant: Tenant) -> None:
    tenant.graph.unlicensed = frozenset({tenant.ana})
    with pytest.raises(UserError, match=r"There is no mailbox ana@acme\.example; correct mailboxes") as wrong:
        tenant.connector(mailboxes=[tenant.ana]).check()
    assert not isinstance(wrong.value, NoMailbox)


def test_a_tenant_in_which_no_member_has_a_mailbox_is_told(tenant: Tenant) -> None:
    tenant.graph.unlicensed = frozenset(rep.address for rep in tenant.company.reps)
    with pytest.raises(UserError, match=r"no member .* has a mailbox"):
        tenant.connector().check()


@pytest.mark.parametrize("named", [{}, {"mailboxes": "all"}, {"mailboxes": ["all"]}])
def test_all_enabled_members_are_read_where_none_is_named(tenant: Tenant, named: dict[str, object]) -> None:
    mailboxes = {feed.scope.mailbox for feed in tenant.connector(**named).feeds()}
    assert mailboxes == {rep.address for rep in tenant.company.reps}  # the guest is not one of ours


def test_what_is_switched_off_needs_no_permission(tenant: Tenant) -> None:
    tenant.graph.entra.roles = {"Contacts.Read"}
    said = tenant.connector(mailboxes=[tenant.ana], mail=False, calendar=False).check()
    assert said == "Reads contacts of ana@acme.example."


def test_secrets_do_not_show(tenant: Tenant) -> None:
    assert "a secret of the lab" not in repr(tenant.connector())


@pytest.mark.parametrize("proof", [{}, {"client_secret": "x", "certificate": "y"}])
def test_exactly_one_proof_is_wanted(proof: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either client_secret or certificate"):
        OutlookSettings.model_validate({"tenant_id": "t", "client_id": "c", **proof})


@pytest.mark.parametrize(
    ("cloud", "graph"),
    [
        ("global", "https://graph.microsoft.com"),
        ("us_gov", "https://graph.microsoft.us"),
        ("us_gov_dod", "https://dod-graph.microsoft.us"),
    ],
)
def test_every_cloud_has_addresses_of_its_own(cloud: str, graph: str) -> None:
    settings = OutlookSettings.model_validate(
        {"tenant_id": "t", "client_id": "c", "client_secret": "s", "cloud": cloud}
    )
    assert settings.graph == graph


def test_address_books_are_followed(tenant: Tenant) -> None:
    cards = tenant.local("contacts").sync()
    assert cards.cards() == true_cards(tenant.desk)
    ref = tenant.desk.cards.add(
        Card(name="Luz", addresses=("LUZ@Client9.example",), phones=("+34 911 22 33 44",), company="")
    )
    cards.sync()
    luz = next(one for one in cards.items.values() if isinstance(one, Contact) and one.name == "Luz")
    assert (luz.addresses, luz.phones, luz.company_name) == (("luz@client9.example",), ("+34911223344",), None)
    tenant.desk.cards.remove(ref)
    assert cards.sync().cards() == true_cards(tenant.desk)


def test_a_bundle_may_be_relative_to_the_configuration(tenant: Tenant) -> None:
    assert tenant.connector(ca_bundle=Path(tenant.lab.ca_bundle).name).check()


def test_mailboxes_may_be_listed_in_one_text(tenant: Tenant) -> None:
    bo = tenant.company.reps[1].address
    mailboxes = {feed.scope.mailbox for feed in tenant.connector(mailboxes=f"{tenant.ana}, {bo}").feeds()}
    assert mailboxes == {tenant.ana, bo}
