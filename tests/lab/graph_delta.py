"""Delta queries as Graph answers them: opaque links that carry the query, rounds of pages, tombstones."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from tests.lab.company_shelf import Shelf
from tests.lab.faults import Fault, Kind, shaped

Item = TypeVar("Item")
Row = dict[str, Any]


class Lost(Exception):
    """The link leads nowhere any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a state token carries: which changes it has seen, where in its round it is, and the query."""

    delta: bool  # a round of changes, else a first round of everything
    seen: int
    upto: int
    offset: int = 0
    query: tuple[tuple[str, str], ...] = ()
    generation: int = 0

    def text(self) -> str:
        """Return it as an opaque token."""
        said = [self.delta, self.seen, self.upto, self.offset, self.query, self.generation]
        return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()

    @staticmethod
    def read(token: str, generation: int) -> "Link":
        """Return what a token carries; Lost when it is none of ours or of an earlier generation."""
        try:
            said = json.loads(base64.urlsafe_b64decode(token))
            query = tuple((str(key), str(value)) for key, value in said[4])
            link = Link(delta=said[0], seen=said[1], upto=said[2], offset=said[3], query=query, generation=said[5])
        except (ValueError, IndexError, TypeError) as broken:
            raise Lost from broken
        if link.generation != generation:
            raise Lost
        return link


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Generic[Item]):
    """What a delta query looks at: a shelf, which of its items belong, and how each becomes rows."""

    shelf: Shelf[Item]
    belongs: Callable[[Item], bool]
    rows: Callable[[str, Item], list[Row]]
    id_of: Callable[[str], str]

    def everything(self, upto: int) -> list[Row]:
        """Return the rows of all that was there when the round was opened."""
        present = sorted(self.shelf.at(upto).items(), key=lambda one: int(one[0].rpartition("-")[2]))
        return [row for ref, item in present if self.belongs(item) for row in self.rows(ref, item)]

    def changed(self, after: int, upto: int) -> list[Row]:
        """Return the rows of what changed, and tombstones of what left; the latest state of each counts.

        What came and left again since the token is not mentioned: whoever has the token was never given it.
        """
        states: dict[str, tuple[bool, Item | None]] = {}
        for change in self.shelf.since(after)[: upto - after]:
            was_in = change.before is not None and self.belongs(change.before)
            states[change.ref] = (states.get(change.ref, (was_in, None))[0], change.after)
        rows: list[Row] = []
        for ref, (was_in, now) in states.items():
            if now is not None and self.belongs(now):
                rows.extend(self.rows(ref, now))
            elif was_in:
                reason = "deleted" if now is None else "changed"
                rows.append({"id": self.id_of(ref), "@removed": {"reason": reason}})
        return rows


def answer_page(
    collection: Collection[Any],
    link: Link,
    *,
    url: str,
    size: int,
    fault: Fault | None,
    select: frozenset[str] | None,
) -> Row:
    """Return one page of a round, with the link to the next page or the next round."""
    rows = collection.changed(link.seen, link.upto) if link.delta else collection.everything(link.upto)
    page = shaped(fault, rows[link.offset : link.offset + size])
    if fault and fault.kind is Kind.PARTIAL:
        page = [_partial(row) for row in page]
    if link.offset + size < len(rows):
        following = replace(link, offset=link.offset + size)
        last: Mapping[str, str] = {"@odata.nextLink": f"{url}?$skiptoken={following.text()}"}
    else:
        latest = replace(link, delta=True, seen=link.upto, upto=link.upto, offset=0)
        last = {"@odata.deltaLink": f"{url}?$deltatoken={latest.text()}"}
    return {"value": page, **last}


def opened(link: Link, now: int) -> Link:
    """Return a link as a request with its delta token opens the next round."""
    return replace(link, upto=now)


def _partial(row: Row) -> Row:
    """Leave of a row what an update that touches only flags carries."""
    kept: Sequence[str] = ("id", "isRead", "@removed", "@odata.type", "@odata.etag", "changeKey")
    return {name: value for name, value in row.items() if name in kept}
