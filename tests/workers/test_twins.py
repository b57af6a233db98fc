"""A job that is queued once more while its like is at work: it locks nobody out, and nothing is left undone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from guardian.domain.errors import TryLater
from guardian.ports.connector import Cursor, Page
from tests.sync.supplier import ListFeed, box
from tests.workers.nights import TONIGHT, Tenant, dies_at_work, queue_twin, takes


def come_to(task: str, tenant: Tenant) -> None:
    """Bring a night of two mailboxes to where a job of this task waits and nothing else can be done."""
    tenant.add("office", box("slow", 5, fails_with=TryLater("busy", after_seconds=1800)), box("fine"))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    if task == "finish":
        tenant.go_on()
        tenant.clock.at += timedelta(hours=4)
        tenant.look()


@pytest.mark.parametrize("task", ["begin", "finish"])
def test_what_is_at_work_is_not_queued_again(tenant: Tenant, task: str) -> None:
    come_to(task, tenant)
    takes(tenant, task)
    before = tenant.waiting()
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.look()
    assert tenant.waiting() == before


def test_a_mailbox_that_is_being_read_is_not_queued_again_when_its_run_begins_anew(tenant: Tenant) -> None:
    tenant.add("office", box("ana"))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    takes(tenant, "sync")
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    assert [task for task, _ in tenant.waiting()] == ["begin"]


@pytest.mark.parametrize("task", ["begin", "finish"])
def test_the_job_of_a_dead_worker_that_was_queued_again_meanwhile_is_left_to_its_twin(
    tenant: Tenant, task: str
) -> None:
    come_to(task, tenant)
    dies_at_work(tenant, task)
    queue_twin(tenant)
    tenant.look()
    tenant.change("UPDATE procrastinate_jobs SET scheduled_at = now()")
    tenant.go_on()
    if task == "begin":
        assert [waiting for waiting, _ in tenant.waiting()] == ["sync"]
        tenant.clock.at += timedelta(hours=4)
        tenant.look()
        tenant.go_on()
    assert tenant.runs() == {"office": (True, "partial")}
    assert len(tenant.assessed) == 1
    assert tenant.at_work() == []


def test_a_run_that_begins_later_though_it_was_queued_again_meanwhile_is_left_to_its_twin(tenant: Tenant) -> None:
    asked = [TryLater("busy", after_seconds=600)]
    tenant.add("office", box("ana"))
    whole = tenant.accounts["office"]

    def busy() -> object:
        if asked:
            queue_twin(tenant)
            raise asked.pop()
        return whole()

    tenant.accounts["office"] = busy
    tenant.work()
    assert tenant.at_work() == []
    assert tenant.runs() == {"office": (True, "ok")}


def test_a_mailbox_that_is_put_back_though_it_was_queued_again_meanwhile_stays_free(tenant: Tenant) -> None:
    asked = [TryLater("busy", after_seconds=600)]

    class Busy(ListFeed):
        def changes(self, after: Cursor | None) -> Iterator[Page]:
            if asked:
                queue_twin(tenant)
                raise asked.pop()
            yield from ListFeed.changes(self, after)

    tenant.add("office", Busy("ana", box("ana").records))
    tenant.work()
    assert tenant.at_work() == []
    assert tenant.runs() == {"office": (True, "ok")}
