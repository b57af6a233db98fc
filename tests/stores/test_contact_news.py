"""Who speaks for a client and whose address is gone, out of the stored mail."""

import pytest

from guardian.domain.activity import Direction, Role, Signal
from guardian.domain.voices import Sign, Voice
from guardian.storage.contact_news import StoredContactNews
from guardian.storage.engine import Database
from tests.stores.world import World, day, written

BOUNCE = f"{Signal.BOUNCE} {Signal.NO_SUCH_ADDRESS}"


@pytest.fixture
def world(database: Database):
    with written(database) as made:
        yield made


def people(world: World) -> dict[str, int]:
    bermeo = world.client("Bermeo", domains=["bermeo.example"])
    return {
        "client": bermeo,
        "rep": world.identity("rep@acme.example", own=True),
        "ana": world.identity("ana@bermeo.example"),
        "eva": world.identity("eva@bermeo.example"),
        "compras": world.identity("compras@bermeo.example"),
        "robot": world.identity("no-reply@bermeo.example"),
        "stranger": world.identity("x@nobody.example"),
        "daemon": world.identity("mailer-daemon@mx.example"),
    }


def test_voices_are_those_who_wrote_in_their_own_words(database: Database, world: World) -> None:
    who = people(world)
    for at in (0, 0.1, 1, 5):
        world.received(day(at), who["ana"], who["rep"])
    world.received(day(2), who["ana"], who["rep"], signals=Signal.AUTO_REPLY.value)
    world.received(day(3), who["robot"], who["rep"])
    world.received(day(3), who["stranger"], who["rep"])
    world.sent(day(4), who["rep"], who["eva"])
    news = StoredContactNews(database)
    ana = Voice(address="ana@bermeo.example", first=day(0), last=day(5), days=3)
    assert news.voices(until=day(9)) == {who["client"]: [ana]}
    early = Voice(address="ana@bermeo.example", first=day(0), last=day(1), days=2)
    assert news.voices(until=day(4)) == {who["client"]: [early]}


def test_every_name_at_a_shared_address_is_a_voice_and_names_of_one_person_are_not(
    database: Database, world: World
) -> None:
    who = people(world)
    from guardian.storage.tables import participation

    for at, (sender, name) in enumerate(
        [("compras", "Pilar Arce"), ("compras", "Hugo"), ("ana", "Ana"), ("ana", "A.")]
    ):
        mail = world.interaction(day(at), [(Role.TO, who["rep"])])
        world.add(
            participation,
            interaction_id=mail,
            seq=9,
            role=Role.FROM,
            identity_id=who[sender],
            name=name,
            declined=False,
        )
    found = StoredContactNews(database).voices(until=day(9))[who["client"]]
    assert [(one.address, one.name, one.days) for one in found] == [
        ("ana@bermeo.example", "", 2),
        ("compras@bermeo.example", "hugo", 1),
        ("compras@bermeo.example", "pilar arce", 1),
    ]


def test_signs_tell_of_bounces_goodbyes_and_successors(database: Database, world: World) -> None:
    who = people(world)
    seats = [(Role.FROM, who["daemon"]), (Role.TO, who["rep"]), (Role.ABOUT, who["ana"])]
    world.interaction(day(1), seats, signals=BOUNCE)
    world.interaction(day(2), seats, signals=Signal.BOUNCE.value)
    leaves = [(Role.FROM, who["compras"]), (Role.TO, who["rep"]), (Role.ABOUT, who["eva"])]
    world.interaction(day(3), leaves, signals=f"{Signal.AUTO_REPLY} {Signal.LEFT}")
    world.received(day(4), who["eva"], who["rep"], signals=Signal.TAKES_OVER.value)
    world.interaction(day(5), seats[:2], signals=BOUNCE, direction=Direction.IN)
    news = StoredContactNews(database)
    ana, compras, eva = "ana@bermeo.example", "compras@bermeo.example", "eva@bermeo.example"
    assert news.signs(until=day(9)) == {
        who["client"]: [
            Sign(address=ana, at=day(1), what=Signal.NO_SUCH_ADDRESS),
            Sign(address=ana, at=day(2), what=Signal.BOUNCE),
            Sign(address=compras, at=day(3), what=Signal.LEFT, successor=eva),
            Sign(address=eva, at=day(4), what=Signal.TAKES_OVER),
        ]
    }
    assert [one.at for one in news.signs(until=day(2))[who["client"]]] == [day(1), day(2)]


def test_an_empty_store_knows_nobody(database: Database) -> None:
    news = StoredContactNews(database)
    assert (news.voices(until=day(0)), news.signs(until=day(0))) == ({}, {})
