"""Two jobs are never at the same mailbox, whatever processes they run in; a dead process lets go."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from guardian.domain.errors import TryLater
from guardian.storage import Database, SyncTables, open_database
from tests.sync.supplier import OWN

HOLDS = """
import sys, time
from guardian.storage import SyncTables, open_database
store = SyncTables(open_database(sys.argv[1]), frozenset())
with store.taking("office", "ana@acme.example") as free:
    print(free, flush=True)
    time.sleep(60)
"""


def test_one_job_at_a_time_and_other_mailboxes_meanwhile(database: Database) -> None:
    one, other = SyncTables(database, OWN), SyncTables(database, OWN)
    with one.taking("office", "ana") as first:
        with other.taking("office", "ana") as second, other.taking("office", "eva") as third:
            assert (first, second, third) == (True, False, True)
        with other.taking("office", "ana") as still:
            assert not still
    with other.taking("office", "ana") as now:
        assert now


def test_threads_of_one_process_exclude_each_other_too(database: Database) -> None:
    store, got = SyncTables(database, OWN), list[bool]()

    def look() -> None:
        with store.taking("office", "ana") as free:
            got.append(free)

    with store.taking("office", "ana"):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert got == [False]


def test_a_process_that_is_killed_lets_go(database: Database) -> None:
    store = SyncTables(database, OWN)
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", HOLDS, url]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with store.taking("office", "ana@acme.example") as free, store.taking("office", "eva") as eva:
            assert (free, eva) == (False, True)
        holder.send_signal(signal.SIGKILL)
    for _ in range(200):
        with store.taking("office", "ana@acme.example") as free:
            if free:
                return
        threading.Event().wait(0.05)
    raise AssertionError("the dead still hold it")


def test_a_database_that_does_not_answer_is_tried_later() -> None:
    nowhere = open_database("postgresql+psycopg://guardian@127.0.0.1:1/nowhere")
    with pytest.raises(TryLater), SyncTables(nowhere, OWN).taking("office", "ana"):
        pass
