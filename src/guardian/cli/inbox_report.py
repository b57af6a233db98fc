"""How a measured complaint reader is printed."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardian.nlp.inbox.evaluate import InboxEvaluation
    from guardian.nlp.inbox.measures import InboxMeasures, Outcome


def inbox_json(report: "InboxEvaluation", misses: int) -> dict[str, Any]:
    """Return the object that `guard evaluate --inbox --json` prints."""
    return {
        **asdict(report.measures),
        "ms_median": report.ms_median,
        "ms_95": report.ms_95,
        "degraded": report.degraded,
        "worst": [_miss(one) for one in report.misses[:misses]],
    }


def inbox_text(report: "InboxEvaluation", misses: int) -> str:
    """Return a page of figures, worst misses last."""
    lines = [*measures_lines(report.measures)]
    lines.append(f"ms a mail: median {report.ms_median:.1f}, 95 % under {report.ms_95:.1f}")
    if report.degraded:
        lines.append("heard with counted words only")
    lines += ["", "worst misses"]
    lines += [
        "{id:12} {kind:10} {language:3} severity {severity} heard as {heard}, sure {certainty:.2f}".format(
            **_miss(one)
        )
        for one in report.misses[:misses]
    ]
    return "\n".join(lines)


def measures_lines(measures: "InboxMeasures") -> list[str]:
    """Return the figures as lines."""
    spoken = "".join(f"{name:>8}" for name in measures.complaint)
    lines = [f"{measures.mails} mails", "", f"{'F1':24}{spoken}"]
    for title, shares in (("complaints", measures.complaint), ("severity 2 and more", measures.serious)):
        lines.append(f"{title:24}" + "".join(f"{share:8.3f}" for share in shares.values()))
    lines += ["", f"{'hand':24}{'F1':>8}", *(f"{name:24}{share:8.3f}" for name, share in measures.by_hand.items())]
    lines += ["", f"{'kind':24}{'right':>8}", *(f"{name:24}{share:8.1%}" for name, share in measures.by_kind.items())]
    lines += ["", f"{'severity':24}" + "".join(f"{f'heard {said}':>10}" for said in range(4))]
    lines += [f"{true:<24}" + "".join(f"{count:10}" for count in row) for true, row in enumerate(measures.confusion)]
    lines += [
        "",
        f"apologies, orders and questions heard as serious complaints: {measures.slipped} of {measures.slipped_from}",
        f"thanks: F1 {measures.thanks:.3f}; settled: F1 {measures.settled:.3f}",
        f"complaints whose quoted words are the marked ones: {measures.quoted:.1%}",
    ]
    return lines


def _miss(one: "Outcome") -> dict[str, Any]:
    letter = one.example.letter
    return {
        "id": letter.id,
        "kind": letter.kind.value,
        "language": letter.language,
        "severity": letter.severity,
        "heard": one.severity,
        "certainty": round(one.certainty, 4),
    }
