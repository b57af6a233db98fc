"""What an office's timeline must come to, told from the truth alone: no pages, no cursors, no tables.

Every copy that a provider shows and no rule leaves out belongs to one interaction; copies that name the same mail or
meeting are one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.lab.company import OUT_OF_SIGHT, OWN_DOMAIN
from tests.lab.company_facts import Letter, Meeting
from tests.lab.happenings import BLOCKED
from tests.lab.office import Office
from tests.lab.salesforce_org import Org, Record

Place = tuple[str, str]  # connection, mailbox or object
Seat = tuple[str, str]  # role, address


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueCopy:
    """One copy as its provider shows it; `seats` are the people it names by address."""

    key: str
    kind: str
    at: datetime
    place: Place
    seats: frozenset[Seat] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One interaction as the timeline must tell it."""

    key: str
    kind: str
    at: datetime
    places: tuple[Place, ...]  # one for every copy, sorted
    seats: frozenset[Seat]


def true_story(office: Office) -> dict[str, Told]:
    """Return every interaction by its key."""
    copies = defaultdict(list)
    for copy in every_copy(office):
        copies[copy.key].append(copy)
    return {key: _told(key, those) for key, those in copies.items()}


def _told(key: str, copies: list[TrueCopy]) -> Told:
    return Told(
        key=key,
        kind=copies[0].kind,
        at=min(one.at for one in copies),
        places=tuple(sorted(one.place for one in copies)),
        seats=frozenset().union(*(one.seats for one in copies)),
    )


def every_copy(office: Office) -> Iterator[TrueCopy]:
    """Yield every copy that the rules keep."""
    for provider in ("microsoft", "google"):
        for mailbox in office.at(provider):
            desk, place = office.company.desks[mailbox], (provider, mailbox)
            for copy in desk.mail.items.values():
                if copy.folder not in OUT_OF_SIGHT:
                    yield from _mail(copy.letter, place)
            for meeting in desk.calendar.items.values():
                yield from _meetings(meeting, place)
    yield from _crm(office.org)


def _mail(letter: Letter, place: Place) -> Iterator[TrueCopy]:
    roles = {"from": (letter.sender,), "to": letter.to, "cc": letter.cc, "bcc": letter.bcc}
    seats = frozenset((role, address) for role, addresses in roles.items() for address in addresses)
    if is_kept(seats):
        yield TrueCopy(key=f"mid:{letter.message_id}", kind="email", at=letter.sent_at, place=place, seats=seats)


def _meetings(meeting: Meeting, place: Place) -> Iterator[TrueCopy]:
    seats = frozenset({("organizer", meeting.organizer), *(("attendee", one.address) for one in meeting.attendees)})
    if meeting.cancelled or not is_kept(seats, internal=True):
        return
    for original, start in meeting.held:
        when = original.strftime("%Y%m%dT%H%M%SZ") if meeting.repeats else "single"
        yield TrueCopy(key=f"ical:{meeting.uid}/{when}", kind="meeting", at=start, place=place, seats=seats)


def is_kept(seats: frozenset[Seat], *, internal: bool = False) -> bool:
    """Say whether the rules keep what these people took part in: somebody outside whose domain is not blocked."""
    outside = [address for _, address in seats if not address.endswith(f"@{OWN_DOMAIN}")]
    if not outside:
        return internal
    return not all(address.endswith(f"@{BLOCKED}") for address in outside)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueEvent:
    """A CRM event with what would make it the same as a meeting in a calendar."""

    key: str
    at: datetime
    ours: frozenset[str]  # addresses of the owner and of invited colleagues
    outside: frozenset[str]  # addresses of invited contacts, as far as they are beyond doubt


def true_events(org: Org) -> Iterator[TrueEvent]:
    """Yield the living events of the CRM with their people; the pattern of a series is no meeting."""
    merged = {one["MasterRecordId"] for one in org.records["Contact"].values() if one["MasterRecordId"]}
    users = {key: str(one["Email"]) for key, one in org.records["User"].items()}
    contacts = {key: str(one["Email"]) for key, one in org.living("Contact").items() if key not in merged}
    for key, one in org.living("Event").items():
        if one["GroupEventType"] == "3":
            continue
        invited = [
            link["RelationId"]
            for link in org.living("EventRelation").values()
            if link["EventId"] == key and link["IsInvitee"]
        ]
        yield TrueEvent(
            key=f"sf:{org.id}/{key}",
            at=one["StartDateTime"],
            ours=frozenset(users[who] for who in (one["OwnerId"], *invited) if who in users),
            outside=frozenset(contacts[who] for who in invited if who in contacts),
        )


def _crm(org: Org) -> Iterator[TrueCopy]:
    mails = {key: one for key, one in org.living("EmailMessage").items() if one["Status"] != "5"}
    for one in mails.values():
        seats = _seats(one)
        if is_kept(seats, internal=not seats and _is_about_somebody(org, one)):
            key = _key_of(org, one)
            yield TrueCopy(key=key, kind="email", at=one["MessageDate"], place=("crm", "EmailMessage"), seats=seats)
    for one in org.living("Task").values():
        logged = [mail for mail in org.living("EmailMessage").values() if mail["ActivityId"] == one["Id"]]
        yield from _task(org, one, logged)
    for one in org.living("Event").values():
        if not one["IsChild"]:
            key = f"sf:{org.id}/{one['Id']}"
            yield TrueCopy(key=key, kind="meeting", at=one["StartDateTime"], place=("crm", "Event"))


def _seats(mail: Record) -> frozenset[Seat]:
    roles = {"from": "FromAddress", "to": "ToAddress", "cc": "CcAddress", "bcc": "BccAddress"}
    return frozenset(
        (role, address.strip())
        for role, name in roles.items()
        for address in (mail[name] or "").split(";")
        if address.strip()
    )


def _is_about_somebody(org: Org, mail: Record) -> bool:
    links = [one for one in org.living("EmailMessageRelation").values() if one["EmailMessageId"] == mail["Id"]]
    return any(one["RelationId"] and one["RelationId"] not in org.records["User"] for one in links)


def _task(org: Org, task: Record, mails: list[Record]) -> Iterator[TrueCopy]:
    place = ("crm", "Task")
    if task["TaskSubtype"] == "Email" and mails:
        mail = min(mails, key=lambda one: str(one["Id"]))
        seats = _seats(mail)
        if is_kept(seats, internal=not seats):
            yield TrueCopy(key=_key_of(org, mail), kind="email", at=mail["MessageDate"], place=place, seats=seats)
        return
    kind = {"Email": "email", "Call": "call"}[task["TaskSubtype"]]
    day = datetime.fromisoformat(task["ActivityDate"]).replace(tzinfo=UTC)
    yield TrueCopy(key=f"sf:{org.id}/{task['Id']}", kind=kind, at=day, place=place)


def _key_of(org: Org, mail: Record) -> str:
    found = str(mail["MessageIdentifier"] or "").strip("<>")
    return f"mid:{found}" if found else f"sf:{org.id}/{mail['Id']}"


def true_names(office: Office) -> dict[Place, list[str]]:
    """Return the names of everybody in each address book and CRM object, sorted."""
    names: dict[Place, list[str]] = {}
    for provider in ("microsoft", "google"):
        for mailbox in office.at(provider):
            cards = office.company.desks[mailbox].cards.items.values()
            names[provider, mailbox] = sorted(one.name for one in cards)
    for name in ("User", "Account", "Contact", "Lead"):
        records = office.org.records[name].values()
        names["crm", name] = sorted(str(one["Name"]) for one in records if _is_known(name, one))
    return {place: those for place, those in names.items() if those}


def _is_known(name: str, record: Mapping[str, Any]) -> bool:
    merged = name in ("Contact", "Lead") and record.get("MasterRecordId")
    return not record.get("IsDeleted") or bool(merged)
