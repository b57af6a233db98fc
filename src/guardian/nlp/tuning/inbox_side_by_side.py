"""Corrections learned side by side from different hands, each in a process and on a thread of its own."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

from guardian.nlp.examples import Progress
from guardian.nlp.heads import Arrays
from guardian.nlp.inbox.arrays_file import save
from guardian.nlp.inbox.examples import Example
from guardian.nlp.pieces import Pieces
from guardian.nlp.tuning.inbox_tune import Lessons, Recipe, learn, lessons_of
from guardian.nlp.tuning.side_by_side import KEEP_MEMORY, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What every process is told: the mails, the network's file and pieces, how to learn, and what to go on from."""

    examples: Sequence[Example]
    network: Path
    pieces: Pieces
    recipe: Recipe
    start: Arrays | None = None


_here: list[
    tuple[School, Lessons, "Queue[tuple[int, int, int]]"]
] = []  # in a process: the frozen layers' work is done once for all it learns


def learned_side_by_side(
    school: School, choices: Sequence[tuple[Sequence[bool], Path | None]], say: Progress
) -> list[Arrays]:
    """Return for each choice of mails the corrections and heads learned from these, and keep them in its file."""
    context = get_context("spawn")  # a process that is forked may not use torch's threads again
    queue: Queue[tuple[int, int, int]] = context.Queue()
    os.environ |= KEEP_MEMORY
    processes = min(len(os.sched_getaffinity(0)), len(choices))
    with ProcessPoolExecutor(processes, context, _begin, (school, queue)) as pool:
        running = [pool.submit(_learned, number, *choice) for number, choice in enumerate(choices)]
        follow("learn", running, queue, say)
        return [one.result() for one in running]


def _begin(school: School, told: "Queue[tuple[int, int, int]]") -> None:
    lessons = lessons_of(school.examples, school.network, school.pieces, school.recipe, lambda *_: None)
    _here.append((school, lessons, told))


def _learned(number: int, chosen: Sequence[bool], file: Path | None) -> Arrays:
    (school, lessons, told) = _here[0]

    def say(_: str, step: int, steps: int) -> None:
        told.put((number, step, steps))

    done = learn(lessons, chosen, school.network, school.recipe, say, school.start)
    arrays = done.arrays()
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(f".{os.getpid()}.npz")
        save(half, arrays)
        half.rename(file)
    return arrays
