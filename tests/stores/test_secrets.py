"""Secrets at rest: sealed, bound to their row, opened by any key of the ring, resealed by its newest."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from guardian.domain.errors import UserError
from guardian.storage.engine import Database
from guardian.storage.sealing import KeyRing, Sealed, new_ring, read_ring
from guardian.storage.secrets import StoredSecrets
from guardian.storage.tables import secret

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def ring() -> KeyRing:
    return new_ring()


def test_a_secret_comes_back_as_it_was_and_is_not_in_the_database_in_clear(database: Database, ring: KeyRing) -> None:
    store = StoredSecrets(database)
    store.put("m365", "contraseña ñ 1", ring, now=NOW)
    assert store.get("m365", ring) == "contraseña ñ 1"
    with database.reading() as connection:
        assert b"contrase" not in connection.execute(select(secret.c.box)).scalar_one()


def test_a_second_secret_of_a_name_takes_the_place_of_the_first(database: Database, ring: KeyRing) -> None:
    store = StoredSecrets(database)
    store.put("m365", "one", ring, now=NOW)
    store.put("m365", "two", ring, now=NOW)
    assert store.get("m365", ring) == "two"
    assert [one.name for one in store.list()] == ["m365"]


def test_what_is_not_there_is_none_and_can_not_be_removed(database: Database, ring: KeyRing) -> None:
    store = StoredSecrets(database)
    assert store.get("m365", ring) is None
    assert not store.remove("m365")
    store.put("m365", "one", ring, now=NOW)
    assert store.remove("m365")
    assert store.get("m365", ring) is None


def test_a_sealed_secret_moved_to_another_row_does_not_open(database: Database, ring: KeyRing) -> None:
    store = StoredSecrets(database)
    store.put("sandbox", "harmless", ring, now=NOW)
    store.put("production", "dear", ring, now=NOW)
    with database.writing() as connection:
        dear = connection.execute(select(secret.c.box).where(secret.c.name == "production")).scalar_one()
        connection.execute(update(secret).where(secret.c.name == "sandbox").values(box=dear))
    with pytest.raises(UserError, match="sandbox was changed from outside"):
        store.get("sandbox", ring)


def test_without_its_key_a_secret_says_which_is_missing(database: Database, ring: KeyRing) -> None:
    store = StoredSecrets(database)
    store.put("m365", "one", ring, now=NOW)
    with pytest.raises(UserError, match=f"The key {ring.newest} of m365 is not in the key ring"):
        store.get("m365", new_ring())


def test_after_resealing_the_old_key_is_no_longer_needed(database: Database, ring: KeyRing) -> None:
    store = StoredSecrets(database)
    for name in ("a", "b"):
        store.put(name, f"of {name}", ring, now=NOW)
    wider = ring.with_new_key()
    store.put("c", "of c", wider, now=NOW)
    assert store.reseal(wider) == 2
    assert store.reseal(wider) == 0
    assert [store.get(name, wider.newest_only()) for name in "abc"] == ["of a", "of b", "of c"]


def test_resealing_is_all_or_nothing(database: Database, ring: KeyRing) -> None:
    store = StoredSecrets(database)
    store.put("a", "of a", ring, now=NOW)
    store.put("b", "of b", new_ring(), now=NOW)
    with pytest.raises(UserError):
        store.reseal(ring.with_new_key())
    assert store.get("a", ring) == "of a"


def test_resealed_secrets_are_on_the_disk_when_it_is_said_so(database: Database, ring: KeyRing) -> None:
    store, said = StoredSecrets(database), list[str]()
    store.put("a", "of a", ring, now=NOW)
    event.listen(database.engine, "before_cursor_execute", lambda *of: said.append(of[2]))
    store.reseal(ring.with_new_key())
    assert said[0] == "PRAGMA synchronous=FULL" if database.is_sqlite else "synchronous_commit" not in " ".join(said)


@given(st.text(), st.text(min_size=1), st.integers(0, 400))
def test_whatever_bit_is_flipped_shows(plain: str, place: str, bit: int) -> None:
    ring = new_ring()
    sealed = ring.seal(plain, place=place)
    assert ring.open(sealed, place=place) == plain
    box = bytearray(sealed.box)
    box[bit // 8 % len(box)] ^= 1 << bit % 8
    with pytest.raises(UserError):
        ring.open(Sealed(sealed.key_id, bytes(box)), place=place)


def test_a_ring_is_read_as_it_was_written_and_shows_nothing(ring: KeyRing) -> None:
    wider = ring.with_new_key()
    assert read_ring(wider.text()).text() == wider.text()
    assert wider.text().split()[1] not in repr(wider)


@pytest.mark.parametrize("text", ["", "nonsense", "0123abcd short", "0123abcd " + "=" * 44])
def test_a_broken_ring_is_told_and_not_made_anew(text: str) -> None:
    with pytest.raises(UserError, match="The key ring"):
        read_ring(text)
