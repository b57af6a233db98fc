"""Whom a mail did not reach, and whether it ever can: read from what mail systems report (RFC 3464, RFC 3463)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from guardian.domain.activity import Activity, Participant, Role, Signal
from guardian.domain.addresses import is_robot_address, normalise_address
from guardian.domain.people import Identity, IdentityKind

LONGEST_REPORT = 100_000  # characters of a report that are read
MOST_ADDRESSES = 50

_FIELD = re.compile(r"^(original-recipient|final-recipient|action|status):[ \t]*([^\r\n]{0,1000})", re.I | re.M)
_BLOCKS = re.compile(r"\r?\n[ \t]*\r?\n")
# 5.1.5 is a success, 5.1.7 and 5.1.8 are about the sender's address, 5.1.9 about the next server.
_NO_SUCH = r"5\.1\.(?:[0-46]|10)(?!\d)"
_NO_SUCH_STATUS = re.compile(rf"^\s*{_NO_SUCH}")
# The mail was too large, or of a kind that is not let in: that says nothing about whom it was for.
_ABOUT_THE_MAIL = re.compile(r"^\s*[45]\.(?:2\.3|3\.4|6\.|7\.)")
_NO_SUCH_WORDS = re.compile(
    rf"(?<![\d.]){_NO_SUCH}|\b(?:user|recipient|address|mailbox) (?:is )?unknown|\bunknown (?:user|recipient|address)"
    r"|\bno such (?:user|recipient|mailbox|address|person)|\bno mailbox here\b|\bunrouteable address\b"
    r"|\binvalid recipient|\b(?:wasn't|was not|couldn't be|could not be|not) found\b|\bnot listed in\b"
    r"|\b(?:user|recipient|address|mailbox|account)[^.\r\n]{0,40} (?:does not|doesn't) (?:exist|have)"
    r"|\bno se (?:encontr[oó]|ha encontrado|pudo encontrar)|\b(?:usuario|destinatario|buz[oó]n|direcci[oó]n)"
    r"[^.\r\n]{0,40} (?:no existe|desconocid)|\bno existe el (?:usuario|destinatario|buz[oó]n)",
    re.I,
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,253}[^\s<>()\[\]\"',;:.]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """Whose addresses a mail did not reach; `gone` when the reason is that there are no such addresses."""

    addresses: tuple[str, ...]
    gone: bool


def read_bounce(headers: Iterable[tuple[str, str]], *, status: str = "", text: str = "") -> Undelivered:
    """Return what a bounce says, from its machine-readable `status` part, else from header fields and words.

    Where some of its addresses do not exist, only those are named; delays are no failures, and what is wrong with the
    mail itself is nobody's address. `text` is the part for
    people, where privacy lets it be read. Nobody is named where nothing tells whom it is about.
    """
    reported = _reported(status[:LONGEST_REPORT])
    if reported or "recipient:" in status.lower():
        gone = [address for address, code in reported if _NO_SUCH_STATUS.match(code)]
        return Undelivered(addresses=_once(gone or [address for address, _ in reported]), gone=bool(gone))
    named = _named(headers) or _alone(text[:LONGEST_REPORT])
    return Undelivered(addresses=named, gone=bool(named) and bool(_NO_SUCH_WORDS.search(text[:LONGEST_REPORT])))


def with_undelivered(one: Activity, found: Undelivered) -> Activity:
    """Return a bounce that says whom it is about, and whether that address is gone."""
    seats = tuple(
        Participant(role=Role.ABOUT, identity=Identity(kind=IdentityKind.EMAIL, value=address))
        for address in found.addresses
    )
    gone = {Signal.NO_SUCH_ADDRESS} if found.gone else set[Signal]()
    return replace(one, participants=one.participants + seats, signals=one.signals | gone)


def _reported(status: str) -> list[tuple[str, str]]:
    """Return each address that failed, with its status code; as we wrote it, where the report still knows."""
    found = []
    for block in _BLOCKS.split(status):
        fields = {name.lower(): value for name, value in _FIELD.findall(block)}
        address = _recipient(fields.get("original-recipient", "")) or _recipient(fields.get("final-recipient", ""))
        code = fields.get("status", "")
        failed = fields.get("action", "failed").strip().lower().startswith("failed")
        if address and failed and not _ABOUT_THE_MAIL.match(code):
            found.append((address, code))
    return found[:MOST_ADDRESSES]


def _recipient(field: str) -> str | None:
    """Return the address of `rfc822; ana@cliente.example`; none of another kind (x400)."""
    kind, semicolon, value = field.partition(";")
    if semicolon and kind.strip().lower() not in ("rfc822", "utf-8"):
        return None
    return normalise_address(value if semicolon else field)


def _named(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    texts = [value for name, value in headers if name.strip().lower() == "x-failed-recipients"]
    return _once([one for text in texts for part in text.split(",") if (one := normalise_address(part))])


def _alone(text: str) -> tuple[str, ...]:
    """Return the only address that a report names, if it names just one."""
    found = {one for match in _ADDRESS.findall(text) if (one := normalise_address(match))}
    people = [one for one in found if not is_robot_address(one)]
    return tuple(people) if len(people) == 1 else ()


def _once(addresses: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))[:MOST_ADDRESSES]
