"""Networks tuned side by side, each in a process and on a thread of its own."""

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import Any

import numpy as np
import torch

from guardian.nlp.examples import Progress
from guardian.nlp.tuning.lessons import Lesson
from guardian.nlp.tuning.network import Network, fresh_network
from guardian.nlp.tuning.packed_weights import load_base
from guardian.nlp.tuning.shipped_network import network_in
from guardian.nlp.tuning.tune import Half, Recipe, Scored, score, tune

State = dict[str, torch.Tensor]
_SECONDS = 1.0  # between two looks at how far the networks are
_told: list["Queue[tuple[int, int, int]]"] = []  # in a network's process: where it says how far it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a network begins as: that in a file, or the base model that knows the pieces `kept`."""

    kept: Sequence[int] = ()
    file: Path | None = None

    def network(self, seed: int) -> Network:
        """Return the network to tune."""
        return network_in(self.file) if self.file else fresh_network(load_base(), list(self.kept), seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One network: what it is taught, the stretches it is asked about afterwards, and where its weights are kept.

    `taught` and `asked` are places in what the frozen layers made of all stretches, `taught` one for each lesson.
    """

    number: int
    lessons: Sequence[Lesson]
    taught: Sequence[int]
    asked: Sequence[int]
    start: Start
    recipe: Recipe
    file: Path


# Without these, glibc gives the memory of every large matrix back and asks for it again: a third of the time.
KEEP_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "100000000000", "MALLOC_TOP_PAD_": "268435456"}


def tuned_side_by_side(tasks: Sequence[Task], below: Sequence[Half], say: Progress) -> list[tuple[State, Scored]]:
    """Return the weights of each task's network, and what it says of the stretches it was asked about."""
    context = get_context("spawn")  # a process that is forked may not use torch's threads again
    queue: Queue[tuple[int, int, int]] = context.Queue()
    os.environ |= KEEP_MEMORY  # read by the processes that begin below, not by this one
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _store(below, place)
        cores = len(os.sched_getaffinity(0))
        with ProcessPoolExecutor(min(cores, len(tasks)), context, _begin, (queue,)) as pool:
            running = [pool.submit(_carry_out, task, place) for task in tasks]
            follow("tune", running, queue, say)
            return [one.result() for one in running]


def follow(step: str, running: Sequence["Future[Any]"], queue: "Queue[tuple[int, int, int]]", say: Progress) -> None:
    """Tell how far all networks together are, until each is done or one has failed."""
    steps = {}
    while not all(one.done() for one in running) and not any(one.done() and one.exception() for one in running):
        try:
            number, done, total = queue.get(timeout=_SECONDS)
        except Empty:
            continue
        steps[number] = (done, total)
        say(step, sum(one for one, _ in steps.values()), sum(all_ for _, all_ in steps.values()))


def _begin(queue: "Queue[tuple[int, int, int]]") -> None:
    torch.set_num_threads(1)
    _told.append(queue)


def _carry_out(task: Task, folder: Path) -> tuple[State, Scored]:
    below = _stored(folder)
    network = task.start.network(task.recipe.seed)
    _tune(network, task, below)
    return network.state_dict(), score(network, [below[place] for place in task.asked], task.recipe.frozen)


def _tune(network: Network, task: Task, below: Sequence[Half]) -> None:
    if task.file.exists():
        network.load_state_dict(torch.load(task.file, weights_only=True))
        return
    taught = [below[place] for place in task.taught]
    tune(network, task.lessons, taught, task.recipe, lambda _, done, total: _told[0].put((task.number, done, total)))
    task.file.parent.mkdir(parents=True, exist_ok=True)
    half = task.file.with_suffix(f".{os.getpid()}")
    torch.save(network.state_dict(), half)
    half.rename(task.file)


def _store(below: Sequence[Half], folder: Path) -> None:
    """Write what the frozen layers made, so that every process can map it."""
    ends = np.cumsum([len(one) for one in below])
    np.save(folder / "ends.npy", ends)
    whole = np.lib.format.open_memmap(folder / "below.npy", "w+", np.float16, (int(ends[-1]), below[0].shape[1]))
    np.concatenate(below, out=whole)
    whole.flush()


def _stored(folder: Path) -> list[Half]:
    whole = np.load(folder / "below.npy", mmap_mode="r")
    return np.split(whole, np.load(folder / "ends.npy")[:-1])
