"""What ageing said is remembered, day by day, and which digests went out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from sqlalchemy import delete, event, select

from guardian.domain.standing import Assessment, State, Why, WhyCode
from guardian.ports.assessments import AsShown
from guardian.storage import tables
from guardian.storage.assessments import DAILY, StoredAssessments
from guardian.storage.digest_log import StoredDigestLog, StoredRollupLog
from guardian.storage.engine import Database, open_database
from tests.stores.world import World, day

LATE = day(100)


def standing(client_id: int, state: State = State.AT_RISK) -> Assessment:
    return Assessment(
        client_id=client_id,
        state=state,
        reasons=(
            Why(code=WhyCode.SILENT_BEYOND_CADENCE, figures=(("silent_days", 41.0), ("cadence_days", 12.25))),
            Why(code=WhyCode.NO_OWNER),
        ),
        last_touch=day(-41),
        last_inbound=None,
        cadence_days=12.25,
        silent_days=41,
        p_silent=0.75,
        p_alive=None,
    )


@pytest.fixture
def clients(database: Database) -> tuple[int, int]:
    with database.writing() as connection:
        world = World(connection)
        return world.client("A"), world.client("B")


def test_a_standing_comes_back_as_it_was(database: Database, clients: tuple[int, int]) -> None:
    stored = StoredAssessments(database)
    stored.keep([standing(one) for one in reversed(clients)], at=day(0))
    assert stored.latest(until=LATE) == [standing(one) for one in clients]


def test_a_second_run_of_a_day_replaces_the_first(database: Database, clients: tuple[int, int]) -> None:
    stored = StoredAssessments(database)
    stored.keep([standing(one) for one in clients], at=day(0))
    stored.keep([standing(clients[0], State.HEALTHY)], at=day(0) + timedelta(hours=2))
    assert [one.state for one in stored.latest(until=LATE)] == [State.HEALTHY, State.AT_RISK]


def test_the_latest_is_the_latest_then_known(database: Database, clients: tuple[int, int]) -> None:
    stored = StoredAssessments(database)
    stored.keep([standing(clients[0], State.HEALTHY), standing(clients[1])], at=day(0))
    stored.keep([standing(clients[0], State.LOST)], at=day(5))
    for until, states in ((-1, []), (0, [State.HEALTHY, State.AT_RISK]), (5, [State.LOST, State.AT_RISK])):
        assert [one.state for one in stored.latest(until=day(until))] == states


def test_of_a_day_that_goes_on_the_day_before_is_told(database: Database, clients: tuple[int, int]) -> None:
    stored = StoredAssessments(database)
    stored.keep([standing(one, State.HEALTHY) for one in clients], at=day(0))
    stored.keep([standing(clients[0], State.LOST)], at=day(1))
    assert [one.state for one in stored.latest(until=day(1) - timedelta(seconds=1))] == [State.HEALTHY] * 2


def test_the_latest_is_found_without_reading_all_that_was_kept(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("the plan of an almost empty table says nothing on PostgreSQL")
    asked: list[str] = []

    def remember(connection: object, cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", remember)
    StoredAssessments(database).latest(until=LATE)
    event.remove(database.engine, "before_cursor_execute", remember)
    (query,) = [one for one in asked if "FROM assessment" in one]
    with database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", tuple([0] * query.count("?"))).all()
    assert not [row.detail for row in plan if row.detail.startswith("SCAN assessment")]


def test_of_what_is_long_past_the_last_standing_of_each_month_stays(
    database: Database, clients: tuple[int, int]
) -> None:
    stored, today = StoredAssessments(database), day(0)
    last = today - DAILY
    days = [last + timedelta(days=off) for off in range(-70, 3)]
    for at in days:
        stored.keep([standing(one) for one in clients], at=at)
    stored.keep([standing(clients[0])], at=today)
    with database.reading() as connection:
        rows = connection.execute(select(tables.assessment.c.client_id, tables.assessment.c.day)).all()
    kept = {one: sorted(row.day for row in rows if row.client_id == one) for one in clients}
    dated = [at.date() for at in days]
    ends = [one for one, following in pairwise(dated) if one.month != following.month and one < last.date()]
    daily = [one for one in dated if one >= last.date()]
    assert len(ends) >= 2
    assert kept == {clients[0]: [*ends, *daily, today.date()], clients[1]: [*ends, *daily]}


def test_nothing_is_said_of_clients_merged_away_or_closed_since(database: Database) -> None:
    stored = StoredAssessments(database)
    with database.writing() as connection:
        world = World(connection)
        kept = world.client("A")
        merged, closed = world.client("B", merged_into=kept), world.client("C", closed=True)
    stored.keep([standing(one) for one in (kept, merged, closed)], at=day(0))
    assert [one.client_id for one in stored.latest(until=LATE)] == [kept]


def test_two_nights_at_once_keep_one_standing_of_each_client(database: Database) -> None:
    with database.writing() as connection:
        world = World(connection)
        many = [world.client(f"Client {number}") for number in range(300)]
    url = database.engine.url.render_as_string(hide_password=False)
    processes = [open_database(url), open_database(url)]
    together = Barrier(len(processes))

    def night(process: Database) -> None:
        stored = StoredAssessments(process)
        stored.latest(until=LATE)
        together.wait()
        stored.keep([standing(one) for one in many], at=day(0))

    with ThreadPoolExecutor(len(processes)) as pool:
        list(pool.map(night, processes))
    for process in processes:
        process.engine.dispose()
    assert len(StoredAssessments(database).latest(until=LATE)) == len(many)


def test_a_client_who_was_forgotten_meanwhile_costs_nobody_else_his_standing(
    database: Database, clients: tuple[int, int]
) -> None:
    found = [standing(one) for one in clients]
    with database.writing() as connection:
        connection.execute(delete(tables.client).where(tables.client.c.id == clients[0]))
    stored = StoredAssessments(database)
    stored.keep(found, at=day(0))
    stored.keep(found[:1], at=day(1))
    assert stored.latest(until=LATE) == found[1:]


def test_keeping_nothing_changes_nothing(database: Database) -> None:
    StoredAssessments(database).keep([], at=day(0))
    assert list(StoredAssessments(database).latest(until=LATE)) == []


def test_a_digest_is_sent_once_a_day_to_each_rep(database: Database, clients: tuple[int, int]) -> None:
    log = StoredDigestLog(database)
    today = day(0).date()
    assert not log.was_sent("rep@acme.example", today)
    log.mark_sent("Rep@acme.example", today, [*clients, clients[0]], at=day(0))
    log.mark_sent("rep@acme.example", today, clients, at=day(0.1))
    assert log.was_sent("REP@acme.example", today)
    assert not log.was_sent("rep@acme.example", day(1).date())
    assert not log.was_sent("boss@acme.example", today)


@pytest.mark.parametrize("log_of", [StoredDigestLog, StoredRollupLog])
def test_of_two_runs_at_once_one_may_send(
    log_of: type[StoredDigestLog | StoredRollupLog], database: Database
) -> None:
    one, other, today = log_of(database), log_of(database), day(0).date()
    with one.sending("Rep@acme.example", today) as first:
        with other.sending("rep@acme.example", today) as second, other.sending("eva@acme.example", today) as third:
            assert (first, second, third) == (True, False, True)
        with other.sending("rep@acme.example", day(1).date()) as tomorrow:
            assert tomorrow
    with other.sending("rep@acme.example", today) as now:
        assert now


def test_the_log_knows_how_clients_stood_when_they_were_shown(database: Database, clients: tuple[int, int]) -> None:
    log = StoredDigestLog(database)
    first, second = clients
    stood = {first: AsShown(at=day(0), state=State.AT_RISK, last_waiting=day(-3))}
    log.mark_sent("Rep@acme.example", day(0).date(), clients, at=day(0), stood=stood)
    log.mark_sent("boss@acme.example", day(0).date(), [first], at=day(0))
    assert log.as_shown("REP@acme.example", day(0).date()) == {
        (first, day(0).date()): stood[first],
        (second, day(0).date()): AsShown(at=day(0)),
    }
    assert log.as_shown("rep@acme.example", day(1).date()) == {}


def test_the_log_knows_whom_a_rep_was_shown_since_a_day(database: Database, clients: tuple[int, int]) -> None:
    log = StoredDigestLog(database)
    first, second = clients
    log.mark_sent("rep@acme.example", day(0).date(), [first], at=day(0))
    log.mark_sent("rep@acme.example", day(2).date(), [second], at=day(2))
    log.mark_sent("boss@acme.example", day(2).date(), [first], at=day(2))
    log.mark_sent("rep@acme.example", day(3).date(), [], at=day(3))
    assert log.showings("REP@acme.example", day(0).date()) == {first: [day(0).date()], second: [day(2).date()]}
    assert log.showings("rep@acme.example", day(1).date()) == {second: [day(2).date()]}
    assert log.showings("rep@acme.example", day(3).date()) == {}
    log.mark_sent("rep@acme.example", day(4).date(), [first], at=day(4))
    assert log.showings("rep@acme.example", day(0).date())[first] == [day(0).date(), day(4).date()]
