"""The only module that chooses implementations: settings go in, ready services come out.

Everything heavy is imported by the function that needs it, so that a command pays for what it uses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardian.domain.errors import UserError
from guardian.domain.people import Client
from guardian.domain.standing import Assessment
from guardian.ports.clock import Clock
from guardian.ports.connector import Connector, Surroundings
from guardian.settings import Settings

if TYPE_CHECKING:
    from guardian.digest import Sent
    from guardian.guard import Guard, Scanner
    from guardian.ports.holds import Hold, HoldEvent
    from guardian.storage import Database, StoredHolds, StoredTimelines
    from guardian.sync import Progress, SyncSummary
else:
    Scanner = Any


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A client, how it stands, and that in words."""

    client: Client
    assessment: Assessment
    sentences: tuple[str, ...]
    state_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that `guardian doctor` looked at."""

    name: str
    ok: bool
    text: str


class Tenant:
    """One tenant's services, made when first asked for."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()

    # --- the store ---

    @cached_property
    def database(self) -> "Database":
        """The tenant's database, upgraded to this version; UserError when it is not."""
        from guardian.storage import open_database, refuse_if_outdated

        database = open_database(_absolute(self.settings.database_url, self.settings.folder))
        refuse_if_outdated(database)
        return database
