"""Clients who asked not to be contacted: left in peace until they write again or complain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guardian.digest.compose import compose
from guardian.digest.content import Digest, StepCode
from guardian.digest.gather import Sources, facts_of, gather, survey
from guardian.digest.material import Story
from guardian.digest.next_steps import next_steps
from guardian.digest.steps import next_step
from guardian.domain.activity import Signal
from guardian.domain.complaint_life import Complaint
from guardian.domain.notes import NoteKind, Reach
from guardian.domain.standing import State, Why, WhyCode
from guardian.domain.voices import Sign, Voice
from tests.digest.company import MARTA, NOW, Company, ago

ASKED = Why(code=WhyCode.ASKED_FOR_PEACE, figures=(("days", 6.0),))
CROWDED = Why(code=WhyCode.CROWDED_WEEK, figures=(("wrote_days", 5.0), ("most", 4.0)))


@dataclass
class Signs:
    """Mails in which the first client's contact asks not to be contacted."""

    at: tuple[datetime, ...] = ()

    def voices(self, *, until: datetime) -> Mapping[int, Sequence[Voice]]:
        return {}

    def signs(self, *, until: datetime) -> Mapping[int, Sequence[Sign]]:
        told = [Sign(address="ana@c1.example", at=at, what=Signal.OPT_OUT) for at in self.at if at <= until]
        return {1: told} if told else {}


def sources(company: Company, *asked: float) -> Sources:
    return replace(company.sources(), news=Signs(tuple(map(ago, asked))))


def digest_of(company: Company, *asked: float) -> Digest | None:
    tenant = survey(company.reps, sources(company, *asked), now=NOW)
    return compose(MARTA, gather(MARTA, tenant), today=MARTA.today(NOW), now=NOW)


def over_contacted(*reasons: Why) -> Company:
    company = Company()
    company.client("Óptica Sanz", State.OVER_CONTACTED, reasons=reasons)
    return company


def test_a_mail_that_asks_for_peace_is_owed_no_answer() -> None:
    company = over_contacted(ASKED)
    company.happened(1, ago(7))
    company.happened(1, ago(6), signals=frozenset({Signal.OPT_OUT}))
    assert digest_of(company, 6) is None


def test_whoever_writes_after_he_asked_for_peace_is_owed_an_answer() -> None:
    company = over_contacted(ASKED)
    company.happened(1, ago(6), signals=frozenset({Signal.OPT_OUT}))
    company.happened(1, ago(5))
    found = digest_of(company, 6)
    assert found
    assert found.lanes[0].items[0].step.code is StepCode.REPLY_TODAY


def test_what_a_rep_says_leaves_in_peace_until_the_client_writes() -> None:
    company = over_contacted()
    company.happened(1, ago(6))
    company.say(1, NoteKind.CHANNEL, ago(5), channel=Reach.NONE)
    assert digest_of(company) is None
    company.happened(1, ago(4))
    assert digest_of(company)
    company.assess(1, State.OVER_CONTACTED, reasons=(ASKED,))
    assert digest_of(company)
    assert digest_of(company, 4) is None, "he wrote to ask for it himself"


def test_whoever_complains_since_he_asked_for_peace_is_owed_an_answer() -> None:
    company = over_contacted(ASKED)
    company.happened(1, ago(6))
    tenant = survey(company.reps, sources(company, 6), now=NOW)
    facts = facts_of(company.clients[0], MARTA, tenant, {})
    complains = Complaint(
        id=1, opened_at=ago(1), last_at=ago(1), severity=2, mails=(1,), heard_at=ago(1), waiting_since=ago(1)
    )
    assert facts.left_in_peace
    assert not replace(facts, complaint=complains).left_in_peace


def test_a_client_we_wrote_to_too_often_is_owed_an_answer_all_the_same() -> None:
    company = over_contacted(CROWDED)
    company.happened(1, ago(5))
    assert digest_of(company)


def test_nobody_is_to_find_an_address_of_whoever_asked_for_peace() -> None:
    company = over_contacted(ASKED)
    company.happened(1, ago(6))
    company.happened(1, ago(5))
    tenant = survey(company.reps, sources(company, 6), now=NOW)
    facts = facts_of(company.clients[0], MARTA, tenant, {})
    silent = replace(facts, touches=replace(facts.touches, waiting_since=None))
    assert next_step(facts, Story()).code is StepCode.REPLY_TODAY
    assert next_step(silent, Story()).code is not StepCode.FIND_CONTACT


def test_the_crm_is_told_no_step_with_whoever_is_left_in_peace() -> None:
    company = Company()
    company.client("Óptica Sanz", State.AT_RISK)
    company.client("Other", State.AT_RISK)
    company.say(1, NoteKind.CHANNEL, NOW - timedelta(hours=1), channel=Reach.NONE)
    standings = company.assessments.latest(until=NOW)
    assert set(next_steps(standings, [MARTA], sources(company), now=NOW)) == {2}
