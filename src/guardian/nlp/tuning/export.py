"""From the tuned network to the file that ships: ONNX, with eight-bit weights."""

import tempfile
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from guardian.nlp.tuning.network import Network

OUTPUTS = ("hostile", "heat", "kind", "target")


class _Shipped(nn.Module):
    """The network for one text at a time, without what only training needs."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, pieces: Tensor) -> tuple[Tensor, ...]:
        return self.network(pieces, None)[: len(OUTPUTS)]


def exported(network: Network) -> bytes:
    """Return the network as an ONNX file with eight-bit weights; its input `pieces` is one row of any length."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.eval()
    network.encoder.merge()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own future
        wide, narrow = Path(folder) / "wide.onnx", Path(folder) / "narrow.onnx"
        _write(network, wide)
        quantize_dynamic(
            wide,
            narrow,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
        return narrow.read_bytes()


def _write(network: Network, file: Path) -> None:
    example = torch.tensor([[0, 5, 6, 7, 8, 9, 2]])
    torch.onnx.export(
        _Shipped(network),
        (example,),
        str(file),
        input_names=["pieces"],
        output_names=list(OUTPUTS),
        dynamic_axes={"pieces": {1: "length"}, "heat": {1: "length"}},
        opset_version=17,
        dynamo=False,
    )
