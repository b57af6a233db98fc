"""Salesforce exports of who is who: Account, Contact, Lead, User (Data Loader names and report labels alike)."""

import re
from math import isfinite

from connectors.archive.address_books import names_addresses
from connectors.archive.cells import Cells, Context, Unreadable, full_name
from guardian.domain.addresses import domains_of_site, normalise_address
from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Gone, Record

_OTHER_OBJECTS = frozenset(
    """
    stagename closedate casenumber ordernumber contractnumber whoid whatid pricebook2id opportunityname
    campaignname assetname etapa fechadecierre numerodelcaso
    """.split()
)
_ACCOUNT_MARKS = frozenset(
    """
    website annualrevenue industry numberofemployees accountowner accountnumber billingcity billingcountry
    billingstreet shippingcity accountsource accountname lastactivity sitioweb nombredelacuenta
    propietariodelacuenta ingresosanuales
    """.split()
)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d*)?[eE][+-]?\d{1,3}")  # as the Data Loader writes large sums
_NAMES = frozenset("lastname firstname email name fullname apellidos nombre".split())
_PHONES = "phone mobilephone mobile homephone otherphone telefono movil businessphone"


def announces_users(columns: frozenset[str], name: str) -> bool:
    """Say whether these are the columns of a User export; `name` is the file's, or what its ids tell."""
    if not columns & {"id", "userid"}:
        return False
    if "username" in columns:
        return True
    if columns & (_OTHER_OBJECTS | {"accountid", "ownerid", "company"}):
        return False
    return name.startswith(("user", "usuario")) and bool(columns & (_NAMES | {"correoelectronico"}))


def announces_leads(columns: frozenset[str], name: str) -> bool:
    """Say whether these are the columns of a Lead export."""
    if columns & {
        "isconverted",
        "convertedcontactid",
        "leadid",
        "leadowner",
        "idprospecto",
        "propietariodelcandidato",
    }:
        return bool(columns & _NAMES)
    return "id" in columns and bool(columns & {"company"}) and ("status" in columns or name.startswith("lead"))


def announces_contacts(columns: frozenset[str], name: str) -> bool:
    """Say whether these are the columns of a Contact export."""
    if columns & _OTHER_OBJECTS or not columns & _NAMES:
        return False
    if columns & {"contactid", "contactowner", "propietariodelcontacto"}:
        return True
    personal = bool(columns & {"lastname", "firstname", "email"})
    return "id" in columns and personal and ("accountid" in columns or name.startswith("contact"))


def announces_accounts(columns: frozenset[str], name: str) -> bool:
    """Say whether these are the columns of an Account export."""
    if columns & (_OTHER_OBJECTS | {"lastname", "firstname", "email"}):
        return False
    if not columns & {"name", "accountname", "nombredelacuenta"}:
        return False
    if not columns & {"id", "accountid"} and any(map(names_addresses, columns)):  # a list of people
        return False
    return bool(columns & _ACCOUNT_MARKS) or ("id" in columns and name.startswith(("account", "cuenta")))


def read_account(cells: Cells, _context: Context) -> Record:
    """Return a client company, or that it was deleted."""
    name = cells["name accountname nombredelacuenta"]
    if not name:
        raise Unreadable("the account has no name.")
    ref = (
        cells.record_id("id accountid")
        if cells["id accountid"]
        else cells.record_id("accountname name nombredelacuenta")
    )
    if cells.is_true("isdeleted"):
        return Gone(item_id=ref)
    return Company(
        ref=ref,
        name=name,
        domains=domains_of_site(cells["website sitioweb"]),
        owner_ref=cells.crm_id("ownerid accountownerid accountowner propietariodelacuenta ownername"),
        owner_address=next(iter(cells.addresses("owneremail accountowneremail")), None),
        value=_amount(cells["annualrevenue ingresosanuales"]),
    )


def read_contact(cells: Cells, _context: Context) -> Record:
    """Return a person at a client, or that he was deleted or merged into another record."""
    ref = cells.record_id("id contactid") if cells["id contactid"] else cells.row_id()
    merged_into = cells.crm_id("masterrecordid")
    if cells.is_true("isdeleted") and not merged_into:
        return Gone(item_id=ref)
    return _person(cells, ref, company_ref=cells.crm_id("accountid"), merged_into=merged_into)


def read_lead(cells: Cells, _context: Context) -> Record:
    """Return a lead as the person he is; a converted one is merged into the contact he became."""
    ref = cells.record_id("id leadid") if cells["id leadid"] else cells.row_id()
    merged_into = cells.crm_id("masterrecordid")
    if cells.is_true("isconverted") or cells["convertedcontactid"]:
        merged_into = cells.crm_id("convertedcontactid") or merged_into
    if cells.is_true("isdeleted") and not merged_into:
        return Gone(item_id=ref)
    return _person(cells, ref, company_ref=cells.crm_id("convertedaccountid"), merged_into=merged_into)


def read_user(cells: Cells, _context: Context) -> Record:
    """Return one of our own people."""
    ref = cells.record_id("id userid")
    known = cells.addresses("email correoelectronico")
    address = known[0] if known else normalise_address(cells["username"])  # which may be a name as well
    name = full_name(cells["firstname nombre"], cells["lastname apellidos"]) or cells["name fullname alias"]
    return Colleague(ref=ref, name=name or address or ref, address=address)


def _person(cells: Cells, ref: str, *, company_ref: str | None, merged_into: str | None) -> Contact:
    addresses = cells.addresses("email secondaryemail npe01homeemailc npe01workemailc")
    name = full_name(cells["firstname nombre"], cells["middlename"], cells["lastname apellidos"])
    return Contact(
        ref=ref,
        name=name or cells["name fullname"] or next(iter(addresses), ref),
        addresses=addresses,
        phones=cells.phones(_PHONES),
        company_ref=company_ref,
        company_name=cells["company companyaccount accountname nombredelacuenta"] or None,
        owner_ref=cells.crm_id("ownerid contactownerid leadownerid contactowner leadowner"),
        title=cells["title jobtitle cargo"] or None,
        merged_into=merged_into,
    )


def _amount(text: str) -> float | None:
    """Return a sum of money, whichever of point and comma separates its decimals."""
    if _SCIENTIFIC.fullmatch(text.strip()):
        sum_of_money = float(text)
        return sum_of_money if isfinite(sum_of_money) else None
    digits = re.sub(r"[^\d.,-]", "", text)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+,\d{1,2}", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        return float(digits.replace(",", "")) if digits else None
    except ValueError:
        return None
