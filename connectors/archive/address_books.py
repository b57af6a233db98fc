"""Address books as Outlook (English, Spanish) and Google (old and new form) export them, and lists like them."""

import re

from connectors.archive.cells import Cells, Context, Unreadable, full_name
from guardian.domain.people import Contact
from guardian.ports.connector import Record

_ADDRESS = re.compile(
    r"^(?:e?mail(?:address)?\d?(?:value)?|email\d?(?:address|value)|correo(?:electronico)?\d?"
    r"|direccion(?:de|del)?correo(?:electronico)?\d?)$"
)
_PHONE = re.compile(r"(?:phone|telefono|movil|mobile)")
_NO_PHONE = re.compile(r"(?:type|label|fax|tipo|etiqueta|isdn|telex|tty)")
_NAMES = frozenset("name firstname givenname lastname familyname nombre apellidos fullname displayname".split())


def names_addresses(column: str) -> bool:
    """Say whether a column is one of mail addresses by its plain name."""
    return bool(_ADDRESS.match(column))


def announces(columns: frozenset[str], _name: str) -> bool:
    """Say whether these are the columns of an address book: names, and at least one column of mail addresses."""
    return bool(columns & _NAMES) and any(map(names_addresses, columns))


def read_contact(cells: Cells, _context: Context) -> Record:
    """Return one card of the address book."""
    columns = cells.names()
    addresses = cells.addresses(" ".join(name for name in columns if names_addresses(name)))
    phones = cells.phones(" ".join(name for name in columns if _PHONE.search(name) and not _NO_PHONE.search(name)))
    company = cells["company organizationname organization1name organizacion empresa compania accountname"]
    first = cells["firstname givenname nombre"]
    last = full_name(
        cells["middlename additionalname segundonombre"], cells["lastname familyname apellidos apellido"]
    )
    name = full_name(first, last) or cells["name fullname displayname"] or next(iter(addresses), "") or company
    if not name:
        raise Unreadable("the card has neither a name nor an address.")
    return Contact(
        ref=cells.row_id(),
        name=name,
        addresses=addresses,
        phones=phones,
        company_name=company or None,
        title=cells["jobtitle organizationtitle organization1title cargo puesto"] or None,
    )
