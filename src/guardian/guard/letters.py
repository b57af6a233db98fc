"""The mails that Guardian writes about held mail: from nobody, so that no machine answers them (RFC 3834)."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

import structlog

from guardian.domain.addresses import domain_of, normalise_address
from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.guard.elsewhere import elsewhere_of
from guardian.guard.links import Links
from guardian.guard.notices import Kind, Notice, return_notice, waiting_notice
from guardian.guard.past import Past, past_of, waits_since
from guardian.guard.read_mail import mailboxes
from guardian.guard.stamps import Stamps
from guardian.ports.holds import Hold, HoldEvent

_LOG = structlog.get_logger()
_PLAIN_ID = re.compile(r"[\x21-\x3b=\x3f-\x7e]{1,200}")


class NoLetter(UserError):
    """Somebody cannot or must not be written to, and that stays so: he is an outsider, or his address is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Writes notices as mails; `links` and `stamps` are there once the tenant has a key.

    The same notice is the same mail, bytes and Message-ID, however often it is written. A sender's address may be
    anybody's, the client's too: he is written to only where `is_ours` says that nobody outside reads it.
    """

    sender: str
    language_of: Callable[[str], str]
    hours: int
    is_ours: Callable[[str], bool]
    links: Links | None = None
    zone_of: Callable[[str], tzinfo] = lambda _address: UTC
    stamps: Stamps | None = None

    def waiting(
        self, hold: Hold, raw: bytes, kind: Kind, to: str, trail: Sequence[HoldEvent] = ()
    ) -> tuple[Envelope, bytes]:
        """Return what tells somebody that a mail is held, why, and what he can do, with its envelope.

        NoLetter for a sender who is an outsider.
        """
        if kind is Kind.SENDER:
            self._only_ours(to)
        past = self._past(hold, raw, trail)
        at = waits_since(hold, past) if kind in (Kind.FAILED, Kind.REMINDER) else hold.held_at

        def write(told: Hold) -> bytes:
            return _written(self._message(told, kind, to, self._notice(told, kind, to, past), at))

        return self._sealed(to, _whatever_it_is_about(hold, write))

    def returning(self, hold: Hold, raw: bytes, trail: Sequence[HoldEvent] = ()) -> tuple[Envelope, bytes]:
        """Return what gives a mail back to its sender unchanged, explained in both languages, his first.

        NoLetter for a sender who is an outsider.
        """
        to = hold.envelope.sender
        self._only_ours(to)
        language, past = self.language_of(to), self._past(hold, raw, trail)

        def write(told: Hold) -> bytes:
            notice = return_notice(told, language, past)
            message = self._message(told, Kind.RETURNED, to, notice, told.decided_at or told.held_at)
            placeholder = EmailMessage(policy=SMTP)
            placeholder.set_payload(f"original-{told.digest}")
            message.add_attachment(placeholder)
            message.set_boundary(f"=_guardian_{told.digest[:40]}")
            return _written(message)

        # Put in as bytes: the original may be anything, and must not pass through a parser.
        letter = _whatever_it_is_about(hold, write)
        return self._sealed(to, letter.replace(f"\r\noriginal-{hold.digest}".encode(), raw, 1))

    def first_notice(self, hold: Hold, raw: bytes) -> Notice:
        """Return what its sender is told of a mail when it is held."""
        return self._notice(hold, Kind.SENDER, hold.envelope.sender, self._past(hold, raw, ()))

    def _past(self, hold: Hold, raw: bytes, trail: Sequence[HoldEvent]) -> Past:
        return past_of(trail, elsewhere_of(hold, raw, self.is_ours))

    def _notice(self, hold: Hold, kind: Kind, to: str, past: Past) -> Notice:
        return waiting_notice(
            hold,
            kind,
            to,
            self.language_of(to),
            hours=self.hours,
            links=self.links,
            past=past,
            returns=bool(hold.envelope.sender) and self.is_ours(hold.envelope.sender),
            zone=self.zone_of(to),
        )

    def _only_ours(self, to: str) -> None:
        if not self.is_ours(to):
            raise NoLetter("Its sender is not one of ours, so nothing is sent there; release it or discard it.")

    def _message(self, hold: Hold, kind: Kind, to: str, notice: Notice, at: datetime) -> EmailMessage:
        message = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
        said = f"{hold.id}\n{kind}\n{to}\n{int(at.timestamp())}"
        identity = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
        try:
            name, address = next(iter(mailboxes([self.sender])), ("", ""))
            message["From"] = Address(name or "Guardian", addr_spec=address)
            message["Message-ID"] = f"<guardian.{identity[:32]}@{domain_of(address)}>"
        except (ValueError, IndexError, MessageError) as problem:
            raise UserError(f"No mail can be written from {self.sender}; correct guard.notices_from.") from problem
        try:
            message["To"] = _mailbox(to)
        except (ValueError, IndexError, MessageError) as problem:
            raise NoLetter(f"No mail can be written to somebody about {hold.id}: his address is none.") from problem
        message["Date"] = format_datetime(at)
        _say_subject(message, notice.subject)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["X-Guardian-Hold"] = hold.id
        if kind in (Kind.SENDER, Kind.RETURNED) and hold.message_id and _PLAIN_ID.fullmatch(hold.message_id):
            message["References"] = f"<{hold.message_id}>"
        message.set_content(notice.text)
        message.add_alternative(notice.html, subtype="html")
        message.set_boundary(f"=_guardian_{identity[:40]}")
        return message

    def _sealed(self, to: str, letter: bytes) -> tuple[Envelope, bytes]:
        envelope = Envelope(sender="", recipients=(to,), mail_args=() if to.isascii() else ("SMTPUTF8",))
        return envelope, letter if self.stamps is None else self.stamps.stamp(to, letter)


def _whatever_it_is_about(hold: Hold, write: Callable[[Hold], bytes]) -> bytes:
    """Return a letter; without the subject of the mail that it is about, where that is what cannot be written."""
    try:
        return write(hold)
    except NoLetter:
        raise
    except Exception as problem:  # noqa: BLE001 - a subject may say anything, and people must hear that it is held
        _LOG.warning("guard.letter_without_subject", hold=hold.id, why=type(problem).__name__)
        return write(replace(hold, subject="…"))


def _written(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, MessageError) as problem:
        raise UserError("The letter cannot be written as a mail.") from problem


def _say_subject(message: EmailMessage, subject: str) -> None:
    """Put a subject into a letter so that it reads as it is, also where it looks as if it were encoded."""
    if "=?" in subject:  # the library would decode it once more
        message.set_raw("Subject", Header(subject, "utf-8", header_name="Subject").encode())
    else:
        message["Subject"] = subject


def _mailbox(address: str) -> Address:
    """Return an address for a header field; ValueError (or the library's own) when it is none."""
    if address.isascii():
        return Address(addr_spec=address)
    address.encode("utf-8")  # halves of characters cannot be written
    local, _, domain = (normalise_address(address) or "").rpartition("@")
    if not local:
        raise ValueError("no address")
    return Address(username=local, domain=domain)  # RFC 6532; the library's own parser knows ASCII only
