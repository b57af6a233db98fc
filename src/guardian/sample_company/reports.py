"""Mail that mail systems and calendars write: bounces, read receipts, invitations and their answers."""

from datetime import datetime, timedelta

from guardian.domain.activity import Signal
from guardian.sample_company.letters import Letter, Part, new_message_id
from guardian.sample_company.people import DAEMON, OWN_DOMAIN, Person


def bounce_of(stray: Letter) -> Letter:
    """Return the delivery status notification (RFC 3464) for a mail whose addressee no longer exists."""
    address = stray.to[0].address
    status = (
        f"Reporting-MTA: dns; mx1.{OWN_DOMAIN}\nArrival-Date: {stray.sent_at:%d %b %Y %H:%M:%S %z}\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address rejected: User unknown\n"
    )
    returned = f"Message-ID: <{stray.message_id}>\nFrom: {stray.sender.address}\nTo: {address}\n"
    return Letter(
        message_id=new_message_id(DAEMON, f"bounce/{stray.message_id}"),
        sent_at=stray.sent_at + timedelta(seconds=5),
        sender=DAEMON,
        to=(stray.sender,),
        subject="Undelivered Mail Returned to Sender",
        text=f"Your message could not be delivered.\n\n<{address}>: 550 5.1.1 User unknown",
        headers=(("Auto-Submitted", "auto-replied"), ("Return-Path", "<>")),
        parts=(
            Part(content_type="message/delivery-status", text=status),
            Part(content_type="text/rfc822-headers", text=returned),
        ),
        container="multipart/report; report-type=delivery-status",
        signals=frozenset({Signal.BOUNCE}),
        client=stray.client,
    )


def receipt_of(letter: Letter) -> Letter:
    """Return the read receipt (RFC 8098) that the reader's mail program sent for a mail of ours."""
    reader = letter.to[0]
    note = (
        f"Reporting-UA: {reader.address.partition('@')[2]}; Mail\nFinal-Recipient: rfc822;{reader.address}\n"
        f"Original-Message-ID: <{letter.message_id}>\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n"
    )
    spanish = reader.region.language == "es"
    return Letter(
        message_id=new_message_id(reader, f"receipt/{letter.message_id}"),
        sent_at=letter.sent_at + timedelta(minutes=12),
        sender=reader,
        to=(letter.sender,),
        subject=f"Leído: {letter.subject}" if spanish else f"Read: {letter.subject}",
        text="El mensaje se ha mostrado en el equipo del destinatario." if spanish else "Your message was displayed.",
        answers=(letter.message_id,),
        parts=(Part(content_type="message/disposition-notification", text=note),),
        container="multipart/report; report-type=disposition-notification",
        signals=frozenset({Signal.RECEIPT, Signal.REPLY}),
        client=letter.client,
    )


def calendar_letter(  # noqa: PLR0913
    sender: Person,
    reader: Person,
    when: datetime,
    *,
    subject: str,
    text: str,
    method: str,
    calendar: str,
    client: str,
) -> Letter:
    """Return an invitation (`REQUEST`) or the refusal of one (`REPLY`) as calendars mail them (RFC 6047)."""
    return Letter(
        message_id=new_message_id(sender, f"{method}/{when.isoformat()}"),
        sent_at=when,
        sender=sender,
        to=(reader,),
        subject=subject,
        text=text,
        parts=(Part(content_type=f"text/calendar; charset=utf-8; method={method}", text=calendar),),
        container="multipart/alternative",
        signals=frozenset({Signal.INVITE if method == "REQUEST" else Signal.DECLINE}),
        client=client,
    )
