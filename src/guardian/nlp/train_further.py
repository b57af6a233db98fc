"""A trained judge that goes on from hands it has not met: half an hour in place of a training from nothing.

Its first look stays. The network of its second look learns from the new hands (`tuning.further`); the decision
becomes the mean of the one before, which was fitted on many hands, and one fitted on what the new ones wrote.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from spacy.language import Language

from guardian.domain.errors import UserError
from guardian.nlp.components import reading_of
from guardian.nlp.corpus import Sample
from guardian.nlp.crossfit import dealt_out, folds_of
from guardian.nlp.deciding import Looks, ask_from, by_mail, cascaded, counts_of, fit_decision, table_of, thresholds
from guardian.nlp.examples import Progress, prepare
from guardian.nlp.fitting import require_learner
from guardian.nlp.heads import Arrays, Floats
from guardian.nlp.manifest import MANIFEST, hands_in
from guardian.nlp.measures import Measures, measure
from guardian.nlp.names import client_names
from guardian.nlp.pipeline import load_pipeline
from guardian.nlp.reading import judged_text
from guardian.nlp.second_look import SecondLook, add_look_features
from guardian.nlp.stretches import looked_at
from guardian.nlp.train import TrainingReport, messages_in, written_report

_SECOND_LOOK = "guardian_second_look"


def train_further(  # noqa: PLR0913 - the command's options
    corpus_dir: Path,
    out_dir: Path,
    onto: Path,
    *,
    data_dir: Path | None = None,
    seed: int = 0,
    slice_fraction: float = 1.0,
    progress: Progress | None = None,
    cache_dir: Path | None = None,
) -> TrainingReport:
    """Write to `out_dir` the judge in the folder `onto`, gone on from the hands in a corpus that it has not met.

    Its second look is measured on their mails, its first look is told as it was. Options are those of `train`. Raises
    UserError when `onto` does not say whose mails it met, or the corpus has no new hands.
    """
    met, say = hands_in(onto, "hands"), progress or (lambda step, done, total: None)
    messages = messages_in(corpus_dir, data_dir, slice_fraction)
    if all(one.author in met or one.region == "real" for one in messages):
        raise UserError(f"{onto} has met every hand in {corpus_dir}; add mails by others, or train without --onto.")
    require_learner(second_look=True)
    from guardian.nlp.tuning.further import ONWARD, learn_further

    examples = prepare(messages, say)
    recipe = replace(ONWARD, seed=seed)
    learned = learn_further(examples, folds_of(examples), onto / _SECOND_LOOK, met, recipe, cache_dir, say)
    decided = decide_further(onto, examples.samples, learned.looks, seed)
    nlp = load_pipeline(onto)
    second = nlp.get_pipe(_SECOND_LOOK)
    assert isinstance(second, SecondLook)
    second.network, second.arrays = learned.network, decided.arrays
    second.settings = {"names": decided.names, "thresholds": decided.bounds, "ask_from": decided.ask_from}
    nlp.to_disk(out_dir)
    before = json.loads((onto / MANIFEST).read_text("utf-8"))
    measures = {"plain": Measures(**before["measures"]["plain"]), "whole": decided.measures}
    bounds = {"plain": before["thresholds"]["plain"], "whole": decided.bounds}
    return written_report(out_dir, examples.samples, seed, measures, bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decision of both looks, from when the second is asked for, and how well it does on the new hands."""

    names: list[str]
    arrays: Arrays
    bounds: dict[str, float]
    ask_from: float
    measures: Measures


def decide_further(onto: Path, samples: Sequence[Sample], looks: Looks, seed: int) -> Decided:
    """Return the decision of a judge that goes on, from the mails that have looks: those of hands it had not met."""
    chosen = [place for place, some in enumerate(looks) if some]
    mails = [samples[place] for place in chosen]
    nlp = load_pipeline(onto, second_look=False)
    first, rows = _features(nlp, mails, [looks[place] for place in chosen])
    hold, everything = np.array([mail.hold for mail in mails]), np.ones(len(mails), dtype=np.bool_)
    fit = fit_decision(table_of(rows), hold, dealt_out(mails), everything, counts_of(mails), seed)
    old = _before(nlp)
    weights = {
        name: (old.get(name, 0.0) + new) / 2 for name, new in {**dict.fromkeys(old, 0.0), **fit.told()}.items()
    }
    names = sorted(weights)
    names.remove("")
    said = ((np.array([_said(old, row) for row in rows]) + fit.crossed) / 2).astype(np.float32)
    bound = ask_from(*by_mail(first, mails))
    logits, whole = by_mail(cascaded(first, said, bound), mails)
    bounds = thresholds(logits, whole)
    return Decided(
        names=names,
        arrays={
            "whole.weights": np.array([weights[name] for name in names], dtype=np.float32),
            "whole.bias": np.array([weights[""]], dtype=np.float32),
        },
        bounds=bounds,
        ask_from=bound,
        measures=measure(logits, whole, bounds),
    )


def _features(nlp: Language, mails: Sequence[Sample], looks: Looks) -> tuple[Floats, list[dict[str, float]]]:
    """Return the first look's logit of each mail, and the features of both looks."""
    first, rows = [], []
    for mail, some in zip(mails, looks, strict=True):
        doc = nlp.make_doc(judged_text(mail.mail))
        reading_of(doc).names = client_names(mail.mail, mail.audience)
        reading = reading_of(nlp(doc))
        first.append(reading.first)
        seen = [some[place] for place in looked_at(reading, [look.stretch for look in some])]
        add_look_features(reading, seen or some)
        rows.append(reading.features)
    return np.array(first, dtype=np.float32), rows


def _before(nlp: Language) -> dict[str, float]:
    """Return the weights of the decision before, its bias under no name."""
    second = nlp.get_pipe(_SECOND_LOOK)
    assert isinstance(second, SecondLook)
    names, weights = second.settings["names"], second.arrays["whole.weights"]
    return dict(zip(names, map(float, weights), strict=True)) | {"": float(second.arrays["whole.bias"][0])}


def _said(weights: dict[str, float], row: dict[str, float]) -> float:
    return weights[""] + sum(weight * row.get(name, 0.0) for name, weight in weights.items())
