"""Mail addresses as people type them into a cell of an export: several, behind names, or in no form that is one."""

import re
from collections.abc import Iterator, Sequence

from guardian.connector_kit.address_lists import LONGEST_LIST, read_addresses
from guardian.connector_kit.paging import dead_letter
from guardian.domain.addresses import is_domain
from guardian.ports.connector import DeadLetter

_BETWEEN = re.compile(r":::|\s/\s|[|\r\n\t]")
_PIECE = re.compile(r'(?:"[^"]*"|[^",;])+|"')
_MEANT = re.compile(  # what names do not have, and other ways to say that there is no address
    r"[@\uff20]|[(\[]\s?at\s?[)\]]|\barroba\b|\w\.[a-z]{2,}\b", re.IGNORECASE
)
_SHOWN = 100  # characters


def read_cell(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses in a cell, normalised, each once, and what in it should be one and cannot be read."""
    pieces = [(piece.strip(), _address(piece)) for piece in _pieces(text[:LONGEST_LIST])]
    found = tuple(dict.fromkeys(address for _, address in pieces if address))
    if found:
        return found, tuple(piece for piece, address in pieces if not address and _MEANT.search(piece))
    return (), (text.strip(),) if _MEANT.search(text) else ()


def no_addresses(unread: Sequence[str]) -> str:
    """Return how a sentence begins that says of which texts no address was made."""
    shown = ", ".join(f"'{text[:_SHOWN]}'" for text in dict.fromkeys(unread))
    return f"{shown} {'is' if len(unread) == 1 else 'are'} no mail address"


def unread_addresses(ref: str, why: str, raw: bytes) -> DeadLetter:
    """Return the dead letter beside a record that was read but for its addresses."""
    return dead_letter(f"address of {ref}", why, raw, about=ref)


def _pieces(text: str) -> Iterator[str]:
    """Yield what may hold one address each."""
    for part in _BETWEEN.split(text):
        for piece in _PIECE.findall(part):
            if piece.count("@") < 2:
                yield piece
            elif "<" in piece:
                yield from re.split(r"(?<=>)", piece)
            else:
                yield from re.split(r"\s+|/(?=[^@/]+@)", piece)


def _address(piece: str) -> str | None:
    for _, address in read_addresses([piece]):
        name, _, domain = address.rpartition("@")
        return address if is_domain(domain) and "@" not in name else None
    return None
