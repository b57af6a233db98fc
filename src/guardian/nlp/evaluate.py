"""Measuring a judge on labelled mails: quality, quality by group, worst misses, and time."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from guardian.domain.mail import Audience, Mail
from guardian.domain.verdict import Opinion
from guardian.nlp.corpus import Item, Sample, has_client, read_item, read_items, sample_of
from guardian.nlp.measures import auc, recall_at
from guardian.ports.judge import Judge

Read = Callable[[Item], tuple[Mail, Audience]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One labelled mail with what the judge made of it; `ms` is the time it took, `held` the advice."""

    sample: Sample
    opinion: Opinion | None
    ms: float

    @property
    def score(self) -> float:
        """The judge's score, 0 where no client reads the mail."""
        return self.opinion.score if self.opinion else 0.0

    @property
    def held(self) -> bool:
        """Whether the judge advises a hold."""
        return self.opinion is not None and self.opinion.score >= self.opinion.threshold

    @property
    def wrong(self) -> float:
        """How far the score is on the wrong side of its threshold, from 0 to 1; 0 when right."""
        if self.held == self.sample.hold:
            return 0.0
        return abs(self.score - (self.opinion.threshold if self.opinion else 0.0)) or 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The mails that share a kind, language or region: how many, how many held, and for mixed ones the AUC."""

    name: str
    mails: int
    holds: int
    caught: int
    falsely_held: int
    auc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything measured; `worst` lists the wrong verdicts, the farthest from their threshold first."""

    mails: int
    holds: int
    auc: float
    recall_at_1: float
    recall_at_3: float
    recall: float
    false_holds: float
    by_kind: tuple[Group, ...]
    by_language: tuple[Group, ...]
    by_region: tuple[Group, ...]
    worst: tuple[Judged, ...]
    ms_median: float
    ms_95: float
    ms_worst: float
    degraded: tuple[str, ...]


def evaluate(place: Path, judge: Judge, *, read: Read = read_item, progress: Progress | None = None) -> Evaluation:
    """Judge every mail of a corpus file or folder.

    `read` makes a mail and its readers of an item. A mail without a client among its readers scores 0: the guard
    would not ask. Raises UserError when the corpus is unusable.
    """
    items = list(read_items(place))
    judged = []
    for number, (author, item) in enumerate(items, 1):
        judged.append(_judged(sample_of(author, item), read(item), judge))
        if progress:
            progress("judge", number, len(items))
    return summarise(judged)


def summarise(judged: Sequence[Judged]) -> Evaluation:
    """Return the figures of judged mails."""
    scores, labels = [one.score for one in judged], [one.sample.hold for one in judged]
    times = sorted(one.ms for one in judged if one.opinion)
    everything = _group("all", judged)
    return Evaluation(
        mails=len(judged),
        holds=everything.holds,
        auc=auc(scores, labels),
        recall_at_1=recall_at(scores, labels, 0.01),
        recall_at_3=recall_at(scores, labels, 0.03),
        recall=_ratio(everything.caught, everything.holds),
        false_holds=_ratio(everything.falsely_held, everything.mails - everything.holds),
        by_kind=_groups(judged, lambda sample: sample.kind),
        by_language=_groups(judged, lambda sample: sample.language),
        by_region=_groups(judged, lambda sample: sample.region),
        worst=tuple(sorted((one for one in judged if one.wrong), key=lambda one: -one.wrong)),
        ms_median=_percentile(times, 0.5),
        ms_95=_percentile(times, 0.95),
        ms_worst=times[-1] if times else 0.0,
        degraded=tuple(sorted({part for one in judged if one.opinion for part in one.opinion.degraded})),
    )


def _judged(sample: Sample, content: tuple[Mail, Audience], judge: Judge) -> Judged:
    mail, audience = content
    if not has_client(audience):
        return Judged(sample=sample, opinion=None, ms=0.0)
    start = time.perf_counter()
    opinion = judge.judge(mail, audience)
    return Judged(sample=sample, opinion=opinion, ms=(time.perf_counter() - start) * 1000)


def _groups(judged: Sequence[Judged], key: Callable[[Sample], str]) -> tuple[Group, ...]:
    names = sorted({key(one.sample) for one in judged})
    return tuple(_group(name, [one for one in judged if key(one.sample) == name]) for name in names)


def _group(name: str, judged: Iterable[Judged]) -> Group:
    members = list(judged)
    return Group(
        name=name,
        mails=len(members),
        holds=sum(one.sample.hold for one in members),
        caught=sum(one.held and one.sample.hold for one in members),
        falsely_held=sum(one.held and not one.sample.hold for one in members),
        auc=auc([one.score for one in members], [one.sample.hold for one in members]),
    )


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
