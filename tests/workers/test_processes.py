"""Real worker processes over a real PostgreSQL, asked to leave and killed while they read a lab over TLS."""

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from guardian.ports.run_ledger import RunPart
from guardian.storage import Database
from guardian.sync import RunState
from guardian.sync.report import read_report
from tests.workers.office import NIGHT_OVER, Office, Story, office

SOME_PAGES = "SELECT 1 FROM occurrence"


def test_a_worker_that_is_asked_to_leave_leaves_nothing_half_done(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    with office(tmp_path, make_database(), mailboxes=4, threads=8, page_size=2) as here:
        here.graph.latency_s = 0.05
        first = here.start("--now", "--concurrency", "2")
        here.wait_until(SOME_PAGES)
        assert here.stop(first) == 0, here.said()
        assert not here.night_is_over()
        here.start("--concurrency", "4")
        here.wait_until(NIGHT_OVER)
        assert here.stored_story() == here.true_story()
        assert {one["state"] for one in here.store().connectors()} == {"ok"}
        assert here.graph.deepest == 1
        assert "@acme" not in here.said().replace("…@acme", "")


def storm(here: Office, *, kills: int, seed: int) -> int:
    """Kill workers until the night is over nevertheless; return how many died."""
    chance, died = random.Random(seed), 0
    here.start("--now", "--concurrency", "4")
    here.wait_until("SELECT 1 FROM sync_part")
    here.start("--concurrency", "4")
    while not here.night_is_over():
        time.sleep(chance.uniform(0.2, 3.0))
        alive = [one for one in here.workers if one.poll() is None]
        if died < kills and not here.night_is_over():
            here.stop(chance.choice(alive), signal.SIGKILL)
            died += 1
            here.start("--concurrency", "4")
    return died


@pytest.mark.slow
@pytest.mark.parametrize(("mailboxes", "kills", "latency_s"), [(40, 10, 0.05), (200, 50, 0.2)])
def test_workers_killed_at_random_lose_no_mailbox_and_read_none_twice_at_once(
    make_database: Callable[[], Database], tmp_path: Path, mailboxes: int, kills: int, latency_s: float
) -> None:
    with office(tmp_path, make_database(), mailboxes=mailboxes, threads=3 * mailboxes, page_size=5) as here:
        here.graph.latency_s = latency_s
        died = storm(here, kills=kills, seed=mailboxes)
        assert died >= kills // 2, f"only {died} kills before the night was over"
        assert here.graph.deepest == 1
        (run,) = (run for night in [_night(here)] for run in here.store().night(night))
        parts = here.store().parts(run.id)
        assert {part.part for part in parts} == {rep.address for rep in here.company.reps}
        assert all(part.done for part in parts)
        # Where workers live for three seconds, five may die at one place of a mailbox: it is left to the next night.
        given_up = {part.part for part in parts if _state(part) is RunState.FAILED}
        assert len(given_up) <= mailboxes // 40
        assert _without(here.stored_story(), given_up) == _without(here.true_story(), given_up)
        assert {one["state"] for one in here.store().connectors()} == {"partial" if given_up else "ok"}


def _state(part: RunPart) -> RunState:
    report = read_report(part.report)
    assert report is not None
    return report.state


def _without(story: Story, mailboxes: set[str]) -> Story:
    return {mail: kept for mail, copies in story.items() if (kept := copies - mailboxes)}


def _night(here: Office) -> str:
    from sqlalchemy import text

    with here.database.reading() as connection:
        return str(connection.execute(text("SELECT night FROM sync_run")).scalar_one())
