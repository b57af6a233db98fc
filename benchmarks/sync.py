"""Sync into SQLite and PostgreSQL, side by side with storing the very same final rows raw.

    python benchmarks/sync.py [--mails 20000] [--rounds 3] [--postgres URL] [--profile]

Each round, interleaved: the whole pipeline (plan, merge, thread, write, settle) from a list of mails into an empty
database; the raw rows of every table it filled into another one with the same tables, indexes and references, in one
transaction (executemany on SQLite, COPY on PostgreSQL); and a second walk over the unchanged list. Prints medians and
ratios, in seconds of processor time, ours and the server's (which must be on this machine) together.
"""

import argparse
import cProfile
import logging
import pstats
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

import structlog
from sqlalchemy import Table, select, text

from benchmarks.processor_time import Stopwatch, postmaster_of
from guardian.domain.activity import Activity, Kind, Participant, Role
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.connector import Connector, Cursor, Feed, Page, Scope, Spent
from guardian.storage import Database, SyncTables, open_database, upgrade
from guardian.storage.tables import metadata
from guardian.sync import Connection, Rules, sync_connector

OWN = frozenset({"acme.example"})
NOW = datetime(2026, 11, 25, tzinfo=UTC)
PAGE = 500


def mails(count: int, seed: int = 7) -> list[Activity]:
    """Return mails between 40 reps and 3,000 people at 800 companies, in conversations, 3 participants a mail."""
    dice, made = random.Random(seed), list[Activity]()
    for number in range(count):
        parent = made[dice.randrange(max(0, number - 2000), number)] if made and dice.random() < 0.6 else None
        made.append(a_mail(number, dice, parent))
    return made


def a_mail(number: int, dice: random.Random, parent: Activity | None) -> Activity:
    """Return a mail, in answer to another or to none."""
    who = dice.randrange(3000)
    client = seat(f"p{who}@client{who % 800}.example", f"Persona Número {who}")
    rep, copied = (seat(f"rep{dice.randrange(40)}@acme.example", "Rep de Ventas") for _ in range(2))
    first, second = (client, rep) if dice.random() < 0.5 else (rep, client)
    refs = (*parent.thread_refs, parent.key.removeprefix("mid:")) if parent else ()
    return Activity(
        item_id=f"AAMkAGI2{number:040d}",
        kind=Kind.EMAIL,
        key=f"mid:{dice.getrandbits(96):024x}@mail{who % 50}.example",
        occurred_at=NOW - timedelta(minutes=dice.randrange(500_000)),
        participants=(
            replace(first, role=Role.FROM),
            replace(second, role=Role.TO),
            replace(copied, role=Role.CC),
        ),
        subject=f"Pedido {who} del mes y condiciones de entrega",
        thread_refs=refs[-10:],
        revision=f"{number:016x}",
    )


def seat(address: str, name: str) -> Participant:
    """Return somebody at an address."""
    return Participant(role=Role.TO, identity=Identity(kind=IdentityKind.EMAIL, value=address), name=name)


class Source:
    """One mailbox over a list, which always answers with a walk."""

    scope = Scope(name="box", mailbox="rep0@acme.example")

    def __init__(self, items: list[Activity]) -> None:
        self._items = items

    def check(self) -> str:
        """Say what this is."""
        return "a list"

    def parts(self) -> Iterator[str]:
        """Yield the one part."""
        yield "box"

    def feeds(self, part: str | None = None) -> Iterator[Feed]:
        """Yield the one feed."""
        yield self

    def spent(self) -> Spent:
        """Return that a list costs nothing."""
        return Spent()

    def changes(self, after: Cursor | None) -> Iterator[Page]:
        """Yield everything."""
        for start in range(0, len(self._items), PAGE):
            records = tuple(self._items[start : start + PAGE])
            end = start + len(records)
            last = end == len(self._items)
            yield Page(
                records=records, cursor=Cursor(token=str(end)), read=len(records), walk=True, closes_round=last
            )

    def count(self) -> int | None:
        """Return how many there are."""
        return len(self._items)


class At:
    """A clock that stands."""

    def now(self) -> datetime:
        """Return the end of the mails."""
        return NOW


class Silent:
    """Shows no progress."""

    def advance(self, what: str, done: int, total: int) -> None:
        """Do nothing."""


def quiet() -> None:
    """Log nothing but what goes wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def pull(database: Database, source: Connector) -> None:
    """Sync once."""
    connection = Connection(name="box", kind="list", open=lambda: source, privacy="full")
    summary = sync_connector(
        connection, SyncTables(database, OWN), Rules(own_domains=OWN), clock=At(), progress=Silent()
    )
    assert summary.state == "ok", summary.problems


def stored(database: Database) -> list[tuple[Table, list[tuple[object, ...]]]]:
    """Return the rows of every table, as the driver gives them."""
    with database.reading() as connection:
        names = [table for table in metadata.sorted_tables if connection.execute(select(table).limit(1)).first()]
        raw = [(table, connection.execute(text(f'SELECT * FROM "{table.name}"')).all()) for table in names]
    return [(table, [tuple(row) for row in rows]) for table, rows in raw]


def write_raw(database: Database, rows: list[tuple[Table, list[tuple[object, ...]]]]) -> None:
    """Store rows in one transaction, as fast as the driver can."""
    with database.writing() as connection:
        cursor = connection.connection.cursor()
        for table, values in rows:
            if database.is_sqlite:
                cursor.executemany(f'INSERT INTO "{table.name}" VALUES ({",".join("?" * len(values[0]))})', values)
                continue
            with cursor.copy(f'COPY "{table.name}" FROM STDIN') as copy:  # type: ignore[attr-defined]
                for row in values:
                    copy.write_row(row)


@contextmanager
def empty(server: str | None) -> Iterator[Database]:
    """Yield an empty database: SQLite in a folder of its own, or a new one on a PostgreSQL server."""
    if server is None:
        with tempfile.TemporaryDirectory() as folder:
            database = open_database(f"sqlite:///{Path(folder) / 'x.db'}")
            upgrade(database)
            yield database
            database.engine.dispose()
        return
    admin = open_database(server).engine.execution_options(isolation_level="AUTOCOMMIT")
    name = f"bench_{uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    database = open_database(admin.url.set(database=name).render_as_string(hide_password=False))
    upgrade(database)
    yield database
    database.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def compare(server: str | None, items: list[Activity], rounds: int) -> None:
    """Print how the pipeline does against raw rows."""
    fresh, raw, again = list[Seconds](), list[Seconds](), list[Seconds]()
    for _ in range(rounds):
        with empty(server) as database, empty(server) as bare:
            postmaster = postmaster_of(bare) if server else None
            fresh.append(taken(postmaster, lambda: pull(database, Source(items))))
            rows = stored(database)
            raw.append(taken(postmaster, lambda: write_raw(bare, rows)))  # noqa: B023 - called at once
            again.append(taken(postmaster, lambda: pull(database, Source(items))))
    first, plain, second = (median(map(sum, one)) for one in (fresh, raw, again))
    print(
        f"{'PostgreSQL' if server else 'SQLite'}: {len(items)} mails, seconds of processor time (ours + the server):"
        f" fresh {shown(fresh)}, raw rows {shown(raw)}, unchanged again {shown(again)};"
        f" pipeline ÷ raw {plain / first:.2f}, again ÷ fresh {first / second:.1f}"
    )


Seconds = tuple[float, float]  # of this process, of the server


def taken(postmaster: int | None, work: Callable[[], None]) -> Seconds:
    """Return the seconds that something takes."""
    watch = Stopwatch(postmaster)
    work()
    return watch.seconds()


def shown(each: list[Seconds]) -> str:
    """Return medians as text."""
    return " + ".join(f"{median(one):.2f}" for one in zip(*each, strict=True))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", help="a server where databases may be made")
    parser.add_argument("--profile", action="store_true", help="say where the time of one fresh sync goes")
    told = parser.parse_args()
    quiet()
    items = mails(told.mails)
    if told.profile:
        with empty(told.postgres) as database, cProfile.Profile() as profile:
            pull(database, Source(items))
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        return
    compare(None, items, told.rounds)
    if told.postgres:
        compare(told.postgres, items, told.rounds)


if __name__ == "__main__":
    main()
