"""How well scores tell holds from passes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guardian.nlp.corpus import Sample
from guardian.nlp.heads import sigmoid


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Quality of scores over the corpus: AUC, recall where 1 % and 3 % of the passes are held, and at the threshold.

    `auc_by_language` is AUC within each language; `false_holds` and `real_held` are the shares of passes and of real
    mails that reach the threshold.
    """

    auc: float
    auc_by_language: dict[str, float]
    recall_at_1: float
    recall_at_3: float
    recall: float
    false_holds: float
    real_held: float


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return the chance that a hold outscores a pass, ties counting half; 0.5 where one side is empty."""
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=np.bool_)
    holds, passes = int(labels.sum()), int((~labels).sum())
    if not holds or not passes:
        return 0.5
    ranks = _average_ranks(values)
    return float((ranks[labels].sum() - holds * (holds + 1) / 2) / (holds * passes))


def recall_at(scores: Sequence[float], positive: Sequence[bool], share: float) -> float:
    """Return the share of holds above the score that at most this share of the passes exceeds."""
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=np.bool_)
    passes = np.sort(values[~labels])[::-1]
    if not len(passes) or not labels.any():
        return 0.0
    bound = passes[min(int(share * len(passes)), len(passes) - 1)]
    return float((values[labels] > bound).mean())


def measure(logits: npt.NDArray[np.float32], samples: Sequence[Sample], bounds: Mapping[str, float]) -> Measures:
    """Return the quality of logits: of the corpus, and of the real mails among the samples."""
    own = [i for i, sample in enumerate(samples) if sample.region != "real"]
    mails = [i for i, sample in enumerate(samples) if sample.kind == "real_mail"]
    scores, labels = [float(logits[i]) for i in own], [samples[i].hold for i in own]
    held = [sigmoid(float(x)) >= bounds[s.language] for x, s in zip(logits, samples, strict=True)]
    languages = sorted({samples[i].language for i in own})
    return Measures(
        auc=round(auc(scores, labels), 4),
        auc_by_language={
            language: round(_auc_within([i for i in own if samples[i].language == language], logits, samples), 4)
            for language in languages
        },
        recall_at_1=round(recall_at(scores, labels, 0.01), 4),
        recall_at_3=round(recall_at(scores, labels, 0.03), 4),
        recall=_share([held[i] for i in own if samples[i].hold]),
        false_holds=_share([held[i] for i in own if not samples[i].hold]),
        real_held=_share([held[i] for i in mails]),
    )


def _auc_within(chosen: Sequence[int], logits: npt.NDArray[np.float32], samples: Sequence[Sample]) -> float:
    return auc([float(logits[i]) for i in chosen], [samples[i].hold for i in chosen])


def _share(flags: Sequence[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0


def _average_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: npt.NDArray[np.float64] = (last - (counts - 1) / 2)[place]
    return ranks
