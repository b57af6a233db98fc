"""The only module that chooses implementations: settings go in, ready services come out.

Everything heavy is imported by the function that needs it, so that a command pays only for what it uses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from guardian.domain.errors import UserError
from guardian.domain.people import Client
from guardian.domain.standing import Assessment
from guardian.ports.clock import Clock
from guardian.ports.connector import Connector, Surroundings
from guardian.settings import Settings

if TYPE_CHECKING:
    from guardian.storage import (
        Database,
        StoredAssessments,
        StoredTimelines,
        SyncTables,
    )
    from guardian.sync import Progress, SyncSummary


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC, to the second."""
        return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A client, how it stands, and that in words."""

    client: Client
    assessment: Assessment
    sentences: tuple[str, ...]
    state_name: str


class Tenant:
    """One tenant's services, each made when first asked for."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()

    # --- the store ---

    @cached_property
    def bare_database(self) -> "Database":
        """The database, whatever its version."""
        from guardian.storage import open_database

        return open_database(_absolute(self.settings.database_url, self.settings.folder))

    @cached_property
    def database(self) -> "Database":
        """The database in this version's shape; UserError when it has to be upgraded first."""
        from guardian.storage import refuse_if_outdated

        refuse_if_outdated(self.bare_database)
        return self.bare_database

    @cached_property
    def timelines(self) -> "StoredTimelines":
        """The timelines of all clients."""
        from guardian.storage import StoredTimelines

        return StoredTimelines(self.database)

    @cached_property
    def assessments(self) -> "StoredAssessments":
        """What ageing said before."""
        from guardian.storage import StoredAssessments

        return StoredAssessments(self.database)

    @cached_property
    def sync_tables(self) -> "SyncTables":
        """The store as sync writes it."""
        from guardian.storage import SyncTables

        return SyncTables(self.database)

    # --- connectors and sync ---

    def connector_names(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Return the names to work on: those wanted, or all; UserError for one that is not configured."""
        known = tuple(self.settings.connectors)
        for name in wanted:
            if name not in known:
                raise UserError(f"There is no connection called {name}; there are: {', '.join(known) or 'none'}.")
        if not known:
            raise UserError("No connection is configured; add one with `guardian connectors add`.")
        return tuple(wanted) or known

    def open_connector(self, name: str) -> Connector:
        """Return one configured connector."""
        from guardian import connector_registry

        values = dict(self.settings.connectors[name])
        surroundings = Surroundings(
            own_domains=frozenset(self.settings.own_domains),
            folder=self.settings.folder,
            privacy=str(values.pop("privacy", "metadata")),
            extra={"now": self.clock.now()},
        )
        return connector_registry.open_connector(name, values, surroundings)

    def sync(self, wanted: Sequence[str], *, full: bool, progress: "Progress") -> "Iterator[SyncSummary]":
        """Yield the summary of each connector's sync; one that fails does not keep the others from running."""
        from guardian.sync import Rules, sync_connector

        if not self.settings.own_domains:
            raise UserError("Write your own mail domains into own_domains first: they tell us from our clients.")
        exclude = self.settings.exclude
        rules = Rules(
            own_domains=frozenset(self.settings.own_domains),
            internal=exclude.internal,
            domains=frozenset(exclude.domains),
            addresses=frozenset(exclude.addresses),
        )
        for name in self.connector_names(wanted):
            values = self.settings.connectors[name]
            yield sync_connector(
                name,
                str(values.get("kind", "")),
                lambda name=name: self.open_connector(name),  # type: ignore[misc]
                self.sync_tables,
                rules,
                privacy=str(values.get("privacy", "metadata")),
                clock=self.clock,
                progress=progress,
                full=full,
            )

    # --- ageing and digests ---

    def standings(self, as_of: datetime) -> list[Standing]:
        """Return where every client stands as of a moment, the most pressing first."""
        from guardian.ageing import AgeingPolicy, assess, sentence, state_name, urgency

        limits = self.settings.ageing
        policy = AgeingPolicy(
            ceiling_days=limits.ceiling_days,
            ceiling_key_days=limits.ceiling_key_days,
            dormant_days=limits.dormant_days,
            lost_days=limits.lost_days,
        )
        previous = self.assessments.latest(until=as_of)
        found = assess(self.timelines, as_of=as_of, policy=policy, previous=previous)
        clients = {client.id: client for client in self.timelines.clients()}
        language = self.settings.language
        return [
            Standing(
                client=clients[one.client_id],
                assessment=one,
                sentences=tuple(sentence(why, language) for why in one.reasons),
                state_name=state_name(one.state, language),
            )
            for one in sorted(found, key=lambda one: urgency(one, clients[one.client_id].value))
        ]

    def keep(self, standings: Sequence[Standing], *, at: datetime) -> None:
        """Remember where the clients stood, for the digests."""
        self.assessments.keep([one.assessment for one in standings], at=at)
