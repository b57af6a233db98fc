"""What happened: Task, Event and EmailMessage with their relations as activities; pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from connectors.salesforce.row import Row
from guardian.connector_kit.address_lists import read_addresses
from guardian.connector_kit.encoded_words import printable
from guardian.connector_kit.headers import header_fields
from guardian.connector_kit.new_words import new_words
from guardian.connector_kit.salesforce_kinds import event_kind, is_series, task_kind, task_signals
from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.automatic import mail_signals
from guardian.domain.identity import clean_message_id, crm_key, mail_key, message_ids
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.connector import Gone

SNIPPET = 300  # characters
USER = "005"  # how the ids of our own people begin; a mail is never about them
KINDS_OF_KEYS = {"mid": Kind.EMAIL, "fp": Kind.EMAIL, "ical": Kind.MEETING}
"""What an interaction with a key of this sort is (`guardian.domain.identity`); no others are written back."""

_TASK_DATES = ("ActivityDate", "CompletedDateTime", "CreatedDate")  # the first that is told counts
_MAIL_ROLES = {
    "FromAddress": Role.FROM,
    "ToAddress": Role.TO,
    "CcAddress": Role.CC,
    "BccAddress": Role.BCC,
}


def read_task(
    row: Row, org_id: str, relations: Sequence[Row] = (), mails: Sequence[Row] = (), *, key_field: str = ""
) -> Activity | Gone:
    """Return a task, or the call or mail that it logs.

    `relations` are its TaskRelation rows; `mails` the EmailMessage rows it was logged for, whose key and people it
    shares, so that one mail is not two touches, and mail among ourselves is told as such. So does a task that
    Guardian wrote itself, by the key in `key_field`.
    """
    if row.is_true("IsDeleted"):
        return Gone(item_id=row.id)
    mail, ours = next(iter(mails), None), given_key(row, key_field)
    subtype, is_open = row["TaskSubtype"], row["IsClosed"] == "false"
    seconds = row.whole("CallDurationInSeconds")
    logged = task_kind(subtype, row["Type"], row["CallType"], is_open=is_open)
    kind = KINDS_OF_KEYS.get(ours.partition(":")[0], logged)
    at = mail.moment("MessageDate") if mail else None
    return Activity(
        item_id=row.id,
        kind=Kind.EMAIL if mail else kind,
        key=ours or (key_of_mail(mail, org_id) if mail else crm_key(org_id, row.id)),
        occurred_at=at or (None if ours else _completed(row)) or row.first_moment(*_TASK_DATES),
        participants=_once([*_filed_under(row, relations), *(_written_to(mail) if mail else ())]),
        signals=task_signals(kind, subtype, row["CallDisposition"], seconds, is_open=is_open) | _written(ours),
        subject=subject_of(row),
        snippet=snippet_of(row, "Description"),
        duration_s=seconds if kind is Kind.CALL else None,
        revision=row.revision,
    )


def read_event(row: Row, org_id: str, relations: Sequence[Row] = ()) -> Activity | Gone:
    """Return a meeting (or a call that was put in the calendar) with who was invited and who declined.

    A series is read by its single meetings; the row that stands for the pattern was never held.
    """
    if row.is_true("IsDeleted"):
        return Gone(item_id=row.id)
    pattern = is_series(recurs=row.is_true("IsRecurrence"), group_type=row["GroupEventType"])
    begins = row.first_moment("StartDateTime", "ActivityDateTime", "ActivityDate")
    return Activity(
        item_id=row.id,
        kind=event_kind(row["EventSubtype"], row["Type"]),
        key=crm_key(org_id, row.id),
        occurred_at=begins,
        participants=_filed_under(row, relations),
        signals=frozenset({Signal.NOT_HELD}) if pattern else frozenset(),
        subject=subject_of(row),
        snippet=snippet_of(row, "Description"),
        duration_s=_length(row),
        revision=row.revision,
    )


def read_mail(row: Row, org_id: str, relations: Sequence[Row] = (), *, key_field: str = "") -> Activity | Gone:
    """Return a mail that Salesforce sent or kept; by its Message-ID it meets the copy in a mailbox.

    One that Guardian wrote itself has the key in `key_field`.
    """
    if row.is_true("IsDeleted"):
        return Gone(item_id=row.id)
    ours = given_key(row, key_field)
    headers = header_fields(row["Headers"].encode("utf-8", "replace"))
    seats = _mail_seats(row, relations)
    sender = next((p.identity.value for p in seats if p.role is Role.FROM), "")
    signals = mail_signals(headers, sender=sender, subject=row["Subject"]) | _written(ours)
    return Activity(
        item_id=row.id,
        kind=Kind.EMAIL,
        key=ours or key_of_mail(row, org_id),
        occurred_at=row.first_moment("MessageDate", "CreatedDate"),
        participants=seats,
        signals=signals | {Signal.BOUNCE} if row.is_true("IsBounced") else signals,
        subject=subject_of(row),
        snippet=snippet_of(row, "TextBody"),
        words=new_words(row["TextBody"]),
        thread_refs=message_ids(" ".join(value for name, value in headers if name.lower() == "references")),
        thread_hint=row["ThreadIdentifier"] or None,
        revision=row.revision,
    )


def key_of_mail(row: Row, org_id: str) -> str:
    """Return the key of an EmailMessage: by Message-ID where it has one, else by its record id."""
    found = clean_message_id(row["MessageIdentifier"])
    return mail_key(found, "") if found else crm_key(org_id, row.id)


def given_key(row: Row, key_field: str) -> str:
    """Return the key that Guardian gave a row which it wrote, or an empty text: other words there are not ours."""
    key = row[key_field].strip() if key_field else ""
    return key if key.partition(":")[0] in KINDS_OF_KEYS and not key.endswith(":") else ""


def _completed(row: Row) -> datetime | None:
    """Return when what was planned was done; None where it was not, or was only logged on a later day."""
    due, done, made = (row.moment(name) for name in _TASK_DATES)
    if due is None or done is None or row["IsClosed"] == "false":
        return None
    planned = made is not None and made.date() <= due.date()
    return done if planned or done < due else None


def _written(ours: str) -> frozenset[Signal]:
    return frozenset({Signal.WRITTEN_BACK}) if ours else frozenset()


def _length(row: Row) -> int | None:
    minutes = row.whole("DurationInMinutes")
    if minutes is not None:
        return max(minutes, 0) * 60
    begins, ends = row.moment("StartDateTime"), row.moment("EndDateTime")
    return int((ends - begins) / timedelta(seconds=1)) if begins and ends and ends >= begins else None


def _filed_under(row: Row, relations: Iterable[Row]) -> tuple[Participant, ...]:
    """Return the owner, whom the invitation went to, and the records it is filed under, each once."""
    seats = [_crm(Role.OWNER, ref) for ref in row.refs("OwnerId")]
    for relation in relations:
        invited = relation.is_true("IsInvitee")
        declined = relation["Status"].lower() == "declined"
        role = Role.ATTENDEE if invited else Role.ABOUT
        seats += [_crm(role, ref, declined=declined) for ref in relation.refs("RelationId")]
    taken = {seat.identity.value for seat in seats if seat.role is not Role.OWNER}
    seats += [_crm(Role.ABOUT, ref) for ref in row.refs("WhoId", "WhatId", "AccountId") if ref not in taken]
    return _once(seats)


def _mail_seats(row: Row, relations: Iterable[Row]) -> tuple[Participant, ...]:
    """Return who wrote to whom; the CRM records of the addresses only say whom it is about."""
    seats = _written_to(row)
    told = {(seat.role, seat.identity.value) for seat in seats}
    for relation in relations:
        role = _MAIL_ROLES.get(relation["RelationType"])
        for name, address in read_addresses([relation["RelationAddress"]]) if role else ():
            if role and (role, address) not in told:
                seats.append(_mail(role, name, address))
        seats += [_crm(Role.ABOUT, ref) for ref in relation.refs("RelationId") if not ref.startswith(USER)]
    return _once([*seats, *(_crm(Role.ABOUT, ref) for ref in row.refs("RelatedToId", "ParentId"))])


def _written_to(row: Row) -> list[Participant]:
    seats = []
    for field, role in _MAIL_ROLES.items():
        for name, address in read_addresses([row[field]]):
            shown = name or (printable(row["FromName"]) if role is Role.FROM else "")
            seats.append(_mail(role, shown, address))
    return seats


def _mail(role: Role, name: str, address: str) -> Participant:
    return Participant(role=role, identity=Identity(kind=IdentityKind.EMAIL, value=address), name=name)


def _crm(role: Role, ref: str, *, declined: bool = False) -> Participant:
    return Participant(role=role, identity=Identity(kind=IdentityKind.CRM, value=ref), declined=declined)


def _once(seats: Iterable[Participant]) -> tuple[Participant, ...]:
    return tuple({(seat.role, seat.identity): seat for seat in seats}.values())


def subject_of(row: Row) -> str | None:
    """Return the subject as it is shown, or None."""
    return printable(row["Subject"])[:1000] or None


def snippet_of(row: Row, field: str) -> str | None:
    """Return how a text begins, or None."""
    return printable(row[field][:20_000])[:SNIPPET] or None
