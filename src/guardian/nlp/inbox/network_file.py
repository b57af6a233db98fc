"""The second look's network file, as far as one has to know it to correct weights and to ask for an inner tensor.

ONNX files are protocol buffers (github.com/onnx/onnx, onnx.proto): a model holds a graph (field 7), a graph nodes
(1), initializers (5) and outputs (12). Two such files one behind the other are one whose lists are joined.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
_GRAPH, _NODE, _INITIALIZER, _OUTPUT = 7, 1, 5, 12
_TYPES: dict[int, np.dtype[Any]] = {1: np.dtype("<f4"), 2: np.dtype("u1"), 3: np.dtype("i1")}
_VARINT, _EIGHT, _MESSAGE, _FOUR = 0, 1, 2, 5

Field = tuple[int, int, int]  # number; for a message where it begins and ends, for a number itself and 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """Where the bytes of an initializer lie in the file, and what they are; `number`: the first of small integers."""

    start: int
    end: int
    shape: tuple[int, ...]
    type: int
    number: int

    def read(self, file: bytes | bytearray) -> Array:
        """Return the values."""
        values: Array = np.frombuffer(bytes(file[self.start : self.end]), _TYPES[self.type]).reshape(self.shape)
        return values

    def write(self, file: bytearray, values: Array) -> None:
        """Put other values of the same shape in their place."""
        assert values.shape == self.shape
        file[self.start : self.end] = values.astype(_TYPES[self.type]).tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFile:
    """The initializers by name, and of every weight matrix the initializer that holds it.

    `matrices` leads from a place such as `layers.11.fo` to the name without `_quantized`, `_scale`, `_zero_point`.
    """

    tensors: dict[str, Tensor]
    matrices: dict[str, str]

    def weights(self, file: bytes | bytearray, place: str) -> npt.NDArray[np.float32]:
        """Return a matrix (inputs x outputs) as 32-bit floats."""
        name = self.matrices[place]
        steps = self.tensors[f"{name}_quantized"].read(file).astype(np.float32)
        scale: npt.NDArray[np.float32] = self.tensors[f"{name}_scale"].read(file).astype(np.float32)
        return steps * scale

    def words(self, file: bytes | bytearray, name: str) -> npt.NDArray[np.float32]:
        """Return a table of words, which has one scale and one zero point."""
        scale, zero = (self.tensors[f"{name}_{part}"] for part in ("scale", "zero_point"))
        steps = self.tensors[f"{name}_quantized"].read(file).astype(np.float32) - np.float32(zero.number)
        return steps * scale.read(file).astype(np.float32)

    def put_weights(self, file: bytearray, place: str, weights: npt.NDArray[np.float32]) -> None:
        """Put a matrix in the place of another, in eight bits with a scale for each output."""
        name = self.matrices[place]
        scale = np.maximum(np.abs(weights).max(0), np.float32(1e-12)) / np.float32(127.0)
        self.tensors[f"{name}_quantized"].write(file, np.rint(weights / scale))
        self.tensors[f"{name}_scale"].write(file, scale)


def read_network_file(file: bytes) -> NetworkFile:
    """Return what is where in the file of a network that `tuning.export` wrote."""
    tensors: dict[str, Tensor] = {}
    matrices: dict[str, str] = {}
    for number, start, end in _inside(file, _GRAPH):
        if number == _INITIALIZER:
            name, tensor = _tensor(file, start, end)
            tensors[name] = tensor
        elif number == _NODE:
            matrices |= _matrix(file, start, end)
    return NetworkFile(tensors=tensors, matrices=matrices)


def with_output(file: bytes | bytearray, name: str) -> bytes:
    """Return the file of the same network that also answers with an inner tensor of floats."""
    floats = _field(2, _field(1, b"\x08\x01"))  # TypeProto.tensor_type.elem_type = FLOAT
    return bytes(file) + _field(_GRAPH, _field(_OUTPUT, _field(1, name.encode()) + floats))


def _field(number: int, payload: bytes) -> bytes:
    """Return a message as a field; here none is longer than two bytes can say."""
    length = len(payload)
    size = bytes([length]) if length < 128 else bytes([length & 127 | 128, length >> 7])
    return bytes([number << 3 | _MESSAGE]) + size + payload


def _inside(file: bytes, wanted: int) -> Iterator[Field]:
    """Yield the fields of all messages of one number at the top."""
    for number, start, end in _fields(file, 0, len(file)):
        if number == wanted:
            yield from _fields(file, start, end)


def _tensor(file: bytes, start: int, end: int) -> tuple[str, Tensor]:
    """Read one initializer; those of small integers (zero points) have only a number."""
    name, kind, raw, shape, first = "", 0, (start, start), [], 0
    for number, low, high in _fields(file, start, end):
        if number == 1:
            shape += [low] if high == 0 else list(_numbers(file, low, high))
        elif number == 2:
            kind = low
        elif number == 5:
            first = low if high == 0 else next(_numbers(file, low, high))
        elif number == 8:
            name = file[low:high].decode()
        elif number in (4, 9):  # packed floats look like raw bytes
            raw = low, high
    return name, Tensor(start=raw[0], end=raw[1], shape=tuple(shape), type=kind, number=first)


def _matrix(file: bytes, start: int, end: int) -> dict[str, str]:
    """Return which initializer a multiplication takes, by the place in the encoder that its result is named for."""
    inputs: list[str] = []
    outputs: list[str] = []
    for number, low, high in _fields(file, start, end):
        if number in (1, 2) and high:
            (inputs if number == 1 else outputs).append(file[low:high].decode())
    parts = outputs[0].split("/") if outputs else []
    is_product = len(parts) > 5 and parts[3].startswith("layers.") and parts[5] == "MatMul_output_0_output_quantized"
    if not is_product or len(inputs) < 2 or not inputs[1].endswith("_quantized"):
        return {}
    return {f"{parts[3]}.{parts[4]}": inputs[1].removesuffix("_quantized")}


def _numbers(file: bytes, start: int, end: int) -> Iterator[int]:
    while start < end:
        value, start = _varint(file, start)
        yield value


def _fields(file: bytes, start: int, end: int) -> Iterator[Field]:
    """Yield the fields of a message."""
    while start < end:
        key, start = _varint(file, start)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, start = _varint(file, start)
            yield number, value, 0
        elif wire == _MESSAGE:
            length, start = _varint(file, start)
            yield number, start, start + length
            start += length
        else:
            start += 8 if wire == _EIGHT else 4
            assert wire in (_EIGHT, _FOUR), "not a network file"


def _varint(file: bytes, place: int) -> tuple[int, int]:
    """Return the number at a place, and the place behind it."""
    value = shift = 0
    while True:
        byte = file[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
