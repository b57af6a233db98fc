"""Many rows at once, by the fastest way of each database: COPY for PostgreSQL, the driver itself for SQLite."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, any_, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, OperationalError

FEW = 10  # rows up to which a plain INSERT is as fast

Processor = Callable[[Any], Any]


def among(connection: Connection, one: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is one of many values, which travel as a single parameter.

    A list with a parameter each takes longer to write down and to read than the rows take to find.
    """
    if any(isinstance(value, bytes) for value in values):
        return one.in_(values)
    told = json.dumps(list(values), ensure_ascii=False)
    if connection.dialect.name == "postgresql":
        # As an array, which an index is asked for; written as JSON, because the driver is slow at arrays.
        each = select(cast(func.jsonb_array_elements_text(cast(literal(told, Text), JSONB)), one.type))
        return one == any_(func.array(each.scalar_subquery()))
    rows = func.json_each(told).table_valued("value")
    return one.in_(select(column("value")).select_from(rows))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns."""
    if len(rows) <= FEW:
        if rows:
            connection.execute(table.insert(), list(rows))
        return
    if not connection.in_transaction():
        connection.begin()
    names = tuple(rows[0])
    values = _as_the_driver_takes_them(connection, table, names, rows)
    dbapi = connection.dialect.loaded_dbapi
    try:
        _write(connection, table, names, values)
    except dbapi.Error as wrong:
        # What the server says of a row goes no further than its first line: the rest shows what people wrote.
        kind = OperationalError if isinstance(wrong, dbapi.OperationalError) else DBAPIError
        raise kind(f"many rows into {table.name}", None, dbapi.Error(str(wrong).partition("\n")[0])) from None


def _write(connection: Connection, table: Table, names: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    cursor: Any = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as copy:
                for row in values:
                    copy.write_row(row)
        else:
            places = ", ".join("?" * len(names))
            cursor.executemany(f'INSERT INTO "{table.name}" ({listed}) VALUES ({places})', values)  # noqa: S608 - our own names
    finally:
        cursor.close()


def _as_the_driver_takes_them(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[Any, ...]]:
    """Yield the rows as tuples, their values made what the types of their columns make of them."""
    dialect = connection.dialect
    processors: list[tuple[int, Processor]] = []
    for place, name in enumerate(names):
        processor = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if processor is not None:
            processors.append((place, processor))
    take: Callable[[Mapping[str, Any]], tuple[Any, ...]] = itemgetter(*names)
    for row in rows:
        told = take(row)
        if processors:
            changed = list(told)
            for place, process in processors:
                changed[place] = process(changed[place])
            told = tuple(changed)
        yield told
