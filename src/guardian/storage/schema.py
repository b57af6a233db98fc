"""Bringing a database to this version's tables (Alembic), and refusing to work on any other."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from guardian.domain.errors import UserError
from guardian.storage import account_tables, complaint_tables, note_tables, past_tables, run_tables, write_back_tables
from guardian.storage.engine import Database
from guardian.storage.put_back import is_put_back
from guardian.storage.tables import metadata

_TABLES = (
    account_tables,
    complaint_tables,
    note_tables,
    past_tables,
    run_tables,
    write_back_tables,
)  # each adds its own to the one metadata


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


# Read once: the folder may be a newer version's before this process, which still runs the old one, has ended.
_SCRIPTS_AT_START = _scripts()
_HEAD = _SCRIPTS_AT_START.get_current_head()
_KNOWN = frozenset(one.revision for one in _SCRIPTS_AT_START.walk_revisions())


def upgrade(database: Database) -> None:
    """Apply every migration that is missing, all in one transaction; harmless to repeat, and for two at once."""
    scripts = _scripts()
    context = EnvironmentContext(Config(), scripts)
    with database.writing(durable=True, alone=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=database.is_sqlite,
            fn=lambda current, _context: scripts._upgrade_revs("head", current),
        )
        try:
            context.run_migrations()
        except CommandError as unknown:
            raise UserError("The database was made by a newer Guardian; install that version.") from unknown


def schema_is_current(database: Database) -> bool:
    """Say whether the tables are this version's."""
    return _revision(database) == _HEAD


def refuse_if_outdated(database: Database) -> None:
    """Do nothing for a database of this version; UserError for any other, and for one that was put back by others."""
    found = _revision(database)
    if found is not None and found not in _KNOWN:
        raise UserError("The database was upgraded for a newer Guardian; restart what runs, or install that version.")
    if found != _HEAD:
        raise UserError("The database is not of this version; run `guardian db upgrade` (nothing is lost by it).")
    with database.reading() as connection:
        if is_put_back(connection):
            raise UserError(
                "The database was put back from a backup; run `guardian db upgrade` before anything else."
            )


def _revision(database: Database) -> str | None:
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()
