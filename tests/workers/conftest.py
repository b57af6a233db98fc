"""A tenant over a real PostgreSQL with its queue, whose accounts are lists."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from guardian.storage import Database, open_database
from guardian.workers.queue_schema import upgrade_queue
from tests.stores.conftest import migrated, postgres_url
from tests.workers.nights import Tenant

__all__ = ["migrated", "postgres_url"]  # the server and its template are the stores' own


@pytest.fixture(scope="session")
def with_queue(migrated: tuple[Engine, str]) -> tuple[Engine, str]:
    """The server, and a database with the queue's tables too, to copy from."""
    admin, template = migrated
    name = f"{template}_queue"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    upgrade_queue(admin.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False))
    return admin, name


@pytest.fixture
def make_database(with_queue: tuple[Engine, str]) -> Iterator[Callable[[], Database]]:
    """Make databases that go when the test is over."""
    admin, template = with_queue
    made: list[tuple[str, Database]] = []

    def make() -> Database:
        name = f"guardian_{uuid4().hex[:12]}"
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        opened = open_database(admin.url.set(database=name).render_as_string(hide_password=False))
        made.append((name, opened))
        return opened

    yield make
    for name, opened in made:
        opened.engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def tenant(make_database: Callable[[], Database]) -> Tenant:
    """A tenant whose night is shared over PostgreSQL."""
    return Tenant(make_database())
