"""From the corpus to the judge: one seeded command that fits, measures, and writes what it fitted."""

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from guardian.nlp.corpus import Sample, by_message, read_samples
from guardian.nlp.crossfit import Heads, crossfit, fit_heads, folds_of, weighted_rows
from guardian.nlp.deciding import (
    DecisionFit,
    ask_from,
    by_mail,
    cascaded,
    counts_of,
    feature_table,
    fit_decision,
    mixing,
    thresholds,
)
from guardian.nlp.examples import Examples, Progress, prepare
from guardian.nlp.fitting import fit_classes, fit_linear, matrix, rarity, require_learner, vocabulary
from guardian.nlp.heads import Arrays, Floats, linear, weighted
from guardian.nlp.manifest import MANIFEST
from guardian.nlp.measures import Measures, measure
from guardian.nlp.ngrams import hashed_ngrams
from guardian.nlp.pipeline import complete, new_pipeline
from guardian.nlp.public_data import abuse, is_for_training, neutral_talk, real_mails
from guardian.nlp.second_look import SecondLook
from guardian.nlp.trained import KINDS, Trained

if TYPE_CHECKING:
    from guardian.nlp.tuning.looks import Learned

_KIND_PLACES = 1 << 14
_FEWEST_ABUSE = 100

Folds = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingReport:
    """What a training made: how many mails it saw, quality on authors left out, thresholds, and file hashes.

    `measures` holds `plain` (the first look alone) and, when it was trained, `whole` (with the second look). `files`
    maps each file below the output folder to its SHA-256. `hands` are the authors whose mails it has met.
    """

    mails: int
    real_texts: int
    authors: int
    seed: int
    measures: dict[str, Measures]
    thresholds: dict[str, dict[str, float]]
    files: dict[str, str]
    hands: tuple[str, ...]


def train(  # noqa: PLR0913 - the command's options
    corpus_dir: Path,
    out_dir: Path,
    *,
    data_dir: Path | None = None,
    seed: int = 0,
    slice_fraction: float = 1.0,
    second_look: bool = True,
    progress: Progress | None = None,
    cache_dir: Path | None = None,
) -> TrainingReport:
    """Fit the judge on a corpus folder and write it to `out_dir`, with metrics and a manifest of hashes.

    `data_dir` adds public texts (`public_data`); `slice_fraction` takes that share of every file, for a quick run;
    without `second_look` only the first one is trained, in minutes; `cache_dir` keeps tuned networks, so that an
    interrupted training goes on. The same input and seed give the same files. Raises UserError when the corpus is
    unusable or what training needs is not installed.
    """
    require_learner(second_look=second_look)
    say = progress or (lambda step, done, total: None)
    examples = prepare(messages_in(corpus_dir, data_dir, slice_fraction), say)
    shared = _rarities(examples)
    open_abuse = _fit_abuse(data_dir, shared["idf"], seed, slice_fraction) if data_dir else None
    if open_abuse is not None:
        _add_abuse(examples, open_abuse, shared["idf"])
    folds = folds_of(examples)
    learned = _learned(examples, folds, seed, cache_dir, say) if second_look else None
    fitted = _fit(examples, folds, shared, learned, seed, say)
    if open_abuse is not None:
        fitted.parts["guardian_hostility"] |= open_abuse.arrays
        fitted.bias |= open_abuse.bias
    say("write", 0, 1)
    _write(out_dir, fitted, learned)
    return _report(out_dir, examples, fitted, seed)


def _learned(examples: Examples, folds: Folds, seed: int, cache: Path | None, say: Progress) -> "Learned":
    from guardian.nlp.tuning.looks import learn
    from guardian.nlp.tuning.tune import Recipe

    return learn(examples, folds, Recipe(seed=seed), cache, say)


@dataclass(slots=True)
class _Fitted:
    """Everything fitted, by component."""

    parts: dict[str, Arrays]
    bias: dict[str, float]
    decisions: dict[str, DecisionFit]
    thresholds: dict[str, dict[str, float]]
    ask_from: float = 0.0


def messages_in(corpus_dir: Path, data_dir: Path | None, fraction: float) -> list[Sample]:
    """Return that share of the messages of a corpus and of the public texts, in a fixed order."""
    return [message for sample in _gathered(corpus_dir, data_dir, fraction) for message in by_message(sample)]


def _gathered(corpus_dir: Path, data_dir: Path | None, fraction: float) -> list[Sample]:
    samples = [sample for sample in read_samples(corpus_dir) if _in_slice(sample.id, fraction)]
    if data_dir is None:
        return samples
    real = [mail for mail in real_mails(data_dir) if is_for_training(mail) and _in_slice(mail.id, fraction)]
    return [*samples, *real, *neutral_talk(data_dir, fraction)]


def _in_slice(key: str, fraction: float) -> bool:
    return zlib.crc32(f"slice {key}".encode()) % 1000 < fraction * 1000


def _rarities(examples: Examples) -> Arrays:
    """Return what weighs n-grams and phrases, from the authored mails only: real text must not set the tone."""
    authored = [i for i, sample in enumerate(examples.samples) if sample.region != "real"]
    keys, phrase_idf = vocabulary([examples.phrases[i] for i in authored])
    return {"idf": rarity([examples.grams[i] for i in authored]), "vocabulary": keys, "phrase_idf": phrase_idf}


def _fit(
    examples: Examples, folds: Folds, shared: Arrays, learned: "Learned | None", seed: int, say: Progress
) -> _Fitted:
    rows = weighted_rows(examples, shared)
    crossed = crossfit(examples, rows, folds, seed, say)
    mix = mixing(crossed, examples, seed)
    everything = np.ones(len(folds), dtype=np.bool_)
    table = feature_table(examples, crossed, mix, None)
    plain = fit_decision(table, examples.hold, folds, everything, examples.weight, seed)
    decisions, bound = {"plain": plain}, 0.0
    if learned is not None:
        known = np.array([bool(looks) for looks in learned.looks])
        table = feature_table(examples, crossed, mix, learned.looks)
        whole = fit_decision(table, examples.hold, folds, known, counts_of(examples.samples), seed)
        bound = ask_from(*by_mail(plain.crossed, examples.samples))
        whole.crossed = cascaded(plain.crossed, whole.crossed, bound)
        decisions["whole"] = whole
    heads = fit_heads(examples, rows, everything, seed)
    bounds = {name: thresholds(*_scored(fit, examples)) for name, fit in decisions.items()}
    parts = {
        "guardian_hostility": shared | mix | heads.arrays,
        "guardian_kinds": _fit_kinds(examples, shared["idf"], seed),
        "guardian_first_look": _decision_arrays("plain", plain),
        "guardian_second_look": _decision_arrays("whole", decisions["whole"]) if learned else {},
    }
    return _Fitted(parts, heads.bias, decisions, bounds, bound)


def _scored(fit: DecisionFit, examples: Examples) -> tuple[Floats, list[Sample]]:
    """Return the logits by decisions that never met the author, and the mails they are of."""
    there = np.flatnonzero(~np.isnan(fit.crossed))
    return by_mail(fit.crossed[there], [examples.samples[i] for i in there])


def _decision_arrays(name: str, fit: DecisionFit) -> Arrays:
    return {f"{name}.weights": fit.weights, f"{name}.bias": np.array([fit.bias], dtype=np.float32)}


def _fit_kinds(examples: Examples, idf: Any, seed: int) -> Arrays:
    """Fit the kinds of hostile sentences on those whose kind is told."""
    chosen = np.flatnonzero(examples.hostile & (examples.kind >= 0))
    rows = matrix([weighted(examples.sentence_grams[place], idf) for place in chosen], _KIND_PLACES)
    weights, biases = fit_classes(rows, examples.kind[chosen], len(KINDS), strength=10.0, seed=seed)
    return {"char": weights.astype(np.float16), "char_bias": biases}


def _fit_abuse(data_dir: Path, idf: npt.NDArray[np.generic], seed: int, fraction: float) -> Heads | None:
    """Fit the head that knows open abuse on public texts, if there are enough."""
    texts = [pair for pair in abuse(data_dir) if _in_slice(pair[0], fraction)]
    if len(texts) < _FEWEST_ABUSE:
        return None
    labels = np.array([abusive for _, abusive in texts])
    model = fit_linear(
        matrix([weighted(hashed_ngrams(text), idf) for text, _ in texts]), labels, strength=3.0, seed=seed
    )
    return Heads({"abuse": model.coef_[0].astype(np.float16)}, {"abuse": float(model.intercept_[0])})


def _add_abuse(examples: Examples, head: Heads, idf: npt.NDArray[np.generic]) -> None:
    """Add the abuse head's feature to every mail, as the pipeline will."""
    for reading, grams in zip(examples.readings, examples.grams, strict=True):
        reading.features["abuse"] = linear(weighted(grams, idf), head.arrays["abuse"], head.bias["abuse"])


def _write(out_dir: Path, fitted: _Fitted, learned: "Learned | None") -> None:
    nlp = complete(new_pipeline())
    settings: dict[str, dict[str, Any]] = {
        name: {"names": fit.names, "thresholds": fitted.thresholds[name]} for name, fit in fitted.decisions.items()
    }
    by_part: dict[str, dict[str, Any]] = {
        "guardian_hostility": {"bias": fitted.bias},
        "guardian_first_look": settings["plain"],
        "guardian_second_look": settings["whole"] | {"ask_from": fitted.ask_from} if learned else {},
    }
    for name, arrays in fitted.parts.items():
        part = nlp.get_pipe(name)
        assert isinstance(part, Trained)
        part.arrays, part.settings = arrays, by_part.get(name, {})
        if learned and isinstance(part, SecondLook):
            part.network, part.pieces = learned.network, learned.pieces
    nlp.to_disk(out_dir)


def _report(out_dir: Path, examples: Examples, fitted: _Fitted, seed: int) -> TrainingReport:
    measures = {
        name: measure(*_scored(fit, examples), fitted.thresholds[name]) for name, fit in fitted.decisions.items()
    }
    return written_report(out_dir, examples.samples, seed, measures, fitted.thresholds)


def written_report(
    out_dir: Path,
    samples: Sequence[Sample],
    seed: int,
    measures: dict[str, Measures],
    bounds: dict[str, dict[str, float]],
) -> TrainingReport:
    """Return the report on what was learned from these mails and lies in a folder, and write it there."""
    authors = {sample.author for sample in samples if sample.region != "real"}
    mails = {sample.whole: sample.region == "real" for sample in samples}
    real = sum(mails.values())
    files = {
        str(p.relative_to(out_dir)): _sha256(p)
        for p in sorted(out_dir.rglob("*"))
        if p.is_file() and p.name != MANIFEST
    }
    report = TrainingReport(
        mails=len(mails) - real,
        real_texts=real,
        authors=len(authors),
        seed=seed,
        measures=measures,
        thresholds=bounds,
        files=files,
        hands=tuple(sorted(authors)),
    )
    (out_dir / MANIFEST).write_text(json.dumps(asdict(report), indent=1, sort_keys=True) + "\n", "utf-8")
    return report


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
