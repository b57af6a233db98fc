"""Who is who for one tenant: as the gateway has it in a snapshot, or as the timelines say; and mail read by it."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from guardian.settings import Settings
from guardian.wiring.own_lists import list_files
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from guardian.domain.mail import Mail
    from guardian.guard import FreshDirectory, SnapshotDirectory
    from guardian.ports.directory import Directory
    from guardian.ports.holds import Hold


def snapshot_file(settings: Settings) -> Path:
    """Return where the gateway keeps the snapshot of clients' addresses."""
    return settings.folder / settings.gateway.directory_file


def snapshot_directory(tenant: Tenant) -> "FreshDirectory":
    """Return who is who: the snapshot of the clients, own domains, own lists; UserError when a list file lacks."""
    from guardian.guard import FreshDirectory

    settings = tenant.settings
    return FreshDirectory(
        snapshot_file(settings),
        own_domains=settings.own_domains,
        clock=tenant.clock,
        stale_after=timedelta(minutes=settings.gateway.stale_minutes),
        lists=list_files(settings),
    )


def stored_directory(tenant: Tenant) -> "SnapshotDirectory":
    """Return who is who by the timelines and our own lists as they are now; UserError when a list file lacks."""
    from guardian.guard import SnapshotDirectory
    from guardian.guard.list_files import read_lists
    from guardian.storage import client_directory

    lists = read_lists(list_files(tenant.settings)).members
    addresses, domains = client_directory(tenant.database)
    own = tenant.settings.own_domains
    return SnapshotDirectory(own_domains=own, addresses=addresses, domains=domains, lists=lists)


def held_reader(tenant: Tenant) -> "Callable[[Hold, bytes], Mail]":
    """Return what reads held mail as the gateway does.

    Where the gateway keeps no fresh snapshot on this machine, the timelines say who is a client, which takes longer.
    """
    from guardian.guard import audience_of, read_for

    @cache
    def snapshot() -> "FreshDirectory":
        return snapshot_directory(tenant)

    def present() -> "Directory":
        if snapshot_file(tenant.settings).exists() and not snapshot().cautious:
            snapshot().look_at_lists()
            return snapshot()
        return stored_directory(tenant)

    def read(hold: "Hold", raw: bytes) -> "Mail":
        directory = present()
        audience = audience_of(hold.envelope, directory)
        return read_for(audience, raw, sender=hold.envelope.sender, directory=directory)

    return read
