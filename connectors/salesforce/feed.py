"""One object as a feed: walks by id, rounds by time of change, deletions, and sweeps."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from connectors.salesforce import bulk, deleted, rest, soql
from connectors.salesforce.bulk import JobLost
from connectors.salesforce.objects import Shape
from connectors.salesforce.place import Place, read_place
from connectors.salesforce.reader import Reader
from connectors.salesforce.rounds import Rhythm, first_walk, following, next_round, sweep
from connectors.salesforce.row import Row
from connectors.salesforce.soql import Window
from connectors.salesforce.stream import Piece, Stream
from guardian.connector_kit.paging import COUNTED
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor, DeadLetter, Gone, Page, Present, Record, Scope

Items = list[Record | DeadLetter]


@dataclass(slots=True)
class ObjectFeed:
    """The records of one object that the integration user may see."""

    scope: Scope
    shape: Shape
    reader: Reader
    stream: Stream
    rhythm: Rhythm
    digest: str
    _told_until: str = field(default="", init=False)
    _used: bool = field(default=False, init=False)

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield what changed since a cursor, or everything for None; see `guardian.ports.connector.Feed`."""
        self.reader.api.forget_foreseen()
        place = self._stand(after)
        self.reader.api.cost.set_apart()
        if place is None:
            return
        self._told_until = soql.moment(place.high or place.told_until)
        if place.stage == "deleted" and not place.last:
            self._foresee_round(place)
        while place.stage != "rest":
            begun = place.stage
            for items, behind in self._stage(place):
                if items or behind.job != place.job:
                    yield self._page(items, behind)
                place = behind
            place = following(place) if place.stage == begun else place
        yield self._page([], place, closes=True)

    def count(self) -> int | None:
        """Return how many living records Salesforce counts that were there when the last round looked."""
        until = self._told_until or soql.moment(soql.settled(self.reader.api.server_time(), self.rhythm.settle))
        return rest.count(self.reader.api, self._count_query(until))

    def _foresee_round(self, place: Place) -> None:
        """Ask at once what a round that begins will ask one after the other, as far as that is known now."""
        api, high, window = self.reader.api, place.high or place.told_until, _window(place)
        log = deleted.log_address(api, self.shape.name, place.deleted_until, high) if self.shape.replicates else None
        queries = [soql.touched(field_name, name, window) for name, field_name in self.shape.touching]
        queries += [self._change_query(place), self._count_query(self._told_until)]
        rest.foresee(api, queries, *([log] if log else []))

    def _stand(self, after: Cursor | None) -> Place | None:
        """Return where to go on; None when nothing can be new."""
        place = read_place(after) if after else None
        # Opening the feed has just told the time; a feed that is kept for later rounds must ask again.
        now = self.reader.api.server_time(fresh=self._used)
        self._used = True
        if place is None:
            return first_walk(self.digest, now, self.rhythm)
        if place.shape != self.digest:
            raise CursorExpired("the fields that are asked for have changed")
        if place.stage != "rest":
            return place
        ahead = next_round(place, now, self.rhythm)
        if ahead is None:
            self._told_until = soql.moment(place.told_until)
        return ahead

    def _stage(self, place: Place) -> Iterator[tuple[Items, Place]]:
        match place.stage:
            case "walk":
                return self._walk(place)
            case "sweep":
                return self._sweep(place)
            case "deleted":
                return self._deleted(place)
            case "related":
                return self._related(place)
            case _:
                return self._changed(place)

    def _walk(self, place: Place) -> Iterator[tuple[Items, Place]]:
        for rows, behind in self._rows(place, self._walk_query, most=self._most_rows):
            place = behind
            yield self.reader.read(rows), place

    def _sweep(self, place: Place) -> Iterator[tuple[Items, Place]]:
        for rows, behind in self._rows(place, self._sweep_query, most=bulk.MOST_ROWS):
            place = behind
            yield [Present(item_id=row.id) for row in rows], place

    def _changed(self, place: Place) -> Iterator[tuple[Items, Place]]:
        for rows, behind in self._rows(place, self._change_query, most=self._most_rows):
            place = behind
            yield self.reader.read(rows), place

    def _deleted(self, place: Place) -> Iterator[tuple[Items, Place]]:
        """Tell what the delete log lists and is gone indeed: what was restored since is not, nor who was merged."""
        if not self.shape.replicates:
            return
        api, high = self.reader.api, place.high or place.told_until
        try:
            log = deleted.deleted_between(api, self.shape.name, place.deleted_until, high)
        except deleted.LogTooShort:
            yield [], sweep(place, api.server_time(), self.rhythm)
            return
        for chunk in soql.in_chunks(one for one in log.ids if one > place.last):
            asked = soql.of_ids(("Id",), self.shape.name, "Id", chunk, self.shape.living)
            living = {row.id for row in rest.every(api, asked)}
            place = place.moved(last=chunk[-1])
            yield [Gone(item_id=one) for one in chunk if one not in living], place
        yield [], place.moved(deleted_until=log.covered, last="")

    def _related(self, place: Place) -> Iterator[tuple[Items, Place]]:
        """Tell again the items of which only something related changed: an answer to an invitation, a sale."""
        api, window = self.reader.api, _window(place)
        touched = {
            parent
            for name, field_name in self.shape.touching
            for row in rest.every(api, soql.touched(field_name, name, window))
            if (parent := row.ref(field_name))
        }
        for chunk in soql.in_chunks(sorted(one for one in touched if one > place.last)):
            query = soql.of_ids(self.shape.fields, self.shape.name, "Id", chunk, self.shape.only)
            place = place.moved(last=chunk[-1])
            yield self.reader.read(rest.every(api, query)), place

    @property
    def _most_rows(self) -> int:
        return bulk.MOST_LONG_ROWS if self.shape.has_words else bulk.MOST_ROWS

    def _rows(
        self, place: Place, query: Callable[[Place], str], *, most: int
    ) -> Iterator[tuple[tuple[Row, ...], Place]]:
        """Yield rows with the place behind them, whatever becomes of Bulk jobs on the way."""
        bulk_works = True
        while True:
            inherited = place.job is not None
            try:
                for piece in self.stream.rows(query(place), place.job, most=most, bulk_works=bulk_works):
                    place = _behind(piece, place)
                    yield piece.rows, place
                return
            except JobLost:
                bulk_works = inherited
                place = place.moved(job=None)

    def _walk_query(self, place: Place) -> str:
        return soql.walk(self.shape.fields, self.shape.name, self.shape.living, place.last)

    def _sweep_query(self, place: Place) -> str:
        return soql.walk(("Id",), self.shape.name, self.shape.living, place.last)

    def _change_query(self, place: Place) -> str:
        behind = (place.at, place.last) if place.last else None
        return soql.changed(self.shape.fields, self.shape.name, self.shape.only, _window(place), behind)

    def _count_query(self, until: str) -> str:
        return soql.count(self.shape.name, self.shape.living, f"CreatedDate < {until}")

    def _page(self, items: Items, place: Place, *, closes: bool = False) -> Page:
        records = tuple(one for one in items if not isinstance(one, DeadLetter))
        dead = tuple(one for one in items if isinstance(one, DeadLetter))
        cost = self.reader.api.cost.for_page()
        return Page(
            records=records,
            cursor=place.cursor(),
            read=sum(isinstance(one, COUNTED) for one in records) + len(dead),
            dead_letters=dead,
            walk=place.walk,
            closes_round=closes,
            done=place.done,
            total=place.total,
            requests=cost.requests,
            throttled_s=cost.throttled_s,
        )


def _behind(piece: Piece, place: Place) -> Place:
    """Return the place behind some rows."""
    total = max(place.total, piece.total)
    if not piece.rows:
        return place.moved(job=piece.job, total=total)
    last = piece.rows[-1]
    at = soql.moment(soql.read_moment(last["SystemModstamp"])) if last["SystemModstamp"] else ""
    return place.moved(job=piece.job, total=total, done=place.done + len(piece.rows), last=last.id, at=at)


def _window(place: Place) -> Window:
    return Window(low=place.low or place.told_until, high=place.high or place.told_until)
