"""The database: tables, migrations, one module per noun; nobody else knows SQL."""

from guardian.storage.engine import Database, open_database
from guardian.storage.schema import refuse_if_outdated, schema_is_current, upgrade
from guardian.storage.sync_tables import SyncTables

__all__ = ["Database", "SyncTables", "open_database", "refuse_if_outdated", "schema_is_current", "upgrade"]
