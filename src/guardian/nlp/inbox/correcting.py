"""Corrections of the network learned without some of the hands in turn, and the mean of them, which ships."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from guardian.nlp.examples import Progress
from guardian.nlp.heads import Arrays
from guardian.nlp.inbox.averaging import mean_of
from guardian.nlp.inbox.corrected import Corrected, Heads, corrected, corrections_of
from guardian.nlp.inbox.crossfit import choices, crossfit
from guardian.nlp.inbox.examples import Example
from guardian.nlp.inbox.scores import Scores
from guardian.nlp.pieces import Pieces
from guardian.nlp.second_look import NETWORK, PIECES, session

if TYPE_CHECKING:
    from guardian.nlp.tuning.inbox_tune import Recipe


def correct(
    examples: Sequence[Example], second_look: Path, seed: int, cache: Path | None, say: Progress
) -> tuple[list[Scores], Arrays]:
    """Return what networks say that never met the hand of each mail, and the mean of these networks, to ship.

    The network that is corrected lies in the folder `second_look`; `cache` keeps what each of them learned.
    """
    from guardian.nlp.tuning.inbox_tune import Recipe

    school = _School(examples, second_look, Recipe(seed=seed), cache, say)
    school.teach(choices(examples))
    scores = crossfit(examples, school.fit, say)
    return scores, corrections_of(mean_of(school.learned))


class _School:
    """Teaches networks from some of the examples each."""

    def __init__(
        self, examples: Sequence[Example], second_look: Path, recipe: "Recipe", cache: Path | None, say: Progress
    ) -> None:
        self.learned: list[Arrays] = []
        self._examples, self._recipe, self._cache, self._say = examples, recipe, cache, say
        self._file = second_look / NETWORK
        self._pieces, self._network = Pieces.load(second_look / PIECES), self._file.read_bytes()
        self._known: dict[str, Arrays] = {}

    def teach(self, several: Sequence[Sequence[bool]]) -> None:
        """Learn from each of these choices of examples, side by side, unless that is kept from before."""
        from guardian.nlp.tuning.inbox_side_by_side import School, learned_side_by_side

        new = {self._name(chosen): chosen for chosen in several}
        for name in tuple(new):
            file = self._kept_in(name)
            if file is not None and file.exists():
                self._known[name] = dict(np.load(file, allow_pickle=False))
                del new[name]
        school = School(examples=self._examples, network=self._file, pieces=self._pieces, recipe=self._recipe)
        tasks = [(chosen, self._kept_in(name)) for name, chosen in new.items()]
        if tasks:
            self._known |= zip(new, learned_side_by_side(school, tasks, self._say), strict=True)

    def fit(self, chosen: Sequence[bool]) -> Callable[[Example], Scores]:
        """Return what scores mails as the reader will, with corrections from the chosen examples."""
        arrays = corrections_of(self._known[self._name(chosen)])
        self.learned.append(arrays)
        ready = Corrected(
            session=session(corrected(self._network, arrays)), pieces=self._pieces, heads=Heads.of(arrays)
        )
        return lambda one: ready.scores(one.said)

    def _kept_in(self, name: str) -> Path | None:
        return None if self._cache is None else self._cache / f"{name}.npz"

    def _name(self, chosen: Sequence[bool]) -> str:
        """Return a name for what is learned from the chosen examples."""
        told = hashlib.sha256(json.dumps(asdict(self._recipe), sort_keys=True).encode())
        for one, inside in zip(self._examples, chosen, strict=True):
            if inside:
                told.update(repr((one.said.text, one.targets.tolist(), one.hot.tolist())).encode())
        return told.hexdigest()[:24]
