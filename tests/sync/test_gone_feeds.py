"""Feeds that were taken away: what only they told goes, and a folder that is not mounted takes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from guardian.domain.errors import TryLater
from guardian.ports.connector import Scope
from guardian.storage import Database, StoredTimelines, SyncTables
from guardian.sync import Connection, Rules, SyncSummary, Work, sync_here
from tests.sync.supplier import NOON, OWN, ListConnector, ListFeed, NoBars, StoppedClock, box


@dataclass(slots=True)
class ListShelf(ListConnector):
    """A folder whose feeds come and go; `hidden` are there and out of reach."""

    hidden: Sequence[str] = ()
    fails_with: Exception | None = None

    def parts(self):
        yield "folder"

    def feeds(self, part: str | None = None):
        yield from self.all_feeds
        if self.fails_with:
            raise self.fails_with

    def gone(self, known: Sequence[Scope]) -> Sequence[Scope]:
        return [scope for scope in known if scope.name not in self.hidden]


@pytest.fixture
def shelf(store: Database) -> Callable[..., SyncSummary]:
    def run(*feeds: ListFeed, full: bool = False, **more) -> SyncSummary:
        connection = Connection(name="lists", kind="list", open=lambda: ListShelf(list(feeds), **more))
        rules = Rules(own_domains=OWN)
        tables = SyncTables(store, OWN)
        work = Work(
            connection=connection, store=tables, rules=rules, clock=StoppedClock(), progress=NoBars(), full=full
        )
        return sync_here(work, at_once=1)

    return run


def left(store: Database) -> int:
    return len(list(StoredTimelines(store).interactions(now=NOON)))


def again(feed: ListFeed, name: str, upto: int) -> ListFeed:
    return ListFeed(name, feed.records[:upto])


def test_a_file_that_another_replaces_loses_only_what_that_one_lacks(shelf, store) -> None:
    october = box("oct", 30)
    shelf(october)
    summary = shelf(again(october, "nov", 29))
    assert (summary.state, summary.problems, left(store)) == ("ok", (), 29)


def test_one_small_file_of_many_goes_at_once(shelf, store) -> None:
    many = box("many", 100)
    shelf(many, box("few", 6))
    assert (shelf(many).gone, left(store)) == (6, 100)


@pytest.mark.parametrize("items", [1, 30])
def test_a_folder_that_is_not_mounted_takes_nothing_and_is_told_once(shelf, store, items: int) -> None:
    boxes = [box(f"box{n}", items) for n in range(4)]
    shelf(*boxes)
    for _ in range(2):
        summary = shelf()
        assert (summary.state, summary.gone, left(store)) == ("partial", 0, 4 * items)
        (problem,) = [one for one in summary.problems if "sync --full" in one and "No longer there" in one]
        assert f"box0, box1, box2 and 1 more. {4 * items} of {4 * items}" in problem
    assert shelf(*boxes).state == "ok"
    assert left(store) == 4 * items


def test_copies_of_each_other_that_go_together_are_not_each_others_excuse(shelf, store) -> None:
    one = box("one", 30)
    shelf(one, again(one, "two", 30))
    assert shelf().gone == 0
    assert left(store) == 30


def test_a_second_full_walk_confirms_that_files_were_taken_away(shelf, store) -> None:
    shelf(box("a", 30), box("b", 30))
    shelf(box("a", 30), full=True)
    assert left(store) == 60
    assert shelf(box("a", 30), full=True).state == "ok"
    assert left(store) == 30
    assert shelf(box("a", 30), box("b", 30)).new == 30


def test_a_successor_that_comes_a_day_later_settles_what_was_kept(shelf, store) -> None:
    october, other = box("oct", 30), box("other", 3)
    shelf(october, other)
    assert shelf(other).state == "partial"
    assert shelf(again(october, "nov", 28), other).state == "ok"
    assert left(store) == 31


def test_what_is_out_of_reach_or_was_not_listed_is_kept(shelf, store) -> None:
    many = box("many", 100)
    shelf(many, box("few", 3))
    assert shelf(many, hidden=["few"]).gone == 0
    assert shelf(many, fails_with=TryLater("busy")).gone == 0
    assert left(store) == 103
