"""procrastinate's tables in the tenant's own PostgreSQL: made, and brought to the installed version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from guardian.domain.errors import OutOfRoom, TryLater, UserError

if TYPE_CHECKING:
    import psycopg

MISSING = "Several workers need procrastinate and psycopg; install them with `pip install client-guardian[postgres]`."
_OWNER = "the database's user its owner (`ALTER DATABASE NAME OWNER TO USER`, typed by the server's administrator)"
_ALONE = 0x67756171  # any number that no other program on the server uses as an advisory lock
_APPLIED = "SELECT obj_description('procrastinate_jobs'::regclass, 'pg_class')"


def is_installed() -> bool:
    """Say whether the packages that several workers need are there."""
    try:
        import procrastinate  # noqa: F401
        import psycopg  # noqa: F401
        import psycopg_pool  # noqa: F401
    except ImportError:
        return False
    return True


def upgrade_queue(conninfo: str) -> None:
    """Make the queue's tables, or apply the migrations they lack, in one transaction; harmless to repeat."""
    if not is_installed():
        raise UserError(MISSING)
    with _connected(conninfo) as connection:
        connection.execute(f"SELECT pg_advisory_xact_lock({_ALONE})")
        if not _is_there(connection):
            from procrastinate.schema import SchemaManager

            connection.execute(SchemaManager.get_schema())
        else:
            for path in pending(connection):
                connection.execute(path.read_text(encoding="utf-8"))
        # A comment on the table remembers how far it got: procrastinate itself keeps no record.
        connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{_migrations()[-1].name}'")


def queue_is_current(conninfo: str) -> bool:
    """Say whether the queue's tables are there and fit the installed version."""
    with _connected(conninfo) as connection:
        return _is_there(connection) and not pending(connection)


def pending(connection: "psycopg.Connection[tuple[object, ...]]") -> list[Path]:
    """Return the migrations that the queue's tables lack, in order."""
    row = connection.execute(_APPLIED).fetchone()
    applied = str(row[0]) if row and row[0] else ""
    return [path for path in _migrations() if path.name > applied]


@contextmanager
def _connected(conninfo: str) -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    """Yield a connection inside one transaction, and turn what the server says into who has to act."""
    import psycopg

    try:
        with psycopg.connect(conninfo) as connection:
            yield connection
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName) as refused:
        said = str(refused).splitlines()[0]
        raise UserError(f"The queue's tables cannot be made or read: {said}; make {_OWNER}.") from refused
    except psycopg.errors.DiskFull as full:
        raise OutOfRoom("The disk of the database is full: make room there, then run this again.") from full
    except psycopg.OperationalError as wrong:
        raise TryLater("The database does not answer now.") from wrong


def _is_there(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    row = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    return row is not None and row[0] is not None


def _migrations() -> list[Path]:
    from procrastinate.schema import SchemaManager

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
