"""Queries over REST: at most 2,000 rows an answer, the next at its `nextRecordsUrl`; checked for completeness."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.api import Api, Broken
from connectors.salesforce.composite import address_of
from connectors.salesforce.row import Row
from connectors.salesforce.soql import LONGEST_IN_URL

_OFFSET = re.compile(r"-(\d+)$")  # of the next row, at the end of a nextRecordsUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A part of a query's rows, how many there are in all, and where the next part is."""

    rows: tuple[Row, ...]
    total: int
    next_path: str | None


def foresee(api: Api, queries: Iterable[str], *more: str) -> None:
    """Ask queries at once that will be asked next, and `more` addresses; what is too long for an address is not."""
    short = (one for one in queries if len(one) <= LONGEST_IN_URL)
    api.foresee([*more, *(address_of(f"{api.root}/queryAll", {"q": one}) for one in short)])


def begin(api: Api, soql: str) -> Answered:
    """Return the first part of a query over living and deleted, present and archived rows."""
    return _part(api, f"{api.root}/queryAll", {"q": soql}, told=0)


def parts_from(api: Api, first: Answered) -> Iterator[tuple[Row, ...]]:
    """Yield the rows of a query part by part; TryLater before a part that lacks rows which were announced."""
    told, part = 0, first
    while True:
        yield part.rows
        told += len(part.rows)
        if part.next_path is None:
            return
        part = _part(api, part.next_path, None, told=told)


def every(api: Api, soql: str) -> list[Row]:
    """Return all rows of a query that is known to have few."""
    return [row for part in parts_from(api, begin(api, soql)) for row in part]


def count(api: Api, soql: str) -> int:
    """Return what a `SELECT COUNT()` query says."""
    return int(api.get_json(f"{api.root}/queryAll", {"q": soql})["totalSize"])


def _part(api: Api, path: str, params: dict[str, str] | None, *, told: int) -> Answered:
    part: Answered = api.whole(lambda: _read(api.get_json(path, params), told))
    return part


def _read(answer: Any, told: int) -> Answered:
    """Return an answer as a part; Broken when it does not hold together with the `told` rows before it."""
    if not isinstance(answer, dict) or not isinstance(answer.get("records"), list):
        raise Broken("An answer of Salesforce to a query is none.")
    total, next_path = int(answer.get("totalSize", -1)), answer.get("nextRecordsUrl")
    rows = tuple(Row(one) for one in answer["records"])
    offset = _OFFSET.search(next_path) if next_path else None
    until = total if not next_path else int(offset.group(1)) if offset else told + len(rows)
    if told + len(rows) != until:
        raise Broken(f"Salesforce announced {until} rows and told {told + len(rows)}.")
    return Answered(rows=rows, total=total, next_path=next_path)
