"""The network that is fine-tuned: the transformer, and heads for the mail, its words, its kind and its target."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from guardian.nlp.second_look import ALL_KINDS
from guardian.nlp.signals import AUDIENCES, TARGETS
from guardian.nlp.stretches import LONGEST
from guardian.nlp.tuning.packed_weights import Base, Shape, like_client

DROPPED = 0.1


class _Dropout(nn.Module):
    """Drops whole features of a text: one mask for all its words, which costs a CPU nothing."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = (torch.rand(x.shape[0], 1, x.shape[2]) > DROPPED).to(x.dtype)
        return x * (kept / (1.0 - DROPPED))


class _Layer(nn.Module):
    """One layer of attention and one of two linear maps, each added to what came in, then normalised."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.q, self.k, self.v, self.ao = (nn.Linear(width, width) for _ in range(4))
        self.fi, self.fo = nn.Linear(width, shape.inner), nn.Linear(shape.inner, width)
        self.aln, self.oln = nn.LayerNorm(width, shape.epsilon), nn.LayerNorm(width, shape.epsilon)
        self.heads, self.drop = shape.heads, _Dropout()

    def forward(self, x: Tensor, seen: Tensor | None) -> Tensor:
        batch, length, width = x.shape
        query, key, value = (
            part(x).view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in (self.q, self.k, self.v)
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        x = self.aln(x + self.drop(self.ao(mixed.transpose(1, 2).reshape(batch, length, width))))
        after: Tensor = self.oln(x + self.drop(self.fo(functional.gelu(self.fi(x)))))
        return after


class Encoder(nn.Module):
    """The transformer; `added` are the vectors of the pieces that the base model did not have."""

    def __init__(self, shape: Shape, words: int, positions: int, added: int) -> None:
        super().__init__()
        self.word = nn.Embedding(words, shape.width)
        self.added = nn.Parameter(torch.zeros(added, shape.width))
        self.position = nn.Embedding(positions, shape.width)
        self.ln, self.drop = nn.LayerNorm(shape.width, shape.epsilon), _Dropout()
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))

    def forward(self, pieces: Tensor, seen: Tensor | None) -> Tensor:
        return self.above(self.below(pieces, seen, 0), seen, 0)

    def below(self, pieces: Tensor, seen: Tensor | None, layers: int) -> Tensor:
        """Return what the first layers make of pieces."""
        x = self.ln(self._looked_up(pieces) + self.position.weight[: pieces.shape[1]])
        for layer in self.layers[:layers]:
            x = layer(x, _mask(seen))
        return x

    def above(self, x: Tensor, seen: Tensor | None, layers: int) -> Tensor:
        """Return what all layers after the first ones make of their output."""
        x = self.drop(x)
        for layer in self.layers[layers:]:
            x = layer(x, _mask(seen))
        return x

    def _looked_up(self, pieces: Tensor) -> Tensor:
        words = self.word.num_embeddings
        if not len(self.added):
            return self.word(pieces)
        new = (pieces >= words)[:, :, None]
        added = self.added[(pieces - words).clamp(min=0)]
        return torch.where(new, added, self.word(pieces.clamp(max=words - 1)))

    def merge(self) -> None:
        """Make the added pieces ordinary ones, for good."""
        table = torch.cat([self.word.weight, self.added]).detach()
        self.word = nn.Embedding.from_pretrained(table)
        self.added = nn.Parameter(torch.zeros(0, table.shape[1]))


class Network(nn.Module):
    """The encoder with its heads; returns the logits (mail, pieces, kinds, targets, audiences)."""

    def __init__(self, encoder: Encoder, width: int, sizes: tuple[int, int, int]) -> None:
        super().__init__()
        self.encoder, self.drop = encoder, nn.Dropout(DROPPED)
        self.words, self.mail = nn.Linear(width, 1), nn.Linear(2 * width, 1)
        self.kind, self.target, self.audience = (nn.Linear(width, size) for size in sizes)

    def forward(self, pieces: Tensor, seen: Tensor | None) -> tuple[Tensor, ...]:
        return self.judged(self.encoder(pieces, seen), seen)

    def judged(self, x: Tensor, seen: Tensor | None) -> tuple[Tensor, ...]:
        """Return the logits from the encoder's output."""
        heat = self.words(x)[:, :, 0]
        mean, telling = _mean(x, seen), _attended(x, heat, seen)
        plain = self.drop(mean)
        whole = self.mail(self.drop(torch.cat([mean, telling], 1)))[:, 0]
        return whole, heat, self.kind(plain), self.target(plain), self.audience(plain)


def _mask(seen: Tensor | None) -> Tensor | None:
    return None if seen is None else seen[:, None, None, :]


def _mean(x: Tensor, seen: Tensor | None) -> Tensor:
    if seen is None:
        return x.mean(1)
    weights = seen[:, :, None].to(x.dtype)
    return (x * weights).sum(1) / weights.sum(1)


def _attended(x: Tensor, heat: Tensor, seen: Tensor | None) -> Tensor:
    """Return the mean of the words, the hot ones counting most."""
    shares = torch.softmax(heat if seen is None else heat.masked_fill(~seen, -1e4), 1)
    return (shares[:, :, None] * x).sum(1)


def fresh_network(base: Base, kept: list[int], seed: int) -> Network:
    """Return an untrained network; all of one seed begin alike, or the mean of several would mean nothing."""
    torch.manual_seed(seed)
    sizes = (len(ALL_KINDS), len(TARGETS), len(AUDIENCES))
    return network_from(base, kept, LONGEST, like_client(base), sizes)


def network_from(
    base: Base, kept: list[int], positions: int, added: list[list[int]], sizes: tuple[int, int, int]
) -> Network:
    """Return the network with the base model's weights.

    `kept` are the pieces it goes on knowing; each of the `added` pieces begins as the mean of some of the base's.
    """
    shape = base.shape
    encoder = Encoder(shape, len(kept), positions, len(added))
    table = torch.from_numpy(base.tensor("emb.word", shape.width))
    kinds = torch.from_numpy(base.tensor("emb.type", shape.width))
    with torch.no_grad():
        # Every text is of type 0: its vector moves into the positions.
        places = torch.from_numpy(base.tensor("emb.pos", shape.width))[:positions] + kinds[0]
        encoder.position.weight.copy_(places)
        encoder.word.weight.copy_(table[kept])
        encoder.added.copy_(torch.stack([table[like].mean(0) for like in added]))
        _fill(encoder.ln, base, "emb.ln")
        for number, layer in enumerate(encoder.layers):
            for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
                _fill(getattr(layer, name), base, f"l{number}.{name}")
    encoder.word.weight.requires_grad_(False)
    return Network(encoder, shape.width, sizes)


def _fill(part: nn.Module, base: Base, name: str) -> None:
    weight, bias = part.get_parameter("weight"), part.get_parameter("bias")
    columns = weight.shape[1] if weight.dim() == 2 else weight.shape[0]
    weight.copy_(torch.from_numpy(base.tensor(f"{name}.w", columns)).view_as(weight))
    bias.copy_(torch.from_numpy(base.tensor(f"{name}.b", len(bias)))[0])
