"""Scores of every mail by heads that never saw its author: what the decision and its thresholds are fitted on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from guardian.nlp.examples import Examples
from guardian.nlp.fitting import Labels, fit_linear, fit_network, matrix
from guardian.nlp.heads import Arrays, Floats, network, weighted
from guardian.nlp.signals import AUDIENCES, TARGETS
from guardian.nlp.vectors import Progress

WHOLE_STRENGTH = 10.0
SENTENCE_STRENGTH = 3.0


@dataclass(slots=True)
class Heads:
    """Fitted heads of hostility, target and audience."""

    arrays: Arrays
    bias: dict[str, float]


@dataclass(slots=True)
class Scores:
    """Logits of mails and sentences; parallel to the examples."""

    char_whole: Floats
    char_sentence: Floats
    encoder_whole: Floats
    encoder_sentence: Floats
    target: Floats
    audience: Floats


@dataclass(slots=True)
class Rows:
    """The weighted n-grams of mails and sentences as sparse matrices."""

    mails: Any
    sentences: Any


def weighted_rows(examples: Examples, idf: npt.NDArray[np.float16]) -> Rows:
    """Return all n-grams, weighted by rarity."""
    return Rows(
        matrix([weighted(grams, idf) for grams in examples.grams]),
        matrix([weighted(grams, idf) for grams in examples.sentence_grams]),
    )


def fit_heads(examples: Examples, rows: Rows, chosen: Labels, seed: int) -> Heads:
    """Fit all heads on the chosen mails."""
    inside = chosen[examples.of_mail]
    weights, by_sentence = examples.weight[chosen], examples.weight[examples.of_mail][inside]
    whole = fit_linear(rows.mails[chosen], examples.hold[chosen], strength=WHOLE_STRENGTH, seed=seed, weights=weights)
    part = fit_linear(
        rows.sentences[inside], examples.hostile[inside], strength=SENTENCE_STRENGTH, seed=seed, weights=by_sentence
    )
    arrays: Arrays = {
        "char_whole": whole.coef_[0].astype(np.float16),
        "char_sentence": part.coef_[0].astype(np.float16),
    }
    if examples.with_encoder:
        arrays |= _fit_networks(examples, chosen, inside, seed)
    return Heads(arrays, {"char_whole": float(whole.intercept_[0]), "char_sentence": float(part.intercept_[0])})


def score(examples: Examples, rows: Rows, heads: Heads, chosen: Labels, into: Scores) -> None:
    """Write the logits of the chosen mails and their sentences."""
    inside = chosen[examples.of_mail]
    for name, part, where in (("char_whole", rows.mails, chosen), ("char_sentence", rows.sentences, inside)):
        getattr(into, name)[where] = part[where] @ heads.arrays[name].astype(np.float32) + heads.bias[name]
    if examples.with_encoder:
        vectors = examples.vectors[chosen]
        into.encoder_whole[chosen] = network(vectors, heads.arrays, "encoder_whole")[:, 0]
        into.encoder_sentence[inside] = network(examples.sentence_vectors[inside], heads.arrays, "encoder_sentence")[
            :, 0
        ]
        into.target[chosen] = network(vectors, heads.arrays, "target")
        into.audience[chosen] = network(vectors, heads.arrays, "audience")


def empty_scores(examples: Examples) -> Scores:
    """Return scores of 0 for everything."""
    mails, sentences = len(examples.samples), len(examples.sentences)
    return Scores(
        char_whole=np.zeros(mails, dtype=np.float32),
        char_sentence=np.zeros(sentences, dtype=np.float32),
        encoder_whole=np.zeros(mails, dtype=np.float32),
        encoder_sentence=np.zeros(sentences, dtype=np.float32),
        target=np.zeros((mails, len(TARGETS)), dtype=np.float32),
        audience=np.zeros((mails, len(AUDIENCES)), dtype=np.float32),
    )


def folds_of(examples: Examples) -> npt.NDArray[np.int64]:
    """Return the fold of every mail: one an author of the corpus; authors of real text share those folds."""
    own = sorted({sample.author for sample in examples.samples if sample.region != "real"})
    real = sorted({sample.author for sample in examples.samples if sample.region == "real"})
    number = {author: i for i, author in enumerate(own)} | {author: i % len(own) for i, author in enumerate(real)}
    return np.array([number[sample.author] for sample in examples.samples])


def crossfit(examples: Examples, rows: Rows, folds: npt.NDArray[np.int64], seed: int, progress: Progress) -> Scores:
    """Return the logits of every mail by heads fitted without its author."""
    found = empty_scores(examples)
    for fold in range(int(folds.max()) + 1):
        inside = folds == fold
        score(examples, rows, fit_heads(examples, rows, ~inside, seed), inside, found)
        progress("crossfit", fold + 1, int(folds.max()) + 1)
    return found


def _fit_networks(examples: Examples, chosen: Labels, inside: Labels, seed: int) -> Arrays:
    by_sentence = examples.weight[examples.of_mail]
    audience, target = (chosen & (classes >= 0) for classes in (examples.audience, examples.target))
    plans = (
        ("encoder_whole", examples.vectors, chosen, examples.hold.astype(np.int64), examples.weight, 1, 14),
        ("encoder_sentence", examples.sentence_vectors, inside, examples.hostile.astype(np.int64), by_sentence, 1, 8),
        ("target", examples.vectors, target, examples.target, examples.weight, len(TARGETS), 10),
        ("audience", examples.vectors, audience, examples.audience, examples.weight, len(AUDIENCES), 10),
    )
    arrays: Arrays = {}
    for name, vectors, where, classes, weight, count, rounds in plans:
        fitted = fit_network(vectors[where], classes[where], count, rounds=rounds, seed=seed, weights=weight[where])
        arrays |= {f"{name}.{key}": value for key, value in fitted.items()}
    return arrays
