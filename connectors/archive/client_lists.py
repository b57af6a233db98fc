"""Lists of clients, `address,client`, as `guard scan --clients` takes them: an address is a mailbox or a domain."""

from connectors.archive.cells import Cells, Context, Unreadable
from guardian.domain.addresses import is_domain, normalise_address, normalise_domain
from guardian.domain.listed_clients import line_of, listed_client
from guardian.domain.people import Company, Contact
from guardian.ports.connector import Record

_PLACES = "address domain email mail direccion dominio correo"
_CLIENTS = "client cliente"


def announces(columns: frozenset[str], _name: str) -> bool:
    """Say whether these are the columns of a list of clients."""
    return bool(columns & set(_PLACES.split())) and bool(columns & set(_CLIENTS.split())) and len(columns) == 2


def read_line(cells: Cells, _context: Context) -> Record:
    """Return the domain of a client, sub-domains included, or a person at it."""
    name, place = " ".join(cells[_CLIENTS].split()), cells[_PLACES].strip().lstrip("@")
    if not name:
        raise Unreadable("the client's name is missing.")
    client = listed_client(name)
    if "@" in place:
        address = normalise_address(place)
        if address:
            return Contact(
                ref=cells.row_id(), name=address, addresses=(address,), company_ref=client, company_name=name
            )
    else:
        domain = normalise_domain(place)
        if is_domain(domain):
            return Company(ref=line_of(client, domain), name=name, domains=(domain,))
    raise Unreadable(f"'{place}' is neither a mail address nor a domain.")
