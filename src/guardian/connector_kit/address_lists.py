"""Reading address lists (From, To, Cc) the way people's mail programs write them, right or wrong."""

import re
from collections.abc import Iterable
from functools import lru_cache

from guardian.connector_kit.encoded_words import decode_words, printable
from guardian.domain.addresses import normalise_address

LONGEST_LIST = 65_536  # characters of one field that are read
MOST_ADDRESSES = 2_000
_CACHED_UP_TO = 400  # characters; mailboxes repeat the same few fields

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[()<>,;:]|[^"()<>,;:]+', re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)

Named = tuple[str, str]  # display name, normalised address


def read_addresses(values: Iterable[str]) -> tuple[Named, ...]:
    """Return the (display name, normalised address) pairs of address fields, in order, each address once.

    Quoted names, comments, groups, routes, encoded words, commas or semicolons between; what is no address
    (Exchange's X.500 names, undisclosed recipients) is left out. Never raises; linear in the length.
    """
    found: dict[str, str] = {}
    for value in values:
        for name, address in _cached(value) if len(value) <= _CACHED_UP_TO else _read(value[:LONGEST_LIST]):
            if address not in found or not found[address]:
                found[address] = name
            if len(found) >= MOST_ADDRESSES:
                break
    return tuple((name, address) for address, name in found.items())


@lru_cache(maxsize=4096)
def _cached(value: str) -> tuple[Named, ...]:
    return _read(value)


def _read(value: str) -> tuple[Named, ...]:
    if value.count("(") != value.count(")"):
        value = value.replace("(", " ").replace(")", " ")
    pairs = _Reader().read(value)
    if not pairs and "=?" in value and "@" not in value:
        pairs = _Reader().read(decode_words(value))  # senders that encode the address along with the name
    return tuple(pairs)


class _Reader:
    """Cuts one field into addresses, piece by piece."""

    def __init__(self) -> None:
        self._pairs: list[Named] = []
        self._start()

    def _start(self) -> None:
        self._words: list[str] = []
        self._angle: list[str] | None = None
        self._open = False
        self._comment: list[str] = []

    def read(self, value: str) -> list[Named]:
        depth = 0
        for piece in _TOKEN.findall(value):
            if piece in "()":
                depth = max(depth + (1 if piece == "(" else -1), 0)
            elif depth:
                self._comment.append(piece)
            else:
                self._take(piece)
        self._finish()
        return self._pairs

    def _take(self, piece: str) -> None:
        if piece == "<":
            self._angle, self._open = [], True
        elif piece == ">":
            self._open = False
        elif piece in ",;" and not (self._open and not self._closed_by_comma()):
            self._finish()
        elif self._open and self._angle is not None:
            self._angle.append(piece)
        elif piece == ":":
            self._words.clear()  # the name of a group, or mailto
        else:
            self._words.append(piece)

    def _closed_by_comma(self) -> bool:
        """A comma belongs inside <> only in an old route: <@relay,@relay:user@host>."""
        inside = "".join(self._angle or ()).strip()
        return "@" in inside and not inside.startswith("@")

    def _finish(self) -> None:
        inside = "".join(self._angle or ()).strip()
        words = " ".join(filter(None, (_unquote(word) for word in self._words)))
        if not inside:
            inside, words = _bare(self._words, words)
        if inside.startswith("@") or inside.lower().startswith("mailto:"):
            inside = inside.rpartition(":")[2]
        address = normalise_address(inside) if "@" in inside else None
        if address:
            self._pairs.append((_name(words or "".join(self._comment), address), address))
        self._start()


def _bare(tokens: list[str], words: str) -> tuple[str, str]:
    """Find an address without angle brackets among the words; what is left is the name."""
    whole = "".join(tokens).strip()
    if len(whole.split()) == 1:
        return whole, ""
    pieces = words.split()
    address = next((piece for piece in reversed(pieces) if "@" in piece), "")
    return address, " ".join(piece for piece in pieces if piece != address)


def _unquote(word: str) -> str:
    word = word.strip()
    if word.startswith('"'):
        word = _QUOTED_PAIR.sub(r"\1", word.strip('"'))
    return word.strip()


def _name(text: str, address: str) -> str:
    name = printable(decode_words(text)).strip("'\" ")[:200]
    return "" if name.lower() == address else name
