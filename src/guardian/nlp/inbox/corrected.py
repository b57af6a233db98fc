"""The slow reader: the network of the second look with small corrections that make it hear complaints.

Hu et al., "LoRA" (2021): a correction is the product of two thin matrices, added to one of the network's. They are
worth nothing on another network than the one they were learned on, so that network's hash goes with them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from guardian.nlp.heads import Arrays, Floats
from guardian.nlp.inbox.network_file import read_network_file, with_output
from guardian.nlp.inbox.passes import Pass, passes_of
from guardian.nlp.inbox.said import Said
from guardian.nlp.inbox.scores import KINDS, Scores
from guardian.nlp.pieces import Pieces
from guardian.nlp.second_look import NETWORK, PIECES, session

HIDDEN = "/network/encoder/layers.11/oln/LayerNormalization_output_0"  # what the last layer says of each piece
SECOND_LOOK = "guardian_second_look"
_COLD = -6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Heads over the last layer: one for each piece; the others over the means of all pieces and of hot ones."""

    words: Floats
    words_bias: float
    whole: Floats
    whole_bias: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> "Heads":
        """Return the heads as they were written down."""
        return cls(
            words=arrays["words"].astype(np.float32),
            words_bias=float(arrays["words_bias"][0]),
            whole=arrays["whole"].astype(np.float32),
            whole_bias=arrays["whole_bias"].astype(np.float32),
        )

    def say(self, hidden: Floats) -> tuple[Floats, Floats]:
        """Return the logits (severities, kinds, settled), and one of each piece, of a pass (pieces x width)."""
        heat: Floats = hidden @ self.words + np.float32(self.words_bias)
        shares = np.exp(heat - heat.max())
        both = np.concatenate([hidden.mean(0), (shares / shares.sum()) @ hidden])
        return self.whole @ both + self.whole_bias, heat


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The corrected network, ready to run, with its pieces and heads; several threads may ask it."""

    session: Any
    pieces: Pieces
    heads: Heads

    def scores(self, mail: Said) -> Scores:
        """Return what the network says of a mail."""
        passes = passes_of(mail, self.pieces)
        return joined([(one, *self.heads.say(self._hidden(one))) for one in passes], len(mail.phrases))

    def _hidden(self, one: Pass) -> Floats:
        hidden: Floats = self.session.run([HIDDEN], {"pieces": np.array([one.pieces], dtype=np.int64)})[0][0]
        return hidden


def joined(passes: list[tuple[Pass, Floats, Floats]], phrases: int) -> Scores:
    """Return the scores of a mail from the logits of its passes: the gravest counts, and the mean of the kinds."""
    logits = np.stack([logits for _, logits, _ in passes])
    heat = np.full(phrases, _COLD, dtype=np.float32)
    for one, _, hot in passes:
        owner = np.array(one.owner)
        for phrase in {number for number in one.owner if number >= 0}:
            heat[phrase] = max(heat[phrase], hot[owner == phrase].mean())
    return Scores(
        severity=logits[:, :3].max(0),
        kinds=logits[:, 3 : 3 + len(KINDS)].mean(0),
        settled=float(logits[:, -1].max()),
        heat=heat,
    )


def load_corrected(model: Path, arrays: Mapping[str, np.ndarray], learned_on: str) -> Corrected | None:
    """Return a judge's network, corrected; None without it or onnxruntime, or where it is another one."""
    folder = model / SECOND_LOOK
    if not (folder / NETWORK).exists() or fingerprint(folder) != learned_on:
        return None
    ready = session(corrected((folder / NETWORK).read_bytes(), arrays))
    if ready is None:
        return None
    return Corrected(session=ready, pieces=Pieces.load(folder / PIECES), heads=Heads.of(arrays))


def fingerprint(folder: Path) -> str:
    """Return the hash of a second look's network and pieces."""
    told = hashlib.sha256()
    for name in (NETWORK, PIECES):
        told.update((folder / name).read_bytes())
    return told.hexdigest()


def corrected(network: bytes, arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return a network's file with the corrections `PLACE.down` and `PLACE.up` in it, telling its last layer, too."""
    places, file = read_network_file(network), bytearray(network)
    for place in sorted({name.removesuffix(".down") for name in arrays if name.endswith(".down")}):
        down, up = (arrays[f"{place}.{side}"].astype(np.float32) for side in ("down", "up"))
        places.put_weights(file, place, places.weights(file, place) + (up @ down).T)
    return with_output(file, HIDDEN)


def corrections_of(arrays: Arrays) -> Arrays:
    """Return the arrays small enough to ship: all but biases in 16 bits."""
    return {name: one if name.endswith("_bias") else one.astype(np.float16) for name, one in arrays.items()}
