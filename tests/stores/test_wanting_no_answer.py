"""Thanks and small talk want no answer: whoever sent them does not wait, as far as they may be read."""

import json
from dataclasses import dataclass

import pytest

from guardian.domain.complaint import GRAVE, Heard, InboundKind
from guardian.domain.hearings import Hearing, write_hearing
from guardian.storage.engine import Database
from guardian.storage.timelines import StoredTimelines
from tests.stores.world import World, day


@dataclass
class Shop:
    """One client, and what it wrote on the second day."""

    database: Database

    def write(
        self,
        *copies: tuple[Heard | None, int],
        snippet: str | None = None,
        subject: str = "Re: Pedido",
        whole: bool | None = True,
    ) -> None:
        with self.database.writing() as connection:
            world = World(connection)
            world.client("Client", domains=["client.example"])
            ana, rep = world.identity("ana@client.example"), world.identity("rep@acme.example", own=True)
            world.sent(day(1), rep, ana)
            mail = world.received(day(2), ana, rep, subject=subject, snippet=snippet)
            box = world.mailbox("rep@acme.example")
            for number, (heard, letters) in enumerate(copies):
                kept = write_hearing(Hearing(heard=heard, letters=letters, whole=bool(whole)) if heard else None)
                if kept and whole is None:
                    kept = json.dumps(json.loads(kept)[:7])  # as versions wrote it that did not know
                world.copy(mail, box, str(number), heard=kept)

    def asks(self, until: float = 3) -> list[bool]:
        touches = StoredTimelines(self.database).touches(until=day(until))
        return touches.wants_answer.tolist()


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


THANKS = Heard(kind=InboundKind.THANKS, score=0.9)
OURS = False  # our own mail wants no answer of ours


@pytest.mark.parametrize("kind", [InboundKind.THANKS, InboundKind.SMALLTALK])
def test_who_only_thanks_or_chats_does_not_wait(shop: Shop, kind: InboundKind) -> None:
    shop.write((Heard(kind=kind, score=0.9), 40), snippet="Recibido, gracias.")
    assert shop.asks() == [OURS, False]


@pytest.mark.parametrize(
    "heard",
    [
        Heard(kind=InboundKind.QUESTION, score=0.9),
        Heard(kind=InboundKind.ORDER, score=0.9),
        Heard(kind=InboundKind.OTHER, score=0.9),
        Heard(kind=InboundKind.COMPLAINT, severity=GRAVE, score=0.9, spans=("thanks",)),
        Heard(kind=InboundKind.THANKS, score=0.4),
        None,
    ],
)
def test_whatever_else_is_said_or_not_surely_heard_waits(shop: Shop, heard: Heard | None) -> None:
    shop.write((heard, 40))
    assert shop.asks() == [OURS, True]


@pytest.mark.parametrize("words", [{"snippet": "Gracias. ¿Cuándo llega?"}, {"subject": "Is it ready?"}])
def test_thanks_with_a_question_mark_wait(shop: Shop, words: dict[str, str]) -> None:
    shop.write((THANKS, 40), **words)
    assert shop.asks() == [OURS, True]


@pytest.mark.parametrize("snippet", [None, "Gracias por la visita. Ha sido un placer."])
def test_who_was_read_only_in_part_may_ask_in_the_other_part_and_waits(shop: Shop, snippet: str | None) -> None:
    shop.write((THANKS, 40), subject="Gracias por la visita", snippet=snippet, whole=False)
    assert shop.asks() == [OURS, True]


@pytest.mark.parametrize(("snippet", "asks"), [(None, True), ("Gracias. " * 28, True), ("Recibido, gracias.", False)])
def test_of_what_an_earlier_version_heard_only_a_short_snippet_is_known_to_be_all(
    shop: Shop, snippet: str | None, asks: bool
) -> None:
    shop.write((THANKS, 40), snippet=snippet, whole=None)
    assert shop.asks() == [OURS, asks]


def test_the_copy_of_which_most_may_be_read_knows_best(shop: Shop) -> None:
    shop.write((THANKS, 10), (Heard(kind=InboundKind.QUESTION, score=0.9), 400))
    assert shop.asks() == [OURS, True]


def test_of_copies_read_alike_the_one_that_asks_counts(shop: Shop) -> None:
    shop.write((THANKS, 40), (Heard(kind=InboundKind.ORDER, score=0.9), 40), (None, 0))
    assert shop.asks() == [OURS, True]


def test_what_came_long_ago_is_not_looked_at(shop: Shop) -> None:
    shop.write((THANKS, 40))
    assert shop.asks(until=101) == [OURS, False]
    assert shop.asks(until=103) == [OURS, True]
