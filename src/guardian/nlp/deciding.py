"""From the scores of heads to one decision: fitting it, and setting the thresholds from what may be held falsely."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
import numpy.typing as npt

from guardian.nlp.corpus import Sample
from guardian.nlp.crossfit import Scores
from guardian.nlp.examples import Examples
from guardian.nlp.fitting import Labels, fit_linear
from guardian.nlp.heads import Arrays, Floats, sigmoid
from guardian.nlp.language import LANGUAGES
from guardian.nlp.second_look import Look, add_look_features
from guardian.nlp.signals import NOTHING, add_sentence_features
from guardian.nlp.stretches import looked_at
from guardian.nlp.trained import mixed
from guardian.nlp.words import MOST_READ

Looks = Sequence[Sequence[Look]]  # those of every mail
FALSE_HOLDS_HARD = 0.025  # of the passes written to be hard
FALSE_HOLDS_REAL = 0.005  # of real mail and neutral talk together
FALSE_HOLDS_MAIL = 0.003  # of real mail
HOLDS_NOT_ASKED = 0.01  # of the hostile mails may be passed at first sight
REAL_ASKED = 0.28  # of real mail may need a second look
TALK_COUNTS = 0.5  # how much a neutral line counts beside a mail where both looks are weighed
_STRENGTH = 0.03
_RAREST = 8  # a feature met in fewer mails is left out
_FEWEST_REAL = 50  # below that, real text sets no threshold
_STEP = 0.0005  # of the hard passes


@dataclass(slots=True)
class Table:
    """The features of every mail: one row each, columns named."""

    names: list[str]
    values: Floats


@dataclass(slots=True)
class DecisionFit:
    """A fitted decision: its arrays, and the logit of every mail by a decision fitted without its author."""

    names: list[str]
    weights: Floats
    bias: float
    crossed: Floats

    def told(self) -> dict[str, float]:
        """Return the weights by name, the bias under none."""
        return dict(zip(self.names, map(float, self.weights), strict=True)) | {"": self.bias}


def mixing(scores: Scores, examples: Examples, seed: int) -> Arrays:
    """Return how the logits of a sentence by n-grams and by phrases are joined."""
    return {"mix": _mix([scores.char_sentence, scores.phrase_sentence], examples, seed)}


def _mix(columns: Sequence[Floats], examples: Examples, seed: int) -> Floats:
    model = fit_linear(np.stack(columns, axis=1), examples.hostile, strength=100.0, seed=seed)
    return np.array([*model.coef_[0], model.intercept_[0]], dtype=np.float32)


def feature_table(examples: Examples, scores: Scores, arrays: Arrays, looks: Looks | None) -> Table:
    """Return the features of every mail as the pipeline would compute them from these scores and second looks."""
    starts = np.searchsorted(examples.of_mail, np.arange(len(examples.samples)))
    mix = arrays["mix"].astype(np.float32).tolist()
    rows = []
    for mail, reading in enumerate(examples.readings):
        kept = dict(reading.features)
        for place, sentence in enumerate(reading.sentences[:MOST_READ], int(starts[mail])):
            sentence.hostility = mixed([scores.char_sentence[place], scores.phrase_sentence[place]], mix)
        for sentence in reading.sentences[MOST_READ:]:
            sentence.hostility = NOTHING
        add_sentence_features(reading)
        reading.features["char_whole"] = float(scores.char_whole[mail])
        reading.features["phrase_whole"] = float(scores.phrase_whole[mail])
        if looks is not None and looks[mail]:
            chosen = [looks[mail][i] for i in looked_at(reading, [look.stretch for look in looks[mail]])]
            add_look_features(reading, chosen or looks[mail])
        rows.append(reading.features)
        reading.features = kept
    return table_of(rows)


def fit_decision(
    table: Table,
    hold: Labels,
    folds: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
    counts: Floats,
    seed: int,
) -> DecisionFit:
    """Return the decision fitted on the known mails, and their logits by one fitted without their author.

    `counts` is how much each mail counts. The logits of the others are no numbers.
    """
    crossed = np.full(len(hold), np.nan, dtype=np.float32)
    for fold in np.unique(folds[known]):
        inside, outside = known & (folds == fold), known & (folds != fold)
        weights, bias = _fit(table.values[outside], hold[outside], counts[outside], seed)
        crossed[inside] = table.values[inside] @ weights + bias
    weights, bias = _fit(table.values[known], hold[known], counts[known], seed)
    return DecisionFit(table.names, weights, bias, crossed)


def counts_of(samples: Sequence[Sample]) -> Floats:
    """Return how much each mail counts where both looks are weighed: a real one as much as one written for this.

    What words mean is better learned from the latter; how many honest mails may be held is a matter of the former.
    """
    is_talk = [sample.region == "real" and sample.kind != "real_mail" for sample in samples]
    return np.where(is_talk, TALK_COUNTS, 1.0).astype(np.float32)


def ask_from(logits: Floats, samples: Sequence[Sample]) -> float:
    """Return the first look's logit from which a second look is worth its time.

    Hardly a hostile mail lies below it; where that would ask for too many of the real mails, fewer are asked for.
    """
    holds = np.quantile([x for x, s in zip(logits, samples, strict=True) if s.hold], HOLDS_NOT_ASKED)
    real = [x for x, s in zip(logits, samples, strict=True) if s.kind == "real_mail"]
    return float(max(holds, np.quantile(real, 1.0 - REAL_ASKED)) if len(real) >= _FEWEST_REAL else holds)


def cascaded(first: Floats, second: Floats, bound: float) -> Floats:
    """Return the logit that counts: the second look's where it was asked for; no number where that is none."""
    logits: Floats = np.where((first >= bound) | np.isnan(second), second, first).astype(np.float32)
    return logits


def by_mail(logits: Floats, samples: Sequence[Sample]) -> tuple[Floats, list[Sample]]:
    """Return for every mail the worst logit of its messages, and that message with the label of the whole mail."""
    worst: dict[str, int] = {}
    hold: dict[str, bool] = {}
    for place, sample in enumerate(samples):
        best = worst.setdefault(sample.whole, place)
        worst[sample.whole] = place if logits[place] > logits[best] else best
        hold[sample.whole] = hold.get(sample.whole, False) or sample.hold
    told = [samples[place] for place in worst.values()]
    return logits[list(worst.values())], [
        one if one.hold == hold[one.whole] else replace(one, hold=hold[one.whole]) for one in told
    ]


def thresholds(logits: Floats, samples: Sequence[Sample]) -> dict[str, float]:
    """Return for each language the lowest score that keeps all budgets of false holds.

    As many of the hard passes of each language may be held as of any other. Real texts of all languages have one
    budget: half a percent of the few in one language is a matter of three lines.
    """
    mails = [sample.kind == "real_mail" for sample in samples]
    real = [sample.region == "real" for sample in samples]
    budgets = [
        (np.flatnonzero(group), share)
        for group, share in ((real, FALSE_HOLDS_REAL), (mails, FALSE_HOLDS_MAIL))
        if sum(group) >= _FEWEST_REAL
    ]
    at = np.array([LANGUAGES.index(sample.language) for sample in samples])
    for bounds in _ever_stricter(logits, samples):
        held = logits >= np.array(bounds)[at]
        if all(held[places].sum() <= int(share * len(places)) for places, share in budgets):
            break
    scores = map(sigmoid, bounds)
    return {name: math.ceil(score * 10_000) / 10_000 for name, score in zip(LANGUAGES, scores, strict=True)}


def _ever_stricter(logits: Floats, samples: Sequence[Sample]) -> Iterator[list[float]]:
    """Yield bounds for the languages: what ever fewer of the hard passes reach, then what none comes near."""
    hard = [
        [x for x, s in zip(logits, samples, strict=True) if s.language == name and s.region != "real" and not s.hold]
        for name in LANGUAGES
    ]
    for share in np.arange(FALSE_HOLDS_HARD, 0.0, -_STEP):
        yield [_exceeded_by(one, share) if one else 0.0 for one in hard]
    for raised in count():
        yield [(max(one) if one else 0.0) + 0.05 * (1 + raised) for one in hard]


def _exceeded_by(logits: Sequence[float], share: float) -> float:
    """Return a bound that at most this share of the logits reaches."""
    ordered = sorted(logits, reverse=True)
    allowed = int(share * len(ordered))
    above, below = ordered[max(allowed - 1, 0)], ordered[min(allowed, len(ordered) - 1)]
    return (above + below) / 2 if allowed else above + 0.05


def table_of(rows: Sequence[dict[str, float]]) -> Table:
    """Return rows of named features as a table, without those that are rare."""
    met: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            met[name] = met.get(name, 0) + (value != 0.0)
    names = sorted(name for name, times in met.items() if times >= _RAREST)
    return Table(names, np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float32))


def _fit(rows: Floats, hold: Labels, counts: Floats, seed: int) -> tuple[Floats, float]:
    """Fit on standardised columns and fold the standardisation into the weights."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-4
    model = fit_linear((rows - middle) / spread, hold, strength=_STRENGTH, seed=seed, weights=counts)
    weights: Floats = (model.coef_[0] / spread).astype(np.float32)
    return weights, float(model.intercept_[0] - middle @ weights)
