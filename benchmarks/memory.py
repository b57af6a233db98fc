"""The most memory that a sync of one mailbox takes, by the number of its messages.

    python benchmarks/memory.py [--messages 10000 1000000] [--postgres URL]

Each number in a process of its own, from a generator of pages that holds none of them, into an empty database:
a walk, the settling of clients, and a second walk that changes nothing. The interpreter and all modules count.
"""

import argparse
import resource
import subprocess
import sys
from collections import deque
from collections.abc import Iterator

from benchmarks.sync import PAGE, Source, a_mail, empty, pull, quiet, taken
from guardian.domain.activity import Activity
from guardian.ports.connector import Cursor, Page

REMEMBERED = 2000  # mails back that an answer may refer to


class Stream(Source):
    """One mailbox of so many messages, each made when its page is asked for."""

    def __init__(self, messages: int) -> None:
        super().__init__([])
        self._messages = messages

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield everything."""
        import random

        dice, past = random.Random(7), deque[Activity](maxlen=REMEMBERED)
        for start in range(0, self._messages, PAGE):
            records = []
            for number in range(start, min(start + PAGE, self._messages)):
                parent = past[dice.randrange(len(past))] if past and dice.random() < 0.6 else None
                records.append(a_mail(number, dice, parent))
                past.append(records[-1])
            end = start + len(records)
            yield Page(
                records=tuple(records),
                cursor=Cursor(token=str(end)),
                read=len(records),
                walk=True,
                closes_round=end == self._messages,
            )

    def count(self) -> int | None:
        """Return how many there are."""
        return self._messages


def measure(messages: int, server: str | None) -> None:
    """Sync twice, and print the seconds of processor time of each and the most memory, in MB."""
    quiet()
    with empty(server) as database:
        (fresh, _), first = taken(None, lambda: pull(database, Stream(messages))), _peak_mb()
        again, _ = taken(None, lambda: pull(database, Stream(messages)))
        print(f"{fresh:.1f} {again:.1f} {first:.0f} {_peak_mb():.0f}")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure each number in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--postgres", help="a server where databases may be made; else SQLite in a folder")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.here:
        measure(told.messages[0], told.postgres)
        return
    peaks = []
    for messages in told.messages:
        more = ["--postgres", told.postgres] if told.postgres else []
        command = [sys.executable, __file__, "--here", "--messages", str(messages), *more]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        fresh, again, first, most = map(float, said)
        peaks.append(most)
        print(
            f"{messages} messages: fresh {fresh:.0f} s, again {again:.0f} s;"
            f" {first:.0f} MB, with the second {most:.0f} MB",
            flush=True,
        )
    if len(peaks) > 1:
        print(f"most of the last ÷ of the first: {peaks[-1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
