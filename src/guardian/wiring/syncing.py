"""A tenant's connections at work: what a run of each needs, and running them in this process."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from guardian.domain.errors import UserError

if TYPE_CHECKING:
    from guardian.sync import Progress, SyncSummary, Work
    from guardian.wiring.tenant import Tenant


def sync(tenant: "Tenant", wanted: Sequence[str], *, full: bool, progress: "Progress") -> "Iterator[SyncSummary]":
    """Yield the summary of each connection's sync; one that fails does not keep the others from running."""
    from guardian.sync import sync_here

    for name in tenant.connector_names(wanted):
        work = work_of(tenant, name, progress, full=full)
        yield sync_here(work, at_once=tenant.settings.workers.concurrency)


def work_of(tenant: "Tenant", name: str, progress: "Progress", *, full: bool = False) -> "Work":
    """Return what the jobs of a connection's run work with; UserError when no own domain is set."""
    from guardian import connector_registry
    from guardian.sync import Connection, Rules, Work

    settings, values = tenant.settings, tenant.settings.connectors[name]
    if not settings.own_domains:
        raise UserError("Write your own mail domains into own_domains first: they tell us from our clients.")
    connection = Connection(
        name=name,
        kind=str(values.get("kind", "")),
        open=partial(tenant.open_connector, name),
        privacy=connector_registry.privacy_of(name, values),
    )
    rules = Rules(
        own_domains=frozenset(settings.own_domains),
        internal=settings.exclude.internal,
        domains=frozenset(settings.exclude.domains),
        addresses=frozenset(settings.exclude.addresses),
    )
    return Work(
        connection=connection,
        store=tenant.sync_tables,
        rules=rules,
        clock=tenant.clock,
        progress=progress,
        full=full,
    )
