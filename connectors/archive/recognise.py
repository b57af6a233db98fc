"""What a file dropped into the archive is: told by its content; its name only helps."""

import codecs
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from connectors.archive.decoding import decode_head
from connectors.archive.tables import HEAD, Table, table_of
from guardian.connector_kit.headers import split_mail
from guardian.domain.mbox import split

_MAIL_FIELDS = frozenset(
    "from to cc subject date received return-path message-id mime-version delivered-to sender reply-to".split()
)
_EXPORT_NAMES = (".csv", ".tsv", ".ics", ".ical", ".vcf", ".vcard", ".mbox", ".mbx")


class FileKind(StrEnum):
    """How a file is read."""

    MBOX = "mbox"
    MAIL = "mail"
    CALENDAR = "calendar"
    CARDS = "cards"
    TABLE = "table"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The kind of a file, the kind of table it is, or why it is unknown."""

    kind: FileKind
    table: Table | None = None
    why: str = ""


def recognise(path: Path) -> Recognised:
    """Say what a file is from how it begins; OSError when it cannot be read."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    name = path.name.lower()
    if not head:
        return Recognised(kind=FileKind.MBOX if name.endswith((".mbox", ".mbx")) else FileKind.EMPTY)
    text = decode_head(head[:4096]).lstrip("\ufeff \t\r\n")[:2000]
    if text[:15].upper() == "BEGIN:VCALENDAR":
        return Recognised(kind=FileKind.CALENDAR)
    if text[:11].upper() == "BEGIN:VCARD":
        return Recognised(kind=FileKind.CARDS)
    if _is_mbox(path, head):
        return Recognised(kind=FileKind.MBOX)
    if name.endswith((".eml", ".emlx")) or _is_mail(head):
        return Recognised(kind=FileKind.MAIL)
    table = table_of(head, path.stem) if b"\n" in head or b"\r" in head else None
    if table:
        return Recognised(kind=FileKind.TABLE, table=table)
    return Recognised(kind=FileKind.UNKNOWN, why=_why(path.name, text))


def _is_mbox(path: Path, head: bytes) -> bool:
    """Say whether a file begins with a postmark; a single mail that does is an mbox unless it is called .eml."""
    bare = head.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    if not bare.startswith(b"From ") or not _is_mail(bare.partition(b"\n")[2]):
        return False
    if not path.name.lower().endswith((".eml", ".emlx")):
        return True
    with path.open("rb") as file:
        messages = split(file, until=path.stat().st_size)
        return next(messages, None) is not None and next(messages, None) is not None


def _is_mail(head: bytes) -> bool:
    fields, _ = split_mail(head)
    if not fields:
        return False
    first_line = head.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n").partition(b"\n")[0]
    begins = first_line.split(b":")[0].strip().lower() == fields[0][0].lower().encode()
    return begins and len(_MAIL_FIELDS & {name.lower() for name, _ in fields}) >= 2


def _why(name: str, text: str) -> str:
    if name.lower().endswith(_EXPORT_NAMES):
        kind = name.rpartition(".")[2].lower()
        if kind in ("csv", "tsv"):
            return f"{name} is a table, but its columns are those of no export that Guardian knows."
        return f"{name} is called .{kind}, but does not hold what that name promises."
    if text.startswith("PK"):
        return f"{name} is a packed file; unpack it into the folder."
    return f"{name} is none of the export formats that Guardian reads."
