"""Who stopped his digests is remembered, once, until he wants them again or is forgotten."""

from datetime import UTC, datetime

from guardian.storage.engine import Database
from guardian.storage.erasure import forget
from guardian.storage.stops import StoredStops

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_stopping_twice_is_stopping_once_and_only_one_sort(database: Database) -> None:
    stops = StoredStops(database)
    stops.stop("Ana@Acme.example", "digest", at=NOW)
    stops.stop("ana@acme.example", "digest", at=NOW)
    assert (stops.stopped("digest"), stops.stopped("rollup")) == (frozenset({"ana@acme.example"}), frozenset())


def test_whoever_wants_them_again_gets_them_and_may_stop_them_anew(database: Database) -> None:
    stops = StoredStops(database)
    stops.resume("ana@acme.example", "digest")
    stops.stop("ana@acme.example", "digest", at=NOW)
    stops.stop("ben@acme.example", "digest", at=NOW)
    stops.resume("Ana@acme.example", "digest")
    assert stops.stopped("digest") == {"ben@acme.example"}
    stops.stop("ana@acme.example", "digest", at=NOW)
    assert stops.stopped("digest") == {"ana@acme.example", "ben@acme.example"}


def test_who_is_forgotten_stands_in_no_list(database: Database) -> None:
    stops = StoredStops(database)
    stops.stop("ana@acme.example", "digest", at=NOW)
    forget(database, "ana@acme.example", now=NOW)
    assert stops.stopped("digest") == frozenset()
