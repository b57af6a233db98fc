"""The suite every connector passes: subclass `ConnectorContract`, say how to make the connector, and run pytest."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from guardian.connector_kit.paging import COUNTED, KEPT_RAW, MOST_RECORDS
from guardian.domain.activity import Activity
from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Connector, Cursor, Feed, Gone, Page, Present, Record, Spent

BAD_TOKENS = ("", "not a cursor", "{}", "[1]", '{"v": 99}', "null")


def round_of(feed: Feed, after: Cursor | None = None) -> list[Page]:
    """Return every page of one round."""
    return list(feed.changes(after))


def records_of(pages: list[Page]) -> list[Record]:
    """Return the records of pages in order."""
    return [record for page in pages for record in page.records]


def item_id(record: Record) -> str:
    """Return the provider's id of any record."""
    return record.item_id if isinstance(record, Activity | Gone | Present) else record.ref


class ConnectorContract:
    """What holds for every feed of every connector; `make` returns a connector with at least one item.

    `most_records` may be raised by connectors whose provider decides the size of a page.
    """

    most_records = MOST_RECORDS

    def make(self, folder: Path) -> Connector:
        """Return a connector to try, which may use an empty folder; called more than once it shows the same data."""
        raise NotImplementedError

    def test_it_says_in_one_sentence_what_it_sees(self, tmp_path: Path) -> None:
        sentence = self.make(tmp_path).check()
        assert sentence.strip(), "check() says nothing"
        assert "\n" not in sentence, f"check() says more than one line: {sentence!r}"

    def test_scope_names_are_unique(self, tmp_path: Path) -> None:
        names = [feed.scope.name for feed in self.make(tmp_path).feeds()]
        assert names, "no feeds to try"
        assert len(names) == len(set(names)), f"scope names repeat: {names}"
        assert all(feed.scope.mailbox for feed in self.make(tmp_path).feeds()), "a scope without mailbox"

    def test_the_parts_hold_every_feed_once(self, tmp_path: Path) -> None:
        every = [feed.scope.name for feed in self.make(tmp_path).feeds()]
        parts = list(self.make(tmp_path).parts())
        assert len(parts) == len(set(parts)), f"parts repeat: {parts}"
        told = [feed.scope.name for part in parts for feed in self.make(tmp_path).feeds(part)]
        assert sorted(told) == sorted(every), "feeds(part) of all parts is not feeds()"

    def test_a_first_round_is_a_walk_and_only_its_last_page_closes_it(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            pages = round_of(feed)
            assert pages, f"{feed.scope.name}: a walk must close with a page even when there is nothing"
            assert all(page.walk for page in pages), f"{feed.scope.name}: a page of a walk does not say so"
            closing = [page.closes_round for page in pages]
            assert closing == [False] * (len(pages) - 1) + [True], f"{feed.scope.name}: {closing}"

        self._with_every_feed(tmp_path, check)

    def test_resuming_behind_the_last_page_yields_nothing_new(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            again = round_of(feed, round_of(feed)[-1].cursor)
            assert not records_of(again), f"{feed.scope.name}: {records_of(again)[:3]}"
            assert not any(page.dead_letters for page in again), f"{feed.scope.name}: dead letters again"
            assert all(page.closes_round for page in again[-1:]), f"{feed.scope.name}: the round stays open"
            assert len(again) <= 1, f"{feed.scope.name}: more than one page to say that nothing changed"

        self._with_every_feed(tmp_path, check)

    def test_resuming_behind_any_page_yields_exactly_the_rest(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            pages = round_of(feed)
            for n, page in enumerate(pages):
                rest = records_of(round_of(feed, page.cursor))
                wanted = records_of(pages[n + 1 :])
                assert rest == wanted, f"{feed.scope.name}: resumed behind page {n} differently"

        self._with_every_feed(tmp_path, check)

    def test_a_replayed_walk_holds_the_same_records(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            assert round_of(feed) == round_of(feed), f"{feed.scope.name}: two walks of the same data differ"

        self._with_every_feed(tmp_path, check)

    def test_every_raw_item_is_a_record_or_a_dead_letter(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            for page in round_of(feed):
                counted = sum(isinstance(record, COUNTED) for record in page.records)
                assert page.read == counted + len(page.dead_letters), f"{feed.scope.name}: items lost silently"

        self._with_every_feed(tmp_path, check)

    def test_item_ids_are_unique_within_a_feed(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            ids = [item_id(record) for record in records_of(round_of(feed))]
            assert len(ids) == len(set(ids)), f"{feed.scope.name}: ids repeat"
            assert all(ids), f"{feed.scope.name}: an empty id"

        self._with_every_feed(tmp_path, check)

    def test_times_are_aware_utc_without_fractions(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            for record in records_of(round_of(feed)):
                if isinstance(record, Activity):
                    assert record.occurred_at.tzinfo is UTC, f"{feed.scope.name}: {record.item_id} is not UTC"
                    assert not record.occurred_at.microsecond, f"{feed.scope.name}: {record.item_id}"

        self._with_every_feed(tmp_path, check)

    def test_keys_name_their_kind(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            for record in records_of(round_of(feed)):
                if isinstance(record, Activity):
                    assert record.key.partition(":")[0] in ("mid", "fp", "ical", "sf"), record.key

        self._with_every_feed(tmp_path, check)

    def test_pages_and_dead_letters_are_bounded(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            for page in round_of(feed):
                size = len(page.records) + len(page.dead_letters)
                assert size <= self.most_records, f"{feed.scope.name}: {size} records on a page"
                assert all(len(dead.raw) <= KEPT_RAW for dead in page.dead_letters), feed.scope.name
                assert all(dead.why.strip() and dead.item_id for dead in page.dead_letters), feed.scope.name

        self._with_every_feed(tmp_path, check)

    def test_the_source_counts_what_a_walk_reads(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            count = feed.count()
            read = sum(page.read for page in round_of(feed))
            assert count is None or count == read, f"{feed.scope.name}: counts {count}, read {read}"

        self._with_every_feed(tmp_path, check)

    def test_what_was_spent_is_told_once(self, tmp_path: Path) -> None:
        connector = self.make(tmp_path)
        for feed in connector.feeds():
            round_of(feed)
            feed.count()
        spent = connector.spent()
        assert spent.requests >= 0 <= spent.throttled_s, f"spent {spent}"
        assert connector.spent() == Spent(), "what was spent is told twice"

    def test_a_bad_cursor_is_a_lost_cursor(self, tmp_path: Path) -> None:
        def check(feed: Feed) -> None:
            for token in BAD_TOKENS:
                try:
                    round_of(feed, Cursor(token=token))
                except CursorExpired:
                    continue
                raise AssertionError(f"{feed.scope.name}: took {token!r} for a cursor")

        self._with_every_feed(tmp_path, check)

    def _with_every_feed(self, folder: Path, check: Callable[[Feed], None]) -> None:
        for feed in self.make(folder).feeds():
            check(feed)
