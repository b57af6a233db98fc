"""Clients that a plain list names, one line an address or domain: all lines of one name are one client."""

import hashlib

_MARK = "list:"


def listed_client(name: str) -> str:
    """Return what makes a client of a list this client: its name, however it is written in capitals."""
    folded = " ".join(name.split()).casefold()
    return _MARK + hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def line_of(client_ref: str, place: str) -> str:
    """Return the record id of the line that gives a listed client a domain."""
    return f"{client_ref}/{place}"


def client_of_line(ref: str | None) -> str | None:
    """Return the listed client that a record id belongs to, or None when it is no line of a list."""
    return ref.partition("/")[0] if ref and ref.startswith(_MARK) else None
