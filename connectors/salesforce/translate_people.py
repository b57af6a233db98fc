"""Who is who: Account, Contact, Lead and User as the domain's values; pure."""

from dataclasses import dataclass

from connectors.salesforce.row import Row
from guardian.connector_kit.encoded_words import printable
from guardian.domain.addresses import domains_of_site
from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFields:
    """Which fields of an object hold mail addresses and phone numbers, custom ones included."""

    addresses: tuple[str, ...] = ("Email",)
    phones: tuple[str, ...] = ("Phone", "MobilePhone")


def read_account(row: Row, *, value: float | None = None) -> Company | Gone:
    """Return a client company worth `value` a year, or that the account is gone; a merged account is gone."""
    ref = row.id
    if row.is_true("IsDeleted"):
        return Gone(item_id=ref)
    return Company(
        ref=ref,
        name=printable(row["Name"]) or ref,
        domains=domains_of_site(row["Website"]),
        owner_ref=row.ref("OwnerId"),
        value=value,
    )


def read_contact(row: Row, fields: PersonFields) -> Contact | Gone:
    """Return a person at a client; the loser of a merge points to the record that absorbed it."""
    merged_into = row.ref("MasterRecordId")
    if row.is_true("IsDeleted") and not merged_into:
        return Gone(item_id=row.id)
    return _person(row, fields, company_ref=row.ref("AccountId"), merged_into=merged_into)


def read_lead(row: Row, fields: PersonFields) -> Contact | Gone:
    """Return a lead as the person he is; a converted one is merged into the contact he became."""
    merged_into = row.ref("MasterRecordId")
    if row.is_true("IsDeleted") and not merged_into:
        return Gone(item_id=row.id)
    if row.is_true("IsConverted"):
        merged_into = row.ref("ConvertedContactId") or merged_into
    return _person(row, fields, company_ref=row.ref("ConvertedAccountId"), merged_into=merged_into)


def read_user(row: Row) -> Colleague:
    """Return one of our own people; users are never deleted, only made inactive."""
    address = next(iter(row.addresses(("Email", "Username"))), None)
    name = printable(row["Name"]) or address or row.id
    return Colleague(ref=row.id, name=name, address=address, active=row["IsActive"].lower() != "false")


def _person(row: Row, fields: PersonFields, *, company_ref: str | None, merged_into: str | None) -> Contact:
    addresses = row.addresses(fields.addresses)
    return Contact(
        ref=row.id,
        name=printable(row["Name"]) or next(iter(addresses), row.id),
        addresses=addresses,
        phones=row.phones(fields.phones),
        company_ref=company_ref,
        company_name=printable(row["Company"]) or None,
        owner_ref=row.ref("OwnerId"),
        title=printable(row["Title"]) or None,
        merged_into=merged_into,
    )
