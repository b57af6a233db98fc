"""What a mailbox must come to in Guardian, told from the truth alone; and what a connector made of it.

Two small tellings that know nothing of each other: `true_mail`, `true_meetings` and `true_cards` read the company,
`Local` follows pages as the port promises. A connector is right when both say the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from guardian.domain.activity import Activity, Signal
from guardian.domain.errors import CursorExpired, TryLater
from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Cursor, Feed, Gone, Page
from tests.lab.company import OUT_OF_SIGHT, Desk, Folder
from tests.lab.company_facts import Letter, Meeting

Fact = tuple[object, ...]


def true_mail(desk: Desk, *, hidden: frozenset[Folder] = OUT_OF_SIGHT) -> list[Fact]:
    """Return what must be known of every copy in sight, sorted."""
    return sorted(
        (_mail_fact(copy.letter) for copy in desk.mail.items.values() if copy.folder not in hidden), key=str
    )


def true_meetings(desk: Desk) -> list[Fact]:
    """Return what must be known of every occurrence that stands in a calendar, sorted."""
    return sorted((fact for meeting in desk.calendar.items.values() for fact in _meeting_facts(meeting)), key=str)


def true_cards(desk: Desk) -> list[Fact]:
    """Return what must be known of an address book, sorted."""
    return sorted(
        ((one.name, one.addresses, one.company) for one in desk.cards.items.values()), key=lambda fact: str(fact)
    )


def _mail_fact(letter: Letter) -> Fact:
    roles = {"from": (letter.sender,), "to": letter.to, "cc": letter.cc, "bcc": letter.bcc}
    seats = sorted((role, address) for role, addresses in roles.items() for address in addresses)
    return (f"mid:{letter.message_id}", letter.sent_at, tuple(seats), bool(letter.references))


def _meeting_facts(meeting: Meeting) -> Iterable[Fact]:
    seats = {("organizer", meeting.organizer, False)}
    seats |= {("attendee", one.address, one.response == "declined") for one in meeting.attendees}
    for original, start in meeting.held:
        when = original.strftime("%Y%m%dT%H%M%SZ") if meeting.repeats else "single"
        length = int(meeting.length.total_seconds())
        yield (f"ical:{meeting.uid}/{when}", start, length, tuple(sorted(seats)))


@dataclass(slots=True)
class Local:
    """What somebody knows who stored every page of a feed, as the port says."""

    feed: Callable[[], Feed]
    items: dict[str, object] = field(default_factory=dict)
    cursor: Cursor | None = None
    seen: set[str] | None = None  # by the walk under way
    pages: int = 0
    requests: int = 0
    dead: dict[str, str] = field(default_factory=dict)

    def sync(self) -> "Local":
        """Bring it up to date; a lost cursor means a walk. Errors pass through with what was stored before."""
        try:
            self._round()
        except CursorExpired:
            self.cursor, self.seen = None, None
            try:
                self._round()
            except CursorExpired as lost:
                raise TryLater("Lost twice in a row.") from lost
        return self

    def _round(self) -> None:
        if self.cursor is None:
            self.seen = set()
        for page in self.feed().changes(self.cursor):
            self.store(page)

    def store(self, page: Page) -> None:
        """Store one page and its cursor."""
        if page.walk and self.seen is None:
            self.seen = set()
        for record in page.records:
            ref = record.ref if isinstance(record, Contact | Company | Colleague) else record.item_id
            if isinstance(record, Gone):
                self.items.pop(ref, None)
                if self.seen is not None:
                    self.seen.discard(ref)
                continue
            if isinstance(record, Activity | Contact | Company | Colleague):
                self.items[ref] = record
            if self.seen is not None:
                self.seen.add(ref)
        self.dead.update({one.item_id: one.why for one in page.dead_letters})
        self.cursor, self.pages, self.requests = page.cursor, self.pages + 1, self.requests + page.requests
        if page.closes_round and self.seen is not None:
            self.items = {ref: item for ref, item in self.items.items() if ref in self.seen}
            self.seen = None

    def mail(self) -> list[Fact]:
        """Return what it knows of mail, as `true_mail` tells it."""
        return sorted((_known_mail(one) for one in self.items.values() if isinstance(one, Activity)), key=str)

    def meetings(self) -> list[Fact]:
        """Return what it knows of meetings, as `true_meetings` tells it."""
        return sorted((_known_meeting(one) for one in self.items.values() if isinstance(one, Activity)), key=str)

    def cards(self) -> list[Fact]:
        """Return what it knows of contacts, as `true_cards` tells it."""
        known = [one for one in self.items.values() if isinstance(one, Contact)]
        return sorted(((one.name, one.addresses, one.company_name) for one in known), key=str)


def _known_mail(one: Activity) -> Fact:
    seats = sorted((str(seat.role), seat.identity.value) for seat in one.participants)
    return (one.key, one.occurred_at, tuple(seats), Signal.REPLY in one.signals)


def _known_meeting(one: Activity) -> Fact:
    seats = sorted({(str(seat.role), seat.identity.value, seat.declined) for seat in one.participants})
    return (one.key, one.occurred_at, one.duration_s, tuple(seats))
