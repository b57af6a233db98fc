"""Clients that a plain list names, one line an address or domain: all lines of one name are one client."""

import hashlib
import re
from collections.abc import Sequence

from guardian.domain.addresses import is_domain, normalise_address, read_domain
from guardian.domain.columns import plain

PLACES = ("address", "domain", "email", "mail", "direccion", "dominio", "correo")
CLIENTS = ("client", "cliente")

_MARK = "list:"
_NAMED = re.compile(r"[^<>]*<([^<>]*)>\s*")
_NOT_IN_NAME = re.compile(r"[@:/*]")  # of a mailbox: several addresses, or a page


def listed_client(name: str) -> str:
    """Return what makes a client of a list this client: its name, however it is written in capitals."""
    folded = " ".join(name.split()).casefold()
    return _MARK + hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def columns_of(first: Sequence[str]) -> tuple[list[int], list[int]] | None:
    """Return which columns hold places, and which clients' names, by the first line; None where that is no heading.

    Beside the one that holds places, the other of two holds the names whatever it is called.
    """
    labels = [plain(one) for one in first]
    places, names = ([at for at, label in enumerate(labels) if label in called] for called in (PLACES, CLIENTS))
    if not places or any(map(read_place, first)):
        return None
    if len(labels) == 2 and len(places) == 1:
        names = [1 - places[0]]
    return places, names


def read_place(text: str) -> str | None:
    """Return the mailbox or domain that a line names, normalised; None where it is neither, or more than one.

    However it is written: `Eva Gil <eva@client.example>`, `mailto:`, and domains as `read_domain` takes them.
    """
    named = _NAMED.fullmatch(text)
    place = re.sub(r"^mailto:\s*", "", (named[1] if named else text).strip(), flags=re.IGNORECASE)
    domain = read_domain(place)
    if domain:
        return domain
    address = normalise_address(place) or ""
    name, _, host = address.rpartition("@")
    return address if name and is_domain(host) and not _NOT_IN_NAME.search(name) else None


def line_of(client_ref: str, place: str) -> str:
    """Return the record id of the line that gives a listed client a domain."""
    return f"{client_ref}/{place}"


def client_of_line(ref: str | None) -> str | None:
    """Return the listed client that a record id belongs to, or None when it is no line of a list."""
    return ref.partition("/")[0] if ref and ref.startswith(_MARK) else None
