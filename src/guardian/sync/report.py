"""What a part of a run tells of itself, so that the run's summary can be made wherever its parts were done."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from guardian.sync.summary import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReport:
    """How a part of a run went, all its attempts together.

    Counts of what was done add up; where it stands (`state`, `source`, `local`, `stored`, `excluded`,
    `dead_letters`, `problems`) is what the last attempt says. `findings` are sentences on what was met on the way,
    `reached` is how far its feeds were when a worker last died at it.
    """

    state: RunState = RunState.OK
    new: int = 0
    changed: int = 0
    gone: int = 0
    requests: int = 0
    throttled_s: float = 0.0
    source: int | None = None
    local: int = 0
    stored: int = 0
    excluded: int = 0
    dead_letters: int = 0
    findings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    reached: str = ""

    def after(self, earlier: "PartReport | None") -> "PartReport":
        """Return this attempt's report with what earlier attempts did added."""
        if earlier is None:
            return self
        return replace(
            self,
            new=self.new + earlier.new,
            changed=self.changed + earlier.changed,
            gone=self.gone + earlier.gone,
            requests=self.requests + earlier.requests,
            throttled_s=self.throttled_s + earlier.throttled_s,
            findings=tuple(dict.fromkeys((*earlier.findings, *self.findings))),
            reached=earlier.reached,
        )

    def as_text(self) -> str:
        """Return the report as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_report(text: str | None) -> PartReport | None:
    """Return the report of a text that `as_text` made, or None for none."""
    if text is None:
        return None
    told = json.loads(text)
    lists = {name: tuple(told[name]) for name in ("findings", "problems")}
    return PartReport(**{**told, **lists, "state": RunState(told["state"])})


def total(reports: Sequence[PartReport]) -> PartReport:
    """Return the report of all parts together; the worst state counts."""
    order = list(RunState)
    return PartReport(
        state=max((one.state for one in reports), key=order.index, default=RunState.OK),
        new=sum(one.new for one in reports),
        changed=sum(one.changed for one in reports),
        gone=sum(one.gone for one in reports),
        requests=sum(one.requests for one in reports),
        throttled_s=sum(one.throttled_s for one in reports),
        source=_source(reports),
        local=sum(one.local for one in reports),
        stored=sum(one.stored for one in reports),
        excluded=sum(one.excluded for one in reports),
        dead_letters=sum(one.dead_letters for one in reports),
        findings=told_once([one for report in reports for one in report.findings]),
        problems=told_once([one for report in reports for one in report.problems]),
    )


MOST_NAMED = 3  # mailboxes in front of a sentence


def told_once(problems: Sequence[str]) -> tuple[str, ...]:
    """Return problems with what is said of several mailboxes in the same words said once, for all of them."""
    said: dict[tuple[str, str], dict[str, str]] = {}  # by what stands behind the mailbox: the mailboxes
    for problem in problems:
        label, colon, words = problem.partition(": ")
        if not colon or " " in label:  # no mailbox in front
            label, colon, words = "", "", problem
        said.setdefault((colon, words.replace(label, "\0") if label else words), {})[label] = problem
    return tuple(_of_all(*key, labels) for key, labels in said.items())


def _of_all(colon: str, words: str, labels: Mapping[str, str]) -> str:
    if len(labels) == 1:
        return next(iter(labels.values()))
    named, more = list(labels)[:MOST_NAMED], len(labels) - MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    return f"{', '.join(named)}{rest}{colon}{words}".replace("\0", "the mailbox")


def _source(reports: Sequence[PartReport]) -> int | None:
    """Add up what the sources count; where one cannot count, our own count stands for it."""
    if all(one.source is None for one in reports):
        return None
    return sum(one.local if one.source is None else one.source for one in reports)
