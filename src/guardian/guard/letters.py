"""The mails that Guardian writes to a sender: from nobody, so that no machine answers them (RFC 3834, 5321 4.5.5)."""

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from html import escape

from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.guard.notices import Notice, return_notice, sender_notice
from guardian.guard.read_mail import mailboxes
from guardian.ports.holds import Hold

_LANGUAGES = ("es", "en")
_PLAIN_ID = re.compile(r"[\x21-\x3b=\x3f-\x7e]{1,200}")


def hold_letter(hold: Hold, language: str, *, notices_from: str, hours: int) -> tuple[Envelope, bytes]:
    """Return what tells a sender that his mail is held, why, and what he can do, with its envelope."""
    message = _letter(hold, sender_notice(hold, language, hours=hours), notices_from)
    return _sealed(hold, message)


def return_letter(hold: Hold, raw: bytes, language: str, *, notices_from: str) -> tuple[Envelope, bytes]:
    """Return what gives a mail back unchanged, explained in both languages, his first, with its envelope."""
    languages = sorted(_LANGUAGES, key=lambda one: one != language)
    notices = [return_notice(hold, one) for one in languages]
    both = Notice(subject=notices[0].subject, text="\n\n".join(notice.text for notice in notices))
    message = _letter(hold, both, notices_from)
    placeholder = EmailMessage(policy=SMTP)
    placeholder.set_payload(f"original-{hold.digest}")
    message.add_attachment(placeholder)
    message.set_boundary(f"=_guardian_{hold.digest[:40]}")
    envelope, letter = _sealed(hold, message)
    # Put in as bytes: the original may be anything, and must not pass through a parser.
    return envelope, letter.replace(f"\r\noriginal-{hold.digest}".encode(), raw, 1)


def _letter(hold: Hold, notice: Notice, notices_from: str) -> EmailMessage:
    to = hold.envelope.sender
    message = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    try:
        name, address = next(iter(mailboxes([notices_from])), ("", ""))
        message["From"] = Address(name or "Guardian", addr_spec=address)
        message["To"] = Address(addr_spec=to)
    except (ValueError, IndexError, MessageError) as problem:
        raise UserError(f"No mail can be written from {notices_from} to the sender of {hold.id}.") from problem
    message["Subject"] = _one_line(notice.subject)[:200]
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Guardian-Hold"] = hold.id
    if hold.message_id and _PLAIN_ID.fullmatch(hold.message_id):
        message["References"] = f"<{hold.message_id}>"
    text = notice.text.encode("utf-8", "replace").decode("utf-8")
    message.set_content(text)
    message.add_alternative(_html(text), subtype="html")
    return message


def _html(text: str) -> str:
    paragraphs = (escape(one).replace("\n", "<br>\n") for one in text.split("\n\n"))
    return "<html><body>\n" + "\n".join(f"<p>{one}</p>" for one in paragraphs) + "\n</body></html>\n"


def _one_line(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())


def _sealed(hold: Hold, message: EmailMessage) -> tuple[Envelope, bytes]:
    to = hold.envelope.sender
    args = () if to.isascii() else ("SMTPUTF8",)
    return Envelope(sender="", recipients=(to,), mail_args=args), message.as_bytes()
