"""The report on ageing: what was said one horizon ago against what came, and figures that can be recounted."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from guardian.ageing import AgeingPolicy, assess
from guardian.ageing.hindsight import FEWEST_JUDGED, Group, Measure, Trust, _trust
from guardian.ageing.lanes import Thresholds
from guardian.ageing.measures import auc, calibration, calibration_error
from guardian.ageing.report import AgeingReport, Coverage, ageing_report
from guardian.ageing.report_wording import threshold_sentence, trust_sentence
from guardian.domain.people import Client
from guardian.domain.standing import State
from tests.ageing.memory import NOW, MemoryTimelines, Spoken, a_client, days_ago, heard, met, wrote

POLICY = AgeingPolicy()


def a_book(clients: int, *, seed: int = 5) -> list[Spoken]:
    """Return touches of clients of very different cadence, one in twelve of whom leaves after each touch."""
    rng = np.random.default_rng(seed)
    spoken: list[Spoken] = []
    for client in range(1, clients + 1):
        cadence, ago = float(np.exp(rng.normal(2.6, 0.7))), float(rng.uniform(0, 900))
        while ago >= 0:
            spoken += met(client, int(ago))
            ago -= max(1.0, cadence * float(np.exp(rng.normal(0, 0.8))))
            if rng.random() < 1 / 12:
                break
    return spoken


def a_dwindling_book(clients: int) -> list[Spoken]:
    """Return touches of clients of one rep, who was left by seven in ten of them in the last year."""
    rng = np.random.default_rng(5)
    spoken: list[Spoken] = []
    for client in range(1, clients + 1):
        cadence = float(np.exp(rng.normal(2.6, 0.7)))
        ago = float(rng.uniform(30, 400)) if rng.random() < 0.7 else float(rng.exponential(cadence))
        while ago < 700:
            spoken += met(client, int(ago))
            ago += max(1.0, cadence * float(np.exp(rng.normal(0, 1.0))))
    return spoken


def report_on(spoken: list[Spoken], clients: list[Client]) -> AgeingReport:
    timelines = MemoryTimelines(clients, spoken)
    told = assess(timelines, as_of=NOW, policy=POLICY)
    return ageing_report(timelines, clients, told, as_of=NOW, policy=POLICY)


@pytest.fixture(scope="module")
def spoken() -> list[Spoken]:
    return a_book(900)


@pytest.fixture(scope="module")
def report(spoken: list[Spoken]) -> AgeingReport:
    return report_on(spoken, [a_client(number) for number in range(1, 901)])


def test_every_rule_is_judged_on_the_same_clients(report: AgeingReport) -> None:
    rules = [one.rule for one in report.hindsight.active.measures]
    assert rules == ["guardian", "cadence", "bg_nbd", "recency", "fixed_30", "fixed_60", "fixed_90"]
    assert FEWEST_JUDGED <= report.hindsight.active.clients < report.hindsight.everybody.clients <= 900


def test_the_bins_hold_everybody_and_give_the_calibration_error(report: AgeingReport) -> None:
    group = report.hindsight.active
    assert sum(one.clients for one in group.bins) == group.clients
    assert round(sum(one.clients * one.came for one in group.bins)) == group.silent
    off = sum(one.clients * abs(one.came - one.said) for one in group.bins) / group.clients
    assert off == pytest.approx(group.measures[0].ece)
    assert [one.said for one in group.bins] == sorted(one.said for one in group.bins)


def test_a_book_that_behaves_as_the_model_supposes_is_trusted(report: AgeingReport) -> None:
    measures = {one.rule: one for one in report.hindsight.active.measures}
    assert report.hindsight.trust is Trust.YES
    assert measures["guardian"].auc > measures["recency"].auc + 0.02
    assert measures["fixed_90"].brier is not None
    assert measures["recency"].ece is None


def test_a_rep_with_fewer_and_fewer_clients_does_not_mislead_the_model() -> None:
    found = report_on(a_dwindling_book(400), [a_client(number) for number in range(1, 901)])
    measures = {one.rule: one.brier or 0.0 for one in found.hindsight.active.measures}
    assert measures["guardian"] < measures["cadence"] + 0.01


def test_what_came_later_changes_what_came_and_not_what_was_said(spoken: list[Spoken], report: AgeingReport) -> None:
    day = report.hindsight.day
    kept = [one for one in spoken if int(one.at.timestamp()) // 86_400 <= day]
    came = [one for client in range(1, 301) for one in met(client, *range(1, 115, 10))]
    other = report_on([*kept, *came], [a_client(number) for number in range(1, 901)])
    assert other.hindsight.day == day
    assert other.hindsight.everybody.clients == report.hindsight.everybody.clients
    assert other.hindsight.everybody.silent != report.hindsight.everybody.silent
    assert [one.said for one in other.hindsight.everybody.bins] == [
        one.said for one in report.hindsight.everybody.bins
    ]
    assert other.fitted[1] == report.fitted[1], "fitted on what was known then"


def test_the_model_is_shown_half_way_one_horizon_ago_and_now(report: AgeingReport) -> None:
    days = [one.day for one in report.fitted]
    assert days == sorted(days)
    assert len(days) == 3
    assert days[1] == report.hindsight.day
    assert report.fitted[0].prior != report.fitted[2].prior
    assert report.fitted[0].clients <= report.fitted[2].clients


def test_a_small_book_says_that_it_is_too_small() -> None:
    found = report_on(a_book(30), [a_client(number) for number in range(1, 31)])
    assert found.hindsight.trust is Trust.TOO_FEW
    assert found.hindsight.active.measures == ()
    assert found.at == Thresholds(alive=0.65)


def test_an_empty_book_has_a_report() -> None:
    found = report_on([], [a_client(1)])
    assert found.hindsight.trust is Trust.TOO_FEW
    assert found.fitted == ()
    assert dict(found.states) == {State.NEW: 1}
    assert found.coverage[0] == Coverage(rep=None, clients=1, reached_30=0, reached_90=0)


def test_coverage_counts_the_clients_to_whom_we_spoke() -> None:
    people = [a_client(1, owner="eva@acme.example"), a_client(2, owner="Eva@acme.example"), a_client(3)]
    said = [*wrote(1, 30, 95), *wrote(2, 90), *heard(2, 3), *wrote(3, 91)]
    found = report_on(said, [*people, a_client(4, owner=None)])
    assert found.coverage == (
        Coverage(rep=None, clients=4, reached_30=1, reached_90=2),
        Coverage(rep="eva@acme.example", clients=2, reached_30=1, reached_90=2),
        Coverage(rep="rep@acme.example", clients=1, reached_30=0, reached_90=0),
    )


def test_lanes_count_whom_they_flag_and_whom_they_alone_flag() -> None:
    regular = met(1, *range(41, 200, 12))  # far out of its rhythm, and probably gone by now
    silent = met(2, *range(91, 800, 45))  # beyond the ceiling
    waiting = [*met(3, *range(8, 100, 9)), *heard(3, 6)]
    found = report_on([*regular, *silent, *waiting], [a_client(number) for number in (1, 2, 3)])
    told = {one.lane: (one.flagged, one.alone) for one in found.lanes}
    assert told["waiting"] == (1, 1)
    assert told["ceiling"] == (1, 1)
    assert told["rhythm"][0] == 1
    assert told["early"] == (0, 0)
    assert sum(found.states.values()) == 3


def judged(ours: float, off: float, recency: float) -> Group:
    measures = (
        Measure(rule="guardian", auc=ours, average_precision=0.5, brier=0.2, ece=off),
        Measure(rule="recency", auc=recency, average_precision=0.5),
    )
    return Group(clients=1234, silent=300, measures=measures, bins=())


TRUSTED = [
    (judged(0.8, 0.05, 0.7), Trust.YES, ("1,234", "5%", "80%", "70%"), ("1.234", "5\xa0%", "80\xa0%", "70\xa0%")),
    (judged(0.8, 0.12, 0.7), Trust.ORDER_ONLY, ("12%", "80%"), ("12\xa0%", "80\xa0%")),
    (judged(0.7, 0.05, 0.72), Trust.NO, ("70%", "72%"), ("70\xa0%", "72\xa0%")),
    (judged(0.58, 0.05, 0.5), Trust.NO, ("58%", "50%"), ("58\xa0%", "50\xa0%")),
    (Group(clients=19, silent=1, measures=(), bins=()), Trust.TOO_FEW, ("19 clients", "1"), ("19 clientes", "1")),
]


@pytest.mark.parametrize(("group", "trust", "english", "spanish"), TRUSTED)
def test_how_far_the_model_goes_is_one_sentence_with_its_figures(
    report: AgeingReport, group: Group, trust: Trust, english: tuple[str, ...], spanish: tuple[str, ...]
) -> None:
    assert _trust(group) is trust
    found = replace(report, hindsight=replace(report.hindsight, active=group, trust=trust))
    for language, figures in (("en", english), ("es", spanish)):
        said = trust_sentence(found, language, ceiling_days=90)
        assert all(figure in said for figure in figures), said
        assert said.endswith(".")


@pytest.mark.parametrize(
    ("at", "figures", "missing"),
    [
        (Thresholds(alive=0.65), ("65", "90"), ()),
        (Thresholds(alive=0.4, early=0.5, ceiling=45, learnt_from=321), ("40", "50", "45", "321"), ("90",)),
        (Thresholds(alive=0.4, early=0.5, ceiling=200, learnt_from=321), ("40", "50", "90", "321"), ("200",)),
    ],
)
def test_the_thresholds_in_force_are_said_and_where_they_come_from(
    report: AgeingReport, at: Thresholds, figures: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    for language in ("es", "en"):
        said = threshold_sentence(replace(report, at=at), language, ceiling_days=90)
        assert all(figure in said for figure in figures), said
        assert not any(figure in said for figure in missing), said


def test_measures_are_what_they_are_called() -> None:
    silent = np.array([False, False, True, True])
    assert auc(silent, np.array([0.1, 0.4, 0.35, 0.8])) == pytest.approx(0.75)
    assert auc(silent, np.array([0.5, 0.5, 0.5, 0.5])) == pytest.approx(0.5)
    assert np.isnan(auc(silent[:2], np.array([0.1, 0.2])))
    certain = np.array([0.0, 0.0, 1.0, 1.0])
    assert calibration_error(silent, certain) == 0
    assert [one.clients for one in calibration(silent, certain)] == [1, 1, 1, 1]


def test_the_look_back_is_one_longest_horizon_long(report: AgeingReport) -> None:
    ago = (NOW - timedelta(days=120)).timestamp() // 86_400
    assert report.hindsight.day == ago
    assert days_ago(120).date().isoformat() == "2026-07-28"


def test_the_ceiling_of_a_key_client_is_its_own_in_the_report_too() -> None:
    clients = [a_client(number, value=100.0 * number) for number in range(1, 11)]
    spoken = [one for number in range(1, 11) for one in met(number, 70, 71)]
    found = report_on(spoken, clients)
    assert found.states[State.AT_RISK] == 1, "only the most valuable one is key"
    assert {one.lane: one.flagged for one in found.lanes}["ceiling"] == 1


def test_whom_a_rep_put_aside_no_lane_counts() -> None:
    timelines = MemoryTimelines([a_client(1)], met(1, *range(91, 800, 45)))
    told = assess(timelines, as_of=NOW, policy=POLICY)
    for state, count in ((State.NOT_CLIENT, 0), (State.SNOOZED, 0), (State.AT_RISK, 1)):
        aside = [replace(one, state=state) for one in told]
        found = ageing_report(timelines, timelines.known, aside, as_of=NOW, policy=POLICY)
        assert {one.lane: one.flagged for one in found.lanes}["ceiling"] == count
