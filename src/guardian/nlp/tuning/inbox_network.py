"""The second look's network with thin corrections that can be learned, and heads that hear complaints."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from guardian.nlp.heads import Arrays
from guardian.nlp.inbox.counted import HEADS
from guardian.nlp.tuning.network import DROPPED, Encoder

_EVENLY = 16.0  # the scale of a correction is this by its rank, so that one rate suits all ranks
_FORBIDDEN = -1e4


class Corrected(nn.Module):
    """A linear map that stays as it is, plus the product of two thin ones that are learned."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base, self.scale = base, _EVENLY / rank
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        thin = functional.linear(x, self.down.to(x.dtype))  # what is learned keeps 32 bits, what is computed has 16
        return self.base(x) + functional.linear(thin, self.up.to(x.dtype)) * self.scale


class Heads(nn.Module):
    """The heads; a mail is the mean of its pieces beside the mean of those that complain."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.words, self.whole, self.drop = nn.Linear(width, 1), nn.Linear(2 * width, HEADS), nn.Dropout(DROPPED)

    def forward(self, x: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of mails and of their pieces."""
        weights = seen[:, :, None].to(x.dtype)
        heat = self.words(x)[:, :, 0]
        shares = torch.softmax(heat.masked_fill(~seen, _FORBIDDEN), 1)
        both = torch.cat([(x * weights).sum(1) / weights.sum(1), (shares[:, :, None] * x).sum(1)], 1)
        return self.whole(self.drop(both)), heat


def correct(encoder: Encoder, layers: Sequence[int], parts: Sequence[str], rank: int) -> None:
    """Put a correction beside some maps of some layers, in place."""
    for number in layers:
        for part in parts:
            setattr(encoder.layers[number], part, Corrected(getattr(encoder.layers[number], part), rank))


def rank_of(arrays: Arrays) -> int:
    """Return how thick corrections are."""
    return next(int(one.shape[0]) for name, one in arrays.items() if name.endswith(".down"))


def put_arrays(encoder: Encoder, heads: Heads, arrays: Arrays) -> None:
    """Put corrections and heads in place, as `arrays_of` returns them."""
    told = {name: torch.from_numpy(one.astype(np.float32)) for name, one in arrays.items()}
    with torch.no_grad():
        for name, part in encoder.named_modules():
            if isinstance(part, Corrected):
                part.down.copy_(told[f"{name}.down"] / math.sqrt(part.scale))
                part.up.copy_(told[f"{name}.up"] / math.sqrt(part.scale))
        heads.words.weight.copy_(told["words"][None])
        heads.words.bias.copy_(told["words_bias"])
        heads.whole.weight.copy_(told["whole"])
        heads.whole.bias.copy_(told["whole_bias"])


def arrays_of(encoder: Encoder, heads: Heads) -> Arrays:
    """Return corrections and heads as the reader takes them."""
    found: Arrays = {}
    for name, part in encoder.named_modules():
        if isinstance(part, Corrected):
            found[f"{name}.down"] = (part.down * math.sqrt(part.scale)).detach().numpy()
            found[f"{name}.up"] = (part.up * math.sqrt(part.scale)).detach().numpy()
    return found | {
        "words": heads.words.weight.detach().numpy()[0],
        "words_bias": heads.words.bias.detach().numpy(),
        "whole": heads.whole.weight.detach().numpy(),
        "whole_bias": heads.whole.bias.detach().numpy(),
    }
