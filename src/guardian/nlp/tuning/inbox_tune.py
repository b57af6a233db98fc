"""Learning the corrections: the loop, and what the corrected network says of mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from guardian.nlp.examples import Progress
from guardian.nlp.heads import Arrays, Floats
from guardian.nlp.inbox.examples import Example, without_subject
from guardian.nlp.inbox.passes import Pass, passes_of
from guardian.nlp.inbox.scores import KINDS
from guardian.nlp.pieces import Pieces
from guardian.nlp.tuning.inbox_network import Heads, arrays_of, correct, put_arrays, rank_of
from guardian.nlp.tuning.network import Encoder
from guardian.nlp.tuning.shipped_network import encoder_in
from guardian.nlp.tuning.tune import batches, pace, padded, stacked

Half = npt.NDArray[np.float16]
_READ_TOGETHER = 32
_WEIGHT = torch.tensor([1.0, 0.6, 0.4])  # of the three severities


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to learn; the layers below `frozen` stay as they are, the others get corrections of `parts`."""

    epochs: int = 4
    batch: int = 8
    frozen: int = 6
    rank: int = 8
    parts: tuple[str, ...] = ("q", "k", "v", "ao", "fi", "fo")
    rate: float = 1e-3
    head_rate: float = 1.5e-3
    warm_up: float = 0.1
    whole_share: float = 0.65  # how often a mail is taught with its subject and as it was typed
    kinds: float = 0.5  # weights of losses beside that of the severities
    words: float = 0.5
    settled: float = 0.3
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One pass of a mail: what the frozen layers make of it, its targets, and which of its pieces complain."""

    example: int
    cut: Pass
    below: Half
    targets: Floats
    hot: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """The passes of all mails as they are, and of their variants."""

    whole: list[Lesson]
    plain: list[Lesson]


def lessons_of(examples: Sequence[Example], network: Path, pieces: Pieces, recipe: Recipe, say: Progress) -> Lessons:
    """Return what is to be learned, the frozen layers' work done once and for all."""
    torch.set_num_threads(1)
    encoder = _narrow(encoder_in(network))
    variants = [without_subject(one.letter, plain=number % 2 == 0) for number, one in enumerate(examples)]
    found = []
    for some in (examples, variants):
        cuts = [(i, cut) for i, one in enumerate(some) for cut in passes_of(one.said, pieces)]
        below = _read(encoder, [cut for _, cut in cuts], recipe.frozen, say)
        found.append([_lesson(i, some[i], cut, low) for (i, cut), low in zip(cuts, below, strict=True)])
    return Lessons(whole=found[0], plain=found[1])


def _lesson(number: int, example: Example, cut: Pass, below: Half) -> Lesson:
    hot = np.array([owner >= 0 and example.hot[owner] for owner in cut.owner], dtype=np.float32)
    return Lesson(example=number, cut=cut, below=below, targets=example.targets, hot=hot)


def _narrow(encoder: Encoder) -> Encoder:
    """Return the encoder in 16 bits where the processor computes in them; elsewhere they take ten times as long."""
    return encoder.to(_type())


def _type() -> torch.dtype:
    return torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32


def _read(encoder: nn.Module, cuts: Sequence[Pass], frozen: int, say: Progress) -> list[Half]:
    found = [np.zeros((0, 0), np.float16)] * len(cuts)
    done = 0
    with torch.inference_mode():
        for places in batches([len(one.pieces) for one in cuts], _READ_TOGETHER, None):
            pieces, seen = padded([cuts[i].pieces for i in places])
            output = encoder.below(pieces, seen, frozen).float().numpy()
            for row, i in enumerate(places):
                found[i] = output[row, : len(cuts[i].pieces)].astype(np.float16)
            done += len(places)
            say("read", done, len(cuts))
    return found


def learn(
    lessons: Lessons,
    chosen: Sequence[bool],
    network: Path,
    recipe: Recipe,
    say: Progress,
    start: Arrays | None = None,
) -> "Learned":
    """Return a network that learned from the chosen examples; one seed gives one network on one machine.

    It goes on from the corrections and heads in `start`, if there are any.
    """
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    encoder, heads = _narrow(encoder_in(network)), Heads(384)
    correct(encoder, range(recipe.frozen, 12), recipe.parts, rank_of(start) if start else recipe.rank)
    if start:
        put_arrays(encoder, heads, start)
    learned = Learned(encoder=encoder, heads=heads, frozen=recipe.frozen)
    groups = [
        {"params": [part for part in encoder.parameters() if part.requires_grad], "full": recipe.rate},
        {"params": list(heads.parameters()), "full": recipe.head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01)
    shuffle = np.random.default_rng(recipe.seed)
    taught = [[one for one in some if chosen[one.example]] for some in (lessons.whole, lessons.plain)]
    steps, step = recipe.epochs * -(-len(taught[0]) // recipe.batch), 0
    encoder.train()
    for _ in range(recipe.epochs):
        told = _mixed(taught, shuffle, recipe.whole_share)
        for places in batches([len(one.below) for one in told], recipe.batch, shuffle):
            for group in optimiser.param_groups:
                group["lr"] = group["full"] * max(pace(step / steps, recipe.warm_up), 0.0)
            optimiser.zero_grad()
            with sdpa_kernel(SDPBackend.MATH):  # the other one's way back is slow in 16 bits
                learned.loss([told[i] for i in places], recipe).backward()
            nn.utils.clip_grad_norm_([part for group in optimiser.param_groups for part in group["params"]], 1.0)
            optimiser.step()
            step += 1
            say("learn", min(step, steps), steps)
    encoder.eval()
    heads.eval()
    return learned


def _mixed(taught: Sequence[Sequence[Lesson]], shuffle: np.random.Generator, share: float) -> list[Lesson]:
    """Return the passes of each mail either as it is or as its variant."""
    drawn: dict[int, bool] = {}
    for one in taught[0]:
        drawn.setdefault(one.example, bool(shuffle.random() < share))
    whole, plain = taught
    return [one for one in whole if drawn[one.example]] + [one for one in plain if not drawn.get(one.example, True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """An encoder with corrections, and its heads."""

    encoder: nn.Module
    heads: Heads
    frozen: int

    def arrays(self) -> Arrays:
        """Return corrections and heads as the reader takes them."""
        return arrays_of(self.encoder, self.heads)

    def loss(self, lessons: Sequence[Lesson], recipe: Recipe) -> Tensor:
        """Return how wrong the network is about some passes."""
        logits, heat, seen = self._said(lessons)
        targets = torch.from_numpy(np.stack([one.targets for one in lessons]))
        hot = torch.zeros_like(heat)
        for row, one in enumerate(lessons):
            hot[row, : len(one.hot)] = torch.from_numpy(one.hot)
        # Of a complaint in several passes only those with its words are taught.
        taught = (1.0 - targets[:, 0]) + targets[:, 0] * (hot.max(1).values > 0)
        parts = logits.split([3, len(KINDS), 1], 1)
        wanted = targets.split([3, len(KINDS), 1], 1)
        severity = (_odds(parts[0], wanted[0]) * _WEIGHT).sum(1)
        kind = -(torch.log_softmax(parts[1], 1) * wanted[1]).sum(1)
        settled = _odds(parts[2], wanted[2])[:, 0]
        whole = ((severity + recipe.kinds * kind + recipe.settled * settled) * taught).sum() / taught.sum().clamp(
            min=1
        )
        return whole + recipe.words * (_odds(heat, hot) * seen).sum() / seen.sum()

    def _said(self, lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor, Tensor]:
        x, seen = stacked([one.below for one in lessons])
        x = self.encoder.above(x.to(_type()), seen, self.frozen)
        logits, heat = self.heads(x.float(), seen)
        return logits, heat, seen


def _odds(logits: Tensor, wanted: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
