"""From Graph's JSON to what happened: messages and contacts; pure. Meetings are in `meetings`."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from guardian.connector_kit.encoded_words import printable
from guardian.connector_kit.headers import every, read_date
from guardian.connector_kit.new_words import ends_in_sight, new_lines, new_words
from guardian.connector_kit.paging import dead_letter
from guardian.domain.absence import reader_names
from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.addresses import normalise_address
from guardian.domain.automatic import mail_signals, with_invitation
from guardian.domain.contact_news import with_contact_news
from guardian.domain.identity import clean_message_id, fingerprint, mail_key, message_ids, normalise_phone
from guardian.domain.people import Contact, Identity, IdentityKind
from guardian.ports.connector import DeadLetter

Row = dict[str, Any]
MOST_PEOPLE = 500
MOST_REFERENCES = 50
SNIPPET = 300
_SURELY_ALL = 240  # characters: Graph's preview ends at 255, fewer where it holds emoji or would end in blanks

_MAIL = (
    "internetMessageId,internetMessageHeaders,from,sender,toRecipients,ccRecipients,bccRecipients,sentDateTime,"
    "receivedDateTime,conversationId,conversationIndex"
)
CONTACT_SELECT = "displayName,emailAddresses,businessPhones,homePhones,mobilePhone,companyName,jobTitle"
_MEETING_MAILS = {
    "meetingRequest": Signal.INVITE,
    "meetingCancelled": Signal.CANCELLED,
    "meetingAccepted": Signal.ACCEPT,
    "meetingTenativelyAccepted": Signal.ACCEPT,  # spelled so in the vendor's enumeration
    "meetingTentativelyAccepted": Signal.ACCEPT,
    "meetingDeclined": Signal.DECLINE,
}
_WORDS = frozenset({"subject", "bodyPreview", "body", "uniqueBody", "location"})


def mail_select(privacy: str) -> str:
    """Return the properties of a message that a privacy level may ask for."""
    return _MAIL + {"full": ",subject,bodyPreview", "subject": ",subject"}.get(privacy, "")


def is_whole(row: Row, select: str) -> bool:
    """Say whether a row carries what a record needs; updates may carry only what changed."""
    if "internetMessageId" in select:
        return "from" in row and "toRecipients" in row and ("sentDateTime" in row or "receivedDateTime" in row)
    return "displayName" in row and "emailAddresses" in row


def read_message(row: Row, *, privacy: str) -> Activity | DeadLetter:
    """Return a message as an activity, or a dead letter when it names nobody or no time."""
    item_id = str(row["id"])
    people = tuple(_people(row))
    sent_at = moment_of(row.get("sentDateTime")) or moment_of(row.get("receivedDateTime"))
    if not people or sent_at is None:
        why = "It tells no date." if people else "It names neither a sender nor a recipient."
        return dead_row(row, why, privacy=privacy)
    subject = printable(text_of(row, "subject"))
    preview = text_of(row, "bodyPreview") if privacy == "full" else ""
    snippet = printable(" ".join(new_lines(preview)))[:SNIPPET]  # lines are what tells quotes, so these go first
    fields = _fields(row)
    one = Activity(
        item_id=item_id,
        kind=Kind.EMAIL,
        key=_mail_key(row, people, sent_at, subject),
        occurred_at=sent_at,
        participants=people,
        signals=_signals(row, fields, people, (subject, snippet)),
        subject=None if privacy == "metadata" else subject[:1000],
        snippet=snippet or None,
        words=_words(preview),
        thread_refs=_references(fields),
        thread_hint=text_of(row, "conversationId")[:200] or None,
    )
    text = printable(preview) if Signal.BOUNCE in one.signals else snippet  # of a bounce, all of its report is read
    return with_contact_news(one, fields, text=text)


def read_contact(row: Row, *, privacy: str) -> Contact | DeadLetter:
    """Return a card of an address book; a dead letter when it names nobody."""
    addresses = tuple(dict.fromkeys(filter(None, (normalise_address(one) for one in _card_addresses(row)))))
    numbers = [*_texts(row.get("businessPhones")), text_of(row, "mobilePhone"), *_texts(row.get("homePhones"))]
    phones = tuple(dict.fromkeys(filter(None, (normalise_phone(one) for one in numbers))))
    name = printable(text_of(row, "displayName"))[:200]
    if not name and not addresses and not phones:
        return dead_row(row, "The card names nobody.", privacy=privacy)
    return Contact(
        ref=str(row["id"]),
        name=name,
        addresses=addresses,
        phones=phones,
        company_name=printable(text_of(row, "companyName"))[:200] or None,
        title=printable(text_of(row, "jobTitle"))[:200] or None,
    )


def dead_row(row: Row, why: str, *, privacy: str) -> DeadLetter:
    """Return a dead letter that keeps of a row only what privacy allows."""
    kept = row if privacy == "full" else {name: value for name, value in row.items() if name not in _WORDS}
    if privacy != "full" and "internetMessageHeaders" in kept:
        kept = kept | {"internetMessageHeaders": [{"name": name, "value": value} for name, value in _fields(row)]}
    return dead_letter(str(row.get("id", "?")), why, json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"))


def seat(role: Role, recipient: Any, *, declined: bool = False) -> Participant | None:
    """Return one of Graph's recipients as a participant, or None where there is no address."""
    person = recipient.get("emailAddress") if isinstance(recipient, dict) else None
    address = normalise_address(text_of(person, "address")) if isinstance(person, dict) else None
    if address is None:
        return None
    name = printable(text_of(person, "name")).strip("'\" ")[:200]
    identity = Identity(kind=IdentityKind.EMAIL, value=address)
    return Participant(role=role, identity=identity, name="" if name.lower() == address else name, declined=declined)


def moment_of(value: Any) -> datetime | None:
    """Return a DateTimeOffset as aware UTC without fractions, or None."""
    return read_date(value) if isinstance(value, str) else None


def text_of(row: Any, name: str) -> str:
    """Return a property as text; an empty one where it is missing or something else."""
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, str) else ""


def list_of(row: Row, name: str) -> list[Any]:
    """Return a property as a list; an empty one where it is missing or something else."""
    value = row.get(name)
    return value if isinstance(value, list) else []


def _people(row: Row) -> Iterator[Participant]:
    sender = seat(Role.FROM, row.get("from")) or seat(Role.FROM, row.get("sender"))
    if sender:
        yield sender
    for role, name in ((Role.TO, "toRecipients"), (Role.CC, "ccRecipients"), (Role.BCC, "bccRecipients")):
        seats = (seat(role, one) for one in list_of(row, name)[:MOST_PEOPLE])
        yield from {one.identity.value: one for one in seats if one}.values()


def _fields(row: Row) -> list[tuple[str, str]]:
    """Return the header fields, without the subject: at the level `metadata` it must not be known."""
    pairs = ((text_of(one, "name"), text_of(one, "value")) for one in list_of(row, "internetMessageHeaders")[:2_000])
    return [(name, value) for name, value in pairs if name.lower() not in ("subject", "thread-topic")]


def _mail_key(row: Row, people: tuple[Participant, ...], sent_at: datetime, subject: str) -> str:
    message_id = clean_message_id(text_of(row, "internetMessageId")[:2_000])
    if message_id:
        return mail_key(message_id, "")
    sender = next((one.identity.value for one in people if one.role is Role.FROM), "")
    recipients = {one.identity.value for one in people if one.role in (Role.TO, Role.CC)}
    preview = text_of(row, "bodyPreview")
    return mail_key(
        None, fingerprint(sender=sender, recipients=recipients, sent_at=sent_at, subject=subject, body=preview)
    )


def _signals(
    row: Row, fields: list[tuple[str, str]], people: tuple[Participant, ...], words: tuple[str, str]
) -> frozenset[Signal]:
    sender = next((one.identity.value for one in people if one.role is Role.FROM), "")
    subject, text = words
    signals = mail_signals(fields, sender=sender, subject=subject, text=text, names=reader_names(people))
    if not fields and _answers(text_of(row, "conversationIndex")):
        signals |= {Signal.REPLY}
    invitation = _MEETING_MAILS.get(text_of(row, "meetingMessageType"))
    if invitation is None and text_of(row, "@odata.type").endswith("eventMessageRequest"):
        invitation = Signal.INVITE
    return with_invitation(signals, frozenset({invitation} if invitation else ()))


def _answers(index: str) -> bool:
    """Say whether a conversation index is that of a reply: 22 bytes, and 5 more for each reply before (MS-OXOMSG).

    Sent copies carry no header fields, so nothing else tells.
    """
    try:
        return len(base64.b64decode(index, validate=True)) > 22
    except ValueError:
        return False


def _words(preview: str) -> str | None:
    """Return all that was newly written; None where the preview ends within it."""
    return new_words(preview) if len(preview) < _SURELY_ALL or ends_in_sight(preview) else None


def _references(fields: list[tuple[str, str]]) -> tuple[str, ...]:
    ids = dict.fromkeys(message_ids(" ".join(every(fields, "references"))))
    ids.update(dict.fromkeys(message_ids(" ".join(every(fields, "in-reply-to")))))
    known = tuple(ids)
    return known if len(known) <= MOST_REFERENCES else known[:1] + known[1 - MOST_REFERENCES :]


def _card_addresses(row: Row) -> Iterator[str]:
    for one in list_of(row, "emailAddresses"):
        yield text_of(one, "address")


def _texts(values: Any) -> Iterable[str]:
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []
