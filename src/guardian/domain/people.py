"""Who Guardian knows: clients (companies), the people at them, and our own reps."""

from dataclasses import dataclass, field
from enum import StrEnum


class IdentityKind(StrEnum):
    """What a value that names a person or company is."""

    EMAIL = "email"
    PHONE = "phone"
    CRM = "crm"  # a CRM record id, 18 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One normalised value that names somebody; unique in the tenant."""

    kind: IdentityKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A client company as one provider's record tells it (CRM account, or the employer of a contact).

    `ref` is the provider's id of the record, `owner_ref` that of the rep who owns it, `value` the yearly worth in
    the tenant's currency where known.
    """

    ref: str
    name: str
    domains: tuple[str, ...] = ()
    owner_ref: str | None = None
    owner_address: str | None = None
    value: float | None = None
    language: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person outside, as one provider's record tells it (CRM contact or lead, address-book card).

    `company_ref` points to a `Company` of the same provider; `company_name` is what stands on the card.
    `merged_into` is the provider's id of the record that absorbed this one.
    """

    ref: str
    name: str
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company_ref: str | None = None
    company_name: str | None = None
    owner_ref: str | None = None
    title: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One of our own people, as a provider's user record tells it; who has left is no longer `active`."""

    ref: str
    name: str
    address: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client as Guardian keeps it."""

    id: int
    name: str
    owner: str | None = None
    value: float | None = None
    language: str | None = None
    domains: tuple[str, ...] = ()
    contacts: tuple[str, ...] = field(default=())
