"""The database: tables, migrations, one module per noun; nobody else knows SQL.

What others use is imported when first asked for, so that a command pays only for what it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardian.storage.accounts import StoredAccounts, StoredSessions
    from guardian.storage.assessments import StoredAssessments
    from guardian.storage.breadth import StoredBreadth
    from guardian.storage.client_list import client_addresses, client_card, client_directory, known_owners
    from guardian.storage.complaints import StoredComplaints
    from guardian.storage.contact_news import StoredContactNews
    from guardian.storage.digest_log import StoredDigestLog, StoredRollupLog
    from guardian.storage.engine import Database, open_database
    from guardian.storage.erasure import Forgotten, forget
    from guardian.storage.handovers import StoredHandovers
    from guardian.storage.holds import StoredHolds
    from guardian.storage.names import StoredNames
    from guardian.storage.notes import StoredNotes
    from guardian.storage.phones import StoredPhones
    from guardian.storage.restored import Settled, settle_restored
    from guardian.storage.restoring import Restored, find_damage, restore
    from guardian.storage.room import check_room, open_to_others
    from guardian.storage.rule_reviews import StoredRuleReview
    from guardian.storage.schema import refuse_if_outdated, schema_is_current, upgrade
    from guardian.storage.sealing import KeyRing, new_ring, read_ring
    from guardian.storage.secrets import KeptSecret, StoredSecrets
    from guardian.storage.snapshot import backup
    from guardian.storage.stops import StoredStops
    from guardian.storage.sync_tables import SyncTables
    from guardian.storage.tallies import StoredTallies
    from guardian.storage.timelines import StoredTimelines
    from guardian.storage.trails import TrailBreak
    from guardian.storage.write_backs import StoredWriteBacks

_HOMES = {
    "Database": "engine",
    "Forgotten": "erasure",
    "KeptSecret": "secrets",
    "KeyRing": "sealing",
    "Restored": "restoring",
    "Settled": "restored",
    "StoredAccounts": "accounts",
    "StoredAssessments": "assessments",
    "StoredBreadth": "breadth",
    "StoredComplaints": "complaints",
    "StoredContactNews": "contact_news",
    "StoredDigestLog": "digest_log",
    "StoredHandovers": "handovers",
    "StoredHolds": "holds",
    "StoredRuleReview": "rule_reviews",
    "StoredSecrets": "secrets",
    "StoredNames": "names",
    "StoredNotes": "notes",
    "StoredPhones": "phones",
    "StoredRollupLog": "digest_log",
    "StoredStops": "stops",
    "StoredSessions": "accounts",
    "StoredTallies": "tallies",
    "StoredTimelines": "timelines",
    "StoredWriteBacks": "write_backs",
    "SyncTables": "sync_tables",
    "TrailBreak": "trails",
    "backup": "snapshot",
    "check_room": "room",
    "client_addresses": "client_list",
    "client_card": "client_list",
    "client_directory": "client_list",
    "find_damage": "restoring",
    "forget": "erasure",
    "new_ring": "sealing",
    "known_owners": "client_list",
    "open_database": "engine",
    "open_to_others": "room",
    "read_ring": "sealing",
    "refuse_if_outdated": "schema",
    "restore": "restoring",
    "schema_is_current": "schema",
    "settle_restored": "restored",
    "upgrade": "schema",
}

__all__ = [
    "Database",
    "Forgotten",
    "KeptSecret",
    "KeyRing",
    "Restored",
    "Settled",
    "StoredAccounts",
    "StoredAssessments",
    "StoredBreadth",
    "StoredComplaints",
    "StoredContactNews",
    "StoredDigestLog",
    "StoredHandovers",
    "StoredHolds",
    "StoredNames",
    "StoredNotes",
    "StoredPhones",
    "StoredRollupLog",
    "StoredRuleReview",
    "StoredSecrets",
    "StoredSessions",
    "StoredStops",
    "StoredTallies",
    "StoredTimelines",
    "StoredWriteBacks",
    "SyncTables",
    "TrailBreak",
    "backup",
    "check_room",
    "client_addresses",
    "client_card",
    "client_directory",
    "find_damage",
    "forget",
    "known_owners",
    "new_ring",
    "open_database",
    "open_to_others",
    "read_ring",
    "refuse_if_outdated",
    "restore",
    "schema_is_current",
    "settle_restored",
    "upgrade",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
