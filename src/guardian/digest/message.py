"""A rendered digest as a mail ready to be sent."""

import hashlib
from datetime import date, datetime
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from guardian.digest.templating import Rendered
from guardian.domain.addresses import domain_of, normalise_address
from guardian.domain.errors import UserError

SENDER_NAME = "Guardian"


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


def build_message(mail: Addressed, rendered: Rendered, *, sender: str, now: datetime) -> bytes:
    """Return the mail, RFC 5322 with CRLF, text first and HTML as the alternative.

    It says of itself that a machine wrote it (RFC 3834), so that nobody's absence note answers it. Sort, reader, day
    and sender make the Message-ID, so that the same digest is the same mail however often it is built. UserError when
    the sender's or the reader's address is none.
    """
    message = EmailMessage(policy=policy.SMTPUTF8 if not (mail.address + sender).isascii() else policy.SMTP)
    identity = hashlib.sha256(f"{sender}\n{mail.address}\n{mail.day.isoformat()}".encode()).hexdigest()[:24]
    domain = domain_of(sender)
    message["From"] = _mailbox(SENDER_NAME, sender)
    message["To"] = _mailbox(mail.rep_name, mail.address)
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.sort}.{mail.day:%Y%m%d}.{identity}@{domain}>"
    message["List-Id"] = f"Guardian <{mail.sort}.guardian.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(rendered.text, cte=_encoding(rendered.text))
    message.add_alternative(rendered.html, subtype="html", cte=_encoding(rendered.html))
    message.set_boundary(f"=_guardian_{identity}")
    return message.as_bytes()


def _encoding(text: str) -> str:
    """Quoted-printable is readable and triples each byte beyond ASCII; base64 is neither, and adds a third."""
    encoded = text.encode()
    beyond = sum(byte > 127 for byte in encoded)
    return "base64" if beyond * 6 > len(encoded) else "quoted-printable"


def _mailbox(name: str, address: str) -> Address:
    if normalise_address(address) is None:
        raise UserError(f"{address[:80]!r} is no mail address: correct it where the digests' people are set up.")
    try:
        return Address(display_name=name, addr_spec=address)
    except (ValueError, HeaderParseError) as unfit:
        raise UserError(f"Mail cannot be addressed to {address[:80]!r}: correct the address.") from unfit
