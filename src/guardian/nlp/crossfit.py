"""Scores of every mail by heads that never saw its author: what the decision and its thresholds are fitted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from guardian.nlp.corpus import Sample
from guardian.nlp.examples import Examples, Progress
from guardian.nlp.fitting import Labels, fit_linear, matrix
from guardian.nlp.heads import Arrays, Floats, weighted
from guardian.nlp.phrases import known

MOST_FOLDS = 15  # groups of authors, left out together; a multiple of the parts among which networks leave them out


@dataclass(slots=True)
class Heads:
    """Fitted heads of hostility."""

    arrays: Arrays
    bias: dict[str, float]


@dataclass(slots=True)
class Scores:
    """Logits of mails and sentences; parallel to the examples."""

    char_whole: Floats
    char_sentence: Floats
    phrase_whole: Floats
    phrase_sentence: Floats


@dataclass(slots=True)
class Rows:
    """The weighted n-grams and phrases of mails and sentences as sparse matrices."""

    mails: Any
    sentences: Any
    mail_phrases: Any
    sentence_phrases: Any


def weighted_rows(examples: Examples, shared: Arrays) -> Rows:
    """Return all n-grams and phrases, weighted by rarity as `shared` says."""
    idf, keys, phrase_idf = shared["idf"], shared["vocabulary"].astype(np.uint32), shared["phrase_idf"]
    return Rows(
        matrix([weighted(grams, idf) for grams in examples.grams]),
        matrix([weighted(grams, idf) for grams in examples.sentence_grams]),
        matrix([known(found, keys, phrase_idf) for found in examples.phrases], len(keys)),
        matrix([known(found, keys, phrase_idf) for found in examples.sentence_phrases], len(keys)),
    )


def fit_heads(examples: Examples, rows: Rows, chosen: Labels, seed: int) -> Heads:
    """Fit all heads on the chosen mails."""
    inside = chosen[examples.of_mail]
    by_sentence = examples.weight[examples.of_mail]
    plans = (
        ("char_whole", rows.mails, chosen, examples.hold, examples.weight, 10.0),
        ("char_sentence", rows.sentences, inside, examples.hostile, by_sentence, 3.0),
        ("phrase_whole", rows.mail_phrases, chosen, examples.hold, examples.weight, 20.0),
        ("phrase_sentence", rows.sentence_phrases, inside, examples.hostile, by_sentence, 10.0),
    )
    arrays: Arrays = {}
    bias: dict[str, float] = {}
    for name, part, where, labels, weight, strength in plans:
        model = fit_linear(part[where], labels[where], strength=strength, seed=seed, weights=weight[where])
        arrays[name], bias[name] = model.coef_[0].astype(np.float16), float(model.intercept_[0])
    return Heads(arrays, bias)


def score(examples: Examples, rows: Rows, heads: Heads, chosen: Labels, into: Scores) -> None:
    """Write the logits of the chosen mails and their sentences."""
    inside = chosen[examples.of_mail]
    linear = (
        ("char_whole", rows.mails, chosen),
        ("char_sentence", rows.sentences, inside),
        ("phrase_whole", rows.mail_phrases, chosen),
        ("phrase_sentence", rows.sentence_phrases, inside),
    )
    for name, part, where in linear:
        getattr(into, name)[where] = part[where] @ heads.arrays[name].astype(np.float32) + heads.bias[name]


def empty_scores(examples: Examples) -> Scores:
    """Return scores of 0 for everything."""
    mails, sentences = len(examples.samples), len(examples.sentences)
    return Scores(
        char_whole=np.zeros(mails, dtype=np.float32),
        char_sentence=np.zeros(sentences, dtype=np.float32),
        phrase_whole=np.zeros(mails, dtype=np.float32),
        phrase_sentence=np.zeros(sentences, dtype=np.float32),
    )


def folds_of(examples: Examples) -> npt.NDArray[np.int64]:
    """Return the fold of every mail."""
    return dealt_out(examples.samples)


def dealt_out(samples: Sequence[Sample]) -> npt.NDArray[np.int64]:
    """Return the fold of every mail: authors of the corpus are dealt out in turn, and so are those of real text."""
    own = sorted({sample.author for sample in samples if sample.region != "real"})
    real = sorted({sample.author for sample in samples if sample.region == "real"})
    folds = min(len(own), MOST_FOLDS)
    number = {author: i % folds for group in (own, real) for i, author in enumerate(group)}
    return np.array([number[sample.author] for sample in samples])


def crossfit(examples: Examples, rows: Rows, folds: npt.NDArray[np.int64], seed: int, progress: Progress) -> Scores:
    """Return the logits of every mail by heads fitted without its author."""
    found = empty_scores(examples)
    for fold in range(int(folds.max()) + 1):
        inside = folds == fold
        score(examples, rows, fit_heads(examples, rows, ~inside, seed), inside, found)
        progress("crossfit", fold + 1, int(folds.max()) + 1)
    return found
