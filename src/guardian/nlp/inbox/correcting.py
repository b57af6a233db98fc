"""Corrections of the network learned without some of the hands in turn, and the mean of them, which ships."""

import hashlib
import json
from collections.abc import Callable, Sequence, Set
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

_HALVES = 2
_EPOCHS_FURTHER, _RATE_FURTHER = 2, 4e-4
_HEARD_AGAIN = 25  # mails of each hand

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


def correct_further(  # noqa: PLR0913 - a reader, whom it met, and the options of a training
    examples: Sequence[Example],
    second_look: Path,
    start: Arrays,
    met: Set[str],
    seed: int,
    cache: Path | None,
    say: Progress,
) -> tuple[list[int], list[Scores], Arrays]:
    """Return which examples are of hands not met, what networks say that went on without these, and their mean.

    Two networks go on from the corrections `start`, each without half of the new hands, and hear some mails of each
    hand again that they met. `second_look` may have changed a little since.
    """
    from guardian.nlp.tuning.inbox_tune import Recipe

    new = [place for place, one in enumerate(examples) if one.letter.hand not in met]
    told = [examples[place] for place in (*new, *_again(examples, met, seed))]
    hands = sorted({examples[place].letter.hand for place in new})
    several = [[one.letter.hand not in set(hands[half::_HALVES]) for one in told] for half in range(_HALVES)]
    recipe = Recipe(seed=seed, epochs=_EPOCHS_FURTHER, rate=_RATE_FURTHER, head_rate=_RATE_FURTHER)
    school = _School(told, second_look, recipe, cache, say, start)
    school.teach(several)
    found: dict[int, Scores] = {}
    for chosen in several:
        score = school.fit(chosen)
        found |= {place: score(examples[place]) for place, inside in zip(new, chosen, strict=False) if not inside}
    return new, [found[place] for place in new], corrections_of(mean_of(school.learned))


def _again(examples: Sequence[Example], met: Set[str], seed: int) -> list[int]:
    """Return the places of a few mails of every hand that was met, so that nobody is forgotten."""
    shuffle = np.random.default_rng(seed)
    of: dict[str, list[int]] = {}
    for place, one in enumerate(examples):
        if one.letter.hand in met:
            of.setdefault(one.letter.hand, []).append(place)
    return [int(place) for places in of.values() for place in shuffle.permutation(places)[:_HEARD_AGAIN]]


class _School:
    """Teaches networks from some of the examples each, from nothing or from the corrections `start`."""

    def __init__(
        self,
        examples: Sequence[Example],
        second_look: Path,
        recipe: "Recipe",
        cache: Path | None,
        say: Progress,
        start: Arrays | None = None,
    ) -> None:
        self.learned: list[Arrays] = []
        self._examples, self._recipe, self._cache, self._say, self._start = examples, recipe, cache, say, start
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
        school = School(
            examples=self._examples, network=self._file, pieces=self._pieces, recipe=self._recipe, start=self._start
        )
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
        told.update(self._network)
        for name, values in sorted((self._start or {}).items()):
            told.update(name.encode() + values.tobytes())
        for one, inside in zip(self._examples, chosen, strict=True):
            if inside:
                told.update(repr((one.said.text, one.targets.tolist(), one.hot.tolist())).encode())
        return told.hexdigest()[:24]
