"""A night shared over PostgreSQL: what is queued, what is put back, what comes after, and what nobody loses."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from guardian.domain.errors import TryLater, UserError
from guardian.ports.connector import Cursor, Page
from guardian.storage import SyncTables, open_database
from guardian.workers.schedule import FIRST_WAIT
from tests.sync.supplier import OWN, ListFeed, box, told
from tests.workers.nights import TONIGHT, Tenant


def test_every_mailbox_of_every_account_is_synced_and_then_everybody_is_assessed_once(tenant: Tenant) -> None:
    tenant.add("office", *(box(f"rep{i}") for i in range(5)))
    tenant.add("crm", box("Account", 2))
    tenant.work()
    assert len(told(tenant.database)["interactions"]) == 17
    assert tenant.runs() == {"office": (True, "ok"), "crm": (True, "ok")}
    assert tenant.assessed == [tenant.clock.at]
    assert tenant.waiting() == []


def test_a_night_is_queued_once_however_many_workers_see_that_it_is_due(tenant: Tenant) -> None:
    tenant.add("office", box("ana"), box("eva"))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    assert tenant.waiting() == [("begin", None)]
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    assert [task for task, _ in tenant.waiting()] == ["begin", "sync", "sync"]
    tenant.go_on()
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    assert tenant.waiting() == []


def test_a_throttled_mailbox_is_put_back_with_the_date_its_provider_names(tenant: Tenant) -> None:
    slow = box("slow", 5, fails_with=TryLater("busy", after_seconds=1800))
    tenant.add("office", slow, box("fine"))
    tenant.work()
    until = tenant.clock.at + timedelta(minutes=30)
    assert tenant.waiting() == [("sync", until)]
    (run,) = tenant.store.night(TONIGHT)
    assert tenant.store.part(run.id, "slow").put_back_until == until
    assert (run.finished, tenant.assessed) == (False, [])
    slow.fails_with = None
    tenant.change("UPDATE procrastinate_jobs SET scheduled_at = now()")
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "ok")}
    assert len(told(tenant.database)["interactions"]) == 8


def test_who_names_no_date_is_tried_again_at_growing_distances(tenant: Tenant) -> None:
    tenant.add("office", box("slow", 5, fails_with=TryLater("busy")))
    tenant.work()
    assert tenant.waiting() == [("sync", tenant.clock.at + FIRST_WAIT)]
    tenant.change("UPDATE procrastinate_jobs SET scheduled_at = now()")
    tenant.go_on()
    assert tenant.waiting() == [("sync", tenant.clock.at + 2 * FIRST_WAIT)]


def test_a_wait_beyond_the_nights_end_is_left_to_the_next_night(tenant: Tenant) -> None:
    tenant.add("office", box("slow", 5, fails_with=TryLater("busy", after_seconds=5 * 3600)), box("fine"))
    tenant.work()
    assert tenant.runs() == {"office": (True, "partial")}
    assert "slow: busy" in tenant.problems("office")
    assert len(tenant.assessed) == 1


def test_what_somebody_must_mend_marks_only_its_own_connection(tenant: Tenant) -> None:
    tenant.add("office", box("ana", 5, fails_with=UserError("Log in again.")), box("eva"))
    tenant.add("crm", box("Account", 2))
    tenant.work()
    assert tenant.runs() == {"office": (True, "needs_login"), "crm": (True, "ok")}
    assert len(tenant.assessed) == 1


def test_an_account_that_cannot_say_what_it_has_fails_alone(tenant: Tenant) -> None:
    def refused() -> object:
        raise UserError("The secret has expired.")

    tenant.accounts["office"] = refused
    tenant.add("crm", box("Account", 2))
    tenant.work()
    assert tenant.runs() == {"office": (True, "failed"), "crm": (True, "ok")}
    assert tenant.problems("office") == "The secret has expired."


@pytest.mark.parametrize("begun", [True, False])
def test_a_connection_that_is_taken_out_of_the_settings_before_its_night_is_over_fails_alone(
    tenant: Tenant, begun: bool
) -> None:
    tenant.add("old", box("ana"), box("eva"))
    tenant.add("crm", box("Account", 2))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    if begun:
        tenant.together(lambda queue: queue.begin("old", TONIGHT))
    del tenant.accounts["old"]
    tenant.go_on()
    assert tenant.runs() == {"old": (True, "failed"), "crm": (True, "ok")}
    assert tenant.problems("old") == "There is no connection called old; there are: crm."
    assert (tenant.waiting(), len(tenant.assessed)) == ([], 1)


def test_an_account_that_asks_to_wait_before_it_says_what_it_has_begins_later(tenant: Tenant) -> None:
    asked = [TryLater("busy", after_seconds=600)]

    def busy() -> object:
        if asked:
            raise asked.pop()
        return tenant.accounts["spare"]()

    tenant.add("spare", box("ana"))
    spare = tenant.accounts["spare"]
    tenant.accounts = {"office": busy, "spare": spare}
    tenant.work()
    assert [task for task, _ in tenant.waiting()] == ["begin"]
    tenant.change("UPDATE procrastinate_jobs SET scheduled_at = now()")
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "ok"), "spare": (True, "ok")}


@pytest.mark.parametrize("task", ["sync", "finish", "afterwards"])
def test_a_queue_that_is_away_for_a_moment_costs_nobody_the_night(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    tenant.add("office", box("ana"))
    broken = [ConnectorException()]
    whole = JobManager.batch_defer_jobs_async

    async def breaks_once(manager: JobManager, jobs: list[Job], connection: object = None) -> list[Job]:
        if broken and jobs[0].task_name == task:
            raise broken.pop()
        return await whole(manager, jobs, connection)

    monkeypatch.setattr(JobManager, "batch_defer_jobs_async", breaks_once)
    tenant.work()
    assert (broken, tenant.assessed) == ([], [])
    tenant.change("UPDATE procrastinate_jobs SET scheduled_at = now()")
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "ok")}
    assert len(tenant.assessed) == 1


def test_the_night_ends_in_time_whatever_it_still_waits_for(tenant: Tenant) -> None:
    tenant.add("office", box("slow", 5, fails_with=TryLater("busy", after_seconds=1800)), box("fine"))
    tenant.work()
    tenant.clock.at += timedelta(hours=4)
    tenant.look()
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "partial")}
    assert "slow: it was not done when the run had to end" in tenant.problems("office")
    assert len(tenant.assessed) == 1
    tenant.change("UPDATE procrastinate_jobs SET scheduled_at = now()")
    tenant.go_on()
    assert len(tenant.assessed) == 1


def test_a_run_that_never_begins_ends_as_failed(tenant: Tenant) -> None:
    tenant.add("office", box("ana"))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.change("DELETE FROM procrastinate_jobs")
    tenant.clock.at += timedelta(hours=4)
    tenant.look()
    tenant.together(lambda queue: queue.finish(tenant.store.night(TONIGHT)[0].id))
    assert tenant.runs() == {"office": (True, "failed")}
    assert "could not begin" in tenant.problems("office")


@pytest.mark.parametrize("ends", ["before it is asked what it has", "meanwhile"])
def test_a_run_that_ended_before_it_could_begin_begins_no_more(tenant: Tenant, ends: str) -> None:
    tenant.add("office", box("ana"))
    whole = tenant.accounts["office"]
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    (run,) = tenant.store.night(TONIGHT)

    def slow() -> object:
        tenant.jobs().finish(run.id)
        return whole()

    tenant.accounts["office"] = slow
    if ends != "meanwhile":
        tenant.jobs().finish(run.id)
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "failed")}
    assert (tenant.waiting(), told(tenant.database)["interactions"]) == ([], [])


def test_a_mailbox_that_somebody_else_is_at_waits_for_its_turn(tenant: Tenant) -> None:
    tenant.add("office", box("ana"), box("eva"))
    other = open_database(tenant.database.engine.url.render_as_string(hide_password=False))
    with SyncTables(other, OWN).taking("office", "ana") as free:
        assert free
        tenant.work()
    other.engine.dispose()
    assert [task for task, _ in tenant.waiting()] == ["sync"]
    assert len(told(tenant.database)["interactions"]) == 3
    tenant.change("UPDATE procrastinate_jobs SET scheduled_at = now()")
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "ok")}


class Interrupted(ListFeed):
    """A feed during whose second page the worker is asked to leave."""

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        for number, page in enumerate(ListFeed.changes(self, after)):
            if number == 1:
                self.told = None
                ASKED[0].leave.set()
            yield page


ASKED: list[Tenant] = []


def test_a_worker_that_is_asked_to_leave_finishes_the_page_and_gives_the_job_back(tenant: Tenant) -> None:
    ASKED[:] = [tenant]
    feed = Interrupted("ana", box("ana", 10).records)
    tenant.add("office", feed)
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    (run,) = tenant.store.night(TONIGHT)
    assert tenant.jobs().sync(run.id, "ana") == tenant.clock.at
    assert len(told(tenant.database)["interactions"]) == 4
    tenant.leave.clear()
    tenant.add("office", box("ana", 10))
    tenant.go_on()
    assert tenant.runs() == {"office": (True, "ok")}
    assert len(told(tenant.database)["interactions"]) == 10


def test_a_worker_that_died_while_it_queued_a_night_leaves_no_mailbox_out_and_none_twice(tenant: Tenant) -> None:
    tenant.add("office", *(box(f"rep{i}", 1) for i in range(4)))
    tenant.together(lambda queue: queue.begin_night(TONIGHT))
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    tenant.change("DELETE FROM procrastinate_jobs WHERE task_name = 'sync' AND args ->> 'part' IN ('rep1', 'rep3')")
    tenant.together(lambda queue: queue.begin("office", TONIGHT))
    assert [task for task, _ in tenant.waiting()].count("sync") == 4
    tenant.go_on()
    assert len(told(tenant.database)["interactions"]) == 4


@pytest.mark.parametrize("gone", ["finish", "afterwards"])
def test_what_ends_a_night_can_be_repeated(tenant: Tenant, gone: str) -> None:
    tenant.add("office", box("ana"))
    tenant.work()
    (run,) = tenant.store.night(TONIGHT)
    before = told(tenant.database)
    tenant.together(lambda queue: queue.finish(run.id) if gone == "finish" else queue.afterwards())
    tenant.go_on()
    assert told(tenant.database) == before
    assert tenant.runs() == {"office": (True, "ok")}
