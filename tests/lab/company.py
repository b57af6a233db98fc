"""A company as it truly is: people on both sides, what they wrote, when they met; providers only show it.

`seeded` makes one from a seed; the methods of `Company` change it. Every mailbox is a `Shelf` of copies that counts
its changes, so that a provider's app can tell any delta from it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tests.lab.company_facts import Account, Attendance, Card, Letter, Meeting, Outsider, Rep
from tests.lab.company_shelf import Shelf

START = datetime(2026, 9, 1, 8, tzinfo=UTC)
OWN_DOMAIN = "acme.example"


class Folder(StrEnum):
    """Where a copy lies; providers call these by names or labels of their own."""

    INBOX = "inbox"
    SENT = "sent"
    ARCHIVE = "archive"
    PROJECTS = "projects"  # a folder that the rep made, below the inbox
    DRAFTS = "drafts"
    JUNK = "junk"
    TRASH = "trash"


OUT_OF_SIGHT = frozenset({Folder.DRAFTS, Folder.JUNK, Folder.TRASH})


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One mailbox's copy of a letter."""

    letter: Letter
    folder: Folder
    read: bool = False


@dataclass(slots=True)
class Desk:
    """What one rep has: mail, calendar, address book."""

    mail: Shelf[Copy]
    calendar: Shelf[Meeting]
    cards: Shelf[Card]


@dataclass(slots=True)
class Company:
    """The whole truth, and how it changes."""

    reps: tuple[Rep, ...]
    accounts: tuple[Account, ...]
    outsiders: tuple[Outsider, ...]
    now: datetime = START
    desks: dict[str, Desk] = field(default_factory=dict)  # by address
    written: int = 0

    def __post_init__(self) -> None:
        for n, rep in enumerate(self.reps):
            shelves = (Shelf[Copy](f"m{n}"), Shelf[Meeting](f"e{n}"), Shelf[Card](f"c{n}"))
            self.desks[rep.address] = Desk(mail=shelves[0], calendar=shelves[1], cards=shelves[2])

    def write(
        self,
        sender: str,
        to: tuple[str, ...],
        *,
        cc: tuple[str, ...] = (),
        bcc: tuple[str, ...] = (),
        answers: Letter | None = None,
        subject: str = "",
        headers: tuple[tuple[str, str], ...] = (),
        message_id: str | None = None,
    ) -> Letter:
        """Send a letter: a copy in Sent for a rep who wrote it, one in the inbox of every rep who gets it."""
        self.written += 1
        self.now += timedelta(minutes=7)
        chain = (*answers.references, answers.message_id) if answers else ()
        letter = Letter(
            message_id=message_id or f"L{self.written}.{self.written * 7919 % 997}@mail.{sender.partition('@')[2]}",
            thread=answers.thread if answers else f"thread-{self.written}",
            sender=sender,
            to=to,
            cc=cc,
            bcc=bcc,
            sent_at=self.now,
            subject=subject
            or (f"RE: {answers.subject.removeprefix('RE: ')}" if answers else f"Matter {self.written}"),
            body=f"Words of letter {self.written}.",
            references=chain,
            headers=headers,
        )
        self.deliver(letter)
        return letter

    def deliver(self, letter: Letter) -> None:
        """Put a letter where it belongs: in the mailbox of everybody of ours who sent or got it."""
        if letter.sender in self.desks:
            self.desks[letter.sender].mail.add(Copy(letter=letter, folder=Folder.SENT, read=True))
        for address in dict.fromkeys((*letter.to, *letter.cc, *letter.bcc)):
            if address in self.desks and address != letter.sender:
                seen = letter if address in letter.bcc else replace(letter, bcc=())
                self.desks[address].mail.add(Copy(letter=replace(seen, bcc=()), folder=Folder.INBOX))

    def draft(self, rep: str, to: tuple[str, ...]) -> str:
        """Begin a letter that is not sent; return the copy's reference."""
        self.written += 1
        letter = Letter(
            message_id=f"draft{self.written}@{OWN_DOMAIN}",
            thread=f"thread-{self.written}",
            sender=rep,
            to=to,
            sent_at=self.now,
            subject="Draft",
        )
        return self.desks[rep].mail.add(Copy(letter=letter, folder=Folder.DRAFTS))

    def move(self, rep: str, ref: str, folder: Folder) -> None:
        """Move a copy to another folder of its mailbox."""
        shelf = self.desks[rep].mail
        shelf.change(ref, replace(shelf.items[ref], folder=folder))

    def mark_read(self, rep: str, ref: str) -> None:
        """Mark a copy as read: a change that is nothing to us."""
        shelf = self.desks[rep].mail
        shelf.change(ref, replace(shelf.items[ref], read=True))

    def meet(self, meeting: Meeting) -> None:
        """Put a meeting or series into the calendar of everybody of ours who takes part."""
        for address in dict.fromkeys((meeting.organizer, *(one.address for one in meeting.attendees))):
            if address in self.desks:
                self.desks[address].calendar.add(meeting)

    def change_meeting(self, uid: str, meeting: Meeting) -> None:
        """Replace a meeting in every calendar."""
        for shelf, ref in list(self.in_calendars(uid)):
            shelf.change(ref, meeting)

    def take_off(self, uid: str, address: str) -> None:
        """Take somebody off a meeting: his own calendar has it as cancelled from then on, or drops it."""
        for desk_of, desk in self.desks.items():
            for ref, meeting in list(desk.calendar.items.items()):
                if meeting.uid == uid:
                    left = tuple(one for one in meeting.attendees if one.address != address)
                    off = replace(meeting, cancelled=True, subject=f"Canceled: {meeting.subject}")
                    desk.calendar.change(ref, off if desk_of == address else replace(meeting, attendees=left))

    def delete_meeting(self, uid: str) -> None:
        """Remove a meeting from every calendar."""
        for shelf, ref in list(self.in_calendars(uid)):
            shelf.remove(ref)

    def in_calendars(self, uid: str) -> Iterator[tuple[Shelf[Meeting], str]]:
        """Yield every place where a meeting stands."""
        for desk in self.desks.values():
            for ref, meeting in desk.calendar.items.items():
                if meeting.uid == uid:
                    yield desk.calendar, ref


def seeded(seed: int = 1, *, reps: int = 3, accounts: int = 4, threads: int = 6) -> Company:
    """Return a company with mail, meetings, address books and deletions; the same for the same seed."""
    chance = random.Random(seed)
    ours = tuple(
        Rep(ref=f"rep-{n}", address=f"{name}@{OWN_DOMAIN}", name=f"{name.title()} Núñez")
        for n, name in enumerate(_names(reps, "rep"))
    )
    clients = tuple(
        Account(
            ref=f"acc-{n}",
            name=f"Client {n} S.L.",
            domain=f"client{n}.example",
            owner=ours[n % reps].address,
            value=1000.0 * (n + 1),
        )
        for n in range(accounts)
    )
    people = tuple(
        Outsider(
            ref=f"out-{n}-{k}",
            address=f"person{k}@{client.domain}",
            name=f"Person {k} of {client.name}",
            account=client.ref,
            phone=f"+34 600 00{n:02d} {k:02d}",
        )
        for n, client in enumerate(clients)
        for k in range(2)
    )
    company = Company(reps=ours, accounts=clients, outsiders=people)
    for _ in range(threads):
        _talk(company, chance)
    for n, rep in enumerate(ours):
        _keep_cards(company, rep, people[n * 2 : n * 2 + 3])
    _meetings(company)
    _tidy_up(company, chance)
    return company


def _names(count: int, word: str) -> list[str]:
    known = ["ana", "bruno", "carla", "david", "elena"]
    return [known[n] if n < len(known) else f"{word}{n}" for n in range(count)]


def _talk(company: Company, chance: random.Random) -> None:
    """A thread: a first letter, then replies to all, so that both sides and several reps hold copies."""
    ours = chance.sample(company.reps, min(2, len(company.reps)))
    theirs = chance.choice(company.outsiders)
    colleague = chance.choice([one for one in company.outsiders if one.account == theirs.account])
    everybody = tuple(dict.fromkeys((*(rep.address for rep in ours), theirs.address, colleague.address)))
    last = company.write(theirs.address, (ours[0].address,), cc=everybody[1:2])
    for turn in range(chance.randint(1, 4)):
        speaker = ours[0].address if turn % 2 == 0 else theirs.address
        others = tuple(one for one in everybody if one != speaker)
        blind = ("boss@elsewhere.example",) if turn == 0 else ()
        last = company.write(speaker, others[:1], cc=others[1:], bcc=blind, answers=last)


def _keep_cards(company: Company, rep: Rep, people: tuple[Outsider, ...]) -> None:
    names = {one.ref: one.name for one in company.accounts}
    for one in people:
        card = Card(name=one.name, addresses=(one.address,), phones=(one.phone,), company=names[one.account])
        company.desks[rep.address].cards.add(card)


def _meetings(company: Company) -> None:
    boss, theirs = company.reps[0], company.outsiders[0]
    seats = tuple(Attendance(address=one.address, name=one.name) for one in (*company.reps[1:2], theirs))
    kickoff = Meeting(
        uid="kickoff-1@acme.example",
        start=START + timedelta(days=3),
        length=timedelta(hours=1),
        organizer=boss.address,
        attendees=seats,
        subject="Kick-off",
    )
    company.meet(kickoff)
    weekly = replace(
        kickoff, uid="weekly-1@acme.example", start=START + timedelta(days=1), repeats=5, subject="Weekly"
    )
    first, second = weekly.starts[1], weekly.starts[2]
    company.meet(replace(weekly, moved=((first, first + timedelta(hours=2)),), dropped=(second,)))
    said_no = (replace(seats[-1], response="declined"),)
    company.meet(replace(kickoff, uid="no-1@acme.example", start=START + timedelta(days=9), attendees=said_no))


def _tidy_up(company: Company, chance: random.Random) -> None:
    """What people do with their mail: archive it, file it, throw it away, begin drafts."""
    for address, desk in company.desks.items():
        refs = sorted(desk.mail.items)
        for ref, folder in zip(chance.sample(refs, min(4, len(refs))), list(Folder)[2:4] * 2, strict=False):
            company.move(address, ref, folder)
        for ref in chance.sample(refs, min(2, len(refs)))[:1]:
            desk.mail.remove(ref)
        company.draft(address, ("person0@client0.example",))
