"""Fine-tuning: the loop, its schedule, and scoring with what came of it.

Everything is computed on one thread, and the layers in 16 bits where the processor can: one seed gives one network,
however many cores there are.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from guardian.nlp.examples import Progress
from guardian.nlp.stretches import Stretch
from guardian.nlp.tuning.lessons import UNTOLD, Lesson
from guardian.nlp.tuning.network import Network

Floats = npt.NDArray[np.float32]
Half = npt.NDArray[np.float16]
_SCORED_TOGETHER = 32
_SORTED_TOGETHER = 32  # batches among which lessons are sorted by length
_PADDED_TO = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train; rates are those of the topmost layer, each layer below learns at `decay` of the one above."""

    epochs: int = 5
    batch: int = 16
    frozen: int = 2  # layers at the bottom that stay as they are
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    decay: float = 0.9
    warm_up: float = 0.1
    words: float = 0.5  # weight of the words' loss beside that of the mail
    others: float = 0.4  # weight of each of the losses of kind, target and audience
    missed: float = 0.1  # share of its pieces that a lesson goes without, others every time
    most_of_one: int = 300  # lessons of one author in an epoch: who writes counts for more than how much
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What the network says of stretches, one row each; `heat` has one logit a piece."""

    hostile: Floats
    heat: list[Floats]
    kind: Floats
    target: Floats


def read_below(network: Network, stretches: Sequence[Stretch], frozen: int, progress: Progress) -> list[Half]:
    """Return what the frozen layers make of each stretch: they never change, so once is enough."""
    network.eval()
    found = [np.zeros((0, 0), np.float16)] * len(stretches)
    done = 0
    with torch.inference_mode(), in_few_bits():
        for places in batches([len(one.pieces) for one in stretches], _SCORED_TOGETHER, None):
            pieces, seen = padded([stretches[i].pieces for i in places])
            output = network.encoder.below(pieces, seen, frozen)
            for row, i in enumerate(places):
                found[i] = output[row, : len(stretches[i].pieces)].float().numpy().astype(np.float16)
            done += len(places)
            progress("read", done, len(stretches))
    return found


def tune(
    network: Network, lessons: Sequence[Lesson], below: Sequence[Half], recipe: Recipe, progress: Progress
) -> None:
    """Train the network on the lessons, in place; the same seed gives the same weights on the same machine.

    `below` is what the frozen layers make of each lesson.
    """
    torch.manual_seed(recipe.seed)
    _freeze(network, recipe.frozen)
    shuffle = np.random.default_rng(recipe.seed)
    optimiser, rates = _optimiser(network, recipe)
    epochs = [of_each(lessons, recipe.most_of_one, shuffle) for _ in range(recipe.epochs)]
    steps = sum(-(-len(chosen) // recipe.batch) for chosen in epochs)
    step = 0
    network.train()
    for chosen in epochs:
        for batch in batches([len(lessons[i].stretch.pieces) for i in chosen], recipe.batch, shuffle):
            share = pace(step / steps, recipe.warm_up)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * share
            loss = _loss(network, [lessons[chosen[k]] for k in batch], [below[chosen[k]] for k in batch], recipe)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            step += 1
            if step % 20 == 0:
                progress("tune", step, steps)
    network.eval()


def of_each(lessons: Sequence[Lesson], most: int, shuffle: np.random.Generator) -> list[int]:
    """Return the places of so many lessons of each author at most, drawn at random."""
    found: list[int] = []
    of: dict[str, list[int]] = {}
    for place, lesson in enumerate(lessons):
        of.setdefault(lesson.author, []).append(place)
    for places in of.values():
        found += [int(i) for i in shuffle.permutation(places)[:most]]
    return found


def score(network: Network, below: Sequence[Half], frozen: int) -> Scored:
    """Return the logits of stretches from what the frozen layers make of them."""
    count = len(below)
    hostile = np.zeros(count, np.float32)
    kind, target, heat = [hostile] * count, [hostile] * count, [hostile] * count
    network.eval()
    with torch.inference_mode():
        for places in batches([len(one) for one in below], _SCORED_TOGETHER, None):
            x, seen = stacked([below[i] for i in places])
            whole, words, kinds, targets, _ = network.judged(_above(network, x, seen, frozen), seen)
            for row, i in enumerate(places):
                hostile[i], kind[i], target[i] = whole[row], kinds[row].numpy(), targets[row].numpy()
                heat[i] = words[row, : len(below[i])].numpy()
    return Scored(hostile=hostile, heat=heat, kind=np.array(kind), target=np.array(target))


def _freeze(network: Network, layers: int) -> None:
    encoder = network.encoder
    encoder.added.requires_grad_(False)
    for part in (encoder.ln, encoder.position, *encoder.layers[:layers]):
        for one in part.parameters():
            one.requires_grad_(False)


def _optimiser(network: Network, recipe: Recipe) -> tuple[torch.optim.Optimizer, list[float]]:
    """Return the optimiser, and the full rate of each of its groups."""
    groups, rates = [], []
    depth = len(network.encoder.layers)
    for name, part in network.named_parameters():
        if not part.requires_grad:
            continue
        groups.append({"params": [part], "weight_decay": 0.01 if part.dim() > 1 else 0.0})
        rates.append(_rate(name, depth, recipe))
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True), rates


def _rate(name: str, depth: int, recipe: Recipe) -> float:
    if not name.startswith("encoder."):
        return recipe.head_rate
    above = depth - 1 - int(name.split(".")[2]) if name.startswith("encoder.layers.") else depth
    return recipe.rate * recipe.decay**above


def pace(done: float, warm_up: float) -> float:
    """Return the share of the full rate: up in a line, then down in a line."""
    return min((done + 1e-3) / warm_up, (1.0 - done) / (1.0 - warm_up))


def _above(network: Network, x: Tensor, seen: Tensor, frozen: int) -> Tensor:
    with in_few_bits():
        return network.encoder.above(x, seen, frozen).float()


def _loss(network: Network, lessons: Sequence[Lesson], below: Sequence[Half], recipe: Recipe) -> Tensor:
    x, there = stacked(below)
    seen = with_gaps(there, recipe.missed)
    whole, words, *others = network.judged(_above(network, x, seen, recipe.frozen), seen)
    weights = torch.tensor([lesson.weight for lesson in lessons])
    hold = torch.tensor([float(lesson.hold) for lesson in lessons])
    loss = functional.binary_cross_entropy_with_logits(whole, hold, weight=weights)
    hot = torch.zeros_like(words)
    for row, lesson in enumerate(lessons):
        hot[row, : len(lesson.hot)] = torch.from_numpy(lesson.hot)
    each = functional.binary_cross_entropy_with_logits(words, hot, reduction="none")
    loss = loss + recipe.words * (each * seen).sum() / seen.sum()
    for logits, name in zip(others, ("kind", "target", "audience"), strict=True):
        labels = torch.tensor([getattr(lesson, name) for lesson in lessons])
        if bool((labels != UNTOLD).any()):
            loss = loss + recipe.others * functional.cross_entropy(logits, labels, ignore_index=UNTOLD)
    return loss


def with_gaps(there: Tensor, share: float) -> Tensor:
    """Return which pieces are read when each but the first is missed with this chance.

    A network that reads every word of a lesson three times knows it by heart (Shen et al., "Token cutoff", 2020).
    """
    read = there & (torch.rand(there.shape) >= share)
    read[:, 0] = there[:, 0]
    return read


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return the rows at one length, and where they are more than filling."""
    length = -(-max(map(len, rows)) // _PADDED_TO) * _PADDED_TO
    pieces = torch.zeros((len(rows), length), dtype=torch.long)
    seen = torch.zeros((len(rows), length), dtype=torch.bool)
    for i, row in enumerate(rows):
        pieces[i, : len(row)] = torch.tensor(row)
        seen[i, : len(row)] = True
    return pieces, seen


def stacked(rows: Sequence[Half]) -> tuple[Tensor, Tensor]:
    """Return what frozen layers made of some stretches at one length, and where it is more than filling."""
    length = -(-max(map(len, rows)) // _PADDED_TO) * _PADDED_TO
    x = torch.zeros((len(rows), length, rows[0].shape[1]))
    seen = torch.zeros((len(rows), length), dtype=torch.bool)
    for i, row in enumerate(rows):
        x[i, : len(row)] = torch.from_numpy(row)
        seen[i, : len(row)] = True
    return x, seen


def batches(lengths: Sequence[int], size: int, shuffle: np.random.Generator | None) -> Iterator[list[int]]:
    """Yield the places of lessons of like length, in random order where there is a generator."""
    order = np.arange(len(lengths)) if shuffle is None else shuffle.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), size * _SORTED_TOGETHER):
        near = sorted(order[start : start + size * _SORTED_TOGETHER], key=lambda i: lengths[i])
        batches += [[int(i) for i in near[k : k + size]] for k in range(0, len(near), size)]
    if shuffle is not None:
        shuffle.shuffle(batches)
    yield from batches


def in_few_bits() -> ExitStack:
    """Compute in 16 bits until the context ends, where that is faster; norms, sums and losses keep 32."""
    within = ExitStack()
    if torch.ops.mkldnn._is_mkldnn_bf16_supported():
        within.enter_context(torch.autocast("cpu", dtype=torch.bfloat16))
        within.enter_context(sdpa_kernel(SDPBackend.MATH))  # the other one's way back is slow in 16 bits
    return within
