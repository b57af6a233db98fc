"""To win back: a few dormant and lost clients under the lanes, once a week, with the days of a plan."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from guardian.digest.compose import compose
from guardian.digest.content import Digest
from guardian.digest.gather import gather, survey
from guardian.digest.material import Rep
from guardian.digest.render import render
from guardian.domain.activity import Direction
from guardian.domain.notes import NoteKind
from guardian.domain.standing import State
from guardian.domain.win_back import Step
from tests.digest.company import JOHN, MARTA, NOW, Company, ago, wording
from tests.digest.test_render import LINKS, words_of

FRIDAY = NOW + timedelta(days=2)


def company(rep: Rep = MARTA, *, each: int = 2, lost: int = 4) -> Company:
    """A client at risk, and some that were lost long ago, the later ones worth more."""
    made = Company(reps=(rep,), win_back=each)
    made.client("At risk", owner=rep.address)
    for number in range(lost):
        name = f"Lost {number}"
        one = made.client(name, State.LOST, owner=rep.address, value=1_000.0 * (number + 1), at=ago(60))
        made.happened(one, ago(500), Direction.IN, us=(rep.name, rep.address))
        made.assess(one, State.LOST, silent_days=500)
    return made


def digest_of(made: Company, at_days: float = 0) -> Digest | None:
    now = NOW + timedelta(days=at_days)
    [rep] = made.reps
    return compose(rep, gather(rep, survey([rep], made.sources(), now=now)), today=rep.today(now), now=now)


def named(made: Company, at_days: float = 0) -> list[str]:
    found = digest_of(made, at_days)
    assert found
    return [one.name for one in found.win_back.clients]


def test_the_most_valuable_are_named_with_steps_on_the_reps_working_days() -> None:
    found = digest_of(company(replace(MARTA, days_off=frozenset({date(2026, 12, 2)}))))
    assert found
    assert [one.name for one in found.win_back.clients] == ["Lost 3", "Lost 2"]
    assert found.win_back.steps == (
        (date(2026, 11, 25), Step.CALL),
        (date(2026, 12, 3), Step.GIVE),
        (date(2026, 12, 16), Step.VISIT),
    )
    first = found.win_back.clients[0]
    assert (first.silent_days, first.value, first.contact_address) == (500, 4_000.0, "ana@c5.example")


def test_they_are_no_lane_of_their_own_and_alone_no_reason_for_a_mail() -> None:
    made = company()
    assert [one.client_ids for one in made.send()] == [(1,)]
    alone = Company(win_back=3)
    lost = alone.client("Lost", State.LOST)
    alone.assess(lost, State.LOST, silent_days=500)
    assert digest_of(alone) is None


def test_they_are_named_once_a_week_in_its_first_digest() -> None:
    made = company()
    assert named(made) == ["Lost 3", "Lost 2"]
    made.send()
    made.client("Another at risk", at=FRIDAY - timedelta(hours=3))
    assert named(made, 2) == []
    assert named(made, 5) == ["Lost 3", "Lost 2"], "on Monday"
    assert named(made) == ["Lost 3", "Lost 2"], "a preview of the day shows what was sent"


def test_nobody_whom_a_lane_shows_or_who_was_put_aside_or_spoken_to_is_named() -> None:
    made = company(each=9, lost=3)
    dormant = made.client("Dormant", State.DORMANT, value=1.0)
    assert named(made) == ["Lost 2", "Lost 1", "Lost 0"], "the dormant one stands in a lane"
    made.say(4, NoteKind.NOT_CLIENT, ago(0.01))
    made.happened(3, ago(0.01), Direction.OUT)
    assert named(made) == ["Lost 0"]
    assert dormant == 5


def test_of_whom_the_rep_said_that_all_is_well_rests_until_it_gets_worse_or_the_time_is_over() -> None:
    made = company(each=9, lost=2)
    for number in (2, 3):
        made.say(number, NoteKind.FINE, ago(3))
    assert named(made) == []
    made.assess(2, State.DORMANT, at=ago(4))
    assert named(made) == ["Lost 0"], "dormant then, lost now"
    made.client("Another at risk", at=NOW + timedelta(days=24))
    assert named(made, 24) == ["Lost 0"]
    assert named(made, 25) == ["Lost 1", "Lost 0"]


def test_where_nobody_is_to_be_named_there_is_no_section() -> None:
    found = digest_of(company(each=0))
    assert found
    assert found.win_back.clients == ()
    assert "recuperar" not in render(found, wording, LINKS).text.casefold()


@pytest.mark.parametrize(
    ("rep", "title", "steps", "facts", "contact"),
    [
        (
            MARTA,
            "PARA RECUPERAR ESTA SEMANA",
            ["1. Hoy, llama", "2. El 2 de diciembre, envía", "3. El 16 de diciembre, propón"],
            "500 días en silencio; valor anual: 4.000",
            "Pregunta por Ana Gil: ana@c5.example",
        ),
        (
            JOHN,
            "TO WIN BACK THIS WEEK",
            ["1. Today, call", "2. On 2 December, send", "3. On 16 December, suggest"],
            "Silent for 500 days; yearly value: 4,000",
            "Ask for Ana Gil: ana@c5.example",
        ),
    ],
    ids=["es", "en"],
)
def test_text_and_page_say_the_same_in_either_language(
    rep: Rep, title: str, steps: list[str], facts: str, contact: str
) -> None:
    found = digest_of(company(rep))
    assert found
    rendered = render(found, wording, LINKS)
    place = rendered.text.index(title)
    for said in (*steps, facts, contact):
        assert said in rendered.text[place:]
    kinds = re.findall(r"/client/5\.(\w+)\.", rendered.text)
    assert kinds == ["called", "met", "snooze", "not_client"]
    tree = LexborHTMLParser(rendered.html)
    assert tree.body
    assert re.findall(r"https://\S+", rendered.text) == [one.attributes["href"] for one in tree.css("a.act")]
    page = set(words_of(tree.body.text(separator=" ")))
    assert set(words_of(re.sub(r"https://\S+", "", rendered.text))) - page == set()
