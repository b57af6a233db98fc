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
from guardian.nlp.inbox.crossfit import crossfit
from guardian.nlp.inbox.examples import Example
from guardian.nlp.inbox.scores import Scores
from guardian.nlp.pieces import Pieces
from guardian.nlp.second_look import NETWORK, PIECES, session

if TYPE_CHECKING:
    from guardian.nlp.tuning.inbox_tune import Lessons, Recipe


def correct(
    examples: Sequence[Example], second_look: Path, seed: int, cache: Path | None, say: Progress
) -> tuple[list[Scores], Arrays]:
    """Return what networks say that never met the hand of each mail, and the mean of these networks, to ship.

    The network that is corrected lies in the folder `second_look`; `cache` keeps what each of them learned.
    """
    from guardian.nlp.tuning.inbox_tune import Recipe

    school = _School(examples, second_look, Recipe(seed=seed), cache, say)
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
        self._lessons: Lessons | None = None

    def fit(self, chosen: Sequence[bool]) -> Callable[[Example], Scores]:
        """Return what scores mails as the reader will, with corrections from the chosen examples."""
        arrays = corrections_of(self._kept(chosen))
        self.learned.append(arrays)
        ready = Corrected(
            session=session(corrected(self._network, arrays)), pieces=self._pieces, heads=Heads.of(arrays)
        )
        return lambda one: ready.scores(one.said)

    def _kept(self, chosen: Sequence[bool]) -> Arrays:
        file = None if self._cache is None else self._cache / f"{self._name(chosen)}.npz"
        if file is not None and file.exists():
            return dict(np.load(file, allow_pickle=False))
        arrays = self._learn(chosen)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            save(file, arrays)
        return arrays

    def _learn(self, chosen: Sequence[bool]) -> Arrays:
        from guardian.nlp.tuning.inbox_tune import learn, lessons_of

        if self._lessons is None:  # the frozen layers' work is done once
            self._lessons = lessons_of(self._examples, self._file, self._pieces, self._recipe, self._say)
        return learn(self._lessons, chosen, self._file, self._recipe, self._say).arrays()

    def _name(self, chosen: Sequence[bool]) -> str:
        """Return a name for what is learned from the chosen examples."""
        told = hashlib.sha256(json.dumps(asdict(self._recipe), sort_keys=True).encode())
        for one, inside in zip(self._examples, chosen, strict=True):
            if inside:
                told.update(repr((one.said.text, one.targets.tolist(), one.hot.tolist())).encode())
        return told.hexdigest()[:24]


def save(file: Path, arrays: Arrays) -> None:
    """Write arrays; the same ones always make the same file."""
    told = {key: arrays[key] for key in sorted(arrays)}
    np.savez(file, allow_pickle=False, **told)
