"""Encoding many texts once: vectors kept by the hash of their text, in memory and in a cache file."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from guardian.nlp.encoder import DIMENSIONS, WEIGHTS, Encoder
from guardian.nlp.reading import Vector

_BATCH = 256
_FILE = "encodings.npz"

Progress = Callable[[str, int, int], None]


def encode_all(encoder: Encoder, texts: Iterable[str], cache: Path | None, progress: Progress) -> dict[str, Vector]:
    """Return the vector of every text; the cache holds vectors of one version of the encoder only."""
    wanted = sorted(set(texts), key=lambda text: (len(text), text))
    known = _read(cache)
    missing = [text for text in wanted if _key(text) not in known]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        known |= zip(map(_key, batch), encoder.encode(batch), strict=True)
        progress("encode", min(start + _BATCH, len(missing)), len(missing))
    if missing and cache is not None:
        _write(cache, known)
    return {text: known[_key(text)] for text in wanted}


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _read(cache: Path | None) -> dict[str, Vector]:
    file = cache / _FILE if cache else None
    if file is None or not file.exists():
        return {}
    with np.load(file, allow_pickle=False) as stored:
        if str(stored["version"]) != WEIGHTS["weights.npz"]:
            return {}
        return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))


def _write(cache: Path, known: dict[str, Vector]) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    vectors = np.stack(list(known.values())) if known else np.zeros((0, DIMENSIONS), dtype=np.float32)
    np.savez(cache / _FILE, version=WEIGHTS["weights.npz"], keys=np.array(list(known)), vectors=vectors)
