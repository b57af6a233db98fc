"""What is true of a sample that was written, counted from what went into it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from guardian.domain.activity import Direction, Kind, Signal
from guardian.domain.standing import State
from guardian.domain.touch import Happening, Touch, touch_of
from guardian.sample_company.appointments import Call, Meeting
from guardian.sample_company.clients import ClientCompany, Story
from guardian.sample_company.letters import Letter
from guardian.sample_company.outgoing import Draft
from guardian.sample_company.people import Export, Rep


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """One client: the story it tells, the states Guardian may see it in, and its contact with us.

    `touches` counts the distinct mails, calls and meetings before `today` that move a clock, `touch_days` the UTC
    days on which there was one; `silent_days` is counted from the last of these days to `today`.
    What the CRM repeats of a mail or meeting that lies elsewhere too is not counted again.
    """

    name: str
    domain: str
    owner: str
    language: str
    story: Story
    states: tuple[State, ...]
    contacts: tuple[str, ...]
    touches: int
    touch_days: int
    last_touch: datetime | None
    last_inbound: datetime | None
    silent_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFacts:
    """One exported mailbox: whose, where, in which form, and how many mails lie in it."""

    owner: str
    path: Path
    export: Export
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """One mail about to be sent, and what the guard should do with it."""

    path: Path
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCompany:
    """A sample company on disk: where its files are and what is true of them.

    `exports` is the folder to sync, `outgoing` the folder of mails about to be sent. `distinct_mails` counts the
    Message-IDs in the mailboxes, `crm_only_mails` those that only the CRM still has. `meetings` and `calls` count
    what happened with clients before `today`. `broken` names what must end as a dead letter: the
    calendar file, and the table with one row cut off.
    """

    name: str
    own_domains: tuple[str, ...]
    today: date
    folder: Path
    exports: Path
    outgoing: Path
    reps: tuple[Rep, ...]
    clients: tuple[ClientFacts, ...]
    mailboxes: tuple[MailboxFacts, ...]
    drafts: tuple[DraftFacts, ...]
    paths: tuple[Path, ...]
    broken: tuple[Path, ...]
    distinct_mails: int
    crm_only_mails: int
    meetings: int
    calls: int

    def telling(self, story: Story) -> tuple[ClientFacts, ...]:
        """Return the clients that tell a story."""
        return tuple(client for client in self.clients if client.story is story)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Everything that happened, by which clients' facts are counted."""

    letters: Sequence[Letter]
    calls: Sequence[Call]
    meetings: Sequence[Meeting]


def client_facts(client: ClientCompany, states: tuple[State, ...], contacts: Contacts, today: date) -> ClientFacts:
    """Return what is true of one client before `today`."""
    touches = [(at, touch) for at, touch in _touches(client, contacts, today) if touch.any_clock]
    inbound = [at for at, touch in touches if touch.inbound_clock]
    last = max((at for at, _ in touches), default=None)
    return ClientFacts(
        name=client.name,
        domain=client.domain,
        owner=client.rep.person.address,
        language=client.language,
        story=client.story,
        states=states,
        contacts=tuple(person.address for person in client.people if person.address),
        touches=len(touches),
        touch_days=len({at.date() for at, _ in touches}),
        last_touch=last,
        last_inbound=max(inbound, default=None),
        silent_days=(today - last.date()).days if last else None,
    )


def meetings_held(meetings: Sequence[Meeting], today: date) -> Iterator[tuple[Meeting, datetime]]:
    """Yield the dates before `today` on which somebody from a client met us."""
    for meeting in meetings:
        for one in meeting.occurrences:
            if meeting.outsiders_coming and not one.cancelled and one.start < _midnight(today):
                yield meeting, one.start.astimezone(UTC)


def _touches(client: ClientCompany, contacts: Contacts, today: date) -> Iterator[tuple[datetime, Touch]]:
    for letter in contacts.letters:
        if letter.client == client.name:
            yield letter.sent_at.astimezone(UTC), _mail_touch(letter)
    for call in contacts.calls:
        if call.client is client:
            signals = frozenset() if call.seconds else frozenset({Signal.NOT_HELD})
            happening = Happening(kind=Kind.CALL, direction=Direction.OUT, signals=signals, duration_s=call.seconds)
            yield call.at.astimezone(UTC), touch_of(happening)
    for meeting, start in meetings_held(contacts.meetings, today):
        if meeting.client == client.name:
            yield (
                start,
                touch_of(Happening(kind=Kind.MEETING, direction=Direction.OUT, outsiders=meeting.outsiders_coming)),
            )


def _mail_touch(letter: Letter) -> Touch:
    outside_to = [person for person in letter.to if not person.is_own]
    outside = [person for person in letter.people[1:] if not person.is_own]
    happening = Happening(
        kind=Kind.EMAIL,
        direction=Direction.OUT if letter.sender.is_own else Direction.IN,
        signals=letter.signals,
        outsiders=len(outside) if letter.sender.is_own else 1,
        addressed=bool(outside_to),
    )
    return touch_of(happening)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
