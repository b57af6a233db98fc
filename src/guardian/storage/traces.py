"""Where an address may stand in texts and raw mail, and taking it out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, func, or_

from guardian.domain.addresses import domain_of
from guardian.domain.raw_addresses import readings
from guardian.storage.tombstones import tombstone_hash

# An address ends where another character could not carry it on: ana@ is not in susana@, nor .example in .example.com.
# A letter behind a backslash is an escape, as JSON writes it, and no part of what follows.
_BEFORE = r"(?:(?<![\w.+%'-])|(?<=\\[nrtu]))"
_AFTER = r"(?![\w-]|\.\w)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Finds one address however it is written; `stand_in` is what is put in its place."""

    needles: tuple[str, ...]
    in_words: re.Pattern[str]
    in_mail: re.Pattern[bytes]
    stand_in: str

    def in_text(self, text: str | None) -> bool:
        """Say whether a text names the address."""
        return bool(text) and self.in_words.search(text or "") is not None

    def in_bytes(self, raw: bytes) -> bool:
        """Say whether raw mail or a row of an export names the address, plainly or in a transfer encoding."""
        return any(self.in_mail.search(reading) for reading in readings(raw))

    def without(self, text: str) -> str:
        """Return a text with the stand-in wherever it named the address."""
        return self.in_words.sub(self.stand_in, text)

    def perhaps_in(self, column: Column[Any]) -> ColumnElement[bool]:
        """Return a condition that every row fulfils whose column names the address, and few others."""
        return or_(*(func.lower(column).contains(needle, autoescape=True) for needle in self.needles))


def trace_of(address: str) -> Trace:
    """Return what finds a normalised address."""
    spellings = tuple(dict.fromkeys(_spellings(address)))
    words = f"{_BEFORE}(?:{'|'.join(map(re.escape, spellings))}){_AFTER}"
    return Trace(
        # Databases agree on the case of ASCII letters only: the pattern decides about the others.
        needles=tuple(dict.fromkeys(one if one.isascii() else f"@{domain_of(address)}" for one in spellings)),
        in_words=re.compile(words, re.IGNORECASE),
        in_mail=re.compile(words.encode(), re.IGNORECASE),
        stand_in=f"forgotten-{tombstone_hash(address).hex()[:12]}",
    )


def _spellings(address: str) -> Iterator[str]:
    local, _, domain = address.rpartition("@")
    for name in (local, local.upper()) if not local.isascii() else (local,):
        for place in (domain, _readable(domain)):
            spelled = f"{name}@{place}"
            yield spelled
            yield spelled.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")  # as JSON writes it
            yield f"{name}%40{place}"  # as addresses of pages write it


def _readable(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain
