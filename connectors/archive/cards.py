"""Address cards: vCard 3 and 4 (RFC 2426, RFC 6350), and 2.1 with its quoted-printable."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.archive.address_cells import no_addresses, read_cell, unread_addresses
from connectors.archive.cells import Unreadable, full_name
from connectors.archive.content_lines import Component, Line, components, unfold
from connectors.archive.decoding import read_all
from connectors.archive.tally import Tally, short_digest
from connectors.archive.whole_file import Item
from guardian.connector_kit.encoded_words import decode_bytes, printable
from guardian.connector_kit.paging import dead_letter
from guardian.domain.identity import normalise_phone
from guardian.domain.people import Contact
from guardian.ports.connector import DeadLetter

_SOFT_BREAK = re.compile(r"(QUOTED-PRINTABLE[^:\n]*:[^\n]*)=\n", re.IGNORECASE)
_PARTS = re.compile(r"(?<!\\);")
_MOST_SOFT_BREAKS = 200


def read_cards(path: Path) -> Iterator[Item]:
    """Yield every card of a file as a contact or a dead letter; cards of groups are nobody and left out."""
    tally = Tally()
    text = _join_soft_breaks(read_all(path).replace("\r\n", "\n").replace("\r", "\n"))
    done = 0
    for card in components(unfold(text), frozenset({"VCARD"})):
        raw = "\n".join(card.raw)
        done += len(raw)
        if (card.text("KIND") or card.text("X-ADDRESSBOOKSERVER-KIND")).lower() == "group":
            continue
        for item in _read(card, raw, tally):
            yield item, done


def _read(card: Component, raw: str, tally: Tally) -> Iterator[Contact | DeadLetter]:
    uid = card.text("UID").removeprefix("urn:uuid:")[:200]
    digest = short_digest(uid.encode("utf-8", "replace") if uid else raw.encode("utf-8", "replace"))
    named = tally.name(digest)
    ref = (uid or digest) + named.removeprefix(digest)
    try:
        contact, unread = _Card(card).contact(ref)
    except Unreadable as error:
        yield dead_letter(ref, str(error), raw.encode("utf-8", "replace"))
        return
    yield contact
    if unread:
        why = f"{no_addresses(unread)}; the rest of the card was read."
        yield unread_addresses(ref, why, raw.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class _Card:
    card: Component

    def contact(self, ref: str) -> tuple[Contact, list[str]]:
        """Return the person, and what is called an address and cannot be read as one."""
        if not self.card.whole:
            raise Unreadable("The card has no END:VCARD.")
        read = [read_cell(_value(line)) for line in self.card.every("EMAIL")]
        known = tuple(dict.fromkeys(address for addresses, _ in read for address in addresses))
        company = printable(", ".join(filter(None, self._parts("ORG"))))
        name = self._name() or next(iter(known), "") or company
        if not name:
            raise Unreadable("The card has neither a name nor an address.")
        phones = [normalise_phone(re.sub(r"^tel:|;ext=.*$", "", _value(line))) for line in self.card.every("TEL")]
        title = self.card.first("TITLE") or self.card.first("ROLE")
        contact = Contact(
            ref=ref,
            name=name,
            addresses=known,
            phones=tuple(dict.fromkeys(one for one in phones if one)),
            company_name=company or None,
            title=(printable(_value(title)) or None) if title else None,
        )
        return contact, [text for _, unread in read for text in unread]

    def _name(self) -> str:
        shown = self.card.first("FN")
        if shown and _value(shown):
            return printable(_value(shown))
        family, given, middle, *_ = [*self._parts("N"), "", "", ""]
        return printable(full_name(given, middle, family))

    def _parts(self, name: str) -> list[str]:
        line = self.card.first(name)
        if not line:
            return []
        raw = _decoded(line)
        return [Line(name=name, parameters={}, value=part).text for part in _PARTS.split(raw)]


def _value(line: Line) -> str:
    return Line(name=line.name, parameters={}, value=_decoded(line)).text


def _decoded(line: Line) -> str:
    """Undo quoted-printable, which vCard 2.1 knows with a charset of its own."""
    encodings = {line.parameters.get("ENCODING", "").upper(), line.parameters.get("TYPE", "").upper()}
    if "QUOTED-PRINTABLE" not in encodings:
        return line.value
    return decode_bytes(
        quopri.decodestring(line.value.encode("latin-1", "replace")), line.parameters.get("CHARSET", "")
    )


def _join_soft_breaks(text: str) -> str:
    """Join the lines of quoted-printable values, which end in = and do not begin with a blank."""
    for _ in range(_MOST_SOFT_BREAKS):
        joined = _SOFT_BREAK.sub(r"\1", text)
        if joined == text:
            return text
        text = joined
    return text
