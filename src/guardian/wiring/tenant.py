"""One tenant's services: store, connectors and ageing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardian.domain.errors import UserError
from guardian.domain.notes import by_client, with_owners
from guardian.domain.people import Client
from guardian.ports.clock import Clock
from guardian.ports.connector import Connector, Surroundings
from guardian.settings import Settings
from guardian.settings.holidays import public_holidays

if TYPE_CHECKING:
    from guardian.ports.complaints import ComplaintBook
    from guardian.ports.timeline import Interaction
    from guardian.storage import (
        Database,
        Forgotten,
        Settled,
        StoredAssessments,
        StoredComplaints,
        StoredContactNews,
        StoredDigestLog,
        StoredHolds,
        StoredNotes,
        StoredRollupLog,
        StoredStops,
        StoredTallies,
        StoredTimelines,
        SyncTables,
    )
    from guardian.sync import Progress, SyncSummary
    from guardian.wiring.secrets import Secrets
    from guardian.wiring.standings import Standing


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


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

        return open_database(self.settings.database_address)

    @cached_property
    def database(self) -> "Database":
        """The database in this version's shape; UserError when it has to be upgraded first."""
        from guardian.storage import refuse_if_outdated

        refuse_if_outdated(self.bare_database)
        return self.bare_database

    def upgrade_database(self) -> "Settled | None":
        """Bring the database to this version's tables; return what was done with one put back from a copy."""
        from guardian.storage import settle_restored, upgrade

        upgrade(self.bare_database)
        settled = settle_restored(self.bare_database, now=self.clock.now())
        conninfo = self.bare_database.conninfo
        if conninfo is not None:
            from guardian.workers.queue_schema import is_installed, upgrade_queue

            if is_installed():  # `guardian doctor` says so where it is not
                upgrade_queue(conninfo)
        return settled

    def check_room(self) -> None:
        """Find out whether the database can grow; OutOfRoom, a UserError, where it cannot."""
        from guardian.storage import check_room

        check_room(self.bare_database)

    def backup_database(self, path: Path) -> None:
        """Copy the database to a file, whatever its version."""
        from guardian.storage import backup

        backup(self.bare_database, path)

    def forget(self, address: str) -> "Forgotten":
        """Erase a person everywhere."""
        from guardian.storage import forget

        return forget(self.database, address, now=self.clock.now())

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
    def contact_news(self) -> "StoredContactNews":
        """Who speaks for each client, and whose address leads nowhere."""
        from guardian.storage import StoredContactNews

        return StoredContactNews(self.database)

    @cached_property
    def complaints(self) -> "StoredComplaints":
        """What clients complain of."""
        from guardian.storage import StoredComplaints

        return StoredComplaints(self.database)

    @cached_property
    def complaint_book(self) -> "ComplaintBook":
        """The complaints of all clients, with the rules and the working days by which they are followed."""
        from guardian.ports.complaints import ComplaintBook
        from guardian.wiring.listening import calendars, complaint_policy

        settings = self.settings
        return ComplaintBook(
            store=self.complaints,
            policy=complaint_policy(settings),
            calendar_of=calendars(settings, self.clock.now()),
        )

    @cached_property
    def digest_log(self) -> "StoredDigestLog":
        """Which digests went out."""
        from guardian.storage import StoredDigestLog

        return StoredDigestLog(self.database)

    @cached_property
    def rollup_log(self) -> "StoredRollupLog":
        """Which roll-ups went out."""
        from guardian.storage import StoredRollupLog

        return StoredRollupLog(self.database)

    @cached_property
    def stops(self) -> "StoredStops":
        """Who wants no digest or no roll-up any more."""
        from guardian.storage import StoredStops

        return StoredStops(self.database)

    @cached_property
    def notes(self) -> "StoredNotes":
        """What reps said about their clients."""
        from guardian.storage import StoredNotes

        return StoredNotes(self.database)

    @cached_property
    def link_secret(self) -> str:
        """The secret that links are signed with; empty while the tenant has none."""
        from guardian.connector_registry import reveal

        return str(reveal(self.settings.guard.link_key, self.settings.folder))

    @cached_property
    def holds(self) -> "StoredHolds":
        """The mail that is kept back."""
        from guardian.storage import StoredHolds

        return StoredHolds(self.database)

    @cached_property
    def tallies(self) -> "StoredTallies":
        """What the guard counted."""
        from guardian.storage import StoredTallies

        return StoredTallies(self.database)

    @cached_property
    def sync_tables(self) -> "SyncTables":
        """The store as sync writes it."""
        from guardian.storage import SyncTables

        return SyncTables(self.database, frozenset(self.settings.own_domains))

    def find_client(self, text: str, *, as_of: datetime | None = None) -> Client:
        """Return the client that a name, number, domain or address names (then, if asked so); UserError for none."""
        then = [] if as_of is None else self.clients(as_of)
        wanted = text.strip().casefold()
        found = next((one for one in then if wanted in (str(one.id), one.name.casefold(), *one.contacts)), None)
        found = found or self.timelines.find_client(text)
        if found is None:
            raise UserError(f"No client is called {text}; `guardian clients` lists them.")
        return found

    # --- connectors and sync ---

    @cached_property
    def secrets(self) -> "Secrets":
        """What `stored:NAME` stands for."""
        from guardian.wiring.secrets import Secrets

        return Secrets(settings=self.settings, open_database=lambda: self.database, clock=self.clock)

    def connections(self) -> list[dict[str, Any]]:
        """Return every configured connection and how its last sync went: name, kind, state, last_success_at, …."""
        told = {one["name"]: one for one in self.sync_tables.connectors()}
        never = {"state": None, "last_success_at": None, "last_error": None, "feeds": 0}
        return [
            told.get(name, {"name": name, "kind": values.get("kind"), **never})
            for name, values in self.settings.connectors.items()
        ]

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

        (name,) = self.connector_names([name])
        values = dict(self.settings.connectors[name])
        return connector_registry.open_connector(name, values, self.surroundings(name, values), self.secrets.get)

    def surroundings(self, name: str, values: Mapping[str, Any]) -> Surroundings:
        """Return what a connection may know of the tenant."""
        from guardian import connector_registry
        from guardian.wiring.logins import place_of

        return Surroundings(
            own_domains=frozenset(self.settings.own_domains),
            folder=self.settings.folder,
            privacy=connector_registry.privacy_of(name, values),
            keep=lambda setting, secret: self.secrets.put(place_of(name, setting), secret),
            extra={"now": self.clock.now()},
        )

    def sync(self, wanted: Sequence[str], *, full: bool, progress: "Progress") -> "Iterator[SyncSummary]":
        """Yield the summary of each connection's sync; one that fails does not keep the others from running."""
        from guardian.wiring.syncing import sync

        return sync(self, wanted, full=full, progress=progress)

    # --- ageing ---

    def clients(self, as_of: datetime) -> list[Client]:
        """Return every client known by then, each with the owner that records and reps gave it by then."""
        return with_owners(self.recorded_clients(as_of), by_client(self.notes.known(until=as_of)))

    def recorded_clients(self, as_of: datetime) -> list[Client]:
        """Return the same with the owners that records alone gave them."""
        past = as_of < self.clock.now()
        later = self.timelines.met_later(as_of) if past else frozenset()
        return [one for one in self.timelines.clients(as_of if past else None) if one.id not in later]

    def interactions(self, client_id: int | None, *, as_of: datetime | None) -> "Iterator[Interaction]":
        """Yield what happened with one client, or with all, oldest first, as it was known at a moment (if given).

        A mail that was answered later is not yet answered then, and what was still to come is left out.
        """
        told = self.timelines.interactions(client_id, now=as_of or self.clock.now())
        return told if as_of is None else takewhile(lambda one: one.occurred_at <= as_of, told)

    def holidays(self, at: datetime) -> frozenset[date]:
        """Return the public holidays around a moment: of its year, the one before, and the one after."""
        return public_holidays(self.settings.ageing.holidays, range(at.year - 1, at.year + 2))

    def standings(self, as_of: datetime) -> "list[Standing]":
        """Return where every client stands as of a moment, the most pressing first."""
        from guardian.wiring.standings import standings

        return standings(self, as_of)

    def keep(self, standings: "Sequence[Standing]", *, at: datetime) -> None:
        """Remember where the clients stood, for the digests."""
        self.assessments.keep([one.assessment for one in standings], at=at)
