"""The second look learned: networks fitted without some authors, what each says of those, and the networks' mean.

The network that ships is the mean of their weights (Wortsman et al., "Model soups", 2022): it has seen every author
and costs no training of its own.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from guardian.nlp.examples import Examples, Progress
from guardian.nlp.pieces import Pieces
from guardian.nlp.second_look import ALL_KINDS, Look
from guardian.nlp.signals import AUDIENCES, TARGETS
from guardian.nlp.stretches import LONGEST, Stretch
from guardian.nlp.tuning.export import exported
from guardian.nlp.tuning.lessons import Lesson, lessons_of, like_client, stretches_of, vocabulary
from guardian.nlp.tuning.network import Network, network_from
from guardian.nlp.tuning.packed_weights import Base, load_base
from guardian.nlp.tuning.tune import Half, Recipe, read_below, score, tune, use_cores

PARTS = 3  # groups of authors
LEFT_OUT = 2  # of them are left out, each by one network: together the networks have seen everybody
_SIZES = (len(ALL_KINDS), len(TARGETS), len(AUDIENCES))

Folds = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The network to ship as a file, its pieces, and for each mail what a network that never met its author says.

    Mails of authors whom every network met have no looks.
    """

    network: bytes
    pieces: Pieces
    looks: list[list[Look]]


def learn(examples: Examples, folds: Folds, recipe: Recipe, cache: Path | None, progress: Progress) -> Learned:
    """Return what was learned from the examples, whose authors `folds` numbers.

    `cache` keeps each network's weights by what it was trained on, so that an interrupted training goes on.
    """
    use_cores()
    base = load_base()
    kept, pieces = vocabulary(base, examples)
    lessons = lessons_of(examples, pieces)
    owned = [(mail, one) for mail in range(len(examples.samples)) for one in stretches_of(examples, mail, pieces)]
    below = read_below(_fresh(base, kept, recipe.seed), [one for _, one in owned], recipe.frozen, progress)
    place = {(mail, stretch.pieces): i for i, (mail, stretch) in enumerate(owned)}
    looks: list[list[Look]] = [[] for _ in examples.samples]
    weights: list[dict[str, torch.Tensor]] = []
    for part in range(LEFT_OUT):
        network, inside = _fresh(base, kept, recipe.seed), folds % PARTS == part
        chosen = [one for one in lessons if not inside[one.mail]]
        taught = [below[place[one.mail, one.stretch.pieces]] for one in chosen]
        _tuned(network, chosen, taught, recipe, cache, progress)
        _look(
            network, [(i, *owned[i]) for i in range(len(owned)) if inside[owned[i][0]]], below, recipe.frozen, looks
        )
        weights.append(network.state_dict())
        progress("second look", part + 1, LEFT_OUT)
    shipped = _fresh(base, kept, recipe.seed)
    shipped.load_state_dict({name: torch.stack([one[name] for one in weights]).mean(0) for name in weights[0]})
    return Learned(network=exported(shipped), pieces=pieces, looks=looks)


def _fresh(base: Base, kept: list[int], seed: int) -> Network:
    """Return an untrained network; all of one seed begin alike, or their mean would mean nothing."""
    torch.manual_seed(seed)
    return network_from(base, kept, LONGEST, like_client(base), _SIZES)


def _tuned(
    network: Network,
    lessons: Sequence[Lesson],
    below: Sequence[Half],
    recipe: Recipe,
    cache: Path | None,
    progress: Progress,
) -> None:
    file = None if cache is None else cache / f"{_name(lessons, recipe)}.pt"
    if file is not None and file.exists():
        network.load_state_dict(torch.load(file, weights_only=True))
        network.eval()
        return
    tune(network, lessons, below, recipe, progress)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), file)


def _name(lessons: Sequence[Lesson], recipe: Recipe) -> str:
    """Return a name for a network trained on these lessons."""
    told = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
    for lesson in lessons:
        told.update(repr((lesson.stretch.pieces, lesson.hold, lesson.kind, lesson.target)).encode())
        told.update(lesson.hot.tobytes())
    return told.hexdigest()[:24]


def _look(
    network: Network,
    chosen: Sequence[tuple[int, int, Stretch]],
    below: Sequence[Half],
    frozen: int,
    into: list[list[Look]],
) -> None:
    """Let the network look at these stretches, each given with its place in `below` and its mail."""
    if not chosen:
        return
    said = score(network, [below[place] for place, _, _ in chosen], frozen)
    for i, (_, mail, stretch) in enumerate(chosen):
        look = Look(
            stretch=stretch,
            hostile=float(said.hostile[i]),
            heat=said.heat[i],
            kind=said.kind[i],
            target=said.target[i],
        )
        into[mail].append(look)
