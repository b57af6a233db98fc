"""From the corpus to the judge: one seeded command that fits, measures, and writes what it fitted."""

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from guardian.nlp.corpus import Sample, read_samples
from guardian.nlp.crossfit import Heads, crossfit, fit_heads, folds_of, weighted_rows
from guardian.nlp.deciding import DecisionFit, feature_table, fit_decision, mixing, thresholds
from guardian.nlp.encoder import WEIGHTS, Encoder, EncoderMissing, load_encoder
from guardian.nlp.examples import Examples, prepare
from guardian.nlp.fitting import fit_classes, fit_linear, fit_network, matrix, rarity, require_learner, vocabulary
from guardian.nlp.heads import Arrays, linear, weighted
from guardian.nlp.measures import Measures, measure
from guardian.nlp.ngrams import hashed_ngrams
from guardian.nlp.pipeline import complete, new_pipeline
from guardian.nlp.public_data import abuse, is_for_training, neutral_talk, real_mails
from guardian.nlp.trained import KINDS, Trained

MANIFEST = "manifest.json"
_KIND_PLACES = 1 << 14
_FEWEST_ABUSE = 100

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingReport:
    """What a training made: how many mails it saw, quality on authors left out, thresholds, and file hashes.

    `measures` holds `whole` (with the encoder, when there is one) and `plain` (without). `files` maps each file
    below the output folder to its SHA-256.
    """

    mails: int
    real_texts: int
    authors: int
    seed: int
    measures: dict[str, Measures]
    thresholds: dict[str, dict[str, float]]
    files: dict[str, str]


def train(  # noqa: PLR0913 - the command's options
    corpus_dir: Path,
    out_dir: Path,
    *,
    data_dir: Path | None = None,
    seed: int = 0,
    slice_fraction: float = 1.0,
    progress: Progress | None = None,
    cache_dir: Path | None = None,
) -> TrainingReport:
    """Fit the judge on a corpus folder and write it to `out_dir`, with metrics and a manifest of hashes.

    `data_dir` adds public texts (`public_data`); `slice_fraction` takes that share of every file, for a quick run;
    `cache_dir` keeps encodings for the next run. The same input and seed give the same files. Raises UserError when
    the corpus is unusable or scikit-learn is missing.
    """
    require_learner()
    say = progress or (lambda step, done, total: None)
    samples = _gathered(corpus_dir, data_dir, slice_fraction)
    examples = prepare(samples, _encoder(), cache_dir, say)
    shared = _rarities(examples)
    open_abuse = _fit_abuse(data_dir, shared["idf"], seed, slice_fraction) if data_dir else None
    if open_abuse is not None:
        _add_abuse(examples, open_abuse, shared["idf"])
    fitted = _fit(examples, shared, seed, say)
    if open_abuse is not None:
        fitted.parts["guardian_hostility"] |= open_abuse.arrays
        fitted.bias |= open_abuse.bias
    say("write", 0, 1)
    _write(out_dir, fitted)
    return _report(out_dir, examples, fitted, seed)


@dataclass(slots=True)
class _Fitted:
    """Everything fitted, by component."""

    parts: dict[str, Arrays]
    bias: dict[str, float]
    decisions: dict[str, DecisionFit]
    thresholds: dict[str, dict[str, float]]


def _gathered(corpus_dir: Path, data_dir: Path | None, fraction: float) -> list[Sample]:
    samples = [sample for sample in read_samples(corpus_dir) if _in_slice(sample.id, fraction)]
    if data_dir is None:
        return samples
    real = [mail for mail in real_mails(data_dir) if is_for_training(mail) and _in_slice(mail.id, fraction)]
    return [*samples, *real, *neutral_talk(data_dir, fraction)]


def _in_slice(key: str, fraction: float) -> bool:
    return zlib.crc32(f"slice {key}".encode()) % 1000 < fraction * 1000


def _encoder() -> Encoder | None:
    try:
        return load_encoder()
    except EncoderMissing:
        return None


def _rarities(examples: Examples) -> Arrays:
    """Return what weighs n-grams and phrases, from the authored mails only: real text must not set the tone."""
    authored = [i for i, sample in enumerate(examples.samples) if sample.region != "real"]
    keys, phrase_idf = vocabulary([examples.phrases[i] for i in authored])
    return {"idf": rarity([examples.grams[i] for i in authored]), "vocabulary": keys, "phrase_idf": phrase_idf}


def _fit(examples: Examples, shared: Arrays, seed: int, say: Progress) -> _Fitted:
    rows, folds = weighted_rows(examples, shared), folds_of(examples)
    crossed = crossfit(examples, rows, folds, seed, say)
    mix = mixing(crossed, examples, seed)
    decisions = {}
    for name, encoder in (("plain", False), ("whole", True)):
        if encoder <= examples.with_encoder:
            table = feature_table(examples, crossed, mix, encoder=encoder)
            decisions[name] = fit_decision(table, examples, folds, seed)
    heads = fit_heads(examples, rows, np.ones(len(folds), dtype=np.bool_), seed)
    bounds = {name: thresholds(fit.crossed, examples.samples) for name, fit in decisions.items()}
    parts = _parts(heads, shared | mix, _fit_kinds(examples, shared["idf"], seed), decisions)
    return _Fitted(parts, heads.bias, decisions, bounds)


def _parts(heads: Heads, shared: Arrays, kinds: Arrays, decisions: dict[str, DecisionFit]) -> dict[str, Arrays]:
    """Return the arrays by the component that uses them."""
    own = ("target.", "audience.")
    decision: Arrays = {}
    for name, fit in decisions.items():
        decision |= {f"{name}.weights": fit.weights, f"{name}.bias": np.array([fit.bias], dtype=np.float32)}
    return {
        "guardian_hostility": shared | {k: v for k, v in heads.arrays.items() if not k.startswith(own)},
        "guardian_kinds": kinds,
        "guardian_target": _renamed(heads.arrays, "target."),
        "guardian_audience": _renamed(heads.arrays, "audience."),
        "guardian_decision": decision,
    }


def _renamed(arrays: Arrays, prefix: str) -> Arrays:
    return {f"encoder.{k.removeprefix(prefix)}": v for k, v in arrays.items() if k.startswith(prefix)}


def _fit_kinds(examples: Examples, idf: Any, seed: int) -> Arrays:
    """Fit the kinds of hostile sentences on those whose kind is told."""
    chosen = np.flatnonzero(examples.hostile & (examples.kind >= 0))
    rows = matrix([weighted(examples.sentence_grams[place], idf) for place in chosen], _KIND_PLACES)
    weights, biases = fit_classes(rows, examples.kind[chosen], len(KINDS), strength=10.0, seed=seed)
    arrays: Arrays = {"char": weights.astype(np.float16), "char_bias": biases}
    if examples.with_encoder:
        vectors, classes = examples.sentence_vectors[chosen], examples.kind[chosen]
        even = np.ones(len(chosen), dtype=np.float32)
        fitted = fit_network(vectors, classes, len(KINDS), rounds=12, seed=seed, weights=even)
        arrays |= {f"encoder.{key}": value for key, value in fitted.items()}
    return arrays


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


def _write(out_dir: Path, fitted: _Fitted) -> None:
    nlp = complete(new_pipeline())
    names = {name: fit.names for name, fit in fitted.decisions.items()}
    settings: dict[str, Any] = {
        "guardian_hostility": {"bias": fitted.bias},
        "guardian_decision": {"names": names, "thresholds": fitted.thresholds},
    }
    for name, arrays in fitted.parts.items():
        part = nlp.get_pipe(name)
        assert isinstance(part, Trained)
        part.arrays, part.settings = arrays, settings.get(name, {})
    nlp.to_disk(out_dir)


def _report(out_dir: Path, examples: Examples, fitted: _Fitted, seed: int) -> TrainingReport:
    measures = {
        name: measure(fit.crossed, examples.samples, fitted.thresholds[name])
        for name, fit in fitted.decisions.items()
    }
    authors = {sample.author for sample in examples.samples if sample.region != "real"}
    real = sum(sample.region == "real" for sample in examples.samples)
    files = {
        str(p.relative_to(out_dir)): _sha256(p)
        for p in sorted(out_dir.rglob("*"))
        if p.is_file() and p.name != MANIFEST
    }
    report = TrainingReport(
        mails=len(examples.samples) - real,
        real_texts=real,
        authors=len(authors),
        seed=seed,
        measures=measures,
        thresholds=fitted.thresholds,
        files=files,
    )
    manifest = {**asdict(report), "encoder": WEIGHTS}
    (out_dir / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
    return report


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
