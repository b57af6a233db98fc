"""A feed made of delta queries: mail over its folders, contacts over their address books."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.outlook.fetch import Graph, NotThere, rows_of
from connectors.outlook.rounds import MOST_RESTARTS, Place, read_place
from guardian.connector_kit.paging import Batch
from guardian.domain.errors import CursorExpired, TryLater
from guardian.ports.connector import Cursor, DeadLetter, Gone, Page, Record, Scope

Row = dict[str, Any]


class Source(Protocol):
    """What differs between mail and contacts."""

    @property
    def shape(self) -> str:
        """What of the settings is baked into links, so that a change of it needs a walk."""
        ...

    def queries(self, note: dict[str, str]) -> tuple[list[str], int]:
        """Return the ids of all delta queries there are now, and how many items they hold (0: not known).

        May fill the note, which the cursor keeps.
        """
        ...

    def held(self, note: dict[str, str]) -> int:
        """Return how many items there are now."""
        ...

    def first_url(self, query: str) -> str:
        """Return where a query begins."""
        ...

    def is_whole(self, row: Row) -> bool:
        """Say whether a row carries all that `record` needs."""
        ...

    def read(self, item_id: str, note: dict[str, str]) -> Row:
        """Return one item by its id; NotThere when it is nowhere, or where we do not look."""
        ...

    def record(self, row: Row) -> Record | DeadLetter:
        """Return what a row says."""
        ...


@dataclass(slots=True)
class DeltaFeed:
    """One mailbox's mail or contacts."""

    scope: Scope
    graph: Graph
    source: Source
    _note: dict[str, str] = field(default_factory=dict)  # kept for `count`, which follows a round

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield the pages of one round."""
        place = read_place(after, self.source.shape) if after else Place(shape=self.source.shape)
        self._note = place.note
        self.graph.cost.set_apart()
        if not place.open:
            self._begin(place, walk=after is None)
        while place.open:
            batch = Batch(walk=place.walk)
            if place.queue:
                self._ask(place, batch)
            if place.settling:
                batch.add(*(Gone(item_id=one) for one in place.settle()))
            page = batch.page(place.cursor(), closes_round=not place.open, done=place.done, total=place.total)
            if page.records or page.dead_letters or page.closes_round:
                yield self.graph.charge(page)

    def count(self) -> int | None:
        """Return how many items the mailbox says it holds where we look."""
        return self.source.held(self._note)

    def _begin(self, place: Place, *, walk: bool) -> None:
        queries, total = self.source.queries(place.note)
        if not walk and set(place.links) - set(queries):
            raise CursorExpired("A folder is gone, and with it the word on what was in it.")
        place.begin(queries, walk=walk)
        place.done, place.total = 0, total
        place.settling = not queries

    def _ask(self, place: Place, batch: Batch) -> None:
        query, url = place.queue[0]
        answer = self._answer(place, query, url)
        following, final = answer.get("@odata.nextLink", ""), answer.get("@odata.deltaLink", "")
        if bool(following) == bool(final):
            raise TryLater("Microsoft Graph sent a page that does not say where it leads.")
        latest = {str(row["id"]): row for row in rows_of(answer) if row.get("id")}
        for item_id, row in latest.items():
            self._take(place, batch, query, item_id, row)
        place.done += len(latest)
        place.answered(query, following=following, final=final)

    def _answer(self, place: Place, query: str, url: str) -> Row:
        try:
            return self.graph.get(url or self.source.first_url(query))
        except NotThere as gone:
            raise CursorExpired("A folder went while it was read.") from gone
        except CursorExpired:
            # Only the place within the round may be lost: then the query begins its round anew, which repeats rows.
            # But of what it told for the first time and is gone since, it would say nothing: only a walk finds that.
            start = "" if place.first else place.links.get(query, "")
            if not start or url == start or place.tells(query) or place.restarts >= MOST_RESTARTS:
                raise
            place.restarts += 1
            return self.graph.get(start)

    def _take(self, place: Place, batch: Batch, query: str, item_id: str, row: Row) -> None:
        removed = "@removed" in row
        if removed and not place.walk:
            place.leaves(item_id, query)
            return
        if removed or not self.source.is_whole(row):
            try:
                row = self.source.read(item_id, place.note)
            except NotThere:
                batch.add(Gone(item_id=item_id))
                return
        place.comes(item_id, query)
        batch.add(self.source.record(row))
