"""One connector's run: every feed by itself, then clients settled, counts reconciled, and how it went kept."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.ports.clock import Clock
from guardian.ports.connector import Connector, Feed
from guardian.ports.sync_store import SyncStore
from guardian.sync.feed_run import Desk, Tally, run_feed
from guardian.sync.reconcile import Books, balance
from guardian.sync.rules import Rules, scrubber
from guardian.sync.storable import storable_scope
from guardian.sync.summary import Progress, RunState, SyncSummary

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One configured connection: its name and kind, how to open it, and how much it may tell."""

    name: str
    kind: str
    open: Callable[[], Connector]
    privacy: str = "metadata"


@dataclass(slots=True)
class _Outcome:
    tally: Tally = field(default_factory=Tally)
    books: Books = field(default_factory=Books)
    state: RunState = RunState.OK

    def worsen(self, state: RunState, problem: str) -> None:
        """Note a problem; the worst state of all feeds is the connector's."""
        order = list(RunState)
        self.state = max(self.state, state, key=order.index)
        self.tally.problems.append(problem)


def sync_connector(
    connection: Connection, store: SyncStore, rules: Rules, *, clock: Clock, progress: Progress, full: bool = False
) -> SyncSummary:
    """Bring one connection up to date and return how it went; never raises for what its provider does."""
    started = clock.now()
    outcome = _Outcome()
    desk = Desk(store=store, rules=rules, scrub=scrubber(connection.privacy), progress=progress, now=clock.now)
    due = store.begin_run(connection.name, connection.kind, now=started)
    for feed in _feeds(connection, outcome):
        _run_feed(connection, feed, desk, outcome, full=full)
    if due or full or outcome.tally.new or outcome.tally.changed or outcome.tally.gone:
        store.settle(now=clock.now())
    summary = _summary(connection.name, outcome, (clock.now() - started).total_seconds())
    error = "; ".join(summary.problems) or None
    told = json.dumps(summary.as_json(), ensure_ascii=False)
    store.end_run(connection.name, summary.state, told, error, started=started, now=clock.now())
    log.info("sync.finished", connector=connection.name, state=summary.state, new=summary.new, gone=summary.gone)
    return summary


def _feeds(connection: Connection, outcome: _Outcome) -> Iterator[Feed]:
    """Yield the account's feeds; what goes wrong in asking for them ends the list, and is noted."""
    try:
        yield from connection.open().feeds()
    except (UserError, TryLater) as wrong:
        outcome.worsen(RunState.FAILED, str(wrong))
    except Exception as bug:
        log.exception("sync.bug", connector=connection.name)
        outcome.worsen(RunState.FAILED, _internal(bug))


def _run_feed(connection: Connection, feed: Feed, desk: Desk, outcome: _Outcome, *, full: bool) -> None:
    """Run one feed and count its items; what goes wrong with it does not touch the others."""
    label = feed.scope.mailbox
    with _noting(connection, label, outcome):
        state = desk.store.open_feed(connection.name, connection.kind, storable_scope(feed.scope))
        with _noting(connection, label, outcome):
            run_feed(feed, state, desk, outcome.tally, full=full)
        outcome.books.add(feed, desk.store.count(state.mailbox_id))


@contextmanager
def _noting(connection: Connection, label: str, outcome: _Outcome) -> Iterator[None]:
    """Turn what goes wrong with a feed into a problem of the run."""
    try:
        yield
    except TryLater as later:
        outcome.worsen(RunState.PARTIAL, f"{label}: {later}")
    except UserError as wrong:
        outcome.worsen(RunState.NEEDS_LOGIN, f"{label}: {wrong}")
    except Exception as bug:
        log.exception("sync.bug", connector=connection.name)
        outcome.worsen(RunState.FAILED, f"{label}: {_internal(bug)}")


def _internal(bug: Exception) -> str:
    return f"an internal error ({type(bug).__name__}); see the log."


def _summary(name: str, outcome: _Outcome, seconds: float) -> SyncSummary:
    tally, books = outcome.tally, outcome.books
    difference, complaint = balance(books)
    if books.dead_letters:
        outcome.worsen(
            RunState.PARTIAL, f"{books.dead_letters} items could not be read; `guardian connectors show {name}`."
        )
    if difference:
        outcome.worsen(RunState.PARTIAL, complaint)
    elif tally.problems:
        outcome.state = max(outcome.state, RunState.PARTIAL, key=list(RunState).index)
    return SyncSummary(
        connector=name,
        state=outcome.state,
        new=tally.new,
        changed=tally.changed,
        gone=tally.gone,
        unchanged=max(books.stored - tally.new - tally.changed, 0),
        dead_letters=books.dead_letters,
        excluded=books.excluded,
        requests=tally.requests,
        throttled_s=tally.throttled_s,
        seconds=seconds,
        source=books.source,
        local=books.local,
        problems=tuple(tally.problems),
    )
