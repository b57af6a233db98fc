"""The guard's counts add up, from any number of writers, and hold nothing but numbers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from guardian.ports.tallies import Mark
from guardian.storage.engine import Database, open_database
from guardian.storage.tables import guard_tally
from guardian.storage.tallies import StoredTallies

MARK = Mark(day=20000, language="es", bucket=93)


def test_counts_add_up_and_are_found_by_day(database: Database) -> None:
    tallies = StoredTallies(database)
    tallies.add({MARK: 2, Mark(day=20001, language="en", bucket=0): 5})
    tallies.add({MARK: 3})
    tallies.add({})
    assert tallies.since(20000) == {MARK: 5, Mark(day=20001, language="en", bucket=0): 5}
    assert tallies.since(20001) == {Mark(day=20001, language="en", bucket=0): 5}
    assert tallies.since(20002) == {}


def test_many_writers_lose_nothing(database: Database) -> None:
    tallies = StoredTallies(database)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tallies.add, [{MARK: 1, Mark(day=20000, language="en", bucket=1): 2}] * 30))
    assert tallies.since(0) == {MARK: 30, Mark(day=20000, language="en", bucket=1): 60}


def test_on_postgresql_counts_wait_for_no_sync(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    sync = open_database(database.engine.url.render_as_string(hide_password=False))
    with ThreadPoolExecutor(1) as pool, sync.writing(alone=True):
        pool.submit(StoredTallies(database).add, {MARK: 1}).result(timeout=5)
        assert StoredTallies(database).since(0) == {MARK: 1}
    sync.engine.dispose()


def test_nothing_but_numbers_and_a_language_is_kept() -> None:
    assert {column.name for column in guard_tally.c} == {"day", "language", "bucket", "mails"}
