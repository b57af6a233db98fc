"""What becomes of a client that only its name or an address told of, when records tell more."""

from guardian.domain.people import Company, Contact
from tests.domain.test_listed_clients import clientele

ACCOUNT = Company(ref="001000000000001AAA", name="Talleres Gil")
OTHER = Company(ref="001000000000002AAA", name="Other")
CONTACT = Contact(ref="003000000000001AAA", name="Rosa", addresses=("rosa@gmail.com",), company_ref=ACCOUNT.ref)


def lead(number: int, company: str = "Talleres Gil", into: Contact | None = None) -> Contact:
    ref, merged = f"00Q00000000000{number}AAA", into and into.ref
    return Contact(
        ref=ref, name="Rosa", addresses=(f"rosa{number}@gmail.com",), company_name=company, merged_into=merged
    )


def test_a_client_by_name_becomes_the_account_of_that_name() -> None:
    assert clientele(lead(1)).clients.keys() == {"name:talleres gil"}
    found = clientele(ACCOUNT, CONTACT, lead(1, into=CONTACT))
    assert found.successors["name:talleres gil"] == f"crm:{ACCOUNT.ref}"


def test_a_client_by_name_becomes_the_account_that_its_only_lead_was_converted_into() -> None:
    found = clientele(ACCOUNT, CONTACT, lead(1, company="Gil e Hijos", into=CONTACT))
    assert found.successors["name:gil e hijos"] == f"crm:{ACCOUNT.ref}"


def test_where_its_leads_went_to_different_accounts_nobody_succeeds_it() -> None:
    second = Contact(ref="003000000000002AAA", name="Eva", addresses=("eva@gmail.com",), company_ref=OTHER.ref)
    leads = lead(1, company="Gil e Hijos", into=CONTACT), lead(2, company="Gil e Hijos", into=second)
    assert "name:gil e hijos" not in clientele(ACCOUNT, OTHER, CONTACT, second, *leads).successors


def test_a_client_by_address_becomes_the_client_of_whose_address_it_is() -> None:
    assert clientele(ACCOUNT, CONTACT).successors["address:rosa@gmail.com"] == f"crm:{ACCOUNT.ref}"


def test_a_client_that_is_still_there_has_no_successor() -> None:
    assert clientele(lead(1)).successors == {"address:rosa1@gmail.com": "name:talleres gil"}
