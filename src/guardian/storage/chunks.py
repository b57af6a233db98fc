"""IN-lists in pieces that every database takes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select

from guardian.storage.bulk import among

LARGEST_LIST = 5_000

_T = TypeVar("_T")


def chunked(values: Iterable[_T], size: int = LARGEST_LIST) -> Iterator[Sequence[_T]]:
    """Yield the values in lists of at most `size`."""
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def rows_in(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """Yield the rows of a query whose column is one of the values."""
    for chunk in chunked(dict.fromkeys(values)):
        yield from connection.execute(query.where(among(connection, column, chunk)))
