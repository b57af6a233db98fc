"""Keeping held mail on the disk: how many a second, and how long one takes, by how many arrive at the same moment.

    python benchmarks/holds.py [--mails 400] [--kilobytes 4] [--folder DIR]

SQLite in a folder of the disk to be measured (the temporary one by default). Beside it, the same bytes written with
one fsync each: what the disk can do at all.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from guardian.storage import StoredHolds, open_database, upgrade
from tests.stores.mails import held_mail


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--kilobytes", type=int, default=4)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    told = parser.parse_args()
    print(f"{'at the same moment':20}{'holds/s':>9}{'ms median':>11}{'ms p95':>9}")
    for together in (1, 2, 4, 8, 16):
        with tempfile.TemporaryDirectory(dir=told.folder) as name:
            database = open_database(f"sqlite:///{Path(name) / 'guardian.db'}")
            upgrade(database)
            holds = StoredHolds(database)
            body = os.urandom(told.kilobytes * 1024)

            def keep(number: int, holds: StoredHolds = holds, body: bytes = body) -> None:
                holds.keep(replace(held_mail(f"m{number}"), digest=str(number)), body + str(number).encode())

            report(f"{together}", keep, told.mails, together)
            database.engine.dispose()
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        report("one fsync each", lambda number: sync(Path(name) / "file", told.kilobytes), told.mails, 1)


def sync(path: Path, kilobytes: int) -> None:
    """Append to a file and wait for the disk."""
    with path.open("ab") as file:
        file.write(bytes(kilobytes * 1024))
        file.flush()
        os.fsync(file.fileno())


def report(label: str, do: Callable[[int], None], times: int, together: int) -> None:
    """Do something so many times, so many at a time, and print how fast it went."""

    def timed(number: int) -> float:
        began = time.perf_counter()
        do(number)
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(together) as pool:
        took = list(pool.map(timed, range(times)))
    rate = times / (time.perf_counter() - began)
    print(f"{label:20}{rate:9.0f}{1000 * median(took):11.1f}{1000 * quantiles(took, n=20)[18]:9.1f}", flush=True)


if __name__ == "__main__":
    main()
