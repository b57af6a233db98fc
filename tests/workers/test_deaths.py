"""Workers that die: their jobs go to others, and what kills one after the other is left out and said."""

import pytest
from sqlalchemy import text

from guardian.domain.errors import TryLater
from guardian.workers.jobs import MOST_DEATHS
from tests.sync.supplier import box, told
from tests.workers.nights import TONIGHT, Tenant, dies_at_work


def test_the_job_of_a_dead_worker_is_taken_up_by_another(tenant: Tenant) -> None:
    tenant.add("office", box("ana"), box("eva"))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    dies_at_work(tenant)
    tenant.look()
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "ok")}
    assert len(told(tenant.database)["interactions"]) == 6


@pytest.mark.parametrize("heard_of", ["never again", "a moment ago"])
def test_a_look_that_died_with_its_worker_keeps_no_other_one_waiting(tenant: Tenant, heard_of: str) -> None:
    tenant.add("office", box("ana"))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    since = {"never again": "interval '1 hour'", "a moment ago": "interval '1 second'"}[heard_of]
    tenant.change(
        f"WITH one AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - {since}) RETURNING id)"
        " INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)"
        " SELECT 'night', 'look', 'look', 'look', 'doing', id FROM one"
    )
    tenant.together(lambda queue: queue.free_look())
    with tenant.database.reading() as connection:
        left = connection.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'look'")).scalar()
    assert left == {"never again": 0, "a moment ago": 1}[heard_of]


def test_a_mailbox_at_which_workers_keep_dying_is_left_out_and_said(tenant: Tenant) -> None:
    tenant.add("office", box("ana"), box("eva"))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    for _ in range(MOST_DEATHS):
        dies_at_work(tenant)
        tenant.look()
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "failed")}
    assert "ana: several workers died" in tenant.problems("office")
    assert len(told(tenant.database)["interactions"]) == 3


def test_a_mailbox_that_gets_on_between_the_deaths_of_its_workers_is_not_left_out(tenant: Tenant) -> None:
    slow = box("slow", 5, fails_with=TryLater("busy", after_seconds=0))
    tenant.add("office", slow)
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    (run,) = tenant.store.night(TONIGHT)
    tenant.jobs().sync(run.id, "slow")
    for page in range(2 * MOST_DEATHS):
        dies_at_work(tenant)
        tenant.change(f"UPDATE cursor SET pending_token = 'page {page}'")
        tenant.look()
    assert not tenant.store.part(run.id, "slow").done
    for _ in range(MOST_DEATHS):
        assert not tenant.store.part(run.id, "slow").done
        dies_at_work(tenant)
        tenant.look()
    assert tenant.store.part(run.id, "slow").done


def test_being_throttled_often_is_no_death(tenant: Tenant) -> None:
    slow = box("slow", 5, fails_with=TryLater("busy", after_seconds=0))
    tenant.add("office", slow)
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    (run,) = tenant.store.night(TONIGHT)
    for _ in range(MOST_DEATHS + 1):
        tenant.jobs().sync(run.id, "slow")
    tenant.change(f"UPDATE procrastinate_jobs SET attempts = {MOST_DEATHS + 1} WHERE task_name = 'sync'")
    dies_at_work(tenant)
    tenant.look()
    slow.fails_with = None
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "ok")}
