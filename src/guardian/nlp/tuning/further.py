"""A trained judge's network taught further: what people wrote whom it has not met, without a training from nothing.

Half of the new authors are left out by each of two networks, which go on from the one that ships and are asked about
the authors left out; what ships is the mean of their weights (Wortsman et al., "Model soups", 2022).
"""

import tempfile
from collections.abc import Sequence, Set
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from guardian.nlp.examples import Examples, Progress
from guardian.nlp.pieces import Pieces
from guardian.nlp.second_look import NETWORK, PIECES
from guardian.nlp.tuning.lessons import UNTOLD, Lesson, lessons_of, stretches_of
from guardian.nlp.tuning.looks import LEFT_OUT, Folds, Learned, joined, tasks_of
from guardian.nlp.tuning.shipped_network import network_in
from guardian.nlp.tuning.side_by_side import Start, tuned_side_by_side
from guardian.nlp.tuning.tune import Recipe, of_each, read_below

# One round, in which each lesson of a new author comes several times, and every time goes without other pieces.
ONWARD = Recipe(epochs=1, rate=1e-4, head_rate=4e-4, frozen=4, most_of_one=3_000)
_REPEATED = 56  # lessons of each author whom it has met: fewer teach less, and it forgets
_TIMES = 3  # that a lesson of a new author comes


def learn_further(  # noqa: PLR0913 - a judge, what it met, and the options of a training
    examples: Examples,
    folds: Folds,
    second_look: Path,
    met: Set[str],
    recipe: Recipe,
    cache: Path | None,
    progress: Progress,
) -> Learned:
    """Return what the network in the folder of a second look learned from the authors whom it had not met.

    Mails of authors in `met` have no looks. Real mail and talk count as new.
    """
    torch.set_num_threads(1)
    file, pieces = second_look / NETWORK, Pieces.load(second_look / PIECES)
    network = network_in(file)
    lessons = _chosen(lessons_of(examples, pieces), met, recipe.seed)
    is_new = np.array([sample.author not in met for sample in examples.samples])
    wanted = {lesson.mail for lesson in lessons} | {int(mail) for mail in np.flatnonzero(is_new)}
    owned = [(mail, one) for mail in sorted(wanted) for one in stretches_of(examples, mail, pieces)]
    below = read_below(network, [one for _, one in owned], recipe.frozen, progress)
    with tempfile.TemporaryDirectory() as folder:
        halves = _halves(folds, is_new)
        tasks = tasks_of(lessons, owned, halves, Start(file=file), recipe, cache or Path(folder))
        found = tuned_side_by_side(tasks, below, progress)
    return joined(network, pieces, len(examples.samples), owned, tasks, found)


def _chosen(lessons: Sequence[Lesson], met: Set[str], seed: int) -> list[Lesson]:
    """Return all lessons of new authors several times, neutral lines once, and some of each whom the network has met.

    Whom words speak to is no lesson: what says so is not shipped, and would begin from nothing.
    """
    known = [lesson for lesson in lessons if lesson.author in met]
    again = [known[place] for place in of_each(known, _REPEATED, np.random.default_rng(seed))]
    new = [lesson for lesson in lessons if lesson.author not in met for _ in range(1 if lesson.talk else _TIMES)]
    return [replace(lesson, audience=UNTOLD) for lesson in (*again, *new)]


def _halves(folds: Folds, is_new: npt.NDArray[np.bool_]) -> Folds:
    """Return which network does not meet each mail's author, -1 where both may."""
    authors = np.unique(folds[is_new])
    half = {int(author): place % LEFT_OUT for place, author in enumerate(authors)}
    return np.array([half[int(fold)] if new else -1 for fold, new in zip(folds, is_new, strict=True)])
