"""The touches in bulk say the same as the interactions one by one."""

from datetime import datetime
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from guardian.domain.activity import Direction, Kind, Role, Signal
from guardian.domain.people import IdentityKind
from guardian.domain.touch import NEVER_A_WORD, Happening, touch_of
from guardian.ports.timeline import Interaction
from guardian.storage.engine import Database
from guardian.storage.timelines import StoredTimelines
from tests.stores.world import World, day, empty

PEOPLE = ("rep", "boss", "crm", "ana", "ana2", "ben", "card", "account", "stranger")

seats = st.lists(
    st.tuples(st.sampled_from(Role), st.sampled_from(PEOPLE), st.booleans()),
    max_size=5,
    unique_by=lambda seat: seat[1],
)
happenings = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.integers(0, 3),
            "kind": st.sampled_from([Kind.EMAIL] * 4 + list(Kind)),
            "direction": st.sampled_from([Direction.IN, Direction.OUT] * 2 + list(Direction)),
            "signals": st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(Signal), max_size=2)),
            "outsiders": st.sampled_from([0, 1, 1, 2, 10, 11]),
            "addressed": st.booleans(),
            "duration_s": st.sampled_from([None, 59, 60]),
            "is_case": st.sampled_from([False] * 3 + [True]),
            "thread": st.sampled_from([None, 0, 0, 0, 1]),
            "seats": seats,
        }
    ),
    max_size=16,
)


def settle(world: World, told: list[dict[str, Any]]) -> dict[str, int]:
    """Write a company with these happenings; returns the identities by name."""
    first = world.client("First", domains=["first.example"])
    absorbed = world.client("Absorbed", merged_into=first)
    second = world.client("Second", domains=["second.example"])
    ana = world.person("Ana", client_id=second)
    who = {
        "rep": world.identity("rep@acme.example", own=True),
        "boss": world.identity("boss@acme.example", own=True),
        "crm": world.identity("005000000000001AAA", kind=IdentityKind.CRM, own=True, address="rep@acme.example"),
        "ana": world.identity("ana@first.example", person_id=ana),
        "ana2": world.identity(
            "003000000000001AAA", kind=IdentityKind.CRM, person_id=world.person("", merged_into=ana)
        ),
        "ben": world.identity("ben@mail.first.example"),
        "card": world.identity("card@gmail.com", client_id=absorbed),
        "account": world.identity("001000000000001AAA", kind=IdentityKind.CRM, client_id=second),
        "stranger": world.identity("x@nobody.example"),
    }
    threads = [world.thread("<a>"), world.thread("<b>")]
    for number, one in enumerate(told):
        fields = {name: one[name] for name in ("kind", "direction", "addressed", "duration_s", "outsiders")}
        world.interaction(
            day(one["at"]),
            [(role, who[name], declined) for role, name, declined in one["seats"]],
            signals=" ".join(sorted(one["signals"])),
            thread_id=None if one["thread"] is None else threads[one["thread"]],
            **(fields | ({"key": f"sf:00D000000000001AAA/500{number:012}AAA"} if one["is_case"] else {})),
        )
    return who


def touches_told(interactions: list[Interaction], until: datetime) -> list[tuple[Any, ...]]:
    """Return what `touches` must hold, from the interactions alone."""
    rows = []
    for one in interactions:
        if one.occurred_at <= until and (one.touch.any_clock or one.touch.inbound_clock):
            we_spoke = one.touch.any_clock and (one.direction is Direction.OUT or one.kind is not Kind.EMAIL)
            facts = (int(one.occurred_at.timestamp()), one.touch.inbound_clock, we_spoke, one.touch.weight)
            rows += [(client, *facts, one.id) for client in one.talked_with]
    return sorted(rows, key=lambda row: (row[0], row[1], row[-1]))


def rep_told(one: Interaction, who: dict[str, int]) -> int:
    """Return who of ours takes part, by the roles that speak for us."""
    order = {
        "spoken": [Role.ORGANIZER, Role.OWNER, Role.FROM, Role.ATTENDEE],
        "out": [Role.FROM, Role.OWNER, Role.ORGANIZER],
        "in": [Role.TO, Role.CC, Role.BCC, Role.OWNER, Role.ORGANIZER],
    }["spoken" if one.kind is not Kind.EMAIL else "out" if one.direction is Direction.OUT else "in"]
    ours = {"rep@acme.example": who["rep"], "boss@acme.example": who["boss"]}
    found = [seat for seat in one.seats if seat.address in ours]
    found.sort(key=lambda seat: order.index(seat.role) if seat.role in order else len(order))
    return ours[found[0].address] if found else 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=happenings, until=st.integers(-1, 4))
def test_touches_agree_with_the_interactions_they_come_from(
    database: Database, told: list[dict[str, Any]], until: int
) -> None:
    with database.writing() as connection:
        empty(connection)
        who = settle(World(connection), told)
    timelines = StoredTimelines(database)
    interactions = list(timelines.interactions(now=day(until)))
    touches = timelines.touches(until=day(until))
    expected = touches_told(interactions, day(until))
    got = zip(touches.client, touches.at, touches.inbound, touches.outbound, touches.weight, strict=True)
    assert [tuple(value.item() for value in row) for row in got] == [row[:5] for row in expected]
    by_id = {one.id: one for one in interactions}
    assert touches.rep.tolist() == [rep_told(by_id[row[5]], who) for row in expected]


@given(signals=st.frozensets(st.sampled_from(Signal)))
def test_what_answers_us_is_what_counts_as_the_clients_own_words(signals: frozenset[Signal]) -> None:
    touch = touch_of(Happening(kind=Kind.EMAIL, direction=Direction.IN, signals=signals))
    assert (touch.any_clock and touch.inbound_clock) == (not signals & NEVER_A_WORD)
