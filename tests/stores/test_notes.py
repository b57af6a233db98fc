"""What reps say is kept once, taken back on request, and stands in the timeline where nothing else shows it."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from guardian.domain.activity import Direction, Kind, Role, Signal
from guardian.domain.notes import Note, NoteKind, Reach
from guardian.storage.digest_log import StoredRollupLog
from guardian.storage.engine import Database
from guardian.storage.erasure import forget
from guardian.storage.note_tables import client_note
from guardian.storage.notes import StoredNotes
from guardian.storage.tables import client
from guardian.storage.timelines import StoredTimelines
from tests.stores.world import World, day

REP = "rep@acme.example"
MIDNIGHT = datetime(2024, 1, 10, tzinfo=UTC)  # of the rep's day, who lives by UTC unless said otherwise
TEN = MIDNIGHT + timedelta(hours=10)
LATE = MIDNIGHT + timedelta(days=300)


def note(client_id: int, kind: NoteKind = NoteKind.CALLED, **other: Any) -> Note:
    facts: dict[str, Any] = {
        "client_id": client_id,
        "rep": REP,
        "kind": kind,
        "at": TEN,
        "digest": MIDNIGHT.date(),
        "day": MIDNIGHT.date(),
        "since": MIDNIGHT,
        "until": MIDNIGHT + timedelta(days=1),
    }
    return Note(**(facts | other))


@dataclass(frozen=True)
class Shop:
    """A client, our rep, and a person there."""

    database: Database
    client: int
    rep: int
    ana: int

    @property
    def notes(self) -> StoredNotes:
        return StoredNotes(self.database)

    @property
    def timelines(self) -> StoredTimelines:
        return StoredTimelines(self.database)

    def tell(self, kind: NoteKind = NoteKind.CALLED, **other: Any) -> None:
        told = note(self.client, kind, **other)
        assert self.notes.tell(told, once=repr(told))

    def happened(
        self, at: datetime, kind: Kind = Kind.CALL, direction: Direction = Direction.OUT, **other: Any
    ) -> None:
        theirs = [(Role.FROM, self.ana), (Role.TO, self.rep)]
        seats = theirs if direction is Direction.IN else [(Role.OWNER, self.rep), (Role.TO, self.ana)]
        with self.database.writing() as connection:
            World(connection, iter(range(1_000 + int(at.timestamp()) % 10_000_000, 1 << 40))).interaction(
                at, seats, kind=kind, direction=direction, **other
            )

    def contacts(self, until: datetime = LATE) -> list[tuple[datetime, float]]:
        """Return when and for how much, after making sure that both ways of reading agree."""
        touches = self.timelines.touches(until=until)
        found = [
            (datetime.fromtimestamp(at, UTC), float(weight))
            for at, weight in zip(touches.at.tolist(), touches.weight.tolist(), strict=True)
        ]
        for whose in (self.client, None):
            told = self.timelines.interactions(whose, now=until)
            assert [(one.occurred_at, one.touch.weight) for one in told if one.touch.any_clock] == found
        return found


@pytest.fixture
def shop(database: Database) -> Shop:
    with database.writing() as connection:
        world = World(connection)
        return Shop(
            database=database,
            client=world.client("Client", domains=["client.example"], owner_address=REP),
            rep=world.identity(REP, own=True),
            ana=world.identity("ana@client.example"),
        )


def test_a_note_comes_back_as_it_was_said(shop: Shop) -> None:
    told = note(shop.client, NoteKind.WRONG_OWNER, rep="Rep@Acme.example", owner="eva@acme.example", instead_of=REP)
    assert shop.notes.tell(told, once="x")
    [kept] = shop.notes.known(until=TEN)
    assert replace(kept, id=0) == replace(told, rep=REP)
    assert shop.notes.told("x") == kept
    assert shop.notes.told("y") is None


@pytest.mark.parametrize("reach", [None, *Reach])
def test_so_does_how_a_client_wants_to_be_reached(shop: Shop, reach: Reach | None) -> None:
    assert shop.notes.tell(note(shop.client, NoteKind.CHANNEL, channel=reach), once="x")
    [kept] = shop.notes.known(until=TEN)
    assert kept.channel is reach


def test_of_many_uses_of_one_link_exactly_one_counts(shop: Shop) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _n: shop.notes.tell(note(shop.client), once="x"), range(8)))
    assert sorted(told) == [False] * 7 + [True]
    assert len(shop.notes.known(until=TEN)) == 1


def test_what_was_taken_back_counted_until_then_and_its_link_works_again(shop: Shop) -> None:
    later = TEN + timedelta(hours=2)
    assert not shop.notes.take_back("x", at=later)
    shop.notes.tell(note(shop.client), once="x")
    assert shop.notes.take_back("x", at=later)
    assert not shop.notes.take_back("x", at=later)
    assert len(shop.notes.known(until=later - timedelta(seconds=1))) == 1
    assert shop.notes.known(until=later) == []
    assert shop.notes.told("x") is None
    assert shop.notes.tell(note(shop.client, at=later), once="x")


def test_a_past_day_knows_only_what_had_been_said_by_then(shop: Shop) -> None:
    shop.tell(at=TEN)
    shop.tell(NoteKind.SNOOZE, at=TEN + timedelta(days=2))
    assert shop.notes.known(until=TEN - timedelta(seconds=1)) == []
    assert [one.kind for one in shop.notes.known(until=TEN)] == [NoteKind.CALLED]
    assert [one.kind for one in shop.notes.known(until=LATE)] == [NoteKind.CALLED, NoteKind.SNOOZE]
    assert shop.contacts(until=TEN - timedelta(seconds=1)) == []


def test_notes_follow_their_client_when_it_is_merged(shop: Shop) -> None:
    shop.tell()
    with shop.database.writing() as connection:
        winner = World(connection, itertools.count(500)).client("Winner")
        connection.execute(update(client).where(client.c.id == shop.client).values(merged_into=winner))
    assert [one.client_id for one in shop.notes.known(until=LATE)] == [winner]
    assert shop.timelines.touches(until=LATE).client.tolist() == [winner]
    assert [one.client_ids for one in shop.timelines.interactions(winner, now=LATE)] == [(winner,)]


@pytest.mark.parametrize(
    ("kind", "shown_as", "weight"),
    [(NoteKind.CALLED, Kind.CALL, 1.5), (NoteKind.MET, Kind.MEETING, 2.0), (NoteKind.DONE, Kind.NOTE, 0.5)],
)
def test_a_contact_that_a_rep_tells_of_stands_in_the_timeline(
    shop: Shop, kind: NoteKind, shown_as: Kind, weight: float
) -> None:
    shop.tell(kind)
    assert shop.contacts() == [(TEN, weight)]
    touches = shop.timelines.touches(until=LATE)
    assert touches.rep.tolist() == [shop.rep]
    assert (touches.inbound.tolist(), touches.outbound.tolist()) == ([kind is not NoteKind.DONE], [True])
    [told] = shop.timelines.interactions(shop.client, now=LATE)
    assert (told.kind, told.key, told.client_ids) == (shown_as, "note:1", (shop.client,))
    assert [(copy.connector, copy.mailbox) for copy in told.copies] == [("guardian", REP)]


@pytest.mark.parametrize("kind", [NoteKind.SNOOZE, NoteKind.FINE, NoteKind.NOT_CLIENT, NoteKind.WRONG_OWNER])
def test_other_notes_are_no_contact(shop: Shop, kind: NoteKind) -> None:
    shop.tell(kind)
    assert shop.contacts() == []


@pytest.mark.parametrize("kind", [NoteKind.CALLED, NoteKind.MET, NoteKind.DONE])
@pytest.mark.parametrize("hour", [0.5, 9, 23.5])
def test_a_call_that_the_crm_shows_the_same_day_is_counted_once(shop: Shop, kind: NoteKind, hour: float) -> None:
    shop.tell(kind)
    shop.happened(MIDNIGHT + timedelta(hours=hour))
    assert shop.contacts() == [(MIDNIGHT + timedelta(hours=hour), 1.5)]


@pytest.mark.parametrize("hours", [-0.5, 24.5])
def test_a_call_of_the_day_before_or_after_is_another(shop: Shop, hours: float) -> None:
    shop.tell()
    shop.happened(MIDNIGHT + timedelta(hours=hours))
    assert len(shop.contacts()) == 2


def test_a_day_is_the_reps_own_and_a_bare_date_is_that_day_everywhere(shop: Shop) -> None:
    mexico = MIDNIGHT + timedelta(hours=6)  # where midnight is six hours later
    shop.tell(since=mexico, until=mexico + timedelta(days=1), at=mexico + timedelta(hours=20))
    shop.happened(MIDNIGHT)  # a task with a date only
    assert shop.contacts() == [(MIDNIGHT, 1.5)]


def test_a_bare_date_of_the_next_day_is_another_call(shop: Shop) -> None:
    mexico = MIDNIGHT + timedelta(hours=6)
    shop.tell(since=mexico, until=mexico + timedelta(days=1), at=mexico + timedelta(hours=1))
    shop.happened(MIDNIGHT + timedelta(days=1))
    assert len(shop.contacts()) == 2


def test_a_missed_call_and_a_mail_are_not_the_call_that_was_told_of(shop: Shop) -> None:
    shop.tell()
    shop.happened(TEN, signals=Signal.NOT_HELD)
    shop.happened(TEN + timedelta(hours=1), Kind.EMAIL)
    assert [weight for _at, weight in shop.contacts()] == [1.5, 0.5]


def test_a_mail_of_ours_is_what_was_done(shop: Shop) -> None:
    shop.tell(NoteKind.DONE)
    shop.happened(TEN + timedelta(hours=1), Kind.EMAIL)
    assert shop.contacts() == [(TEN + timedelta(hours=1), 0.5)]


def test_a_mail_of_theirs_is_not(shop: Shop) -> None:
    shop.tell(NoteKind.DONE)
    shop.happened(TEN + timedelta(hours=1), Kind.EMAIL, Direction.IN)
    assert len(shop.contacts()) == 2


def test_several_words_about_one_day_are_one_contact_and_two_reps_are_two(shop: Shop) -> None:
    for kind in (NoteKind.DONE, NoteKind.CALLED, NoteKind.MET):
        shop.tell(kind)
    shop.tell(NoteKind.DONE, at=TEN + timedelta(hours=1))
    assert shop.contacts() == [(TEN, 2.0)]
    shop.tell(rep="eva@acme.example", at=TEN + timedelta(minutes=1))
    assert [weight for _at, weight in shop.contacts()] == [2.0, 1.5]
    assert shop.timelines.touches(until=LATE).rep.tolist() == [shop.rep, 0]


def test_a_contact_of_an_earlier_day_stands_at_its_noon(shop: Shop) -> None:
    shop.happened(MIDNIGHT - timedelta(days=9), Kind.MEETING)
    shop.tell(at=TEN + timedelta(days=3))
    shop.happened(TEN + timedelta(days=1), Kind.EMAIL, Direction.IN)
    assert [at for at, _weight in shop.contacts()] == [
        MIDNIGHT - timedelta(days=9),
        MIDNIGHT + timedelta(hours=12),
        TEN + timedelta(days=1),
    ]


def test_who_is_forgotten_stands_in_no_note(shop: Shop) -> None:
    shop.tell()
    shop.tell(NoteKind.WRONG_OWNER, owner="eva@acme.example", instead_of=REP)
    shop.tell(NoteKind.WRONG_OWNER, owner=REP, instead_of="eva@acme.example", rep="eva@acme.example")
    StoredRollupLog(shop.database).mark_sent(REP, date(2024, 1, 8), at=TEN)
    forget(shop.database, REP, now=LATE)
    [kept] = shop.notes.known(until=LATE)
    assert kept.kind is NoteKind.CALLED
    assert "rep@" not in kept.rep
    assert not StoredRollupLog(shop.database).was_sent(REP, date(2024, 1, 8))


def test_the_notes_of_a_client_go_with_it(shop: Shop) -> None:
    with shop.database.writing() as connection:
        world = World(connection, itertools.count(700))
        met = world.client("Met", origin="mail")
        world.identity("eva@met.example", client_id=met)
    shop.notes.tell(note(met), once="x")
    forget(shop.database, "eva@met.example", now=LATE)
    with shop.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(client_note)) == 0


def test_a_roll_up_is_sent_once_a_week_to_each_manager(database: Database) -> None:
    log, week = StoredRollupLog(database), date(2024, 1, 8)
    assert not log.was_sent("boss@acme.example", week)
    log.mark_sent("Boss@acme.example", week, at=day(7))
    log.mark_sent("boss@acme.example", week, at=day(8))
    assert log.was_sent("BOSS@acme.example", week)
    assert not log.was_sent("boss@acme.example", week + timedelta(days=7))
    assert not log.was_sent("rep@acme.example", week)
