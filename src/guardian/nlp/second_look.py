"""The second look: a small fine-tuned transformer that reads the mails of which the first look is not sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import structlog
from spacy.language import Language
from spacy.tokens import Doc

from guardian.nlp.components import reading_of
from guardian.nlp.heads import Floats, decide, sigmoid
from guardian.nlp.pieces import Pieces
from guardian.nlp.reading import Reading
from guardian.nlp.recent import Recent, key_of
from guardian.nlp.signals import NOTHING, TARGETS, add_head_features
from guardian.nlp.stretches import Stretch, cut, hottest, most_hostile
from guardian.nlp.trained import KINDS, Trained

NETWORK = "network.onnx"
PIECES = "pieces.json"
ALL_KINDS = (
    *(kind.value for kind in KINDS),
    "normal_client",
    "firm_client",
    "apology",
    "hostile_third",
    "idiom_trap",
    "internal_chat",
    "quote_of_insult",
)
_HOTTEST = 3  # pieces whose mean heat is that of a sentence
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the network says of one stretch, as logits: hostile at all, each piece, kinds, targets."""

    stretch: Stretch
    hostile: float
    heat: Floats
    kind: Floats
    target: Floats


def add_look_features(reading: Reading, looks: Sequence[Look]) -> None:
    """Add to the features what the most hostile stretch looks like."""
    worst = max(looks, key=lambda look: look.hostile)
    reading.features["second_whole"] = worst.hostile
    reading.features["second_words"] = max(_heat(look.heat) for look in looks)
    add_head_features(reading, "second_target", TARGETS, worst.target)
    add_head_features(reading, "second_kind", ALL_KINDS, worst.kind)


def _heat(logits: Floats) -> float:
    return float(np.sort(logits)[-_HOTTEST:].mean()) if len(logits) else NOTHING


def mark_sentences(reading: Reading, looks: Sequence[Look]) -> None:
    """Set how hostile each sentence is, and of what kind, as the second look sees it."""
    for look in looks:
        odds = np.exp(look.kind[: len(KINDS)] - look.kind[: len(KINDS)].max())
        owner = np.array(look.stretch.owner)
        for number in {one for one in look.stretch.owner if one >= 0}:
            sentence = reading.sentences[number]
            sentence.hostility = _heat(look.heat[owner == number])
            sentence.kinds = odds / odds.sum()


@Language.factory("guardian_second_look", default_config={"enabled": True})
class SecondLook(Trained):
    """Looks again where the first look's logit is at least `ask_from`, and decides anew; says so where it cannot."""

    def __init__(self, nlp: Language, name: str, enabled: bool) -> None:
        super().__init__(nlp, name)
        self.network: bytes | Path = b""  # the file itself, or where it lies: nobody needs its 33 MB twice
        self.pieces: Pieces | None = None
        self._enabled = enabled
        self.known: Recent[Look] = Recent(0)
        self._session: Any = None

    def __call__(self, doc: Doc) -> Doc:
        """Replace the score of a mail that is worth it."""
        reading = reading_of(doc)
        if self._session is None:
            reading.degraded.append("second_look")
        elif reading.sentences and reading.first >= self.settings["ask_from"]:
            self._look(reading)
        return doc

    def _look(self, reading: Reading) -> None:
        assert self.pieces is not None
        stretches = [one for numbers in hottest(reading) for one in cut(reading, numbers, self.pieces)]
        looks = [self._looked(stretches[i]) for i in most_hostile(reading, stretches)]
        add_look_features(reading, looks)
        mark_sentences(reading, looks)
        names = self.settings["names"]
        reading.score = sigmoid(decide(reading.features, names, self.arrays, "whole"))
        reading.looked_twice = True

    def _looked(self, stretch: Stretch) -> Look:
        key = key_of(stretch.pieces, stretch.owner)
        look = self.known.get(key)
        if look is None:
            look = self._run(stretch)
            self.known.put(key, look)
        return look

    def _run(self, stretch: Stretch) -> Look:
        given = {"pieces": np.array([stretch.pieces], dtype=np.int64)}
        hostile, heat, kind, target = self._session.run(["hostile", "heat", "kind", "target"], given)
        return Look(stretch=stretch, hostile=float(hostile[0]), heat=heat[0], kind=kind[0], target=target[0])

    def threshold(self, language: str) -> float:
        """Return the score from which a hold is advised after a second look."""
        return float(self.settings["thresholds"][language])

    def to_disk(self, path: str | Path, *, exclude: Any = ()) -> None:
        """Write the network and its pieces beside arrays and settings."""
        super().to_disk(path)
        if self.pieces is not None:
            self.pieces.save(Path(path) / PIECES)
            file = self.network.read_bytes() if isinstance(self.network, Path) else self.network
            (Path(path) / NETWORK).write_bytes(file)

    def from_disk(self, path: str | Path, *, exclude: Any = ()) -> Self:
        """Read everything; where the network or onnxruntime is missing, the first look stays alone."""
        super().from_disk(path)
        if self._enabled and (Path(path) / NETWORK).exists():
            self.pieces = Pieces.load(Path(path) / PIECES)
            self.network = Path(path) / NETWORK
            self._session = session(self.network)
        return self


def session(network: Path | bytes) -> Any:
    """Return the network ready to run on one core, or None where onnxruntime is missing."""
    try:
        import onnxruntime
    except ImportError:
        _log.warning("second_look_missing", why="onnxruntime is not installed")
        return None
    given = network if isinstance(network, bytes) else str(network)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # processes are the unit of parallel work
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Processors without VNNI add up pairs of products in 16 bits, which overflow: the judge would be another there.
    options.add_session_config_entry("session.x64quantprecision", "1")
    # Its fused sum and norm take longer than the two steps apart: an eighth of the whole network's time.
    return onnxruntime.InferenceSession(
        given, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
