"""The queue's tables: made with the tenant's own, brought to the installed version, and missed with one sentence."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import procrastinate.schema
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, text

from guardian.domain.errors import TryLater, UserError
from guardian.settings import Settings
from guardian.storage import Database
from guardian.wiring.nightly import Nightly
from guardian.wiring.tenant import Tenant
from guardian.workers.queue_schema import queue_is_current, upgrade_queue


@pytest.fixture
def empty(make_database: Callable[[], Database]) -> str:
    """The address of a database without a queue."""
    database = make_database()
    with database.writing() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    assert database.conninfo is not None
    return database.conninfo


def functions(conninfo: str) -> set[str]:
    query = "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'"
    with psycopg.connect(conninfo) as connection:
        return {row[0] for row in connection.execute(query)}


def test_the_queue_is_made_once_and_made_again_without_harm(empty: str) -> None:
    assert not queue_is_current(empty)
    upgrade_queue(empty)
    assert queue_is_current(empty)
    with psycopg.connect(empty) as connection:
        connection.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('parts', 'sync')")
    upgrade_queue(empty)
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (1,)


def test_a_queue_of_an_older_version_gets_what_it_lacks_and_keeps_its_jobs(empty: str) -> None:
    migrations = sorted(Path(procrastinate.schema.SchemaManager.get_migrations_path()).glob("*.sql"))
    old = [path for path in migrations if path.name < "03.03"]
    with psycopg.connect(empty) as connection:
        for path in old:
            connection.execute(path.read_text(encoding="utf-8"))  # type: ignore[call-overload]
        connection.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('parts', 'sync')")
        connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{old[-1].name}'")  # type: ignore[call-overload]
    assert not queue_is_current(empty)
    assert "procrastinate_retry_job_v2" not in functions(empty)
    upgrade_queue(empty)
    assert queue_is_current(empty)
    assert "procrastinate_retry_job_v2" in functions(empty)
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (1,)


def tenant_over(database_url: str) -> Tenant:
    connectors = {"exports": {"kind": "archive", "path": "exports"}}
    return Tenant(Settings(own_domains=("acme.example",), database_url=database_url, connectors=connectors))


def test_upgrading_the_database_makes_the_queue_too(empty: str, with_queue: tuple[Engine, str]) -> None:
    tenant = tenant_over(empty)
    with pytest.raises(UserError, match="guardian db upgrade"):
        Nightly(tenant).queue_state()
    tenant.upgrade_database()
    assert "any number of workers" in Nightly(tenant).queue_state()
    tenant.bare_database.engine.dispose()


def test_a_queue_that_lacks_its_tables_is_refused_with_what_to_do(empty: str) -> None:
    tenant = tenant_over(empty)
    tenant.upgrade_database()
    with psycopg.connect(empty) as connection:
        connection.execute("DROP TABLE procrastinate_jobs CASCADE")
    with pytest.raises(UserError, match=r"queue.*guardian db upgrade"):
        Nightly(tenant).work()
    tenant.bare_database.engine.dispose()


def test_what_several_workers_need_is_named_where_it_is_missing(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = tenant_over(empty)
    tenant.upgrade_database()
    monkeypatch.setitem(__import__("sys").modules, "procrastinate", None)
    with pytest.raises(UserError, match=r"client-guardian\[postgres\]"):
        Nightly(tenant).queue_state()
    tenant.upgrade_database()  # our own tables need no queue
    tenant.bare_database.engine.dispose()


def test_a_role_that_may_make_no_tables_is_told_who_can_give_it_the_right(empty: str) -> None:
    role, password = f"clerk{uuid4().hex[:12]}", uuid4().hex
    with psycopg.connect(empty) as connection:
        named, secret = sql.Identifier(role), sql.Literal(password)
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(named, secret))
    clerk = psycopg.conninfo.make_conninfo(empty, user=role, password=password)
    try:
        with pytest.raises(
            UserError, match=r"(no schema has been selected|permission denied).*ALTER DATABASE NAME OWNER TO USER"
        ):
            upgrade_queue(clerk)
    finally:
        with psycopg.connect(empty) as connection:
            connection.execute(sql.SQL("DROP ROLE {}").format(named))


def test_a_server_that_does_not_answer_is_no_reason_to_install_anything() -> None:
    with pytest.raises(TryLater):
        upgrade_queue("postgresql://guardian@127.0.0.1:1/nowhere")


def test_a_tenant_without_connections_has_no_nights(tmp_path: Path) -> None:
    settings = Settings(own_domains=("acme.example",), database_url=f"sqlite:///{tmp_path / uuid4().hex}.db")
    tenant = Tenant(settings)
    tenant.upgrade_database()
    with pytest.raises(UserError, match="guardian connectors add"):
        Nightly(tenant).work()
    tenant.bare_database.engine.dispose()
