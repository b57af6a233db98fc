"""Writing together what waits at the same moment: one transaction, one sync of the disk for all of it.

Whoever comes while somebody writes waits; the first of them then writes for all who wait. Nobody waits for company:
who comes alone writes at once.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from guardian.domain.errors import GuardianError

MOST = 64
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(eq=False)
class _Entry(Generic[Asked, Answer]):
    """What one thread wants written, and what came of it; woken without an answer, it is its turn to write."""

    asked: Asked
    woken: threading.Event = field(default_factory=threading.Event)
    answers: list[Answer] = field(default_factory=list)
    problem: GuardianError | None = None
    stands_alone: bool = False


class Together(Generic[Asked, Answer]):
    """Hands what several threads want written to `write` in batches, in the order they came; safe among threads."""

    def __init__(self, write: Callable[[Sequence[Asked]], Sequence[Answer]]) -> None:
        """Take what writes a batch, all of it or nothing, and returns an answer for each."""
        self._write = write
        self._waiting: list[_Entry[Asked, Answer]] = []
        self._somebody_writes = False
        self._lock = threading.Lock()

    def submit(self, asked: Asked) -> Answer:
        """Return the answer once what was asked is written, whoever wrote it; raises what kept it from being so."""
        entry = _Entry[Asked, Answer](asked)
        with self._lock:
            self._waiting.append(entry)
            waits, self._somebody_writes = self._somebody_writes, True
        if waits:
            entry.woken.wait()
        if not entry.answers and entry.problem is None:
            if entry.stands_alone:
                return self._write([asked])[0]
            self._write_for_all()
        if entry.problem is not None:
            raise entry.problem
        return entry.answers[0]

    def _write_for_all(self) -> None:
        """Write what waits, wake those it was for, and have the next one go on."""
        with self._lock:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            self._fill_in(batch)
        finally:
            with self._lock:
                following = self._waiting[:1]
                self._somebody_writes = bool(following)
            for one in (*batch, *following):
                one.woken.set()

    def _fill_in(self, batch: Sequence[_Entry[Asked, Answer]]) -> None:
        """Write a batch; after an error of our own the others do not share it, but write for themselves."""
        for one in batch:
            one.stands_alone = True
        try:
            answers = self._write([one.asked for one in batch])
        except GuardianError as problem:
            for one in batch:
                one.problem = problem
        else:
            for one, answer in zip(batch, answers, strict=True):
                one.answers.append(answer)
