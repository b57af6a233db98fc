"""One round of one feed: page by page into the store, walked anew where its cursor is lost, swept with care."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from guardian.domain.activity import Activity
from guardian.domain.errors import CursorExpired, TryLater
from guardian.ports.connector import Feed, Page, Spent
from guardian.ports.sync_store import CursorMove, FeedState, Known, Plan, PlanOutdated, SyncStore
from guardian.sync.listening import Ear
from guardian.sync.plan import addresses, item_ids, plan_page
from guardian.sync.rules import Rules
from guardian.sync.storable import storable_page
from guardian.sync.summary import Progress

# A walk that would remove more than this needs a second walk that agrees: sources do answer with an empty list once.
MOST_SWEPT_SHARE = 0.10
MOST_SWEPT = 500
ALWAYS_SWEPT = 5


def is_suspicious(missing: int, stored: int) -> bool:
    """Say whether a walk would remove so much that it must be confirmed by a second one."""
    return missing > ALWAYS_SWEPT and (missing > MOST_SWEPT or missing > MOST_SWEPT_SHARE * stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the rounds of one connector work with; `suspicious` says which sweeps, by size, need a second walk."""

    store: SyncStore
    rules: Rules
    scrub: Callable[[Activity], Activity]
    progress: Progress
    now: Callable[[], datetime]
    leaving: Callable[[], bool]
    ear: Ear | None = None
    suspicious: Callable[[int, int], bool] = is_suspicious


@dataclass(slots=True)
class Tally:
    """What a round did so far."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    requests: int = 0
    throttled_s: float = 0.0
    problems: list[str] = field(default_factory=list)

    def add(self, page: Page, plan: Plan, mailbox: str) -> None:
        """Count a page that was stored."""
        self.new += plan.new
        self.changed += plan.changed
        self.gone += plan.gone_count
        self.spend(Spent(requests=page.requests, throttled_s=page.throttled_s))
        silent = page.read - len(page.records) - len(page.dead_letters)
        if silent > 0:
            self.problems.append(
                f"{mailbox}: {silent} items of a page were read and not told; this is a fault of the connector."
            )

    def spend(self, spent: Spent) -> None:
        """Count what was spent at the provider."""
        self.requests += spent.requests
        self.throttled_s += spent.throttled_s


def run_feed(feed: Feed, state: FeedState, desk: Desk, tally: Tally, *, full: bool) -> None:
    """Bring one feed up to date; TryLater and UserError pass through, with every page before them stored."""
    if desk.leaving():
        raise TryLater("It was stopped before its turn; the next run begins with it.", after_seconds=0)
    if full and not state.walking:
        state = desk.store.begin_walk(state.mailbox_id)
    try:
        state = _round(feed, state, desk, tally)
    except CursorExpired:
        state = _walk_anew(feed, state, desk, tally)
    if state.walking:
        _sweep(feed, state, desk, tally)
    elif state.held is not None:
        tally.problems.append(_HELD.format(mailbox=feed.scope.mailbox, missing=state.held))


def _walk_anew(feed: Feed, state: FeedState, desk: Desk, tally: Tally) -> FeedState:
    try:
        return _round(feed, desk.store.begin_walk(state.mailbox_id), desk, tally)
    except CursorExpired as lost:
        raise TryLater(
            "The source lost our place twice in a row; the next run reads it from the beginning."
        ) from lost


def _round(feed: Feed, state: FeedState, desk: Desk, tally: Tally) -> FeedState:
    """Store every page up to the feed's present end; return where the feed stands, a walk not yet swept."""
    closed = state.resume is not None  # resumed behind the last page, a round has nothing to tell and is complete
    for told in feed.changes(state.resume):
        page = storable_page(told)
        if page.walk and not state.walking:
            # The feed itself found out that it must be read from the beginning.
            state = desk.store.begin_walk(state.mailbox_id)
        tally.add(page, _store(page, state, desk), feed.scope.mailbox)
        desk.progress.advance(feed.scope.mailbox, page.done, page.total)
        closed = page.closes_round
        if desk.leaving() and not closed:
            raise TryLater("It was stopped in the middle; the next run goes on from there.", after_seconds=0)
    if not closed:
        raise TryLater("The source broke off in the middle; the next run goes on from there.")
    return state


def _store(page: Page, state: FeedState, desk: Desk) -> Plan:
    """Write what a page changes, and return it; whoever is forgotten while it is planned is not on it either."""
    move = CursorMove(to=page.cursor, closes_round=page.closes_round)
    while True:
        plan = _plan(page, state, desk)
        try:
            desk.store.write_page(state, plan, move, now=desk.now())
        except PlanOutdated:
            continue
        return plan


def _plan(page: Page, state: FeedState, desk: Desk) -> Plan:
    ids = item_ids(page)
    known = desk.store.known(state.mailbox_id, ids, addresses(page)) if ids else _NOTHING
    return plan_page(page, known, desk.rules, desk.scrub, desk.ear)


_NOTHING = Known(copies={}, records={}, excluded={}, dead={}, forgotten=frozenset())


_HELD = (
    "{mailbox}: {missing} items that a walk did not meet are still kept, because they are suspiciously many. "
    "If the source really shrank, run `guardian sync --full` to confirm it."
)


def _sweep(feed: Feed, state: FeedState, desk: Desk, tally: Tally) -> None:
    """Remove what the walk did not see, unless that is suspiciously much and no earlier walk said the same."""
    found = desk.store.sweep(state)
    missing = len(found.missing)
    if desk.suspicious(missing, found.stored) and not _agrees(missing, found.stored, state.held):
        desk.store.finish_walk(state, (), held=missing, now=desk.now())
        tally.problems.append(
            f"{feed.scope.mailbox}: {missing} of {found.stored} items would vanish; nothing was removed. "
            "If the source really shrank, run `guardian sync --full` again to confirm it."
        )
        return
    desk.store.finish_walk(state, found.missing, held=None, now=desk.now())
    tally.gone += missing


def _agrees(missing: int, stored: int, held: int | None) -> bool:
    """Say whether a walk confirms what an earlier one said: no more is missing, or little more than then."""
    return held is not None and not is_suspicious(missing - held, stored - held)
