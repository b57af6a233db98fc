"""What waits at the same moment is written together, and nobody gets another's answer or error."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from guardian.domain.errors import TryLater
from guardian.ports.holds import Hold
from guardian.storage.engine import Database
from guardian.storage.holds import StoredHolds
from guardian.storage.together import MOST, Together
from tests.stores.mails import RAW, held_mail


class Pen:
    """Writes numbers, slowly where told; fails as told for batches with some number in them."""

    def __init__(self, **failures: Exception) -> None:
        self.batches: list[list[int]] = []
        self.failures = failures
        self.begun, self.go_on = threading.Event(), threading.Event()

    def write(self, batch: Sequence[int]) -> Sequence[int]:
        self.batches.append([*batch])
        if not self.begun.is_set():
            self.begun.set()
            assert self.go_on.wait(20)
        for number in batch:
            if f"at_{number}" in self.failures:
                raise self.failures[f"at_{number}"]
        return [10 * number for number in batch]


def all_at_once(pen: Pen, numbers: Sequence[int]) -> "list[Future[int]]":
    """Submit numbers while the first of them is being written."""
    together = Together(pen.write)
    with ThreadPoolExecutor(len(numbers)) as pool:
        futures = [pool.submit(together.submit, numbers[0])]
        assert pen.begun.wait(20)
        for waiting, number in enumerate(numbers[1:], 1):
            futures.append(pool.submit(together.submit, number))
            wait_for_company(together, waiting)
        pen.go_on.set()
    return futures


def wait_for_company(together: "Together[int, int]", waiting: int) -> None:
    """Return when so many wait for the pen."""
    end = time.monotonic() + 20
    while len(together._waiting) != waiting:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_who_comes_alone_is_written_at_once() -> None:
    pen = Pen()
    pen.go_on.set()
    together = Together(pen.write)
    assert [together.submit(number) for number in (1, 2)] == [10, 20]
    assert pen.batches == [[1], [2]]


def test_who_comes_meanwhile_is_written_together_in_order() -> None:
    pen = Pen()
    assert [one.result() for one in all_at_once(pen, range(9))] == [10 * number for number in range(9)]
    assert pen.batches == [[0], [*range(1, 9)]]


def test_a_batch_has_an_end() -> None:
    pen = Pen()
    numbers = range(MOST + 3)
    assert [one.result() for one in all_at_once(pen, numbers)] == [10 * number for number in numbers]
    assert [len(batch) for batch in pen.batches] == [1, MOST, 2]


def test_a_store_that_is_away_is_away_for_all_of_a_batch_and_no_other() -> None:
    pen = Pen(at_2=TryLater("away"))
    first, *others = all_at_once(pen, range(4))
    assert first.result() == 0
    assert [type(one.exception()) for one in others] == [TryLater] * 3
    assert pen.batches == [[0], [1, 2, 3]]


def test_an_error_of_one_is_not_the_others_error() -> None:
    pen = Pen(at_2=ValueError("a bug"))
    first, one, two, three = all_at_once(pen, range(4))
    assert (first.result(), three.result()) == (0, 30)
    assert isinstance(two.exception(), ValueError)
    assert isinstance(one.exception(), ValueError), "it wrote the batch, and nobody else was told"
    assert sorted(map(tuple, pen.batches)) == [(0,), (1, 2, 3), (2,), (3,)]


def test_mails_that_come_at_the_same_moment_are_all_kept_each_once(database: Database) -> None:
    holds = StoredHolds(database)
    barrier = threading.Barrier(8)

    def keep(number: int) -> Hold:
        barrier.wait()
        return holds.keep(held_mail(f"h{number}"), RAW + str(number // 2).encode())  # two by two the same mail

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(keep, range(16)))
    assert len(holds.list()) == 8
    for number in range(0, 16, 2):
        assert kept[number] == kept[number + 1]
        assert replace(kept[number], id="") == replace(held_mail(""), digest=kept[number].digest)
    assert holds.broken_trails() == []
