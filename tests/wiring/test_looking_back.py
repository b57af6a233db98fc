"""A look back at a past night tells what was told that night, whatever happened since: mails, merges, owners, words.

Every night of a small company is synced, assessed and kept; then every night is replayed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from guardian import settings as tenant_settings
from guardian.domain.complaint_record import Decision, Ruling
from guardian.domain.notes import Note, NoteKind, Reach
from guardian.domain.people import Company, Contact
from guardian.ports.connector import Gone, Record
from guardian.storage.complaints import StoredComplaints
from guardian.storage.sync_tables import SyncTables
from guardian.sync import Connection, Ear, Rules, Work, sync_here
from guardian.wiring.digests import Digests
from guardian.wiring.layout import lay_out
from guardian.wiring.tenant import Tenant
from tests.sync.listening import PlainEar
from tests.sync.supplier import NOON, OWN, ListFeed, NoBars, a_mail, as_connector
from tests.wiring.test_gatehouse import HandClock

REPS = ("ana@acme.example", "eva@acme.example")
PEOPLE = (
    "luis@bermeo.example",
    "rosa@bermeo.example",
    "jon@norte.example",
    "jon@norte-group.example",
    "pepe@gmail.com",
    "mei@nuevo.example",
)
DOMAINS = ("bermeo.example", "norte.example", "norte-group.example", "nuevo.example")
RULES = Rules(own_domains=OWN)


@dataclass
class Firm:
    """A tenant whose clock is moved by hand, and everything its only connection ever told."""

    folder: Path
    records: list[Record] = field(default_factory=list)
    told: dict[datetime, tuple[Any, ...]] = field(default_factory=dict)
    numbers: int = 0

    def __post_init__(self) -> None:
        path = lay_out(self.folder, own_domains=["acme.example"], language="es")
        self.clock = HandClock(NOON)
        self.tenant = Tenant(tenant_settings.load(path), self.clock)
        self.feed = ListFeed("box", self.records, page_size=50)

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def mail(self, day: int, sender: str, to: str, words: str | None) -> None:
        self.records.append(replace(a_mail(f"m{self.number()}", sender=sender, to=[to], day=day), snippet=words))

    def note(self, kind: NoteKind, day: int, client: int, channel: Reach) -> None:
        names = [one.id for one in self.tenant.timelines.clients()]
        if not names:
            return
        at = NOON + timedelta(days=day, hours=1)
        of = names[client % len(names)]
        owner = next(one.owner for one in self.tenant.timelines.clients() if one.id == of)
        other: dict[str, Any] = {}
        if kind is NoteKind.SNOOZE:
            other = {"until": at + timedelta(days=9)}
        elif kind is NoteKind.WRONG_OWNER:
            other = {"owner": REPS[1], "instead_of": owner}
        elif kind is NoteKind.CHANNEL:
            other = {"channel": channel}
        note = Note(client_id=of, rep=REPS[0], kind=kind, at=at, digest=at.date(), day=at.date(), since=at, **other)
        self.tenant.notes.tell(note, once=str(self.number()))

    def decide(self, day: int, ruling: Ruling) -> None:
        store = StoredComplaints(self.tenant.database)
        at = NOON + timedelta(days=day, hours=1)
        mails = [one.interaction_id for record in store.known(until=at).values() for one in record.heard]
        for mail in mails[:1]:
            store.decide(Decision(interaction_id=mail, ruling=ruling, by=REPS[0], why="", at=at))

    def night(self, day: int) -> None:
        self.sync(day, self.feed)
        now = self.clock.now()
        self.told[now] = self.tells(now)
        self.tenant.keep(self.tenant.standings(now), at=now)

    def sync(self, day: int, feed: ListFeed, *, name: str = "lists") -> None:
        self.clock.time = NOON + timedelta(days=day, hours=14)
        work = Work(
            connection=Connection(name=name, kind="list", open=lambda: as_connector(feed), privacy="full"),
            store=SyncTables(self.tenant.database, OWN),
            rules=RULES,
            clock=self.clock,
            progress=NoBars(),
            full=False,
            ear=Ear(listener=PlainEar(), rules=RULES),
        )
        sync_here(work, at_once=1)

    def owned(self, owner: str) -> None:
        self.records.append(companies(1, "Bermeo", ["bermeo.example"], owner, None))

    def owner(self, day: int) -> str | None:
        """Return whose the only client was at the end of a day."""
        [client] = self.tenant.clients(NOON + timedelta(days=day, hours=20))
        return client.owner

    def tells(self, at: datetime) -> tuple[Any, ...]:
        """Return all that `clients`, `ageing` and `timeline` tell as of a moment."""
        standings = [(replace(one.client, domains=()), one.assessment) for one in self.tenant.standings(at)]
        happened = [
            (one.key, one.client_ids, one.talked_with, one.touch, one.direction)
            for one in self.tenant.interactions(None, as_of=at)
        ]
        each = [
            (client.id, [one.key for one in self.tenant.interactions(client.id, as_of=at)]) for client, _ in standings
        ]
        return standings, happened, each


def companies(ref: int, name: str, domains: Sequence[str], owner: str | None, value: float | None) -> Company:
    return Company(
        ref=f"00100000000000{ref}AAA"[:18], name=name, domains=tuple(domains), owner_address=owner, value=value
    )


def contacts(ref: int, address: str, company: int) -> Contact:
    record = f"00100000000000{company}AAA"[:18]
    return Contact(ref=f"00300000000000{ref}AAA"[:18], name=address.title(), addresses=(address,), company_ref=record)


mails = st.tuples(
    st.just("mail"),
    st.sampled_from(PEOPLE),
    st.sampled_from(REPS),
    st.booleans(),
    st.sampled_from([None, None, "una queja", "resuelto", "No me escribáis más."]),
)
records = st.one_of(
    st.tuples(
        st.just("company"),
        st.integers(1, 3),
        st.sampled_from(["Bermeo", "Norte"]),
        st.lists(st.sampled_from(DOMAINS), max_size=2, unique=True),
        st.sampled_from([None, *REPS]),
        st.sampled_from([None, 100.0, 900.0]),
    ),
    st.tuples(st.just("contact"), st.integers(1, 3), st.sampled_from(PEOPLE), st.integers(1, 3)),
    st.tuples(st.just("gone"), st.sampled_from(["001", "003"]), st.integers(1, 3)),
)
words = st.one_of(
    st.tuples(st.just("note"), st.sampled_from(NoteKind), st.integers(0, 5), st.sampled_from(Reach)),
    st.tuples(st.just("decide"), st.sampled_from(Ruling)),
)
days = st.lists(st.lists(st.one_of(mails, mails, records, words), max_size=5), min_size=2, max_size=7)


def happen(firm: Firm, day: int, what: tuple[Any, ...]) -> None:
    match what:
        case ("mail", outside, ours, inbound, said):
            firm.mail(day, *((outside, ours) if inbound else (ours, outside)), said)
        case ("company", *facts):
            firm.records.append(companies(*facts))
        case ("contact", *facts):
            firm.records.append(contacts(*facts))
        case ("gone", kind, ref):
            firm.records.append(Gone(item_id=f"{kind}00000000000{ref}AAA"[:18]))
        case ("note", kind, client, reach):
            firm.note(kind, day, client, reach)
        case ("decide", ruling):
            firm.decide(day, ruling)


def firms() -> Iterator[Firm]:
    with TemporaryDirectory() as folder:
        yield Firm(Path(folder))


@settings(max_examples=12, deadline=None)
@given(life=days, gaps=st.lists(st.integers(1, 40), min_size=8, max_size=8))
def test_every_past_night_is_told_as_it_was_told_that_night(life: list[list[Any]], gaps: list[int]) -> None:
    for firm in firms():
        day = 0
        for happenings, gap in zip(life, gaps, strict=False):
            for what in happenings:
                happen(firm, day, what)
            firm.night(day)
            day += gap
        firm.clock.time = NOON + timedelta(days=day + 1)
        for at, told in firm.told.items():
            assert firm.tells(at) == told, at


def test_a_connection_that_never_could_be_read_keeps_no_past_from_being_kept(tmp_path: Path) -> None:
    firm, ana, eva = Firm(tmp_path), *REPS
    firm.sync(0, ListFeed("other", [a_mail("a"), a_mail("b"), a_mail("c")], fails_with=OSError("no")), name="other")
    firm.owned(ana)
    firm.night(1)
    firm.owned(eva)
    firm.night(10)
    assert [firm.owner(day) for day in (0, 1, 9, 10)] == [ana, ana, ana, eva]


def test_a_connection_that_is_added_later_takes_away_nothing_of_the_past_that_was_kept(tmp_path: Path) -> None:
    firm, ana, eva = Firm(tmp_path), *REPS
    for day, owner in ((1, ana), (10, eva)):
        firm.owned(owner)
        firm.night(day)
    other = ListFeed("other", [companies(1, "Bermeo", ["bermeo.example"], ana, None)])
    firm.sync(20, other, name="other")
    firm.owned(ana)
    firm.night(30)
    assert [firm.owner(day) for day in (0, 1, 9, 10, 19)] == [ana, ana, ana, eva, eva]
    firm.owned(eva)
    firm.night(40)
    assert [firm.owner(day) for day in (0, 9, 10, 30, 39, 40)] == [ana, ana, eva, ana, ana, eva]


def test_a_digest_of_a_past_day_is_that_of_whoever_owned_the_client_then(tmp_path: Path) -> None:
    firm, ana, eva = Firm(tmp_path / "firm"), *REPS
    firm.records.append(companies(1, "Bermeo", ["bermeo.example"], ana, None))
    firm.mail(0, "luis@bermeo.example", ana, "¿Nos mandáis el presupuesto?")
    firm.night(4)
    [then] = firm.told
    firm.records.append(companies(1, "Bermeo", ["bermeo.example"], eva, None))
    firm.night(6)
    digests = Digests(firm.tenant)

    def shown(rep: str, at: datetime) -> bool:
        return rep in {one.address for one in digests.reps(None, at=at)} and bool(
            digests.preview(at, rep=rep, folder=tmp_path / "out")
        )

    now = firm.clock.now()
    assert [shown(ana, then), shown(eva, then), shown(ana, now), shown(eva, now)] == [True, False, False, True]
