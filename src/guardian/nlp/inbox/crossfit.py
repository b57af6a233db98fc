"""What readers say of mails whose hand they never met: what bounds are fitted on and figures come from."""

from collections.abc import Callable, Sequence

import numpy as np

from guardian.nlp.examples import Progress
from guardian.nlp.fitting import fit_linear, matrix
from guardian.nlp.inbox.counted import HEADS, PLACES, Counted, counted_words, rarity
from guardian.nlp.inbox.examples import Example
from guardian.nlp.inbox.scores import Scores

Fit = Callable[[Sequence[bool]], Callable[[Example], Scores]]
_STRENGTH, _PHRASE_STRENGTH = 10.0, 5.0
_GROUPS = 4
_NEVER = -6.0  # the logit of what no mail was


def crossfit(examples: Sequence[Example], fit: Fit, say: Progress) -> list[Scores]:
    """Return the scores of every mail by a reader fitted without its hand; `fit` is told which mails it may see."""
    found: dict[int, Scores] = {}
    several = choices(examples)
    for number, chosen in enumerate(several, 1):
        score = fit(chosen)
        found |= {i: score(one) for i, one in enumerate(examples) if not chosen[i]}
        say("hands", number, len(several))
    return [found[i] for i in range(len(examples))]


def choices(examples: Sequence[Example]) -> list[list[bool]]:
    """Return for each group of hands which mails whoever does not meet them may see."""
    return [[one.letter.hand not in hands for one in examples] for hands in left_out_together(examples)]


def left_out_together(examples: Sequence[Example]) -> list[set[str]]:
    """Return the hands in groups, each of which one reader does not meet: four at most, for each costs a training."""
    hands = sorted({one.letter.hand for one in examples})
    return [set(hands[group::_GROUPS]) for group in range(min(_GROUPS, len(hands)))]


def crossfit_counted(examples: Sequence[Example], seed: int, say: Progress) -> list[Scores]:
    """Return the scores of every mail by counted words, packed as they ship."""

    def fit(chosen: Sequence[bool]) -> Callable[[Example], Scores]:
        some = [one for one, inside in zip(examples, chosen, strict=True) if inside]
        reader = Counted.of(fit_counted(some, seed).packed())
        return lambda one: reader.scores(one.said)

    return crossfit(examples, fit, say)


def fit_counted(examples: Sequence[Example], seed: int) -> Counted:
    """Return the counted reader fitted on all examples."""
    idf = rarity([one.said.text for one in examples])
    mails = matrix([counted_words(one.said.text, idf) for one in examples], PLACES)
    phrases = [one.said.text[phrase.start : phrase.end] for one in examples for phrase in one.said.phrases]
    targets = np.stack([one.targets for one in examples]) > 0
    weights, bias = np.zeros((HEADS, PLACES), dtype=np.float32), np.full(HEADS, _NEVER, dtype=np.float32)
    for head in range(HEADS):
        if 0 < targets[:, head].sum() < len(examples):
            model = fit_linear(mails, targets[:, head], strength=_STRENGTH, seed=seed)
            weights[head], bias[head] = model.coef_[0], model.intercept_[0]
    counted = matrix([counted_words(text, idf) for text in phrases], PLACES)
    hot = np.concatenate([one.hot for one in examples])
    phrase = fit_linear(counted, hot, strength=_PHRASE_STRENGTH, seed=seed)
    return Counted(
        idf=idf,
        mails=weights,
        mails_bias=bias,
        phrase=phrase.coef_[0].astype(np.float32),
        phrase_bias=float(phrase.intercept_[0]),
    )
