"""What happens in an office on any day: to its mail, meetings, cards and CRM records, and to cursors."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from tests.lab.company import Folder
from tests.lab.company_facts import Attendance, Card, Meeting
from tests.lab.office import Office
from tests.lab.salesforce_seed import log_letter, log_meeting

BLOCKED = "blocked.example"
Happening = Callable[[Office, random.Random], None]


def write_mail(office: Office, chance: random.Random) -> None:
    """Somebody writes: in, out, among ourselves, to a blocked domain, in copy or blind copy, alone or in answer."""
    company = office.company
    reps = [rep.address for rep in company.reps]
    outside = [*(one.address for one in company.outsiders), f"x@{BLOCKED}"]
    sender = chance.choice([*reps, *outside])
    to = tuple(chance.sample([one for one in [*reps, *outside] if one != sender], 2))
    cc = (chance.choice(reps),) if chance.random() < 0.5 else ()
    bcc = (chance.choice(outside),) if sender in reps and chance.random() < 0.3 else ()
    last = [copy.letter for desk in company.desks.values() for copy in list(desk.mail.items.values())[-2:]]
    answers = chance.choice(last) if last and chance.random() < 0.5 else None
    company.write(sender, to, cc=tuple(set(cc) - {sender, *to}), bcc=tuple(set(bcc) - {*to}), answers=answers)


def move_mail(office: Office, chance: random.Random) -> None:
    """A mail is filed, thrown away or taken out again."""
    rep, shelf = _somebodys_mail(office, chance)
    if shelf:
        office.company.move(rep, chance.choice(shelf), chance.choice(list(Folder)))


def delete_mail(office: Office, chance: random.Random) -> None:
    """A mail is deleted for good."""
    rep, shelf = _somebodys_mail(office, chance)
    if len(shelf) > 2:
        office.company.desks[rep].mail.remove(chance.choice(shelf))


def read_mail(office: Office, chance: random.Random) -> None:
    """A mail is marked as read, or a new one begun."""
    rep, shelf = _somebodys_mail(office, chance)
    if shelf and chance.random() < 0.5:
        office.company.mark_read(rep, chance.choice(shelf))
    else:
        office.company.draft(rep, ("person0@client0.example",))


def change_cards(office: Office, chance: random.Random) -> None:
    """A card comes, changes or goes."""
    shelf = office.company.desks[chance.choice(office.company.reps).address].cards
    ref = chance.choice(sorted(shelf.items)) if shelf.items else ""
    what = chance.randrange(3) if ref else 0
    if what == 0:
        shelf.add(Card(name=f"N{shelf.now}", addresses=(f"n{shelf.now}@client0.example",), phones=(), company="C"))
    elif what == 1:
        shelf.change(ref, replace(shelf.items[ref], name=f"Named {shelf.now}"))
    else:
        shelf.remove(ref)


def plan_meeting(office: Office, chance: random.Random) -> None:
    """A meeting or series is made, with somebody outside, and perhaps put into the CRM as well."""
    company = office.company
    boss, guest = chance.choice(company.reps), chance.choice(company.outsiders)
    start = company.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=chance.randrange(1, 400))
    count = sum(desk.calendar.now for desk in company.desks.values())
    meeting = Meeting(
        uid=f"planned-{count}@acme.example",
        start=start,
        length=timedelta(minutes=chance.choice((30, 60))),
        organizer=boss.address,
        attendees=tuple(
            Attendance(address=one.address, name=one.name)
            for one in (chance.choice(company.reps), guest)
            if one is not boss
        ),
        subject=f"Planned {count}",
        repeats=chance.choice((0, 0, 2, 4)),
    )
    company.meet(meeting)
    ids = _crm_ids(office)
    if chance.random() < 0.5 and guest.address in ids:
        log_meeting(office.org, ids, meeting)


def change_meeting(office: Office, chance: random.Random) -> None:
    """A meeting is moved, made longer, declined or cancelled, a series changed or broken up; in every calendar."""
    company = office.company
    meetings = sorted({one.uid: one for d in company.desks.values() for one in d.calendar.items.values()}.items())
    if not meetings:
        return
    uid, meeting = chance.choice(meetings)
    start = chance.choice(meeting.starts)
    said_no = tuple(replace(one, response="declined") for one in meeting.attendees)
    changes: list[Meeting | None] = [
        None,
        replace(meeting, start=meeting.start + timedelta(days=1), moved=(), dropped=()),
        replace(meeting, repeats=chance.choice((0, 2, 3, 6)), moved=(), dropped=()),
        replace(meeting, length=timedelta(minutes=45)),
        replace(meeting, attendees=said_no),
    ]
    if meeting.repeats:
        changes.append(replace(meeting, moved=((start, start + timedelta(hours=1)),)))
        changes.append(replace(meeting, dropped=tuple(sorted({*meeting.dropped, start})), moved=()))
    changed = chance.choice(changes)
    if changed is None:
        company.delete_meeting(uid)
    else:
        company.change_meeting(uid, changed)


def log_in_crm(office: Office, chance: random.Random) -> None:
    """A letter is logged in the CRM, or a call, or somebody new."""
    org, ids = office.org, _crm_ids(office)
    letters = [copy.letter for desk in office.company.desks.values() for copy in desk.mail.items.values()]
    what = chance.randrange(3)
    if what == 0 and letters:
        log_letter(org, ids, chance.choice(letters), with_task=chance.random() < 0.5)
    elif what == 1:
        contact = chance.choice(sorted(org.living("Contact")))
        org.create("Task", TaskSubtype="Call", ActivityDate="2026-10-05", IsClosed=True, WhoId=contact,
                   OwnerId=ids[office.company.reps[0].address], CallDurationInSeconds=100)  # fmt: skip
    else:
        org.create("Lead", Name=f"Lead {org.made}", Email=f"lead{org.made}@prospect.example", Company="Prospect")


def change_crm(office: Office, chance: random.Random) -> None:
    """A record is changed, deleted, restored, purged, merged, converted, or an invitation answered."""
    org = office.org
    name = chance.choice(("Contact", "Lead", "Account", "Task", "Event", "EmailMessage", "EventRelation"))
    records = sorted(org.records[name])
    living = sorted(org.living(name))
    if not records:
        return
    one, what = chance.choice(records), chance.randrange(6)
    merged = org.record(one).get("MasterRecordId")
    if what == 0 and one in living and name != "EventRelation":
        org.update(one, **{"Name" if "Name" in org.record(one) else "Subject": f"N{org.made}"})
    elif what == 1 and one in living and len(living) > 2:
        org.delete(one)
    elif what == 2 and one not in living and not merged:
        org.restore(one)
    elif what == 3 and name in ("Task", "Event", "EmailMessage", "Lead") and not org.record(one).get("ActivityId"):
        org.purge(one)  # a mail that is purged together with all trace of it leaves its task as it was told
    elif what == 4 and name in ("Contact", "Account") and len(living) > 2:
        org.merge(*chance.sample(living, 2))
    elif what == 5 and name == "Lead" and one in living:
        org.convert(one, chance.choice(sorted(org.living("Contact"))))
    elif name == "EventRelation" and one in living:
        org.update(one, Status=chance.choice(("Accepted", "Declined")))


def lose_cursors(office: Office, chance: random.Random) -> None:
    """A provider forgets where we were."""
    mailbox = chance.choice(office.at("google"))
    what = chance.randrange(3)
    if what == 0:
        office.google.gmail.forget_history(mailbox)
    elif what == 1:
        office.google.calendar.forget_tokens(mailbox)
    else:
        office.graph.generation += 1


def revoke_tokens(office: Office, chance: random.Random) -> None:
    """All access tokens run out."""
    office.google.login.expire_all()
    office.graph.entra.revoke()
    office.salesforce.tokens.revoke()


def pass_days(office: Office, chance: random.Random) -> None:
    """Days go by in which nothing happens."""
    office.pass_time(timedelta(days=chance.choice((1, 3, 8))))


HAPPENINGS: Mapping[str, Happening] = {
    one.__name__: one
    for one in (
        write_mail,
        move_mail,
        delete_mail,
        read_mail,
        change_cards,
        plan_meeting,
        change_meeting,
        log_in_crm,
        change_crm,
        lose_cursors,
        revoke_tokens,
        pass_days,
    )
}


def happen(office: Office, name: str, seed: int) -> None:
    """Let one thing happen; the same for the same seed and office."""
    HAPPENINGS[name](office, random.Random(seed))
    office.pass_time(timedelta(seconds=20))


def _somebodys_mail(office: Office, chance: random.Random) -> tuple[str, list[str]]:
    rep = chance.choice(office.company.reps).address
    return rep, sorted(office.company.desks[rep].mail.items)


def _crm_ids(office: Office) -> dict[str, str]:
    """Return the records of everybody by address, as living ones have them."""
    org = office.org
    return {
        str(one["Email"]): key
        for name in ("User", "Contact")
        for key, one in org.living(name).items()
        if one["Email"]
    }
