"""The pipeline's trained components: hostility, kinds, target, audience and the decision."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from guardian.domain.verdict import ReasonCode
from guardian.nlp.components import reading_of
from guardian.nlp.heads import Arrays, decide, linear, linear_rows, network, sigmoid, weighted
from guardian.nlp.ngrams import Features, hashed_ngrams
from guardian.nlp.phrases import Streams, known, phrases, streams
from guardian.nlp.reading import Reading, Sentence
from guardian.nlp.signals import AUDIENCES, NOTHING, TARGETS, add_head_features, add_sentence_features

KINDS = (
    ReasonCode.INSULT,
    ReasonCode.CONTEMPT,
    ReasonCode.SARCASM,
    ReasonCode.VENTING,
    ReasonCode.OBFUSCATED,
    ReasonCode.CONCEALMENT,
    ReasonCode.COMPETITOR_LEAK,
)


class Trained:
    """A component with arrays, one .npy file each, and settings."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.arrays: Arrays = {}
        self.settings: dict[str, Any] = {}

    def to_disk(self, path: str | Path, *, exclude: Any = ()) -> None:
        """Write arrays and settings."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.npy"):
            stale.unlink()
        for name, array in sorted(self.arrays.items()):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        (folder / "settings.json").write_text(json.dumps(self.settings, indent=1, sort_keys=True) + "\n", "utf-8")

    def from_disk(self, path: str | Path, *, exclude: Any = ()) -> Self:
        """Read arrays and settings."""
        folder = Path(path)
        self.arrays = {file.stem: np.load(file, allow_pickle=False) for file in sorted(folder.glob("*.npy"))}
        self.settings = json.loads((folder / "settings.json").read_text("utf-8"))
        return self


@Language.factory("guardian_hostility")
class Hostility(Trained):
    """Scores the whole mail and every sentence, by n-grams and, where there are vectors, by them."""

    def __call__(self, doc: Doc) -> Doc:
        """Set the logits of sentences and the features that come of them."""
        reading = reading_of(doc)
        runs = [streams(sentence) for sentence in reading.sentences]
        self._score_windows(reading, runs)
        self._score_sentences(reading, runs)
        add_sentence_features(reading)
        return doc

    def _score_windows(self, reading: Reading, runs: Sequence[Streams]) -> None:
        """Add the whole-mail features: the highest of all windows; the encoder knows the first only."""
        grams = [self._grams(window) for window in reading.windows]
        words = [self._phrases(runs[low:high]) for low, high in reading.ranges]
        reading.features["char_whole"] = self._highest(grams, "char_whole")
        reading.features["phrase_whole"] = self._highest(words, "phrase_whole")
        if "abuse" in self.arrays:
            reading.features["abuse"] = self._highest(grams, "abuse")
        if reading.vector is not None and "encoder_whole.w1" in self.arrays:
            logits = network(reading.vector[None, :], self.arrays, "encoder_whole")
            reading.features["encoder_whole"] = float(logits[0, 0])

    def _score_sentences(self, reading: Reading, runs: Sequence[Streams]) -> None:
        by_vector = self._encoder_logits([s for s in reading.sentences if s.vector is not None])
        for sentence, run in zip(reading.sentences, runs, strict=True):
            sentence.grams = self._grams(sentence.masked)
            logits = [
                self._logit(sentence.grams, "char_sentence"),
                self._logit(self._phrases([run]), "phrase_sentence"),
                *by_vector.get(id(sentence), ()),
            ]
            sentence.hostility = mixed(logits, self.arrays)

    def _encoder_logits(self, encoded: Sequence[Sentence]) -> dict[int, tuple[float]]:
        if not encoded or "encoder_sentence.w1" not in self.arrays:
            return {}
        vectors = np.stack([sentence.vector for sentence in encoded if sentence.vector is not None])
        logits = network(vectors, self.arrays, "encoder_sentence")[:, 0]
        return {id(sentence): (float(logit),) for sentence, logit in zip(encoded, logits, strict=True)}

    def _grams(self, text: str) -> Features:
        return weighted(hashed_ngrams(text), self.arrays["idf"])

    def _phrases(self, runs: Sequence[Streams]) -> Features:
        return known(
            phrases(runs), self.arrays["vocabulary"].astype(np.uint32, copy=False), self.arrays["phrase_idf"]
        )

    def _highest(self, rows: Sequence[Features], name: str) -> float:
        return max((self._logit(row, name) for row in rows), default=NOTHING)

    def _logit(self, row: Features, name: str) -> float:
        return linear(row, self.arrays[name], float(self.settings["bias"][name]))


def mixed(logits: Sequence[float], arrays: Arrays) -> float:
    """Return the logit of a sentence from those of its n-grams, phrases and, where there is one, its vector."""
    *weights, bias = arrays["mix_whole" if len(logits) > 2 else "mix_plain"].astype(np.float32).tolist()
    return float(sum(weight * logit for weight, logit in zip(weights, logits, strict=True)) + bias)


@Language.factory("guardian_kinds")
class Kinds(Trained):
    """Says of what kind a hostile sentence is."""

    def __call__(self, doc: Doc) -> Doc:
        """Set the kind probabilities of the sentences that matter."""
        reading = reading_of(doc)
        worst = sorted(reading.sentences, key=lambda sentence: -sentence.hostility)[:5]
        for sentence in worst:
            sentence.kinds = self._kinds(sentence)
        return doc

    def _kinds(self, sentence: Sentence) -> Any:
        logits = linear_rows(sentence.grams, self.arrays["char"], self.arrays["char_bias"].astype(np.float32))
        if sentence.vector is not None and "encoder.w1" in self.arrays:
            logits = logits + network(sentence.vector[None, :], self.arrays, "encoder")[0]
        odds = np.exp(logits - logits.max())
        return odds / odds.sum()


@Language.factory("guardian_target")
class Target(Trained):
    """Tells whom anger is about, as far as the whole message shows it."""

    def __call__(self, doc: Doc) -> Doc:
        """Add the head's log-probabilities to the features."""
        _add_network(reading_of(doc), self.arrays, "target", TARGETS)
        return doc


@Language.factory("guardian_audience")
class AudienceComponent(Trained):
    """Tells whether the words speak to colleagues or to the client."""

    def __call__(self, doc: Doc) -> Doc:
        """Add the head's log-probabilities to the features."""
        _add_network(reading_of(doc), self.arrays, "audience", AUDIENCES)
        return doc


@Language.factory("guardian_decision")
class Decision(Trained):
    """Weighs all features into one calibrated score."""

    def __call__(self, doc: Doc) -> Doc:
        """Set the score; a text without sentences scores 0."""
        reading = reading_of(doc)
        if reading.sentences:
            name = self.variant(reading)
            reading.score = sigmoid(decide(reading.features, self.settings["names"][name], self.arrays, name))
        return doc

    def variant(self, reading: Reading) -> str:
        """Return which of the two decisions applies: with the encoder or without."""
        return "whole" if reading.vector is not None and "whole.weights" in self.arrays else "plain"

    def threshold(self, reading: Reading) -> float:
        """Return the score from which a hold is advised, for the reading's language."""
        return float(self.settings["thresholds"][self.variant(reading)][reading.language])


def _add_network(reading: Reading, arrays: Arrays, name: str, labels: tuple[str, ...]) -> None:
    if reading.vector is not None and "encoder.w1" in arrays:
        add_head_features(reading, name, labels, network(reading.vector[None, :], arrays, "encoder")[0])
