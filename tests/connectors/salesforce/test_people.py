import pytest

from connectors.salesforce.row import Row, Unreadable
from connectors.salesforce.translate_people import PersonFields, read_account, read_contact, read_lead, read_user
from guardian.domain.people import Company, Contact
from guardian.ports.connector import Gone

ACCOUNT = {"Id": "001000000000001AAA", "Name": "Cliente S.L.", "Website": "https://www.cliente.example/es?x=1"}
CONTACT = {
    "Id": "003000000000001AAA",
    "Name": "Ana Núñez",
    "Email": "Ana@Cliente.example",
    "Phone": "+34 600 112 233",
}


def test_an_account_is_a_company_with_its_domain_and_owner() -> None:
    row = Row(ACCOUNT | {"OwnerId": "005000000000001"})
    assert read_account(row, value=120.0) == Company(
        ref="001000000000001AAA",
        name="Cliente S.L.",
        domains=("cliente.example",),
        owner_ref="005000000000001AAA",
        value=120.0,
    )


@pytest.mark.parametrize("website", ["", "gmail.com", "intranet", "https://", "see our brochure"])
def test_a_website_that_names_no_company_gives_no_domain(website) -> None:
    account = read_account(Row(ACCOUNT | {"Website": website}))
    assert isinstance(account, Company)
    assert account.domains == ()


def test_a_deleted_account_is_gone() -> None:
    assert read_account(Row(ACCOUNT | {"IsDeleted": True})) == Gone(item_id="001000000000001AAA")


def test_every_mail_and_phone_field_counts_custom_ones_too() -> None:
    fields = PersonFields(addresses=("Email", "Second__c"), phones=("Phone", "Mobile__c"))
    contact = read_contact(Row(CONTACT | {"Second__c": "ana2@cliente.example", "Mobile__c": None}), fields)
    assert isinstance(contact, Contact)
    assert contact.addresses == ("ana@cliente.example", "ana2@cliente.example")
    assert contact.phones == ("+34600112233",)


def test_the_loser_of_a_merge_points_to_the_winner() -> None:
    row = Row(CONTACT | {"IsDeleted": True, "MasterRecordId": "003000000000002"})
    contact = read_contact(row, PersonFields())
    assert isinstance(contact, Contact)
    assert contact.merged_into == "003000000000002AAA"


def test_a_deleted_contact_is_gone() -> None:
    assert read_contact(Row(CONTACT | {"IsDeleted": "true"}), PersonFields()) == Gone(item_id=CONTACT["Id"])


def test_a_converted_lead_is_merged_into_the_contact_he_became() -> None:
    row = Row(
        {"Id": "00Q000000000001AAA", "Name": "Eva", "Company": "Nueva", "IsConverted": True}
        | {"ConvertedContactId": "003000000000009AAA", "ConvertedAccountId": "001000000000009AAA"}
    )
    lead = read_lead(row, PersonFields())
    assert isinstance(lead, Contact)
    assert (lead.merged_into, lead.company_ref) == ("003000000000009AAA", "001000000000009AAA")


def test_a_lead_that_is_not_converted_stands_for_himself() -> None:
    row = Row({"Id": "00Q000000000001AAA", "Name": "Eva", "IsConverted": "false", "ConvertedContactId": ""})
    lead = read_lead(row, PersonFields())
    assert isinstance(lead, Contact)
    assert lead.merged_into is None


def test_a_user_who_was_made_inactive_has_left() -> None:
    user = {"Id": "005000000000001AAA", "Name": "Ana", "Email": "ana@acme.example"}
    active = [read_user(Row({**user, "IsActive": told})).active for told in (True, "true", False, "false")]
    assert active == [True, True, False, False]
    assert read_user(Row(user)).active


def test_a_user_is_a_colleague() -> None:
    user = read_user(Row({"Id": "005000000000001AAA", "Name": "Luz", "Email": "luz@acme.example"}))
    assert (user.ref, user.name, user.address) == ("005000000000001AAA", "Luz", "luz@acme.example")


def test_json_and_csv_read_alike() -> None:
    as_json = Row(CONTACT | {"IsDeleted": False, "Title": None})
    as_csv = Row(CONTACT | {"IsDeleted": "false", "Title": ""})
    assert read_contact(as_json, PersonFields()) == read_contact(as_csv, PersonFields())


def test_a_row_without_id_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="id is missing"):
        read_user(Row({"Name": "Luz"}))
