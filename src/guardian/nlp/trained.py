"""The components trained from counted words: hostility, kinds, and the decision of the first look."""

import json
from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from guardian.domain.verdict import ReasonCode
from guardian.nlp.components import reading_of
from guardian.nlp.heads import Arrays, decide, linear_rows, sigmoid
from guardian.nlp.ngrams import hashed_rows
from guardian.nlp.phrases import known_rows, streams
from guardian.nlp.reading import Features, Reading
from guardian.nlp.rows import Array, Floats, Rows, linear_logits, weighted_rows
from guardian.nlp.signals import add_sentence_features
from guardian.nlp.vocabulary import Vocabulary
from guardian.nlp.wording import Wording, wording

KINDS = (
    ReasonCode.INSULT,
    ReasonCode.CONTEMPT,
    ReasonCode.SARCASM,
    ReasonCode.VENTING,
    ReasonCode.OBFUSCATED,
    ReasonCode.CONCEALMENT,
    ReasonCode.COMPETITOR_LEAK,
)
ARRAYS = "arrays.npz"  # packed: rarities take few values, and the whole judge is to stay small
Logit = TypeVar("Logit", float, npt.NDArray[np.float64])


class Trained:
    """A component with arrays and settings."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.arrays: Arrays = {}
        self.settings: dict[str, Any] = {}
        self._wide: dict[str, tuple[Array, Floats]] = {}

    def wide(self, name: str) -> Floats:
        """Return an array as 32-bit numbers, widened once: that takes longer than looking up does."""
        kept = self._wide.get(name)
        if kept is None or kept[0] is not self.arrays[name]:
            kept = self._wide[name] = (self.arrays[name], self.arrays[name].astype(np.float32))
        return kept[1]

    def to_disk(self, path: str | Path, *, exclude: Any = ()) -> None:
        """Write arrays and settings."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ARRAYS).unlink(missing_ok=True)
        if self.arrays:
            np.savez_compressed(folder / ARRAYS, allow_pickle=False, **dict(sorted(self.arrays.items())))
        (folder / "settings.json").write_text(json.dumps(self.settings, indent=1, sort_keys=True) + "\n", "utf-8")

    def from_disk(self, path: str | Path, *, exclude: Any = ()) -> Self:
        """Read arrays and settings."""
        folder = Path(path)
        self.arrays = dict(np.load(folder / ARRAYS, allow_pickle=False)) if (folder / ARRAYS).exists() else {}
        self.settings = json.loads((folder / "settings.json").read_text("utf-8"))
        return self


@Language.factory("guardian_hostility")
class Hostility(Trained):
    """Scores the whole mail and every sentence by n-grams and phrases."""

    _vocabulary_of: tuple[Array, Vocabulary] | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Set the logits of sentences and the features that come of them."""
        reading = reading_of(doc)
        told = wording(sentence.masked for sentence in reading.sentences)
        grams = weighted_rows(hashed_rows(told, reading.ranges), self.wide("idf"))
        words = self._phrases(reading, told)
        self._score_windows(reading, grams, words)
        self._score_sentences(reading, grams, words)
        add_sentence_features(reading)
        return doc

    def _score_windows(self, reading: Reading, grams: Rows, words: Rows) -> None:
        """Add the whole-mail features: the highest of all windows."""
        count = len(reading.windows)
        reading.features["char_whole"] = max(self._logits(grams[:count], "char_whole"))
        reading.features["phrase_whole"] = max(self._logits(words[:count], "phrase_whole"))
        if "abuse" in self.arrays:
            reading.features["abuse"] = max(self._logits(grams[:count], "abuse"))

    def _score_sentences(self, reading: Reading, grams: Rows, words: Rows) -> None:
        count = len(reading.windows)
        reading.grams = grams[count:]
        by_grams = np.array(self._logits(reading.grams, "char_sentence"))
        by_phrases = np.array(self._logits(words[count:], "phrase_sentence"))
        hostility = mixed([by_grams, by_phrases], self.arrays["mix"].astype(np.float32).tolist())
        for sentence, logit in zip(reading.sentences, hostility.tolist(), strict=True):
            sentence.hostility = logit

    def _phrases(self, reading: Reading, told: Wording) -> Rows:
        """Return the phrases of every window and every sentence."""
        first = len(reading.windows)
        windows = [window for window, (low, high) in enumerate(reading.ranges) for _ in range(low, high)]
        sentences = range(first, first + len(reading.sentences))
        found = streams(reading.sentences, told)
        return known_rows(found, (windows, sentences), sentences.stop, self._vocabulary(), self.wide("phrase_idf"))

    def _vocabulary(self) -> Vocabulary:
        keys = self.arrays["vocabulary"]
        if self._vocabulary_of is None or self._vocabulary_of[0] is not keys:
            self._vocabulary_of = keys, Vocabulary.of(keys.astype(np.uint32, copy=False))
        return self._vocabulary_of[1]

    def _logits(self, rows: Rows, name: str) -> list[float]:
        return linear_logits(rows, self.wide(name), float(self.settings["bias"][name]))


def mixed(logits: Sequence[Logit], mix: Sequence[float]) -> Logit:
    """Return the logit of a sentence, or of many, from those of n-grams and phrases, given weights and bias."""
    *weights, bias = mix
    mixture: Logit = reduce(add, [weight * logit for weight, logit in zip(weights, logits, strict=True)]) + bias
    return mixture


@Language.factory("guardian_kinds")
class Kinds(Trained):
    """Says of what kind a hostile sentence is."""

    def __call__(self, doc: Doc) -> Doc:
        """Set the kind probabilities of the sentences that matter."""
        reading = reading_of(doc)
        numbers = range(len(reading.sentences))
        for number in sorted(numbers, key=lambda number: -reading.sentences[number].hostility)[:5]:
            row = reading.grams[number : number + 1]
            reading.sentences[number].kinds = self._kinds((row.places, row.weights))
        return doc

    def _kinds(self, grams: Features) -> Any:
        logits = linear_rows(grams, self.wide("char"), self.wide("char_bias"))
        odds = np.exp(logits - logits.max())
        return odds / odds.sum()


@Language.factory("guardian_first_look")
class FirstLook(Trained):
    """Weighs all features into one calibrated score."""

    def __call__(self, doc: Doc) -> Doc:
        """Set the score; a text without sentences scores 0."""
        reading = reading_of(doc)
        if reading.sentences:
            reading.first = decide(reading.features, self.settings["names"], self.arrays, "plain")
            reading.score = sigmoid(reading.first)
        return doc

    def threshold(self, language: str) -> float:
        """Return the score from which a hold is advised when there is no second look."""
        return float(self.settings["thresholds"][language])
