"""Doing many things at the same time in this process, each in a thread of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

_T = TypeVar("_T")


def in_threads(do: Callable[[_T], object], things: Sequence[_T], at_once: int, *, stop: Callable[[], None]) -> None:
    """Do something to everything, to at most `at_once` things at the same time.

    The first error, or Ctrl-C, asks the others to `stop`, waits until they have, and passes through.
    """
    if min(at_once, len(things)) < 2:
        for thing in things:
            do(thing)
        return
    with ThreadPoolExecutor(min(at_once, len(things)), thread_name_prefix="part") as pool:
        futures = [pool.submit(do, thing) for thing in things]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            stop()
            pool.shutdown(cancel_futures=True)
            raise
