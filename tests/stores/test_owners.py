"""Who of ours owns a client that no CRM gives an owner: the one who deals most with it."""

from dataclasses import replace

from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Record
from guardian.storage import Database, StoredTimelines
from guardian.sync import Rules
from tests.sync.conftest import sync_into
from tests.sync.supplier import OWN, ListFeed, a_mail

ANA, EVA = "ana@acme.example", "eva@acme.example"
BERMEO = Company(ref="0010000000000AAAAA", name="Bermeo", domains=("bermeo.example",))
LEFT = Colleague(ref="0050000000000AAAAA", name="Ana", address=ANA, active=False)


def owners(database: Database, *records: Record) -> dict[str, str | None]:
    sync_into(database, ListFeed("box", list(records)), rules=Rules(own_domains=OWN), full=True)
    return {one.name: one.owner for one in StoredTimelines(database).clients()}


def test_who_copies_himself_counts_once(database: Database) -> None:
    mails = [
        a_mail("1", sender=EVA, to=["luis@norte.example", EVA]),
        a_mail("2", sender=ANA, to=["luis@norte.example"]),
    ]
    assert owners(database, *mails) == {"Norte": ANA}  # one each: the first by alphabet


def test_a_mail_to_several_people_of_a_client_counts_once(database: Database) -> None:
    many = a_mail("1", sender=EVA, to=[f"p{i}@norte.example" for i in range(5)])
    each = [a_mail(f"a{i}", sender=ANA, to=["p0@norte.example"]) for i in range(2)]
    assert owners(database, many, *each) == {"Norte": ANA}


def test_mail_from_a_sub_domain_counts_for_the_account(database: Database) -> None:
    assert owners(database, BERMEO, a_mail("1", sender="luis@taller.bermeo.example", to=[EVA])) == {"Bermeo": EVA}


def test_mail_from_the_free_mail_address_of_a_contact_counts_for_his_account(database: Database) -> None:
    pepe = Contact(
        ref="0030000000000CCCCC", name="Pepe", addresses=("pepe@gmail.com",), company_ref="0010000000000AAAAA"
    )
    assert owners(database, BERMEO, pepe, a_mail("1", sender="pepe@gmail.com", to=[EVA])) == {"Bermeo": EVA}


def test_an_owner_who_has_left_is_none_and_neither_is_he_who_wrote_most(database: Database) -> None:
    account = replace(BERMEO, owner_ref=LEFT.ref)
    mails = [a_mail(f"{i}", sender=ANA, to=["luis@bermeo.example"]) for i in range(3)]
    assert owners(database, account, replace(LEFT, active=True), *mails) == {"Bermeo": ANA}
    assert owners(database, account, LEFT, *mails) == {"Bermeo": None}
    assert owners(database, account, LEFT, *mails, a_mail("e", sender=EVA, to=["luis@bermeo.example"])) == {
        "Bermeo": EVA
    }


def test_who_left_one_organisation_and_works_in_another_owns_what_is_his(database: Database) -> None:
    again = Colleague(ref="0050000000000BBBBB", name="Ana", address=ANA)
    assert owners(database, replace(BERMEO, owner_ref=LEFT.ref), LEFT, again) == {"Bermeo": ANA}


def test_mailings_and_old_mail_make_nobody_the_owner(database: Database) -> None:
    recent = a_mail("1", sender=ANA, to=["luis@norte.example"], day=100)
    old = [a_mail(f"o{i}", sender=EVA, to=["luis@norte.example"], day=-200) for i in range(3)]
    assert owners(database, recent, *old) == {"Norte": ANA}
