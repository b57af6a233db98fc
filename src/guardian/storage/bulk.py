"""Many rows at once, by the fastest way of each database: COPY for PostgreSQL, the driver itself for SQLite."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    Text,
    TypeDecorator,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, OperationalError

FEW = 10  # rows up to which a plain INSERT is as fast

Processor = Callable[[Any], Any]


def among(connection: Connection, one: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is one of many values, which travel as a single parameter.

    A list with a parameter each takes longer to write down and to read than the rows take to find.
    """
    if isinstance(one.type, LargeBinary):
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
    if rows:
        names = tuple(rows[0])
        insert_tuples(connection, table, names, list(map(_taker(names), rows)))


def insert_tuples(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows that are told as tuples, in the order of the names of their columns."""
    if len(rows) <= FEW:
        if rows:
            connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])
        return
    if not connection.in_transaction():
        connection.begin()
    values = _as_the_driver_takes_them(connection, table, names, rows)
    dbapi = connection.dialect.loaded_dbapi
    try:
        _write(connection, table, names, values)
    except dbapi.Error as wrong:
        # What the server says of a row goes no further than its first line: the rest shows what people wrote.
        kind = OperationalError if isinstance(wrong, dbapi.OperationalError) else DBAPIError
        raise kind(f"many rows into {table.name}", None, dbapi.Error(str(wrong).partition("\n")[0])) from None


def update_numbers(connection: Connection, change: ColumnElement[Any], by_id: Mapping[int, int | None]) -> None:
    """Set one column of the rows with these ids, each to a whole number or nothing of its own."""
    table = change.table
    if connection.dialect.name != "postgresql" or len(by_id) <= FEW:
        if by_id:
            update = table.update().where(table.c.id == bindparam("row")).values({change: bindparam("number")})
            connection.execute(update, [{"row": row, "number": number} for row, number in by_id.items()])
        return
    # In one statement: the driver sends the server a statement a row.
    told = func.jsonb_to_recordset(cast(literal(json.dumps(_pairs(by_id)), Text), JSONB))
    pairs = told.table_valued(column("row", BigInteger), column("number", BigInteger)).render_derived(with_types=True)
    connection.execute(table.update().where(table.c.id == pairs.c.row).values({change: pairs.c.number}))


def _pairs(by_id: Mapping[int, int | None]) -> list[dict[str, int | None]]:
    return [{"row": row, "number": number} for row, number in by_id.items()]


def _taker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


def _write(connection: Connection, table: Table, names: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    cursor: Any = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as copy:
                write_row = copy.write_row
                for row in values:
                    write_row(row)
        else:
            places = ", ".join("?" * len(names))
            cursor.executemany(f'INSERT INTO "{table.name}" ({listed}) VALUES ({places})', values)  # noqa: S608 - our own names
    finally:
        cursor.close()


def _as_the_driver_takes_them(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> Iterable[tuple[Any, ...]]:
    """Return the rows with their values made what types of our own make of them; drivers know the plain ones."""
    dialect = connection.dialect
    own = [(place, table.c[name].type) for place, name in enumerate(names)]
    processors = [
        (place, processor)
        for place, kind in own
        if isinstance(kind, TypeDecorator) and (processor := kind.dialect_impl(dialect).bind_processor(dialect))
    ]
    return (_processed(row, processors) for row in rows) if processors else rows


def _processed(row: tuple[Any, ...], processors: Iterable[tuple[int, Processor]]) -> tuple[Any, ...]:
    changed = list(row)
    for place, process in processors:
        changed[place] = process(changed[place])
    return tuple(changed)
