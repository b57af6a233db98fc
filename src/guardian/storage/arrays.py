"""Query results as numpy arrays, streamed, so that a million rows never stand in memory as objects."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
ROWS_AT_ONCE = 20_000
NEVER = int(np.iinfo(np.int64).min)


def column_batches(connection: Connection, query: Select[Any]) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """Yield a query's rows in batches, each turned into columns (on SQLite truth comes as 0 and 1)."""
    for rows in _row_batches(connection, query):
        yield tuple(zip(*rows, strict=True))


def _row_batches(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    if connection.dialect.name != "sqlite":
        yield from connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).partitions()
        return
    # SQLite streams by itself, and making a Row of each of its tuples takes as long as the query.
    cursor: Any = connection.execute(query).cursor
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield rows


def ints(column: tuple[Any, ...]) -> Ints:
    """Return a column of whole numbers or truth values as an array."""
    return np.fromiter(column, np.int64, len(column))


def int_columns(connection: Connection, query: Select[Any]) -> Ints:
    """Return a query of whole numbers as a matrix, one row a column of the query."""
    batches = [np.array([ints(column) for column in columns]) for columns in column_batches(connection, query)]
    return np.concatenate(batches, axis=1) if batches else np.zeros((len(query.selected_columns), 0), np.int64)


def look_up(wanted: Ints, keys: Ints, values: Ints) -> Ints:
    """Return the value of each wanted key (keys ascending), `NEVER` where there is no such key."""
    place = np.searchsorted(keys, wanted)
    found = np.append(keys, NEVER)[place] == wanted
    return np.where(found, np.append(values, NEVER)[place], NEVER)


def first_of_each(*columns: Ints) -> npt.NDArray[np.intp]:
    """Return where each distinct combination first stands, combinations ascending, first column most significant."""
    order = np.lexsort(columns[::-1])
    ordered = np.array([column[order] for column in columns])
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    return order[fresh]
