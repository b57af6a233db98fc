"""How a measured judge is printed."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardian.nlp.evaluate import Evaluation, Group, Judged


def evaluation_json(report: "Evaluation", misses: int) -> dict[str, Any]:
    """Return the object that `guard evaluate --json` prints."""
    groups = ("by_kind", "by_language", "by_region")
    plain = {
        name: getattr(report, name)
        for name in (
            "mails",
            "holds",
            "auc",
            "recall_at_1",
            "recall_at_3",
            "recall",
            "false_holds",
            "ms_median",
            "ms_95",
            "ms_worst",
            "degraded",
        )
    }
    return {
        **plain,
        **{name: [asdict(group) for group in getattr(report, name)] for name in groups},
        "worst": [_miss(one) for one in report.worst[:misses]],
    }


def _miss(one: "Judged") -> dict[str, Any]:
    return {
        "id": one.sample.id,
        "kind": one.sample.kind,
        "language": one.sample.language,
        "should": "hold" if one.sample.hold else "pass",
        "score": round(one.score, 4),
    }


def evaluation_text(report: "Evaluation", misses: int) -> str:
    """Return a page of figures, worst misses last."""
    lines = [
        f"{report.mails} mails, {report.holds} to be held",
        f"AUC {report.auc:.3f}; caught {report.recall_at_1:.0%} at 1 % false holds, {report.recall_at_3:.0%} at 3 %",
        f"at the shipped thresholds: {report.recall:.0%} caught, {report.false_holds:.1%} of the others held",
        f"ms a mail: median {report.ms_median:.1f}, 95 % under {report.ms_95:.1f}, worst {report.ms_worst:.0f}",
    ]
    if report.degraded:
        lines.append(f"judged without: {', '.join(report.degraded)}")
    for title, groups in (("kind", report.by_kind), ("language", report.by_language), ("region", report.by_region)):
        lines += ["", f"{title:24}{'mails':>7}{'caught':>12}{'held wrongly':>14}"]
        lines += [_group_line(group) for group in groups]
    lines += ["", "worst misses"]
    lines += [
        "{id:18} {kind:22} {language:4} should {should:5} score {score:.3f}".format(**_miss(one))
        for one in report.worst[:misses]
    ]
    return "\n".join(lines)


def _group_line(group: "Group") -> str:
    caught = f"{group.caught}/{group.holds}" if group.holds else "–"
    passes = group.mails - group.holds
    wrongly = f"{group.falsely_held}/{passes}" if passes else "–"
    return f"{group.name:24}{group.mails:>7}{caught:>12}{wrongly:>14}"
