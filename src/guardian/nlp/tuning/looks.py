"""The second look learned: networks fitted without some authors, what each says of those, and the networks' mean.

The network that ships is the mean of their weights (Wortsman et al., "Model soups", 2022): it has seen every author
and costs no training of its own.
"""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from guardian.nlp.examples import Examples, Progress
from guardian.nlp.pieces import Pieces
from guardian.nlp.second_look import Look
from guardian.nlp.stretches import Stretch
from guardian.nlp.tuning.export import exported
from guardian.nlp.tuning.lessons import Lesson, lessons_of, stretches_of, vocabulary
from guardian.nlp.tuning.network import Network, fresh_network
from guardian.nlp.tuning.packed_weights import load_base
from guardian.nlp.tuning.side_by_side import Start, State, Task, tuned_side_by_side
from guardian.nlp.tuning.tune import Recipe, Scored, read_below

PARTS = 3  # groups of authors
LEFT_OUT = 2  # of them are left out, each by one network: together the networks have seen everybody

Folds = npt.NDArray[np.int64]
Owned = Sequence[tuple[int, Stretch]]  # stretches with their mails


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
    torch.set_num_threads(1)
    base = load_base()
    kept, pieces = vocabulary(base, examples)
    owned = [(mail, one) for mail in range(len(examples.samples)) for one in stretches_of(examples, mail, pieces)]
    first = fresh_network(base, kept, recipe.seed)
    below = read_below(first, [one for _, one in owned], recipe.frozen, progress)
    with tempfile.TemporaryDirectory() as folder:
        start = Start(kept=kept)
        tasks = tasks_of(lessons_of(examples, pieces), owned, folds % PARTS, start, recipe, cache or Path(folder))
        found = tuned_side_by_side(tasks, below, progress)
    return joined(first, pieces, len(examples.samples), owned, tasks, found)


def tasks_of(
    lessons: Sequence[Lesson], owned: Owned, groups: Folds, start: Start, recipe: Recipe, cache: Path
) -> list[Task]:
    """Return the networks to tune: each is taught without the group of its number, and asked about that."""
    place = {(mail, stretch.pieces): i for i, (mail, stretch) in enumerate(owned)}
    tasks = []
    for number in range(LEFT_OUT):
        chosen = [one for one in lessons if groups[one.mail] != number]
        task = Task(
            number=number,
            lessons=chosen,
            taught=[place[one.mail, one.stretch.pieces] for one in chosen],
            asked=[i for i, (mail, _) in enumerate(owned) if groups[mail] == number],
            start=start,
            recipe=recipe,
            file=cache / f"{_name(chosen, recipe, start.file)}.pt",
        )
        tasks.append(task)
    return tasks


def joined(
    network: Network,
    pieces: Pieces,
    mails: int,
    owned: Owned,
    tasks: Sequence[Task],
    found: Sequence[tuple[State, Scored]],
) -> Learned:
    """Return the mean of tuned networks, and what each said of the stretches that it was asked about."""
    looks: list[list[Look]] = [[] for _ in range(mails)]
    for task, (_, said) in zip(tasks, found, strict=True):
        _add_looks(said, [owned[place] for place in task.asked], looks)
    states = [state for state, _ in found]
    network.load_state_dict({name: torch.stack([one[name] for one in states]).mean(0) for name in states[0]})
    return Learned(network=exported(network), pieces=pieces, looks=looks)


def _name(lessons: Sequence[Lesson], recipe: Recipe, start: Path | None) -> str:
    """Return a name for a network trained on these lessons, and from that in a file."""
    told = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
    told.update(start.read_bytes() if start else b"")
    for lesson in lessons:
        told.update(repr((lesson.stretch.pieces, lesson.hold, lesson.kind, lesson.target, lesson.weight)).encode())
        told.update(lesson.hot.tobytes())
    return told.hexdigest()[:24]


def _add_looks(said: Scored, asked: Owned, into: list[list[Look]]) -> None:
    """Put what a network said of these stretches, each given with its mail, among the looks at their mails."""
    for i, (mail, stretch) in enumerate(asked):
        look = Look(
            stretch=stretch,
            hostile=float(said.hostile[i]),
            heat=said.heat[i],
            kind=said.kind[i],
            target=said.target[i],
        )
        into[mail].append(look)
