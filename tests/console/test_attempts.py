"""Wrong passwords are counted within bounds, and nobody gets round the count."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from guardian.console import attempts as module
from guardian.console import passwords
from guardian.console.attempts import Attempts, Limits
from guardian.console.entrance import Entrance
from guardian.console.passwords import Passwords
from guardian.domain.errors import TryLater
from tests.console.memory_people import MemoryAccounts, MemorySessions, quick_passwords
from tests.console.test_mail_link import HandClock
from tests.guard.fakes import NOW

EVA, HERE = "eva@acme.example", "192.0.2.1"


def test_one_person_is_limited_over_all_places_and_one_place_over_all_people() -> None:
    counts = Attempts(limits=Limits(same=2, person=4, place=3))
    assert [counts.begin(EVA, HERE, now=NOW) for _ in range(3)] == [True, True, False]
    assert [counts.begin(EVA, f"192.0.2.{one}", now=NOW) for one in range(10, 13)] == [True, True, False]
    assert [counts.begin(f"x{one}@acme.example", HERE, now=NOW) for one in range(2)] == [True, False]


def test_the_count_slides_and_what_was_refused_does_not_prolong_it() -> None:
    counts = Attempts(limits=Limits(same=2, within=timedelta(minutes=15)))
    assert counts.begin(EVA, HERE, now=NOW)
    assert counts.begin(EVA, HERE, now=NOW + timedelta(minutes=10))
    for minutes in (11, 12, 14.9):
        assert not counts.begin(EVA, HERE, now=NOW + timedelta(minutes=minutes))
    assert counts.begin(EVA, HERE, now=NOW + timedelta(minutes=15))
    assert not counts.begin(EVA, HERE, now=NOW + timedelta(minutes=24))


def test_whoever_gets_in_leaves_no_count_of_his_own() -> None:
    counts = Attempts(limits=Limits(same=3, person=3, place=3))
    for _ in range(20):
        assert counts.begin(EVA, HERE, now=NOW)
        counts.succeeded(EVA, HERE)


def test_many_at_once_are_counted_one_by_one() -> None:
    counts = Attempts()
    with ThreadPoolExecutor(16) as pool:
        tried = list(pool.map(lambda _n: counts.begin(EVA, HERE, now=NOW), range(64)))
    assert sum(tried) == Limits().same


def test_made_up_names_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_COUNTED", 30)
    counts = Attempts(limits=Limits(place=10_000))
    for number in range(500):
        counts.begin(f"x{number}@acme.example", f"place {number}", now=NOW)
    assert len(counts._counts) <= 30


def test_what_is_refused_pushes_nobody_elses_count_out_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_COUNTED", 100)
    counts = Attempts(limits=Limits(same=2, place=5))
    assert [counts.begin(EVA, HERE, now=NOW) for _ in range(2)] == [True, True]
    for number in range(500):
        counts.begin(f"x{number}@acme.example", "198.51.100.9", now=NOW)
    assert not counts.begin(EVA, HERE, now=NOW)


def test_what_was_too_busy_to_be_compared_leaves_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0.01)
    busy, counts, sessions = quick_passwords(), Attempts(), MemorySessions()
    entrance = Entrance(
        accounts=MemoryAccounts(sessions), sessions=sessions, clock=HandClock(), passwords=busy, attempts=counts
    )
    for _ in range(2):
        assert busy._room.acquire(timeout=1)
    for _ in range(Limits().same + 1):
        with pytest.raises(TryLater):
            entrance.by_password(EVA, "cuatro palabras", HERE)
    assert not counts._counts


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2001:db8::1", "2001:db8::ffff:1:2:3", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_a_place_is_what_one_connection_to_the_internet_has(one: str, other: str, together: bool) -> None:
    counts = Attempts(limits=Limits(place=1))
    assert counts.begin(EVA, one, now=NOW)
    assert counts.begin("luis@acme.example", other, now=NOW) is not together


def test_of_many_at_once_only_a_few_wait_to_be_compared() -> None:
    busy = quick_passwords()
    for _ in range(2):
        assert busy._room.acquire(timeout=1)
    with ThreadPoolExecutor(30) as pool:
        asked = [pool.submit(busy.agrees, "cuatro palabras", None) for _ in range(30)]
        told = wait(asked, timeout=1).done
        for _ in range(2):
            busy._room.release()
    assert 20 <= len(told) < 30
    assert all(isinstance(one.exception(), TryLater) for one in told)
    assert not any(one.exception() for one in asked if one not in told), "the others had their turn"


def test_while_too_many_are_compared_the_next_is_asked_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0.01)
    busy = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    kept = busy.hash("cuatro palabras")
    for _ in range(2):
        assert busy._room.acquire(timeout=1)
    with pytest.raises(TryLater):
        busy.agrees("cuatro palabras", kept)
    busy._room.release()
    assert busy.agrees("cuatro palabras", kept)
    assert busy.agrees("cuatro palabras", kept), "the room is given back"
