"""One part of a run: its feeds one after the other, each by itself, and what became of them kept."""

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from guardian.domain.errors import NoMailbox, OutOfRoom, TryLater, UserError
from guardian.ports.clock import Clock
from guardian.ports.connector import Connector, Feed, Scope, Shelf
from guardian.ports.run_ledger import RunPart
from guardian.ports.sync_store import SyncStore
from guardian.sync.feed_run import Desk, Tally, run_feed
from guardian.sync.gone_feeds import GoneFeed, sweep_gone
from guardian.sync.listening import Ear
from guardian.sync.reconcile import Books
from guardian.sync.report import PartReport, read_report
from guardian.sync.rules import Rules, scrubber
from guardian.sync.storable import storable_scope
from guardian.sync.summary import Progress, RunState
from guardian.sync.vanished import Vanished

log = structlog.get_logger(__name__)

BUSY_S = 60.0  # seconds after which to look again whether another process has left a part

PutBack = Callable[[float | None, int], datetime | None]
"""Says until when to put a part back, from the seconds the provider asks for (None: it names none) and the number of
attempts so far; None when this run shall not wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One configured connection: its name and kind, how to open it, and how much it may tell."""

    name: str
    kind: str
    open: Callable[[], Connector]
    privacy: str = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the jobs of one connection's run work with; `leave` is set when this process is asked to stop.

    `ear` listens to what clients write; None where nobody shall.
    """

    connection: Connection
    store: SyncStore
    rules: Rules
    clock: Clock
    progress: Progress
    full: bool = False
    leave: threading.Event = field(default_factory=threading.Event)
    ear: Ear | None = None


@dataclass(slots=True)
class _Outcome:
    tally: Tally = field(default_factory=Tally)
    books: Books = field(default_factory=Books)
    state: RunState = RunState.OK
    problems: list[str] = field(default_factory=list)
    waits: list[float | None] = field(default_factory=list)
    listed: bool = False  # the account named all feeds of the part

    def worsen(self, state: RunState, problem: str) -> None:
        """Note a problem; the worst state of all feeds is the part's."""
        order = list(RunState)
        self.state = max(self.state, state, key=order.index)
        self.problems.append(problem)

    def report(self) -> PartReport:
        """Return how it went."""
        tally, books = self.tally, self.books
        return PartReport(
            state=self.state,
            new=tally.new,
            changed=tally.changed,
            gone=tally.gone,
            requests=tally.requests,
            throttled_s=tally.throttled_s,
            source=books.source,
            local=books.local,
            stored=books.stored,
            excluded=books.excluded,
            dead_letters=books.dead_letters,
            findings=tuple(tally.problems),
            problems=tuple(dict.fromkeys(self.problems)),
        )


def sync_part(work: Work, run_id: int, part: RunPart, put_back: PutBack) -> datetime | None:
    """Bring one part up to date and keep what became of it; return when it goes on, or None when it is done.

    Never raises for what its provider does. A part that another process is at is put back. OutOfRoom when the
    database cannot grow: then nothing is kept of the page in hand, and the next run begins with it.
    """
    outcome = _Outcome()
    with work.store.taking(work.connection.name, part.part) as free:
        if free:
            _run_feeds(work, part.part, outcome)
        else:
            outcome.waits.append(BUSY_S)
            outcome.worsen(RunState.PARTIAL, f"{part.part}: another process is at it.")
    until = put_back(_longest(outcome.waits), part.attempts) if outcome.waits else None
    told = outcome.report().after(read_report(part.report))
    kept = replace(part, attempts=part.attempts + 1, report=told.as_text(), done=until is None, put_back_until=until)
    work.store.report_part(run_id, kept)
    return until


def _longest(waits: list[float | None]) -> float | None:
    return max((one for one in waits if one is not None), default=None)


def _run_feeds(work: Work, part: str, outcome: _Outcome) -> None:
    desk = Desk(
        store=work.store,
        rules=work.rules,
        scrub=scrubber(work.connection.privacy),
        progress=work.progress,
        now=work.clock.now,
        leaving=work.leave.is_set,
        ear=work.ear,
    )
    with _noting_account(work.connection, outcome):
        account = work.connection.open()
        told = set[str]()
        for feed in _feeds(work, account, part, outcome):
            _run_feed(work, feed, desk, outcome)
            told.add(storable_scope(feed.scope).name)
        if isinstance(account, Shelf) and outcome.listed:
            _sweep_shelf(work, account, told, desk, outcome)
        outcome.tally.spend(account.spent())


def _feeds(work: Work, account: Connector, part: str, outcome: _Outcome) -> Iterator[Feed]:
    """Yield the part's feeds, or the one that it had and has no more; what goes wrong ends the list, and is noted."""
    name, found = work.connection.name, False
    with _noting_account(work.connection, outcome, refused=RunState.NEEDS_LOGIN):
        for feed in account.feeds(part):
            found = True
            yield feed
        outcome.listed = True
        if not found and not isinstance(account, Shelf) and work.store.has_feed(name, part):
            yield Vanished(scope=Scope(name=part, mailbox=part))


def _sweep_shelf(work: Work, account: Shelf, told: Collection[str], desk: Desk, outcome: _Outcome) -> None:
    """Let go of what the store holds of feeds that were taken away."""
    name, kind = work.connection.name, work.connection.kind
    untold = [scope for scope in work.store.scopes(name) if scope.name not in told]
    gone = account.gone(untold) if untold else ()
    if gone:
        sweep_gone(name, kind, gone, desk, outcome.tally, full=work.full)
    for scope in gone:
        mailbox_id = work.store.open_feed(name, kind, scope).mailbox_id
        outcome.books.add(GoneFeed(scope=scope), work.store.count(mailbox_id))


@contextmanager
def _noting_account(
    connection: Connection, outcome: _Outcome, *, refused: RunState = RunState.FAILED
) -> Iterator[None]:
    """Turn what goes wrong with the account into a problem of the part; `refused` is its state for a UserError."""
    try:
        yield
    except OutOfRoom:
        raise
    except TryLater as later:
        outcome.waits.append(later.after_seconds)
        outcome.worsen(RunState.PARTIAL, str(later))
    except UserError as wrong:
        outcome.worsen(refused, str(wrong))
    except Exception as bug:
        log.exception("sync.bug", connector=connection.name)
        outcome.worsen(RunState.FAILED, internal(bug))


def _run_feed(work: Work, feed: Feed, desk: Desk, outcome: _Outcome) -> None:
    """Run one feed and count its items; what goes wrong with it does not touch the others."""
    connection, label = work.connection, feed.scope.mailbox
    with _noting(connection, label, outcome):
        state = desk.store.open_feed(connection.name, connection.kind, storable_scope(feed.scope))
        with _noting(connection, label, outcome):
            try:
                run_feed(feed, state, desk, outcome.tally, full=work.full)
            except NoMailbox:
                if desk.store.count(state.mailbox_id).total:
                    raise  # one that was read before: what is known of it stays, and somebody must hear of it
        outcome.books.add(feed, desk.store.count(state.mailbox_id))


@contextmanager
def _noting(connection: Connection, label: str, outcome: _Outcome) -> Iterator[None]:
    """Turn what goes wrong with a feed into a problem of the part."""
    try:
        yield
    except TryLater as later:
        outcome.waits.append(later.after_seconds)
        outcome.worsen(RunState.PARTIAL, f"{label}: {later}")
    except OutOfRoom as full:
        log.error("sync.no_room", connector=connection.name, why=str(full))
        raise  # nothing can be kept now, not even what became of this part
    except UserError as wrong:
        outcome.worsen(RunState.NEEDS_LOGIN, f"{label}: {wrong}")
    except Exception as bug:
        log.exception("sync.bug", connector=connection.name)
        outcome.worsen(RunState.FAILED, f"{label}: {internal(bug)}")


def internal(bug: Exception) -> str:
    """Return what to say of a bug of ours."""
    return f"an internal error ({type(bug).__name__}); see the log."
