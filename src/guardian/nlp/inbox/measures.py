"""How well complaints are heard: F1 by language, hand and kind, severities told apart, what slips."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from guardian.domain.complaint import SERIOUS, InboundKind
from guardian.nlp.heads import sigmoid
from guardian.nlp.inbox.bounding import NEVER_SERIOUS, bounds_for, f1
from guardian.nlp.inbox.examples import Example
from guardian.nlp.inbox.scores import Scores, calm_kind, is_settled, severity_of, spans_of
from guardian.nlp.language import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was heard in one mail of the corpus."""

    example: Example
    severity: int
    kind: InboundKind
    settled: bool
    spans: tuple[str, ...]
    certainty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMeasures:
    """F1 of complaints (`complaint`: severity 1 and more; `serious`: 2 and more) and what else counts, as shares.

    `confusion[true][heard]` counts severities; `slipped` counts apologies, orders and questions heard as serious;
    `quoted` is the share of heard complaints whose words overlap the marked ones.
    """

    mails: int
    complaint: dict[str, float]
    serious: dict[str, float]
    by_hand: dict[str, float]
    by_kind: dict[str, float]
    confusion: list[list[int]]
    slipped: int
    slipped_from: int
    thanks: float
    settled: float
    quoted: float


def crossed_outcomes(examples: Sequence[Example], scores: Sequence[Scores]) -> list[Outcome]:
    """Return what is heard, with bounds that were fitted without the hand of each mail."""
    found: dict[int, Outcome] = {}
    for hand in sorted({one.letter.hand for one in examples}):
        others = [i for i, one in enumerate(examples) if one.letter.hand != hand]
        bounds = bounds_for([examples[i] for i in others], [scores[i] for i in others])
        for i, one in enumerate(examples):
            if one.letter.hand != hand:
                continue
            severity = severity_of(scores[i], one.letter.language, bounds)
            kind = InboundKind.COMPLAINT if severity else calm_kind(scores[i])
            found[i] = Outcome(
                example=one,
                severity=severity,
                kind=kind,
                settled=is_settled(scores[i], kind, bounds),
                spans=spans_of(scores[i], one.said) if severity else (),
                certainty=sigmoid(abs(float(scores[i].severity[0]))),
            )
    return [found[i] for i in range(len(examples))]


def crossed_measures(examples: Sequence[Example], scores: Sequence[Scores]) -> InboxMeasures:
    """Return the measures of crossed outcomes."""
    return measures_of(crossed_outcomes(examples, scores))


def measures_of(outcomes: Sequence[Outcome]) -> InboxMeasures:
    """Return how well complaints were heard."""
    letters = [one.example.letter for one in outcomes]
    wanted, heard = np.array([one.severity for one in letters]), np.array([one.severity for one in outcomes])
    spoken, hands = np.array([one.language for one in letters]), np.array([one.hand for one in letters])
    calm = np.array([one.kind in NEVER_SERIOUS for one in letters])
    confusion = Counter(zip(wanted.tolist(), heard.tolist(), strict=True))

    def by_language(least: int) -> dict[str, float]:
        told = {one: f1(heard[spoken == one] >= least, wanted[spoken == one] >= least) for one in LANGUAGES}
        return {
            name: round(share, 4) for name, share in (told | {"all": f1(heard >= least, wanted >= least)}).items()
        }

    return InboxMeasures(
        mails=len(outcomes),
        complaint=by_language(1),
        serious=by_language(SERIOUS),
        by_hand={
            str(one): round(f1(heard[hands == one] > 0, wanted[hands == one] > 0), 4) for one in sorted(set(hands))
        },
        by_kind=_recall_by_kind(outcomes),
        confusion=[[confusion[true, said] for said in range(4)] for true in range(4)],
        slipped=int((calm & (heard >= SERIOUS)).sum()),
        slipped_from=int(calm.sum()),
        thanks=_f1(
            [one.kind is InboundKind.THANKS for one in letters], [one.kind is InboundKind.THANKS for one in outcomes]
        ),
        settled=_f1([one.settled for one in letters], [one.settled for one in outcomes]),
        quoted=_quoted(outcomes),
    )


def _recall_by_kind(outcomes: Sequence[Outcome]) -> dict[str, float]:
    all_of = Counter(one.example.letter.kind for one in outcomes)
    right = Counter(one.kind for one in outcomes if one.kind is one.example.letter.kind)
    return {kind.value: round(right[kind] / count, 4) for kind, count in sorted(all_of.items())}


def _f1(wanted: Sequence[bool], said: Sequence[bool]) -> float:
    return round(f1(np.array(said), np.array(wanted)), 4)


def _quoted(outcomes: Sequence[Outcome]) -> float:
    """Return how often the words quoted for a true complaint overlap those that were marked."""
    heard = [one for one in outcomes if one.severity and one.example.letter.severity]
    return round(sum(map(_overlaps, heard)) / max(len(heard), 1), 4)


def _overlaps(outcome: Outcome) -> bool:
    hot = {
        phrase.written
        for phrase, is_hot in zip(outcome.example.said.phrases, outcome.example.hot, strict=True)
        if is_hot
    }
    return bool(hot & set(outcome.spans))
