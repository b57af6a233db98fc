"""A rendered digest as a mail ready to be sent."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Protocol
from urllib.parse import quote

from guardian.digest.material import NoReader
from guardian.digest.templating import Rendered
from guardian.domain.addresses import domain_of, normalise_address
from guardian.domain.errors import UserError

SENDER_NAME = "Guardian"
ONE_CLICK = "List-Unsubscribe=One-Click"  # what a mail program posts (RFC 8058)
_STOP_SUBJECT = "unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOut:
    """How its reader stops a mail: by a link, by a mail to a person; each empty where there is none."""

    link: str = ""
    mail: str = ""


class _Links(UnstructuredHeader, BaseHeader):
    """A header of links in angle brackets, one a line: a link that is too long must not be encoded as words."""

    def fold(self, *, policy: Any) -> str:
        links = str(self).replace(", ", f",{policy.linesep} ")
        return f"{self.name}: {links}{policy.linesep}"


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("list-unsubscribe", _Links)
    return registry


class Addressed(Protocol):
    """A digest or a roll-up: what sort of mail, to whom, and of which day."""

    @property
    def sort(self) -> str:
        """Names the mailing list; one word."""
        ...

    @property
    def address(self) -> str:
        """Whom it is for."""
        ...

    @property
    def rep_name(self) -> str:
        """What he is called."""
        ...

    @property
    def day(self) -> date:
        """The day that makes it this mail and no other."""
        ...


def build_message(
    mail: Addressed,
    rendered: Rendered,
    *,
    sender: str,
    now: datetime,
    way_out: WaysOut | None = None,
    sender_name: str = SENDER_NAME,
) -> bytes:
    """Return the mail, RFC 5322 with CRLF, text first and HTML as the alternative.

    It says of itself that a machine wrote it (RFC 3834), so that nobody's absence note answers it, and how it is
    stopped (RFC 2369, and with one click RFC 8058). Sort, reader, day and sender make the Message-ID, so that the
    same digest is the same mail however often it is built. UserError when the sender's address is none, NoReader
    when the reader's is.
    """
    wire = policy.SMTPUTF8 if not (mail.address + sender).isascii() else policy.SMTP
    message = EmailMessage(policy=wire.clone(header_factory=_headers()))
    identity = hashlib.sha256(f"{sender}\n{mail.address}\n{mail.day.isoformat()}".encode()).hexdigest()[:24]
    domain = domain_of(sender)
    message["From"] = _sender(sender_name, sender)
    message["To"] = _mailbox(mail.rep_name, mail.address)
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.sort}.{mail.day:%Y%m%d}.{identity}@{domain}>"
    message["List-Id"] = f"Guardian <{mail.sort}.guardian.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for name, value in _ways_out(way_out or WaysOut()):
        message[name] = value
    message.set_content(rendered.text, cte=_encoding(rendered.text))
    message.add_alternative(rendered.html, subtype="html", cte=_encoding(rendered.html))
    message.set_boundary(f"=_guardian_{identity}")
    return message.as_bytes()


def _ways_out(way: WaysOut) -> list[tuple[str, str]]:
    """Return the headers by which mail programs offer to stop a mail; one click takes a link over TLS."""
    mail = f"mailto:{quote(way.mail, safe='@')}?subject={_STOP_SUBJECT}" if way.mail else ""
    links = [f"<{one}>" for one in (way.link, mail) if one]
    if not links:
        return []
    offered = [("List-Unsubscribe", ", ".join(links))]
    one_click = [("List-Unsubscribe-Post", ONE_CLICK)] if way.link.startswith("https://") else []
    return offered + one_click


def _encoding(text: str) -> str:
    """Quoted-printable is readable and triples each byte beyond ASCII; base64 is neither, and adds a third."""
    encoded = text.encode()
    beyond = sum(byte > 127 for byte in encoded)
    return "base64" if beyond * 6 > len(encoded) else "quoted-printable"


def _sender(name: str, address: str) -> Address:
    try:
        return _mailbox(name, address)
    except NoReader as unfit:
        raise UserError(f"No digest can come from {address[:80]!r}: correct mail.sender in guardian.toml.") from unfit


def _mailbox(name: str, address: str) -> Address:
    if normalise_address(address) is None:
        raise NoReader(f"{address[:80]!r} is no mail address: correct it where the digests' people are set up.")
    try:
        return Address(display_name=name, addr_spec=address)
    except (ValueError, HeaderParseError) as unfit:
        raise NoReader(f"Mail cannot be addressed to {address[:80]!r}: correct the address.") from unfit
