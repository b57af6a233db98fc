"""The digests of one tenant: who gets one, what it is made from, and the links in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from guardian.domain.errors import UserError
from guardian.domain.sending import read_sender, read_server
from guardian.settings import WEEKDAYS, RepSettings
from guardian.settings.mail import FOLDER_URL
from guardian.wiring.complaints import ComplaintDesk
from guardian.wiring.folders import make_folder, write_files
from guardian.wiring.tenant import Tenant
from guardian.wiring.zones import zone_of

if TYPE_CHECKING:
    from guardian.console.client_desk import ClientDesk
    from guardian.console.stop_desk import StopDesk
    from guardian.digest import ActionLinks, Office, Rep, Sent, Sources
    from guardian.digest.rollup import RollupSources
    from guardian.domain.people import Client
    from guardian.ports.mailer import Mailer
    from guardian.ports.timeline import Interaction, Touches


SORTS = ("digest", "rollup")


class _TimelinesThen:
    """The timelines of a tenant (`ports.timeline.Timelines`) with the clients that were known at a moment."""

    def __init__(self, tenant: Tenant, at: datetime) -> None:
        self._tenant, self._at = tenant, at

    def clients(self) -> "Sequence[Client]":
        """Return every client known then, by id, with the owner that records gave it then."""
        return self._tenant.recorded_clients(self._at)

    def find_client(self, text: str) -> "Client | None":
        """Return the client of this id, name, domain or contact address, or None."""
        return self._tenant.timelines.find_client(text)

    def interactions(self, client_id: int | None = None, *, now: datetime) -> "Iterator[Interaction]":
        """Yield what happened with one client, or everything stored, oldest first."""
        return self._tenant.timelines.interactions(client_id, now=now)

    def touches(self, *, until: datetime) -> "Touches":
        """Return every touch up to a moment, inclusive."""
        return self._tenant.timelines.touches(until=until)


class Digests:
    """Everything around digests, for one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def reps(self, wanted: str | None, *, at: datetime, day: date | None = None) -> "list[Rep]":
        """Return who gets a digest: the owners of clients and those in the settings, or just one of them.

        `day` is the past day that is asked for, None for now: no later one has come for any of them.
        """
        owners = {client.owner for client in self._tenant.clients(at) if client.owner} | set(
            self._tenant.settings.reps
        )
        if wanted is not None and wanted.lower() not in owners:
            raise UserError(f"{wanted} owns no client and is not under [reps] in guardian.toml.")
        chosen = sorted(owners) if wanted is None else [wanted.lower()]
        return self._people(chosen, day)

    def rep(self, address: str) -> "Rep":
        """Return one of our people as the settings tell of him."""
        return self._people([address])[0]

    def _people(self, addresses: Iterable[str], day: date | None = None) -> "list[Rep]":
        stopped = {sort: self._tenant.stops.stopped(sort) for sort in SORTS}
        return [
            self._person(one, frozenset(sort for sort in SORTS if one in stopped[sort]), day) for one in addresses
        ]

    def _person(self, address: str, stopped: frozenset[str], day: date | None) -> "Rep":
        from guardian.digest import Rep
        from guardian.digest.formats import as_spoken_in

        told = self._tenant.settings.reps.get(address) or RepSettings()
        timezone = zone_of(self._tenant.settings, address).key
        return Rep(
            address=address,
            name=told.name or address.partition("@")[0].replace(".", " ").title(),
            language=as_spoken_in(told.language or self._tenant.settings.language, timezone),
            timezone=timezone,
            workdays=frozenset(map(WEEKDAYS.index, told.workdays)),
            days_off=frozenset(told.days_off) | self._holidays,
            stopped=stopped,
            last_day=day,
        )

    @cached_property
    def _holidays(self) -> frozenset[date]:
        return self._tenant.holidays(self._tenant.clock.now())

    def preview(self, at: datetime, *, rep: str | None, folder: Path, day: date | None = None) -> list[Path]:
        """Write the digests into a folder and return the files; `day` is the past day that is asked for."""
        from guardian.digest import preview

        reps = self.reps(rep, at=at, day=day)
        make_folder(folder)
        return write_files(folder, preview(reps, self._sources_at(at), self._office, now=at))

    def send(self, at: datetime, *, rep: str | None, unasked: bool, day: date | None = None) -> "Sequence[Sent]":
        """Send each rep's digest of the day, or of a past `day` that was asked for; `unasked` not on days off."""
        from guardian.digest import send_digests

        reps = self.reps(rep, at=at, day=day)
        return send_digests(reps, self._sources_at(at), self._mailer(), self._office, now=at, unasked=unasked)

    def managers(self, wanted: str | None, *, day: date | None = None) -> "list[Rep]":
        """Return who gets the roll-up, or just one of them; UserError for anybody else."""
        named = self._tenant.settings.digest.managers
        if wanted is not None and wanted.lower() not in named:
            raise UserError(f"{wanted} is not under digest.managers in guardian.toml.")
        return self._people(named if wanted is None else [wanted.lower()], day)

    def preview_rollups(
        self, at: datetime, *, manager: str | None, folder: Path, day: date | None = None
    ) -> list[Path]:
        """Write the roll-ups into a folder and return the files; `day` is the past day that is asked for."""
        from guardian.digest.rollup import preview_rollups

        managers = self.managers(manager, day=day)
        make_folder(folder)
        files = preview_rollups(managers, self._rollup_sources(at, day), self._office, now=at)
        return write_files(folder, files)

    def send_rollups(
        self, at: datetime, *, manager: str | None, unasked: bool, day: date | None = None
    ) -> "Sequence[Sent]":
        """Send each manager the roll-up of the week, or of that of a past `day`, once; `unasked` not on days off."""
        from guardian.digest.rollup import send_rollups

        managers = self.managers(manager, day=day)
        if not managers:
            return []
        sources = self._rollup_sources(at, day)
        return send_rollups(managers, sources, self._mailer(), self._office, now=at, unasked=unasked)

    def _rollup_sources(self, at: datetime, day: date | None) -> "RollupSources":
        from guardian.digest.rollup import RollupSources
        from guardian.storage import StoredBreadth

        return RollupSources(
            reps=self.reps(None, at=at, day=day),
            digests=self._sources_at(at),
            breadth=StoredBreadth(self._tenant.database),
            log=self._tenant.rollup_log,
        )

    @cached_property
    def links(self) -> "ActionLinks | None":
        """What makes and reads the links in digests; None while the tenant has no key or no console."""
        from guardian.digest import ActionLinks
        from guardian.domain.keys import key_for

        secret, url = self._tenant.link_secret, self._tenant.settings.guard.console_url
        return ActionLinks(key=key_for("digest link", secret), url=url) if secret and url else None

    def client_desk(self) -> "ClientDesk | None":
        """Return what reads and follows the links in digests; None where there are none."""
        from guardian.console.client_desk import ClientDesk
        from guardian.storage import client_card, known_owners

        if self.links is None:
            return None
        tenant = self._tenant
        return ClientDesk(
            notes=tenant.notes,
            links=self.links,
            clock=tenant.clock,
            reps=lambda: self._people(sorted(known_owners(tenant.database) | set(tenant.settings.reps))),
            client_of=lambda client_id: client_card(tenant.database, client_id),
            complained_at=lambda client: ComplaintDesk(tenant).last_word(client, tenant.clock.now()),
        )

    def stop_desk(self) -> "StopDesk | None":
        """Return what stops digests and roll-ups by link; None where there are no links."""
        from guardian.console.stop_desk import StopDesk
        from guardian.storage import known_owners

        tenant, settings = self._tenant, self._tenant.settings
        if self.links is None:
            return None

        def people() -> "list[Rep]":
            known = known_owners(tenant.database) | set(settings.reps) | set(settings.digest.managers)
            return self._people(sorted(known))

        return StopDesk(stops=tenant.stops, links=self.links, clock=tenant.clock, people=people)

    def stop(self, address: str, sort: str, *, resume: bool) -> None:
        """Stop somebody's digests or roll-ups, or send them again; UserError for whom none go to."""
        address, settings = address.lower(), self._tenant.settings
        now = self._tenant.clock.now()
        known = settings.digest.managers if sort == "rollup" else [one.address for one in self.reps(None, at=now)]
        if address not in known:
            raise UserError(f"No such mail goes to {address}: nothing to stop or to send again.")
        if resume:
            self._tenant.stops.resume(address, sort)
        else:
            self._tenant.stops.stop(address, sort, at=now)

    @cached_property
    def sources(self) -> "Sources":
        """What digests are made from."""
        from guardian.digest import Sources
        from guardian.storage import StoredBreadth, StoredHandovers, StoredNames, StoredPhones

        tenant = self._tenant
        return Sources(
            timelines=tenant.timelines,
            assessments=tenant.assessments,
            log=tenant.digest_log,
            notes=tenant.notes,
            complaints=tenant.complaint_book,
            win_back=tenant.settings.ageing.win_back,
            phones=StoredPhones(tenant.database),
            names=StoredNames(tenant.database),
            breadth=StoredBreadth(tenant.database),
            handovers=StoredHandovers(tenant.database),
            news=tenant.contact_news,
            own_domains=frozenset(tenant.settings.own_domains),
        )

    def _sources_at(self, at: datetime) -> "Sources":
        """Return the same with the clients, and their owners, as they were at a moment."""
        return replace(self.sources, timelines=_TimelinesThen(self._tenant, at))

    @cached_property
    def _office(self) -> "Office":
        from guardian.ageing import sentence
        from guardian.digest import Office

        name, sender = self._sender()
        office = Office(
            wording=sentence, sender=sender, links=self.links, stop_to=self._tenant.settings.digest.stop_to
        )
        return replace(office, sender_name=name) if name else office

    def _sender(self) -> tuple[str, str]:
        """Return the name, if any, and the address that digests come from; UserError for none."""
        try:
            return read_sender(self._tenant.settings.digest_sender)
        except ValueError as wrong:
            raise UserError(f"No digest can leave: {wrong} under mail.sender.") from wrong

    def way_of_mail(self) -> str:
        """Say how mail leaves, and who digests come from; UserError when nobody is set."""
        url, (_, sender) = self._tenant.settings.mail.smtp, self._sender()
        if url.startswith(FOLDER_URL):
            return f"is written into {url}, digests from {sender}"
        server = read_server(url)
        return f"leaves by {server.host}:{server.port}, digests from {sender}"

    def _mailer(self) -> "Mailer":
        from guardian.mail_out import mailer_for

        return mailer_for(self._tenant.settings.mail.smtp, self._tenant.settings.folder)
