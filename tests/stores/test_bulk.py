"""Many rows at once mean the same on both databases, and their errors show nothing that people wrote."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from guardian.domain.activity import Participant, Role
from guardian.domain.people import Identity, IdentityKind
from guardian.storage import Database, tables
from guardian.storage.bulk import FEW, among, insert_rows, update_numbers
from guardian.storage.engine import open_database
from guardian.storage.identities import OwnTest, ensure_identities
from guardian.storage.schema import upgrade

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
WORDS = ("plain", "tab\tand\nline", "back\\slash", "\\N", "quote ' \"", "Ñandú 🐦", "{a,b}", "", " ")


def identities(values: tuple[str, ...]) -> list[dict[str, object]]:
    def row(n: int, value: str) -> dict[str, object]:
        kind = IdentityKind.EMAIL
        return {"id": 1 + n, "kind": kind, "value": f"{n}{value}", "name": value, "own": n % 2 == 0}

    return [row(n, value) for n, value in enumerate(values)]


def account(n: int) -> dict[str, object]:
    last = None if n % 2 else AT
    names = {"id": n + 1, "name": f"c{n}", "kind": "list", "state": "new"}
    return {**names, "last_error": None, "last_success_at": last}


@pytest.mark.parametrize("times", [1, FEW])
def test_rows_come_back_as_they_were_few_or_many(database: Database, times: int) -> None:
    rows = identities(WORDS * times)
    with database.writing() as connection:
        insert_rows(connection, tables.identity, rows)
    with database.reading() as connection:
        found = connection.execute(select(tables.identity).order_by(tables.identity.c.id)).all()
    assert [(one.kind, one.value, one.name, one.own) for one in found] == [
        (row["kind"], row["value"], row["name"], row["own"]) for row in rows
    ]


def test_moments_bytes_and_nothing_come_back_as_they_were(database: Database) -> None:
    with database.writing() as connection:
        rows = [{"hash": bytes([n, 0, 255, 92]), "at": AT} for n in range(3 * FEW)]
        insert_rows(connection, tables.tombstone, rows)
        accounts = [account(n) for n in range(3 * FEW)]
        insert_rows(connection, tables.connector_account, accounts)
    with database.reading() as connection:
        hashes = connection.execute(select(tables.tombstone)).all()
        told = connection.execute(select(tables.connector_account).order_by(tables.connector_account.c.id)).all()
    assert {(bytes(one.hash), one.at) for one in hashes} == {(row["hash"], row["at"]) for row in rows}
    assert [one.last_success_at for one in told] == [row["last_success_at"] for row in accounts]


def test_one_wrong_row_stores_none_and_is_told_without_its_words(database: Database) -> None:
    rows = identities(tuple(f"secreto{n}" for n in range(3 * FEW)))
    rows[-1]["id"] = rows[0]["id"]
    with pytest.raises(DBAPIError) as refused, database.writing() as connection:
        insert_rows(connection, tables.identity, rows)
    assert "secreto" not in str(refused.value)
    with database.reading() as connection:
        assert connection.execute(select(tables.identity)).all() == []


def test_what_is_among_many_is_found_and_nothing_else(database: Database) -> None:
    rows = identities(WORDS * 40)
    with database.writing() as connection:
        insert_rows(connection, tables.identity, rows)
        value, number = tables.identity.c.value, tables.identity.c.id
        wanted = [str(row["value"]) for row in rows[::3]] + ["nobody's"]
        by_value = connection.execute(select(value).where(among(connection, value, wanted))).scalars().all()
        by_id = connection.execute(select(number).where(among(connection, number, [2, 5, 2**40]))).scalars().all()
        nothing = connection.execute(select(number).where(among(connection, number, []))).all()
    assert sorted(by_value) == sorted(wanted[:-1])
    assert (sorted(by_id), nothing) == ([2, 5], [])


def test_bytes_are_found_among_many(database: Database) -> None:
    with database.writing() as connection:
        insert_rows(connection, tables.tombstone, [{"hash": bytes([n]), "at": AT} for n in range(3 * FEW)])
        column = tables.tombstone.c.hash
        found = (
            connection.execute(select(column).where(among(connection, column, [b"\x01", b"\x02"]))).scalars().all()
        )
    assert {bytes(one) for one in found} == {b"\x01", b"\x02"}


@pytest.fixture(scope="module")
def one_database() -> Iterator[Database]:
    """A database that every example leaves as it was."""
    database = open_database("sqlite://")
    upgrade(database)
    yield database
    database.engine.dispose()


TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"))


@given(texts=st.lists(TEXTS, max_size=30, unique=True))
def test_any_text_is_found_again(one_database: Database, texts: list[str]) -> None:
    value = tables.identity.c.value
    rows = [{"id": n + 1, "kind": "email", "value": one, "name": "", "own": False} for n, one in enumerate(texts)]
    with one_database.writing() as connection:
        insert_rows(connection, tables.identity, rows)
        found = connection.execute(select(value).where(among(connection, value, texts))).scalars().all()
        connection.rollback()
    assert sorted(found) == sorted(texts)


@pytest.mark.parametrize("many", [3, 3 * FEW])
def test_numbers_are_set_row_by_row_and_no_other(database: Database, many: int) -> None:
    table = tables.thread
    with database.writing() as connection:
        insert_rows(connection, table, [{"id": n, "root": f"r{n}", "leader": n} for n in range(1, many + 2)])
        update_numbers(connection, table.c.leader, {n: None if n % 3 else 2**40 + n for n in range(1, many + 1)})
        found = {row.id: row.leader for row in connection.execute(select(table))}
    assert found == {n: None if n % 3 else 2**40 + n for n in range(1, many + 1)} | {many + 1: many + 1}


def test_everybody_on_a_page_is_found_by_an_index(database: Database) -> None:
    statements: list[str] = []
    with database.writing() as connection:
        insert_rows(connection, tables.identity, identities(tuple(f"{n}@x.example" for n in range(2_000))))
        event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
        seats = [Participant(role=Role.TO, identity=Identity(kind=IdentityKind.EMAIL, value=f"{n}{n}@x.example"))
                 for n in range(3)]  # fmt: skip
        assert len(ensure_identities(connection, seats, OwnTest(frozenset()))) == 3
    (asked,) = (one for one in statements if one.startswith("SELECT identity.id"))
    assert "identity.kind" in asked.partition("WHERE")[2], "the index on (kind, value) is of no use without the kind"
