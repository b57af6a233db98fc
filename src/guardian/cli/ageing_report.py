"""How the report on ageing is printed."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from math import exp, isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardian.ageing.hindsight import Group, Measure
    from guardian.ageing.report import AgeingReport, Coverage

RULES = {
    "guardian": "Guardian",
    "cadence": "cadence model alone",
    "bg_nbd": "BG/NBD",
    "recency": "days of silence",
    "fixed_30": "silent for 30 days",
    "fixed_60": "silent for 60 days",
    "fixed_90": "silent for 90 days",
}

LANES = {
    "early": "given up within a month",
    "alive": "probably gone",
    "rhythm": "far out of its rhythm",
    "ceiling": "silent beyond the ceiling",
    "waiting": "waiting for an answer",
}


def report_lines(report: "AgeingReport", language: str, *, ceiling_days: int) -> Iterator[dict[str, Any]]:
    """Yield the objects that `ageing report --json` prints; `what` says which figure each is."""
    from guardian.ageing.report_wording import threshold_sentence, trust_sentence

    past, at = report.hindsight, report.at
    said = trust_sentence(report, language, ceiling_days=ceiling_days)
    yield {"what": "trust", "trust": past.trust, "said_on": _day(past.day), "as_of": report.as_of, "text": said}
    said = threshold_sentence(report, language, ceiling_days=ceiling_days)
    yield {"what": "thresholds", **asdict(at), "ceiling_set": ceiling_days, "text": said}
    for who, group in (("still_active", past.active), ("everybody", past.everybody)):
        yield {"what": "judged", "who": who, "clients": group.clients, "silent": group.silent}
        for measure in group.measures:
            yield {"what": "measure", "who": who, **_rounded(asdict(measure))}
        for one in group.bins:
            yield {"what": "reliability", "who": who, **_rounded(asdict(one))}
    for fitted in report.fitted:
        yield {
            "what": "parameters",
            "day": _day(fitted.day),
            "clients": fitted.clients,
            **_rounded(asdict(fitted.prior)),
        }
    for state, count in report.states.items():
        yield {"what": "state", "state": state, "clients": count}
    for lane in report.lanes:
        yield {"what": "lane", **asdict(lane)}
    for reached in report.coverage:
        yield {"what": "coverage", **asdict(reached)}


def print_report(report: "AgeingReport", language: str, *, ceiling_days: int) -> None:
    """Print the report as sentences and tables."""
    import typer

    from guardian.ageing import state_name
    from guardian.ageing.report_wording import threshold_sentence, trust_sentence
    from guardian.cli.output import say_table

    typer.echo(trust_sentence(report, language, ceiling_days=ceiling_days))
    typer.echo(threshold_sentence(report, language, ceiling_days=ceiling_days))
    said_on = _day(report.hindsight.day)
    for who, group in (("still active", report.hindsight.active), ("everybody", report.hindsight.everybody)):
        if group.measures:
            _print_group(group, f"Said on {said_on}, {who}: {group.silent} of {group.clients} stayed silent")
    _print_drift(report)
    states = [(state_name(state, language), str(count)) for state, count in report.states.items()]
    say_table(("state", "clients"), states, title="Where clients stand")
    lanes = [(LANES[one.lane], str(one.flagged), str(one.alone)) for one in report.lanes]
    say_table(("lane", "clients", "by it alone"), lanes, title="What flags them")
    coverage = [_coverage_row(one) for one in report.coverage]
    say_table(("rep", "clients", "30 days", "90 days"), coverage, title="With how many we spoke")


def _print_group(group: "Group", title: str) -> None:
    from guardian.cli.output import say_table

    rows = [_measure_row(one) for one in group.measures]
    say_table(("rule", "AUC", "AP", "Brier", "ECE"), rows, title=title)
    bins = [(str(one.clients), f"{one.said:.0%}", f"{one.came:.0%}") for one in group.bins]
    say_table(("clients", "said to stay silent", "stayed silent"), bins)


def _measure_row(one: "Measure") -> tuple[str, ...]:
    figures = (one.auc, one.average_precision, one.brier, one.ece)
    return RULES[one.rule], *("–" if value is None else f"{value:.3f}" for value in figures)


def _print_drift(report: "AgeingReport") -> None:
    from guardian.cli.output import say_table

    rows = [
        (
            _day(one.day),
            str(one.clients),
            f"{exp(one.prior.m):.1f}",
            *(f"{value:.2f}" for value in (one.prior.tau, one.prior.s, one.prior.omega, one.prior.a, one.prior.b)),
        )
        for one in report.fitted
    ]
    say_table(("fitted on", "clients", "usual gap", "tau", "s", "omega", "a", "b"), rows, title="The model over time")


def _coverage_row(one: "Coverage") -> tuple[str, ...]:
    shares = (_share(one.reached_30, one.clients), _share(one.reached_90, one.clients))
    return one.rep or "the whole team", str(one.clients), *shares


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _day(number: int) -> str:
    from guardian.domain.moments import EPOCH

    return (EPOCH + timedelta(days=number)).isoformat()


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return None if isnan(value) else round(value, 4)
