"""Where the lines are drawn: bounds fitted on what heads say of mails whose hand they never met."""

from collections.abc import Sequence

import numpy as np

from guardian.domain.complaint import InboundKind
from guardian.nlp.inbox.examples import Example
from guardian.nlp.inbox.scores import Bounds, Scores
from guardian.nlp.language import LANGUAGES

NEVER_SERIOUS = frozenset({InboundKind.APOLOGY, InboundKind.ORDER, InboundKind.QUESTION})
MOST_SLIPPED = 0.01  # share of apologies, orders and questions that may pass for a serious complaint
_STEPS = np.arange(-4.0, 4.01, 0.05)


def bounds_for(examples: Sequence[Example], scores: Sequence[Scores]) -> Bounds:
    """Return the bounds that serve these mails best, that of serious complaints high enough for the calm kinds."""
    logits = np.stack([one.severity for one in scores])
    severity = np.array([one.letter.severity for one in examples])
    spoken = np.array([one.letter.language for one in examples])
    complaint = {
        language: _best(logits[spoken == language, 0], severity[spoken == language] >= 1) for language in LANGUAGES
    }
    serious = max(_best(logits[:, 1], severity >= 2), _calm_bound(examples, scores, complaint))
    grave = _best(logits[:, 2], severity >= 3)
    told = np.array([-np.inf if one.listed.waits else one.settled for one in scores])  # as `is_settled` has it
    settled = _best(told, np.array([one.letter.settled for one in examples]))
    return Bounds(complaint=complaint, serious=serious, grave=grave, settled=settled)


def _calm_bound(examples: Sequence[Example], scores: Sequence[Scores], complaint: dict[str, float]) -> float:
    """Return the bound that no more than a few calm mails reach; those whom set phrases let pass come on top.

    Counted in, the latter would leave heads so little room that two in five serious complaints were heard as remarks.
    """
    calm = [
        float(said.severity[1])
        for one, said in zip(examples, scores, strict=True)
        if one.letter.kind in NEVER_SERIOUS and said.severity[0] >= complaint[one.letter.language]
    ]
    may_slip = int(MOST_SLIPPED * sum(one.letter.kind in NEVER_SERIOUS for one in examples))
    above = sorted(calm, reverse=True)[may_slip : may_slip + 1]
    return above[0] + 1e-3 if above else float(_STEPS[0])


def _best(logits: np.ndarray, wanted: np.ndarray) -> float:
    """Return the middle of the bounds with the best F1."""
    found = np.array([f1(logits >= bound, wanted) for bound in _STEPS])
    smooth = np.convolve(np.pad(found, 4, mode="edge"), np.ones(9) / 9, mode="valid")  # no lucky single spot
    return round(float(_STEPS[int(np.argmax(smooth))]), 4)


def f1(said: np.ndarray, wanted: np.ndarray) -> float:
    """Return the harmonic mean of precision and recall; 0 where nothing is wanted or said."""
    both = int((said & wanted).sum())
    return 2 * both / max(int(said.sum() + wanted.sum()), 1)
