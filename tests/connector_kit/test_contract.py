from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from guardian.connector_kit.contract import ConnectorContract
from guardian.connector_kit.paging import Batch, dead_letter
from guardian.domain.activity import Activity, Kind
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor, Feed, Gone, Page, Present, Scope, Spent

IN_MADRID = datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1)))


def activity(n: int) -> Activity:
    when = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=n)
    return Activity(item_id=str(n), kind=Kind.EMAIL, key=f"mid:{n}@x", occurred_at=when, participants=())


@dataclass(frozen=True)
class Shelf:
    """A feed of a few numbered mails, two on a page."""

    mails: tuple[Activity, ...] = tuple(activity(n) for n in range(5))
    spoil: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(name="shelf", mailbox="shelf")

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        begin = self._begin(after)
        if begin == len(self.mails) and after and self.spoil != "repeats":
            return
        for at in range(begin, len(self.mails), 2):
            batch = Batch(walk=self.spoil != "no walk")
            batch.add(*self.mails[at : at + 2])
            end = min(at + 2, len(self.mails))
            page = batch.page(Cursor(token=f"at {end}"), closes_round=end == len(self.mails))
            yield self._spoilt(page)

    def _begin(self, after: Cursor | None) -> int:
        if after is None or (self.spoil == "repeats" and after.token == f"at {len(self.mails)}"):
            return 0
        if not after.token.startswith("at "):
            if self.spoil == "takes any cursor":
                return 0
            raise CursorExpired("not mine")
        return int(after.token[3:]) + (self.spoil == "skips")

    def _spoilt(self, page: Page) -> Page:
        if self.spoil == "loses one":
            return replace(page, read=page.read + 1)
        return replace(page, closes_round=False) if self.spoil == "stays open" else page

    def count(self) -> int | None:
        return len(self.mails) + (self.spoil == "miscounts")


@dataclass(frozen=True)
class Shelves:
    shelves: tuple[Feed, ...]
    parted: int = 99  # how many of them the parts name

    def check(self) -> str:
        return "Sees a shelf."

    def parts(self) -> Iterator[str]:
        yield from list(dict.fromkeys(one.scope.name for one in self.shelves))[: self.parted]

    def feeds(self, part: str | None = None) -> Iterator[Feed]:
        yield from (one for one in self.shelves if part in (None, one.scope.name))

    def spent(self) -> Spent:
        return Spent()


class TestShelf(ConnectorContract):
    def make(self, folder: Path) -> Shelves:
        return Shelves((Shelf(),))


def failures(*shelves: Feed, parted: int = 99) -> set[str]:
    class Spoilt(ConnectorContract):
        def make(self, folder: Path) -> Shelves:
            return Shelves(shelves, parted)

    failed = set()
    for name in dir(Spoilt):
        if name.startswith("test_"):
            try:
                getattr(Spoilt(), name)(Path())
            except (AssertionError, ValueError):
                failed.add(name)
    return failed


@pytest.mark.parametrize(
    ("spoil", "caught_by"),
    [
        ("repeats", "test_resuming_behind_the_last_page_yields_nothing_new"),
        ("skips", "test_resuming_behind_any_page_yields_exactly_the_rest"),
        ("loses one", "test_every_raw_item_is_a_record_or_a_dead_letter"),
        ("stays open", "test_a_first_round_is_a_walk_and_only_its_last_page_closes_it"),
        ("no walk", "test_a_first_round_is_a_walk_and_only_its_last_page_closes_it"),
        ("miscounts", "test_the_source_counts_what_a_walk_reads"),
        ("takes any cursor", "test_a_bad_cursor_is_a_lost_cursor"),
    ],
)
def test_the_contract_catches_a_broken_feed(spoil, caught_by) -> None:
    assert caught_by in failures(Shelf(spoil=spoil))


@pytest.mark.parametrize(
    ("wrong", "caught_by"),
    [
        ({"occurred_at": IN_MADRID}, "test_times_are_aware_utc_without_fractions"),
        ({"key": "42"}, "test_keys_name_their_kind"),
        ({"item_id": "1"}, "test_item_ids_are_unique_within_a_feed"),
    ],
)
def test_the_contract_catches_a_broken_record(wrong, caught_by) -> None:
    assert failures(Shelf(mails=(activity(1), replace(activity(2), **wrong)))) == {caught_by}


def test_the_contract_catches_feeds_of_one_name() -> None:
    assert failures(Shelf(), Shelf()) == {"test_scope_names_are_unique"}


def test_the_contract_catches_a_feed_that_no_part_holds() -> None:
    assert failures(Shelf(), parted=0) == {"test_the_parts_hold_every_feed_once"}


def test_a_sound_feed_passes() -> None:
    assert failures(Shelf()) == set()


def test_what_is_gone_or_present_was_not_read() -> None:
    batch = Batch(walk=True)
    batch.add(Gone(item_id="1"), Present(item_id="2"), activity(3), dead_letter("4", "why", b"x" * 100_000))
    page = batch.page(Cursor(token="t"))
    assert (page.read, len(page.records), len(page.dead_letters[0].raw)) == (2, 3, 65_536)
    assert batch.page(Cursor(token="t")).records == ()
