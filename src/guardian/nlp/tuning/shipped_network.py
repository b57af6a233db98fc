"""The network that a judge ships, read back out of its eight bits."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from guardian.nlp.inbox.network_file import NetworkFile, read_network_file
from guardian.nlp.second_look import ALL_KINDS
from guardian.nlp.signals import AUDIENCES, TARGETS
from guardian.nlp.tuning.network import Encoder, Network
from guardian.nlp.tuning.packed_weights import Shape

_SHAPE = Shape(width=384, layers=12, heads=12, inner=1536, positions=192, epsilon=1e-12)
_PREFIX = "network.encoder."
_HEADS = ("words", "mail", "kind", "target")


def encoder_in(file: Path) -> Encoder:
    """Return the encoder that a judge ships, its weights out of their eight bits, none to be learned."""
    data = file.read_bytes()
    places = read_network_file(data)
    words = places.tensors[f"{_PREFIX}word.weight_quantized"]
    encoder = Encoder(_SHAPE, words.shape[0], _SHAPE.positions, 0)
    weights = _floats(places, data) | {f"{place}.weight": places.weights(data, place).T for place in places.matrices}
    weights["word.weight"] = places.words(data, f"{_PREFIX}word.weight")
    told = {name: torch.tensor(np.ascontiguousarray(one)) for name, one in weights.items()}
    encoder.load_state_dict(told | {"added": torch.zeros(0, _SHAPE.width)})
    for part in encoder.parameters():
        part.requires_grad_(False)
    return encoder.eval()


def network_in(file: Path) -> Network:
    """Return the whole network that a judge ships, to be learned on but for its words.

    The head for whom words speak to is not shipped and begins at nothing.
    """
    data = file.read_bytes()
    places = read_network_file(data)
    network = Network(encoder_in(file), _SHAPE.width, (len(ALL_KINDS), len(TARGETS), len(AUDIENCES)))
    for part in network.encoder.parameters():
        part.requires_grad_(True)
    network.encoder.word.weight.requires_grad_(False)
    for head in _HEADS:
        _fill(network.get_submodule(head), places, data, head)
    nn.init.zeros_(network.audience.weight)
    nn.init.zeros_(network.audience.bias)
    return network


def _fill(head: nn.Module, places: NetworkFile, data: bytes, name: str) -> None:
    weight, bias = head.get_parameter("weight"), head.get_parameter("bias")
    matrix = _matrix_of(places, name, tuple(weight.shape[::-1]))
    steps, scale = (
        places.tensors[f"{matrix}_{part}"].read(data).astype(np.float32) for part in ("quantized", "scale")
    )
    with torch.no_grad():
        weight.copy_(_tensor(np.ascontiguousarray((steps * scale).T)))
        bias.copy_(_tensor(places.tensors[f"network.{name}.bias"].read(data).copy()))


def _matrix_of(places: NetworkFile, head: str, shape: tuple[int, ...]) -> str:
    """Return the name of a head's matrix; that of the words is only a product, and known by its shape."""
    named = f"network.{head}.weight_Transposed"
    if f"{named}_quantized" in places.tensors:
        return named
    (found,) = (
        name.removesuffix("_quantized")
        for name, tensor in places.tensors.items()
        if name.startswith("onnx::MatMul") and name.endswith("_quantized") and tensor.shape == shape
    )
    return found


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values)


def _floats(places: NetworkFile, data: bytes) -> dict[str, np.ndarray]:
    """Return the weights that are kept as floats: positions, biases, norms."""
    return {
        name.removeprefix(_PREFIX): tensor.read(data)
        for name, tensor in places.tensors.items()
        if name.startswith(_PREFIX) and name.endswith((".weight", ".bias"))
    }
