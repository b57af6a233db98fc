"""What ageing, digests and the command line read of the timeline."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from guardian.domain.activity import Direction, Kind, Role, Signal
from guardian.domain.people import IdentityKind
from guardian.ports.holds import HoldState
from guardian.ports.timeline import Interaction
from guardian.storage import interaction_query
from guardian.storage.engine import Database
from guardian.storage.holds import StoredHolds
from guardian.storage.timelines import StoredTimelines
from tests.stores.mails import RAW, held_mail
from tests.stores.world import World, day, written

LATE = day(1000)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with written(database) as world:
        yield world


@pytest.fixture
def timelines(database: Database) -> StoredTimelines:
    return StoredTimelines(database)


def only(timelines: StoredTimelines) -> Interaction:
    (one,) = timelines.interactions(now=LATE)
    return one


def test_a_client_is_known_by_his_person_before_his_record_and_his_domain(
    world: World, timelines: StoredTimelines
) -> None:
    by_person, by_record, by_domain = (
        world.client("Person"),
        world.client("Record"),
        world.client("Dom", domains=["dom.example"]),
    )
    rep = world.identity("rep@acme.example", own=True)
    employed = world.identity("a@dom.example", person_id=world.person("A", client_id=by_person), client_id=by_record)
    recorded = world.identity("b@dom.example", person_id=world.person("B"), client_id=by_record)
    at_domain = world.identity("c@mail.dom.example")
    for number, who in enumerate((employed, recorded, at_domain)):
        world.received(day(number), who, rep)
    told = list(timelines.interactions(now=LATE))
    assert [one.client_ids for one in told] == [(by_person,), (by_record,), (by_domain,)]


def test_merges_of_people_and_clients_are_followed_to_their_end(world: World, timelines: StoredTimelines) -> None:
    last = world.client("Last")
    middle = world.client("Middle", merged_into=last)
    first = world.client("First", domains=["first.example"], merged_into=middle)
    winner = world.person("W", client_id=first)
    between = world.person("X", client_id=None, merged_into=winner)
    loser = world.person("L", client_id=None, merged_into=between)
    rep = world.identity("rep@acme.example", own=True)
    world.received(day(1), world.identity("l@elsewhere.example", person_id=loser), rep)
    world.received(day(2), world.identity("m@first.example"), rep)
    assert [one.client_ids for one in timelines.interactions(now=LATE)] == [(last,), (last,)]
    for asked in (first, middle, last):
        assert len(list(timelines.interactions(asked, now=LATE))) == 2
    assert [one.id for one in timelines.clients()] == [last]
    assert timelines.find_client("first") == timelines.find_client("L@elsewhere.example") == timelines.clients()[0]
    assert set(timelines.touches(until=LATE).client.tolist()) == {last}


def test_a_ring_of_merges_does_not_hang(world: World, timelines: StoredTimelines) -> None:
    one = world.client("One")
    two = world.client("Two", domains=["two.example"], merged_into=one)
    world.connection.exec_driver_sql(f"UPDATE client SET merged_into = {two} WHERE id = {one}")
    world.received(day(1), world.identity("x@two.example"), world.identity("rep@acme.example", own=True))
    assert len(list(timelines.interactions(now=LATE))) == 1


def test_public_mail_domains_and_our_own_people_belong_to_no_client(world: World, timelines: StoredTimelines) -> None:
    world.client("Wrong", domains=["gmail.com", "acme.example"])
    world.received(day(1), world.identity("a@gmail.com"), world.identity("rep@acme.example", own=True))
    assert only(timelines).client_ids == ()
    assert len(timelines.touches(until=LATE).client) == 0


def test_everything_stored_is_told_once_oldest_first_across_chunks(
    world: World, timelines: StoredTimelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interaction_query, "CHUNK", 3)
    client = world.client("C", domains=["c.example"])
    them, rep = world.identity("a@c.example"), world.identity("rep@acme.example", own=True)
    stranger = world.identity("x@nobody.example")
    moments = [5, 1, 1, 1, 1, 9, 3, 2, 1, 8]
    ids = [world.received(day(at), them if place % 2 else stranger, rep) for place, at in enumerate(moments)]
    told = [one.id for one in timelines.interactions(now=LATE)]
    assert told == [one for _, one in sorted(zip(moments, ids, strict=True))]
    his = [one.id for one in timelines.interactions(client, now=LATE)]
    assert his == [one for one in told if one in ids[1::2]]


def test_reading_can_stop_halfway_and_leaves_nothing_open(
    world: World, timelines: StoredTimelines, database: Database
) -> None:
    them, rep = world.identity("a@c.example"), world.identity("rep@acme.example", own=True)
    for at in range(3):
        world.received(day(at), them, rep)
    stream = timelines.interactions(now=LATE)
    next(stream)
    checked_out = database.engine.pool.status()
    assert "Current Checked out connections: 1" in checked_out  # the world's own
    assert len(list(stream)) == 2


def test_seats_show_mail_addresses_wherever_they_are_known(world: World, timelines: StoredTimelines) -> None:
    client = world.client("C")
    kept = world.person("Ana", client_id=client)
    merged = world.person("Ana M.", merged_into=kept)
    world.identity("ana@c.example", person_id=kept)
    world.identity("ana.old@c.example", person_id=kept)
    contact = world.identity("003000000000001AAA", kind=IdentityKind.CRM, person_id=merged)
    phone = world.identity("+34600000000", kind=IdentityKind.PHONE, person_id=kept)
    colleague = world.identity("005000000000001AAA", kind=IdentityKind.CRM, own=True, address="rep@acme.example")
    account = world.identity("001000000000001AAA", kind=IdentityKind.CRM, client_id=client)
    unknown = world.identity("003000000000009AAA", kind=IdentityKind.CRM)
    seats = [
        (Role.OWNER, colleague),
        (Role.ABOUT, account),
        (Role.ABOUT, contact),
        (Role.TO, phone),
        (Role.TO, unknown),
    ]
    world.interaction(day(1), seats, kind=Kind.CALL, direction=Direction.OUT)
    told = only(timelines)
    assert [one.address for one in told.seats] == [
        "rep@acme.example",
        "001000000000001AAA",
        "ana@c.example",
        "ana@c.example",
        "003000000000009AAA",
    ]
    assert [one.role for one in told.seats] == [Role.OWNER, Role.ABOUT, Role.ABOUT, Role.TO, Role.TO]
    assert told.client_ids == (client,)


def test_every_copy_is_told_with_its_connector_and_mailbox(world: World, timelines: StoredTimelines) -> None:
    one = world.received(day(1), world.identity("a@c.example"), world.identity("rep@acme.example", own=True))
    world.copy(one, world.mailbox("rep@acme.example", connector="m365"), "AAMk=")
    world.copy(one, world.mailbox("mail.mbox"), "17")
    copies = [(copy.connector, copy.mailbox, copy.id) for copy in only(timelines).copies]
    assert copies == [("m365", "rep@acme.example", "AAMk="), ("exports", "mail.mbox", "17")]


def test_what_we_wrote_weighs_more_once_the_client_himself_answers(world: World, timelines: StoredTimelines) -> None:
    world.client("C", domains=["c.example"])
    them, rep = world.identity("a@c.example"), world.identity("rep@acme.example", own=True)
    thread, other = world.thread("<1>"), world.thread("<2>")
    ours = world.sent(day(1), rep, them, thread_id=thread)
    world.received(day(2), them, rep, thread_id=thread, signals="auto_reply reply")
    world.received(day(0.5), them, rep, thread_id=thread)
    world.received(day(3), them, rep, thread_id=other)

    def weight() -> float:
        touches = timelines.touches(until=day(5))
        (bulk,) = touches.weight[touches.outbound].tolist()
        assert bulk == next(one.touch.weight for one in timelines.interactions(now=day(5)) if one.id == ours)
        return float(bulk)

    assert weight() == 0.5
    world.received(day(6), them, rep, thread_id=thread, signals="reply")
    assert weight() == 0.5, "an answer that is still to come must not show"
    world.received(day(1), them, rep, thread_id=thread, signals="reply")
    assert weight() == 0.5, "what came at the same moment is no answer"
    world.received(day(4), them, rep, thread_id=thread, signals="reply")
    assert weight() == 1.0


def a_chain(world: World) -> dict[str, int]:
    """Write a distributor and an end customer of his, and return who may speak, by name."""
    world.client("Distributor", domains=["distributor.example"])
    customer = world.client("Customer", domains=["customer.example"])
    return {
        "rep": world.identity("rep@acme.example", own=True),
        "dora": world.identity("dora@distributor.example"),
        "carl": world.identity("carl@customer.example"),
        "stranger": world.identity("x@nobody.example"),
        "account": world.identity("001000000000001AAA", kind=IdentityKind.CRM, client_id=customer),
    }


def told_and_touched(timelines: StoredTimelines) -> tuple[list[str], list[str]]:
    """Return in whose timelines the only interaction stands, and whose clocks it moves, by both ways of reading."""
    names = {one.id: one.name for one in timelines.clients()}
    told = only(timelines)
    assert timelines.touches(until=LATE).client.tolist() == list(told.talked_with)
    return [names[one] for one in told.client_ids], [names[one] for one in told.talked_with]


BOTH = ["Distributor", "Customer"]
IN, OUT = Direction.IN, Direction.OUT
DORA_WRITES = [(Role.FROM, "dora"), (Role.TO, "rep")]
WE_WRITE = [(Role.FROM, "rep"), (Role.TO, "dora")]


@pytest.mark.parametrize(
    ("way", "seats", "touched"),
    [
        (IN, [*DORA_WRITES, (Role.CC, "carl")], ["Distributor"]),
        (IN, [*DORA_WRITES, (Role.TO, "carl")], ["Distributor"]),
        (IN, [*DORA_WRITES, (Role.ABOUT, "account")], ["Distributor"]),
        (IN, [(Role.FROM, "stranger"), (Role.TO, "rep"), (Role.CC, "carl")], []),
        (IN, [(Role.FROM, "stranger"), (Role.TO, "rep"), (Role.ABOUT, "account")], ["Customer"]),
        (OUT, [*WE_WRITE, (Role.CC, "carl")], ["Distributor"]),
        (OUT, [*WE_WRITE, (Role.BCC, "carl")], ["Distributor"]),
        (OUT, [*WE_WRITE, (Role.TO, "carl")], BOTH),
        (OUT, [*WE_WRITE, (Role.ABOUT, "account")], ["Distributor"]),
        (OUT, [(Role.FROM, "rep"), (Role.TO, "stranger"), (Role.ABOUT, "account")], ["Customer"]),
    ],
)
def test_who_has_only_a_copy_of_a_mail_neither_speaks_nor_is_spoken_to(
    world: World, timelines: StoredTimelines, way: Direction, seats: list[tuple[str, str]], touched: list[str]
) -> None:
    who = a_chain(world)
    world.interaction(day(1), [(role, who[name]) for role, name in seats], direction=way)
    there = {"dora": "Distributor", "carl": "Customer", "account": "Customer"}
    told = sorted({there[name] for _, name in seats if name in there}, key=BOTH.index)
    assert told_and_touched(timelines) == (told, touched), "it stands in the timeline of everybody"


def test_a_case_is_the_word_of_everybody_it_is_about(world: World, timelines: StoredTimelines) -> None:
    who = a_chain(world)
    world.interaction(
        day(1),
        [(Role.FROM, who["dora"]), (Role.ABOUT, who["account"]), (Role.TO, who["rep"])],
        key="sf:00D000000000001AAA/500000000000001AAA",
    )
    assert told_and_touched(timelines) == (BOTH, BOTH)


@pytest.mark.parametrize("kind", [Kind.MEETING, Kind.CALL])
def test_whoever_is_at_a_meeting_or_call_speaks(world: World, timelines: StoredTimelines, kind: Kind) -> None:
    who = a_chain(world)
    world.interaction(
        day(1),
        [(Role.ORGANIZER, who["rep"]), (Role.ATTENDEE, who["dora"]), (Role.CC, who["carl"])],
        kind=kind,
        direction=Direction.OUT,
    )
    assert told_and_touched(timelines) == (BOTH, BOTH)


def test_a_meeting_of_whole_days_is_told_as_days_and_any_other_as_a_moment(
    world: World, timelines: StoredTimelines
) -> None:
    midnight, seats = datetime(2026, 7, 1, tzinfo=UTC), [(Role.ORGANIZER, world.identity("a@c.example"))]
    world.interaction(midnight, seats, kind=Kind.MEETING, duration_s=86_400)
    world.interaction(midnight, seats, kind=Kind.MEETING, duration_s=3_600)
    world.interaction(midnight, seats, kind=Kind.CALL, duration_s=86_400)
    told = [one.when for one in timelines.interactions(now=LATE)]
    assert told == [date(2026, 7, 1), midnight, midnight]


def test_a_meeting_counts_when_it_is_over(world: World, timelines: StoredTimelines) -> None:
    world.client("C", domains=["c.example"])
    them, rep = world.identity("a@c.example"), world.identity("rep@acme.example", own=True)
    seats = [(Role.ORGANIZER, them), (Role.ATTENDEE, rep)]
    world.interaction(day(10), seats, kind=Kind.MEETING, direction=Direction.OUT)
    assert [one.touch.weight for one in timelines.interactions(now=day(9))] == [0.5]
    assert [one.touch.weight for one in timelines.interactions(now=day(10))] == [2.0]
    assert len(timelines.touches(until=day(9)).client) == 0
    held = timelines.touches(until=day(10))
    assert (held.weight.tolist(), held.rep.tolist()) == ([2.0], [rep])
    assert held.inbound.all()
    assert held.outbound.all()


def test_who_declined_had_no_meeting(world: World, timelines: StoredTimelines) -> None:
    came = world.client("Came", domains=["came.example"])
    declined = world.client("Declined", domains=["declined.example"])
    seats = [
        (Role.ORGANIZER, world.identity("rep@acme.example", own=True)),
        (Role.ATTENDEE, world.identity("a@came.example")),
        (Role.ATTENDEE, world.identity("b@declined.example"), True),
    ]
    world.interaction(day(1), seats, kind=Kind.MEETING, direction=Direction.OUT)
    world.interaction(day(2), [seats[0], seats[2]], kind=Kind.MEETING, direction=Direction.OUT)
    both, alone = timelines.interactions(now=LATE)
    assert (both.client_ids, both.touch.weight) == ((came,), 2.0)
    assert (alone.client_ids, alone.touch.weight) == ((declined,), 0.0)
    assert timelines.touches(until=LATE).client.tolist() == [came]


@pytest.mark.parametrize("state", HoldState)
def test_a_mail_that_the_guard_held_happened_only_once_it_was_released_to_everybody(
    world: World, timelines: StoredTimelines, database: Database, state: HoldState
) -> None:
    client = world.client("C", domains=["c.example"])
    them, rep = world.identity("a@c.example"), world.identity("rep@acme.example", own=True)
    held = world.sent(day(1), rep, them, key="mid:h1@mail.example")
    others = [world.sent(day(2), rep, them), world.received(day(3), them, rep, key="mid:his@mail.example")]
    holds = StoredHolds(database)
    holds.keep(replace(held_mail("h0"), message_id=None), b"another")
    holds.keep(replace(held_mail("h1"), message_id="h1@mail.example", state=state), RAW)
    holds.keep(
        replace(held_mail("his"), message_id="his@mail.example"), b"a client's word, though he was told to wait"
    )
    happened = [held, *others] if state is HoldState.RELEASED else others
    for whose in (None, client):
        assert [one.id for one in timelines.interactions(whose, now=LATE)] == happened
    assert len(timelines.touches(until=LATE).at) == len(happened)


def test_a_mail_that_was_held_twice_and_released_once_happened(
    world: World, timelines: StoredTimelines, database: Database
) -> None:
    world.client("C", domains=["c.example"])
    them, rep = world.identity("a@c.example"), world.identity("rep@acme.example", own=True)
    sent = world.sent(day(1), rep, them, key="mid:h1@mail.example")
    holds = StoredHolds(database)
    for name, state in (("h1", HoldState.DISCARDED), ("h2", HoldState.RELEASED)):
        holds.keep(replace(held_mail(name), message_id="h1@mail.example", state=state), name.encode())
    assert [one.id for one in timelines.interactions(now=LATE)] == [sent]
    assert len(timelines.touches(until=LATE).at) == 1


def test_a_touch_names_the_one_of_us_who_wrote_or_was_written_to(world: World, timelines: StoredTimelines) -> None:
    world.client("C", domains=["c.example"])
    them = world.identity("a@c.example")
    boss, rep = (world.identity(f"{name}@acme.example", own=True) for name in ("boss", "rep"))
    crm = world.identity("005000000000001AAA", kind=IdentityKind.CRM, own=True, address="rep@acme.example")
    out, to, cc = Role.FROM, Role.TO, Role.CC
    world.interaction(day(1), [(cc, boss), (out, rep), (to, them)], direction=Direction.OUT)
    world.interaction(day(2), [(out, them), (cc, boss), (to, rep), (to, boss)], direction=Direction.IN)
    world.interaction(day(3), [(out, them), (cc, boss)], direction=Direction.IN)
    world.interaction(day(4), [(Role.ABOUT, them), (Role.OWNER, crm)], direction=Direction.OUT, kind=Kind.CALL)
    world.interaction(day(5), [(out, them)], direction=Direction.IN)
    assert timelines.touches(until=LATE).rep.tolist() == [rep, rep, boss, rep, 0]


def test_touches_come_by_client_then_time(world: World, timelines: StoredTimelines) -> None:
    second = world.client("B", domains=["b.example"])
    first = world.client("A", domains=["a.example"])
    rep = world.identity("rep@acme.example", own=True)
    a, b = world.identity("x@a.example"), world.identity("x@b.example")
    for at, who in ((3, a), (2, b), (1, a), (4, b)):
        world.received(day(at), who, rep)
    touches = timelines.touches(until=day(3))
    expected = sorted([(first, 3), (first, 1), (second, 2)])
    assert touches.client.tolist() == [client for client, _ in expected]
    assert touches.at.tolist() == [int(day(at).timestamp()) for _, at in expected]
    assert (touches.inbound.all(), touches.outbound.any()) == (True, False)
    kinds = (touches.client, touches.rep, touches.at, touches.inbound, touches.outbound, touches.weight)
    assert [str(one.dtype) for one in kinds] == ["int64", "int64", "int64", "bool", "bool", "float32"]


def test_an_empty_store_tells_nothing(timelines: StoredTimelines, database: Database) -> None:
    assert list(timelines.interactions(now=LATE)) == []
    assert len(timelines.touches(until=LATE).weight) == 0
    assert list(timelines.clients()) == []
    assert timelines.find_client("anybody") is None


def test_machine_mail_is_told_but_weighs_nothing(world: World, timelines: StoredTimelines) -> None:
    rep = world.identity("rep@acme.example", own=True)
    world.received(day(1), world.identity("a@c.example"), rep, signals="auto_reply reply", subject="Fuera de oficina")
    told = only(timelines)
    assert told.signals == {Signal.AUTO_REPLY, Signal.REPLY}
    assert (told.touch.weight, told.subject, told.snippet) == (0.0, "Fuera de oficina", None)


def test_whom_only_later_mail_tells_of_was_not_known_before(world: World, timelines: StoredTimelines) -> None:
    early = world.client("Early", domains=["early.example"], origin="mail")
    late = world.client("Late", domains=["late.example"], origin="mail")
    world.client("Recorded", domains=["recorded.example"])
    absorbed = world.client("Absorbed", domains=["absorbed.example"], origin="mail", merged_into=early)
    rep = world.identity("rep@acme.example", own=True)
    world.received(day(1), world.identity("a@absorbed.example"), rep)
    world.received(day(2), world.identity("b@late.example"), rep)
    assert timelines.met_later(day(0)) == {early, late}
    assert timelines.met_later(day(1)) == {late}
    assert timelines.met_later(day(2)) == frozenset()
    assert absorbed not in timelines.met_later(day(0))
