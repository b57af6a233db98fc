"""Who is gone and who came at a client, and what that makes of its state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from guardian.ageing import AgeingPolicy, assess, sentence
from guardian.ageing.contact_change import people_of
from guardian.domain.activity import Signal
from guardian.domain.notes import Note, NoteKind, Reach
from guardian.domain.standing import Assessment, State, Why, WhyCode
from guardian.domain.voices import Sign, Voice
from tests.ageing.memory import NOW, MemoryTimelines, a_client, days_ago, heard, met

ANA, BEN, COMPRAS = "ana@client1.example", "ben@client1.example", "compras@client1.example"


@dataclass
class MemoryNews:
    """Holds voices and signs of client 1; tells what was known by a moment."""

    spoke: Sequence[Voice] = ()
    learnt: Sequence[Sign] = field(default_factory=tuple)

    def voices(self, *, until: datetime) -> Mapping[int, Sequence[Voice]]:
        return {1: [one for one in self.spoke if one.first <= until]}

    def signs(self, *, until: datetime) -> Mapping[int, Sequence[Sign]]:
        return {1: [one for one in self.learnt if one.at <= until]}


def voice(address: str, first: float, last: float, days: int = 10, name: str = "") -> Voice:
    return Voice(address=address, first=days_ago(first), last=days_ago(last), days=days, name=name)


def sign(what: Signal, ago: float, address: str = ANA, successor: str | None = None) -> Sign:
    return Sign(address=address, at=days_ago(ago), what=what, successor=successor)


def assessed(news: MemoryNews, *, contacts: tuple[str, ...] = (ANA, BEN), silent: float = 3) -> Assessment:
    """A client who talked every ten days for a year, as it stands now."""
    client = a_client(1, contacts=contacts)
    talks = met(1, *(silent + 10 * i for i in range(30)))
    found = assess(MemoryTimelines([client], talks), as_of=NOW, policy=AgeingPolicy(), news=news)
    return found[0]


def change(news: MemoryNews) -> Why | None:
    return people_of([a_client(1, contacts=(ANA, BEN))], news, as_of=NOW)[1].change


def test_a_healthy_client_whose_only_contact_left_is_cooling() -> None:
    news = MemoryNews([voice(ANA, 300, 8)], [sign(Signal.LEFT, 5)])
    found = assessed(news)
    assert found.state is State.COOLING
    (why,) = found.reasons
    assert (why.code, why.figures) == (WhyCode.CONTACT_LEFT, (("days", 5.0), ("others", 0.0)))


def test_a_client_with_somebody_else_to_talk_to_stays_as_it_is() -> None:
    news = MemoryNews([voice(ANA, 300, 8), voice(BEN, 300, 100)], [sign(Signal.LEFT, 5)])
    assert assessed(news).state is State.HEALTHY
    known = change(news)
    assert known
    assert known.figure("others") == 1


def test_somebody_not_heard_of_in_a_year_is_nobody_to_talk_to() -> None:
    news = MemoryNews([voice(ANA, 300, 8), voice(BEN, 900, 371)], [sign(Signal.LEFT, 5)])
    assert assessed(news).state is State.COOLING


def test_somebody_who_has_left_already_is_nobody_to_talk_to() -> None:
    voices = [voice(ANA, 300, 8), voice(BEN, 300, 100)]
    gone_before = MemoryNews(voices, [sign(Signal.LEFT, 5), sign(Signal.LEFT, 60, BEN)])
    assert assessed(gone_before, contacts=(ANA, BEN, COMPRAS)).state is State.COOLING
    there_then = MemoryNews(voices, [sign(Signal.LEFT, 5), sign(Signal.LEFT, 3, BEN)])
    known = change(there_then)
    assert known
    assert (known.figure("days"), known.figure("others")) == (3, 0)


def test_bounces_of_the_only_contact_are_a_change_too() -> None:
    news = MemoryNews([voice(ANA, 300, 8)], [sign(Signal.NO_SUCH_ADDRESS, 2)])
    assert [why.code for why in assessed(news).reasons] == [WhyCode.CONTACT_BOUNCES]


def test_a_client_none_of_whose_addresses_leads_anywhere_is_unreachable() -> None:
    news = MemoryNews([voice(ANA, 300, 8)], [sign(Signal.NO_SUCH_ADDRESS, 2), sign(Signal.NO_SUCH_ADDRESS, 1, BEN)])
    found = assessed(news)
    assert found.state is State.UNREACHABLE
    assert found.reasons == (Why(code=WhyCode.ADDRESSES_GONE, figures=(("addresses", 2.0),)),)


def test_two_passing_bounces_leave_a_client_reachable_and_a_third_does_not() -> None:
    twice = [sign(Signal.BOUNCE, 3), sign(Signal.BOUNCE, 2)]
    assert assessed(MemoryNews((), twice), contacts=(ANA,)).state is State.HEALTHY
    assert assessed(MemoryNews((), [*twice, sign(Signal.BOUNCE, 1)]), contacts=(ANA,)).state is State.UNREACHABLE


def test_an_address_that_only_ever_bounced_is_no_change_of_contact() -> None:
    assert change(MemoryNews([voice(BEN, 300, 4)], [sign(Signal.NO_SUCH_ADDRESS, 2)])) is None


def test_whoever_introduces_himself_as_the_successor_is_new() -> None:
    news = MemoryNews([voice(ANA, 300, 30), voice(BEN, 4, 4, days=1)], [sign(Signal.TAKES_OVER, 4, BEN)])
    found = change(news)
    assert found
    assert (found.code, found.figure("days")) == (WhyCode.CONTACT_NEW, 4)
    assert assessed(news).state is State.COOLING


@pytest.mark.parametrize(("silent", "known"), [(14, True), (13.9, False)])
def test_a_new_signer_counts_once_those_we_know_are_silent_for_14_days(silent: float, known: bool) -> None:
    news = MemoryNews([voice(ANA, 300, silent), voice(BEN, 5, 2, days=2)])
    assert (change(news) is not None) is known


def test_a_new_name_at_the_address_of_a_role_is_a_new_signer() -> None:
    news = MemoryNews([voice(COMPRAS, 300, 40, name="pilar arce"), voice(COMPRAS, 9, 9, days=1, name="hugo sanz")])
    found = change(news)
    assert found
    assert (found.code, found.figure("days")) == (WhyCode.CONTACT_NEW, 9)


def test_the_newcomer_is_known_after_three_days_of_writing() -> None:
    left = [sign(Signal.LEFT, 20)]
    assert change(MemoryNews([voice(ANA, 300, 25), voice(BEN, 15, 2, days=2)], left))
    assert change(MemoryNews([voice(ANA, 300, 25), voice(BEN, 15, 2, days=3)], left)) is None


def test_a_change_is_watched_for_90_days() -> None:
    assert change(MemoryNews([voice(ANA, 300, 100)], [sign(Signal.LEFT, 90)]))
    assert change(MemoryNews([voice(ANA, 300, 100)], [sign(Signal.LEFT, 91)])) is None


def test_a_client_at_risk_tells_the_change_beside_the_silence() -> None:
    news = MemoryNews([voice(ANA, 300, 100)], [sign(Signal.LEFT, 60)])
    found = assessed(news, silent=100)
    assert found.state is State.AT_RISK
    assert found.reasons[-1].code is WhyCode.CONTACT_LEFT


def test_nothing_that_came_later_is_known() -> None:
    news = MemoryNews([voice(ANA, 300, 8)], [sign(Signal.LEFT, 5)])
    assert people_of([a_client(1, contacts=(ANA,))], news, as_of=days_ago(6))[1].change is None


class TestPeace:
    """Whoever asks not to be contacted is left in peace, as long as nobody else there deals with us."""

    def test_the_only_contact_who_asks_for_it_is_left_in_peace(self) -> None:
        found = assessed(MemoryNews([voice(ANA, 300, 5)], [sign(Signal.OPT_OUT, 5)]))
        assert found.state is State.OVER_CONTACTED
        assert [(why.code, why.figures) for why in found.reasons] == [(WhyCode.ASKED_FOR_PEACE, (("days", 5.0),))]

    def test_somebody_else_there_may_still_be_written_to(self) -> None:
        news = MemoryNews([voice(ANA, 300, 5), voice(BEN, 200, 90)], [sign(Signal.OPT_OUT, 5)])
        assert assessed(news).state is State.HEALTHY
        both = [sign(Signal.OPT_OUT, 5), sign(Signal.OPT_OUT, 90, BEN)]
        assert assessed(MemoryNews(news.spoke, both)).state is State.OVER_CONTACTED

    def test_somebody_who_has_left_is_nobody_who_still_deals_with_us(self) -> None:
        voices = [voice(ANA, 300, 5), voice(BEN, 200, 90)]
        for left in (sign(Signal.LEFT, 80, BEN), sign(Signal.NO_SUCH_ADDRESS, 2, BEN)):
            assert assessed(MemoryNews(voices, [sign(Signal.OPT_OUT, 5), left])).state is State.OVER_CONTACTED

    def test_a_word_of_his_after_it_ends_it(self) -> None:
        assert assessed(MemoryNews([voice(ANA, 300, 4)], [sign(Signal.OPT_OUT, 5)])).state is State.HEALTHY

    def test_what_a_rep_says_later_counts_and_what_he_said_before_does_not(self) -> None:
        client, talks = a_client(1, contacts=(ANA, BEN)), met(1, *(3 + 10 * i for i in range(30)))
        news = MemoryNews([voice(ANA, 300, 5)], [sign(Signal.OPT_OUT, 5)])

        def state(channel: Reach, ago: float) -> State:
            at = days_ago(ago)
            said = Note(
                client_id=1,
                rep="rep@acme.example",
                kind=NoteKind.CHANNEL,
                at=at,
                digest=at.date(),
                day=at.date(),
                since=at,
                channel=channel,
            )
            timelines = MemoryTimelines([client], talks)
            [found] = assess(timelines, as_of=NOW, policy=AgeingPolicy(), news=news, notes=[said])
            return found.state

        assert state(Reach.PHONE, 2) is State.HEALTHY
        assert state(Reach.PHONE, 9) is State.OVER_CONTACTED
        assert state(Reach.NONE, 2) is State.OVER_CONTACTED


def test_a_new_client_stays_new() -> None:
    news = MemoryNews([voice(ANA, 3, 3, days=1)], [sign(Signal.LEFT, 2)])
    client = a_client(1, contacts=(ANA, BEN))
    found = assess(MemoryTimelines([client], heard(1, 3)), as_of=NOW, policy=AgeingPolicy(), news=news)
    assert found[0].state is State.NEW


@pytest.mark.parametrize(
    ("code", "figures", "es", "en"),
    [
        (
            WhyCode.CONTACT_LEFT,
            {"days": 41, "others": 0},
            "La única persona con quien tratabais ya no está: el aviso llegó hace 41 días.",
            "The only person you dealt with is no longer there; the notice came 41 days ago.",
        ),
        (
            WhyCode.CONTACT_BOUNCES,
            {"days": 1, "others": 0},
            "Los correos a la única persona con quien tratabais vienen devueltos desde hace 1 día.",
            "Mail to the only person you dealt with started to come back 1 day ago.",
        ),
        (
            WhyCode.CONTACT_NEW,
            {"days": 0, "others": 0},
            "Alguien nuevo escribe en su nombre desde hoy mismo, y aún no os conocéis.",
            "Somebody new started to write for them today, whom you hardly know yet.",
        ),
        (
            WhyCode.ADDRESSES_GONE,
            {"addresses": 1},
            "La única dirección que teníais ya no lleva a nadie.",
            "The only address you had no longer leads to anybody.",
        ),
        (
            WhyCode.ADDRESSES_GONE,
            {"addresses": 2},
            "Las 2 direcciones que teníais ya no llevan a nadie.",
            "The 2 addresses you had no longer lead to anybody.",
        ),
    ],
)
def test_the_change_in_words(code: WhyCode, figures: dict[str, float], es: str, en: str) -> None:
    why = Why(code=code, figures=tuple(figures.items()))
    assert (sentence(why, "es"), sentence(why, "en")) == (es, en)
