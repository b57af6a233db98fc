"""Which addresses on records of people are one person's, and which name nobody in particular."""

import pytest

from guardian.domain.clientele import Sources, work_out
from guardian.domain.contact_groups import group_contacts, nobodys_addresses
from guardian.domain.people import Company, Contact, IdentityKind


def crm(number: int, name: str, *addresses: str, account: int | None = 1, company_name: str | None = None) -> Contact:
    return Contact(
        ref=f"0030000000{number:05}AAA",
        name=name,
        addresses=addresses,
        company_ref=account and account_ref(account),
        company_name=company_name,
    )


def account_ref(number: int) -> str:
    return f"0010000000{number:05}AAA"


def card(ref: str, name: str, *addresses: str, company: str = "") -> Contact:
    return Contact(ref=ref, name=name, addresses=addresses, company_name=company)


def people(*contacts: Contact) -> list[set[str]]:
    return [{one.name for one in group} for group in group_contacts(contacts, nobodys_addresses(contacts))]


def test_an_address_filled_in_for_everybody_brings_no_two_accounts_together() -> None:
    ana = crm(1, "Ana Gil", "none@none.com", "ana@sol.example", account=1)
    ben = crm(2, "Ben Roy", "none@none.com", account=2)
    assert people(ana, ben) == [{"Ana Gil"}, {"Ben Roy"}]


def test_what_many_of_one_account_share_is_nobodys() -> None:
    those = [crm(n, name, "taller@sol.example") for n, name in enumerate(("Ana Gil", "Ben Roy", "Eva Paz"))]
    assert people(*those) == [{"Ana Gil"}, {"Ben Roy"}, {"Eva Paz"}]


def test_one_person_at_two_accounts_is_one_however_his_name_is_written() -> None:
    assert people(
        crm(1, "Ana Gil", "ana@sol.example", account=1), crm(2, "GIL RUIZ, Ána", "ana@sol.example", account=2)
    ) == [{"Ana Gil", "GIL RUIZ, Ána"}]


def test_two_records_of_one_account_with_one_address_are_one_person() -> None:
    assert len(people(crm(1, "Ana Gil", "ana@sol.example"), crm(2, "Jefa de compras", "ana@sol.example"))) == 1


def test_address_books_may_call_somebody_what_they_like() -> None:
    books = [
        card("a", "Ana", "ana@sol.example"),
        card("b", "Sra. Gil", "ana@sol.example", company="Sol"),
        card("c", "Compras", "ana@sol.example", company="Grupo Sol"),
        crm(1, "Ana Gil", "ana@sol.example"),
    ]
    assert len(people(*books)) == 1


def test_machines_answer_for_nobody_but_an_only_bearer_keeps_his_address() -> None:
    ana, ben = crm(1, "Ana Gil", "noreply@sol.example"), crm(2, "Ana Gil", "noreply@sol.example")
    assert nobodys_addresses([ana, ben]) == {"noreply@sol.example"}
    assert nobodys_addresses([ana]) == frozenset()


def test_a_record_that_was_merged_away_is_no_stranger() -> None:
    left = crm(1, "Ana Gil", "ana@sol.example", account=1)
    gone = Contact(
        ref="003000000000002AAA",
        name="Compras",
        addresses=("ana@sol.example",),
        company_ref=account_ref(2),
        merged_into=left.ref,
    )
    assert len(people(left, gone)) == 1


def test_free_mail_stays_with_whoever_has_it_so_that_it_stays_a_clients() -> None:
    shared = [crm(1, "Ana Gil", "familia@gmail.com", account=1), crm(2, "Ben Roy", "familia@gmail.com", account=2)]
    assert len(people(*shared)) == 1


@pytest.mark.parametrize("address", ["none@none.com", "gestoria@papeles.example"])
def test_people_who_share_an_address_stay_at_their_own_clients_and_keep_their_other_names(address: str) -> None:
    found = work_out(
        Sources(
            companies=[Company(ref=account_ref(n), name=f"Firm {n}") for n in (1, 2)],
            contacts=[
                crm(1, "Ana Gil", address, account=1),
                crm(2, "Ben Roy", "ben@luna.example", address, account=2),
            ],
            colleagues=(),
            met={},
            writers={},
            is_own=lambda one: False,
        )
    )
    assert {one.name: one.client_ref for one in found.persons} == {
        "Ana Gil": f"crm:{account_ref(1)}",
        "Ben Roy": f"crm:{account_ref(2)}",
    }
    mails = {one.name: [i.value for i in one.identities if i.kind is IdentityKind.EMAIL] for one in found.persons}
    assert mails == {"Ana Gil": [], "Ben Roy": ["ben@luna.example"]}
