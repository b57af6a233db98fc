"""What reps say changes their next digests, and being shown in vain wears off."""

from datetime import date, datetime, timedelta

import pytest

from guardian.digest.compose import compose
from guardian.digest.content import ClearCode, Digest
from guardian.digest.gather import gather, survey
from guardian.digest.material import FINE_FOR_DAYS, TIRING, Rep
from guardian.digest.run import Outcome
from guardian.domain.activity import Direction
from guardian.domain.notes import NoteKind
from guardian.domain.standing import State, Why, WhyCode
from tests.digest.company import JOHN, MARTA, NOW, Company, ago

OUT = Direction.OUT


def digest_of(company: Company, now: datetime = NOW, rep: Rep = MARTA) -> Digest | None:
    tenant = survey(company.reps, company.sources(), now=now)
    return compose(rep, gather(rep, tenant), today=rep.today(now), now=now)


def names(company: Company, now: datetime = NOW, rep: Rep = MARTA) -> list[str]:
    digest = digest_of(company, now, rep)
    return [item.name for lane in digest.lanes for item in lane.items] if digest else []


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)


@pytest.fixture
def company() -> Company:
    made = Company(reps=(MARTA, JOHN))
    made.client("Bermeo")
    return made


def test_a_snoozed_client_comes_back_with_its_day(company: Company) -> None:
    company.say(1, NoteKind.SNOOZE, ago(1), until=later(6))
    assert names(company) == []
    assert names(company, later(6)) == ["Bermeo"]


def test_a_snooze_ends_with_a_word_of_the_client(company: Company) -> None:
    company.say(1, NoteKind.SNOOZE, ago(9), until=later(30))
    company.happened(1, ago(5))
    assert names(company) == ["Bermeo"]


@pytest.mark.parametrize("state", [State.ANGRY, State.INDIFFERENT])
def test_an_open_complaint_is_shown_although_it_was_snoozed(company: Company, state: State) -> None:
    company.say(1, NoteKind.SNOOZE, ago(1), until=later(30))
    company.assess(1, state)
    assert names(company) == ["Bermeo"]


def test_who_is_no_client_is_not_shown_nor_counted(company: Company) -> None:
    company.client("Other")
    company.say(1, NoteKind.NOT_CLIENT, ago(1))
    digest = digest_of(company)
    assert digest
    assert (digest.client_ids, digest.coverage.clients) == ((2,), 1)


def test_a_client_goes_to_the_digest_of_whom_a_rep_named(company: Company) -> None:
    company.say(1, NoteKind.WRONG_OWNER, ago(1), owner=JOHN.address, instead_of=MARTA.address)
    assert (names(company), names(company, rep=JOHN)) == ([], ["Bermeo"])


def test_what_was_said_later_was_not_known_before(company: Company) -> None:
    company.say(1, NoteKind.NOT_CLIENT, ago(-1))
    assert names(company) == ["Bermeo"]


class TestFine:
    def test_a_client_said_to_be_fine_rests_for_four_weeks(self, company: Company) -> None:
        company.say(1, NoteKind.FINE, ago(FINE_FOR_DAYS - 1))
        assert names(company) == []
        assert names(company, later(1)) == ["Bermeo"]

    def test_unless_it_gets_worse(self, company: Company) -> None:
        company.assess(1, State.AT_RISK, at=ago(11))
        company.say(1, NoteKind.FINE, ago(10))
        assert names(company) == []
        company.assess(1, State.DORMANT)
        assert names(company) == ["Bermeo"]

    def test_what_was_shown_since_counts_and_not_how_it_was_when_all_was_well(self) -> None:
        company = Company()
        company.client("Sinks", State.AT_RISK, at=ago(3.1))
        company.say(1, NoteKind.FINE, ago(3))
        company.assess(1, State.DORMANT, at=ago(2.1))
        assert [one.outcome for one in company.send(ago(2))] == [Outcome.SENT]
        company.assess(1, State.DORMANT, at=ago(1.1))
        assert [one.outcome for one in company.send(ago(1))] == [Outcome.NOTHING_NEW]

    def test_or_writes(self, company: Company) -> None:
        company.assess(1, State.AT_RISK, at=ago(11))
        company.say(1, NoteKind.FINE, ago(10))
        company.happened(1, ago(4))
        assert names(company) == ["Bermeo"]

    def test_or_writes_again_while_an_earlier_word_waits_unanswered(self, company: Company) -> None:
        company.assess(1, State.AT_RISK, at=ago(11))
        company.happened(1, ago(12))
        company.say(1, NoteKind.FINE, ago(10))
        assert names(company, ago(5)) == []
        company.happened(1, ago(4))
        assert names(company) == ["Bermeo"]

    def test_what_they_wrote_before_it_was_said_is_no_cause(self, company: Company) -> None:
        company.assess(1, State.AT_RISK, at=ago(4.1))
        company.happened(1, ago(7))
        assert company.send(ago(4))[0].outcome is Outcome.SENT
        company.happened(1, ago(3.9))
        company.say(1, NoteKind.FINE, ago(3.8))  # the same day, by a link of that digest
        assert names(company) == []


class TestShownInVain:
    def showings(self, company: Company, client: int, times: int) -> None:
        for number in range(times):
            day = MARTA.today(NOW) - timedelta(days=8 + 7 * number)
            shown = company.log.sent.get((MARTA.address, day), ())
            company.log.mark_sent(MARTA.address, day, [*shown, client], at=NOW)

    @pytest.fixture
    def two(self) -> Company:
        company = Company()
        company.client("Ignored", p_silent=0.8)
        company.client("Other", p_silent=0.5)
        return company

    def test_three_times_in_vain_halves_the_rank(self, two: Company) -> None:
        self.showings(two, 1, TIRING - 1)
        assert names(two) == ["Ignored", "Other"]
        self.showings(two, 1, TIRING)
        assert names(two) == ["Other", "Ignored"]

    def test_speaking_with_the_client_makes_it_count_anew(self, two: Company) -> None:
        self.showings(two, 1, TIRING)
        two.happened(1, ago(9), OUT)
        two.assess(1, State.AT_RISK)
        assert names(two) == ["Ignored", "Other"]

    def test_saying_that_all_is_well_is_not_speaking_with_it(self, two: Company) -> None:
        self.showings(two, 1, TIRING)
        two.say(1, NoteKind.FINE, ago(FINE_FOR_DAYS))
        assert names(two) == ["Other", "Ignored"]

    def test_a_complaint_never_tires(self, two: Company) -> None:
        self.showings(two, 1, 6)
        two.assess(1, State.ANGRY)
        two.assess(2, State.ANGRY)
        assert names(two) == ["Ignored", "Other"]

    def test_of_the_quiet_ones_too_the_ignored_stands_back(self) -> None:
        company = Company()
        for name, value in (("Ignored", 150.0), ("Other", 100.0)):
            company.client(name, State.COOLING, value=value)
            company.happened(len(company.clients), ago(40), OUT)
            company.assess(len(company.clients), State.COOLING)
        assert names(company) == ["Ignored", "Other"]
        self.showings(company, 1, TIRING)
        assert names(company) == ["Other", "Ignored"]


class TestOffers:
    def test_everything_can_be_said_about_a_silent_client(self, company: Company) -> None:
        digest = digest_of(company)
        assert digest
        assert set(NoteKind) - set(digest.lanes[0].items[0].actions) == {NoteKind.SOLVED}

    def test_a_complaint_is_neither_put_off_nor_talked_away(self, company: Company) -> None:
        company.assess(1, State.ANGRY)
        digest = digest_of(company)
        assert digest
        offered = digest.lanes[0].items[0].actions
        assert set(NoteKind) - set(offered) == {NoteKind.SNOOZE, NoteKind.FINE}
        assert offered[0] is NoteKind.SOLVED

    @pytest.mark.parametrize(
        ("state", "reasons", "code"),
        [
            (State.ANGRY, (WhyCode.UNANSWERED_INBOUND,), ClearCode.SOLVE),
            (State.INDIFFERENT, (), ClearCode.SOLVE),
            (State.UNREACHABLE, (WhyCode.NO_CONTACT,), ClearCode.FIND),
            (State.NEW, (WhyCode.NEVER_TOUCHED,), ClearCode.GREET),
            (State.COOLING, (WhyCode.FEWER_TOUCHES,), ClearCode.TALK_AS_BEFORE),
            (State.COOLING, (WhyCode.COOLING_OFF,), ClearCode.TALK),
            (State.AT_RISK, (WhyCode.PROBABLY_GONE,), ClearCode.TALK),
            (State.DORMANT, (), ClearCode.TALK),
            (State.LOST, (), ClearCode.TALK),
        ],
    )
    def test_each_client_says_what_would_clear_it(
        self, company: Company, state: State, reasons: tuple[WhyCode, ...], code: ClearCode
    ) -> None:
        company.assess(1, state, reasons=tuple(Why(code=one) for one in reasons))
        digest = digest_of(company)
        assert digest
        assert digest.lanes[0].items[0].clears is code

    def test_who_waits_is_cleared_by_a_reply(self, company: Company) -> None:
        company.happened(1, ago(5))
        digest = digest_of(company)
        assert digest
        assert digest.lanes[0].items[0].clears is ClearCode.REPLY


SATURDAY = datetime(2026, 11, 28, 7, 0, tzinfo=NOW.tzinfo)


class TestDaysOff:
    def company(self, **rep: object) -> Company:
        facts = {"address": MARTA.address, "name": "Marta", "language": "es", "timezone": "Europe/Madrid"}
        company = Company(reps=(Rep(**(facts | rep)),))  # type: ignore[arg-type]  # facts are named freely
        company.client("Bermeo")
        return company

    def test_nobody_is_written_to_unasked_on_his_day_off(self) -> None:
        company = self.company()
        assert [one.outcome for one in company.send(SATURDAY, unasked=True)] == [Outcome.DAY_OFF]
        assert company.out.mails == []
        assert [one.outcome for one in company.send(SATURDAY)] == [Outcome.SENT]

    def test_the_days_are_his_own(self) -> None:
        company = self.company(workdays=frozenset({5, 6}))
        assert company.send(SATURDAY, unasked=True)[0].outcome is Outcome.SENT
        company = self.company(days_off=frozenset({date(2026, 11, 25)}))
        assert company.send(NOW, unasked=True)[0].outcome is Outcome.DAY_OFF

    def test_the_day_is_that_of_his_time_zone(self) -> None:
        friday_evening_there = datetime(2026, 11, 28, 2, 0, tzinfo=NOW.tzinfo)
        company = self.company(timezone="America/Mexico_City")
        assert company.send(friday_evening_there, unasked=True)[0].outcome is Outcome.SENT

    def test_a_client_waits_by_the_working_days_of_the_rep(self) -> None:
        company = Company(reps=(self.company(days_off=frozenset({date(2026, 11, 24)})).reps[0],))
        company.happened(company.client("Asks", State.HEALTHY), ago(2))  # Monday; Tuesday was a holiday
        for days, lane in ((0, "stay_close"), (1, "you_owe_them")):
            digest = digest_of(company, later(days), company.reps[0])
            assert digest
            assert [one.name for one in digest.lanes] == [lane]
