"""A tenant's connections at work: what a run of each needs, and running them in this process."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from guardian.domain.errors import UserError
from guardian.settings import Settings

if TYPE_CHECKING:
    from guardian.sync import Progress, RuleReview, Rules, SyncSummary, Work
    from guardian.wiring.tenant import Tenant


def sync(tenant: "Tenant", wanted: Sequence[str], *, full: bool, progress: "Progress") -> "Iterator[SyncSummary]":
    """Yield the summary of each connection's sync; one that fails does not keep the others from running."""
    from guardian.sync import sync_here

    for name in tenant.connector_names(wanted):
        work = work_of(tenant, name, progress, full=full)
        yield sync_here(work, at_once=tenant.settings.workers.concurrency)


def check(tenant: "Tenant", name: str) -> str:
    """Return what a connection sees when it logs in, and what its privacy leaves unread; UserError when it cannot."""
    from guardian import connector_registry

    seen = tenant.open_connector(name).check()
    level = connector_registry.privacy_of(name, tenant.settings.connectors[name])
    return f"{seen.rstrip()} {connector_registry.privacy_told(level)}"


def work_of(tenant: "Tenant", name: str, progress: "Progress", *, full: bool = False) -> "Work":
    """Return what the jobs of a connection's run work with; UserError when it is not configured."""
    from guardian.sync import Connection, Ear, Work
    from guardian.wiring.listening import listener_for

    (name,) = tenant.connector_names([name])
    values = tenant.settings.connectors[name]
    connection = Connection(
        name=name,
        kind=str(values.get("kind", "")),
        open=partial(tenant.open_connector, name),
        privacy=_level(name, values),
    )
    rules, listener = rules_of(tenant.settings), listener_for(tenant.settings, privacy=connection.privacy)
    return Work(
        connection=connection,
        store=tenant.sync_tables,
        rules=rules,
        clock=tenant.clock,
        progress=progress,
        full=full,
        ear=Ear(listener=listener, rules=rules, language=tenant.settings.language) if listener else None,
    )


def _level(name: str, values: Mapping[str, Any]) -> str:
    """Return how much a connection may tell; the least for a level there is not, which opening it refuses."""
    from guardian import connector_registry

    try:
        return connector_registry.privacy_of(name, values)
    except UserError:  # of this connection alone: its run fails with these words, and the others go on
        return connector_registry.PRIVACY[0]


def review(tenant: "Tenant", *, apply: bool, progress: "Progress") -> "RuleReview":
    """Return what the present rules take from the timelines; with `apply` it is taken."""
    from guardian.storage import StoredRuleReview
    from guardian.sync import review_rules

    store = StoredRuleReview(tenant.database, frozenset(tenant.settings.own_domains))
    return review_rules(rules_of(tenant.settings), store, apply=apply, now=tenant.clock.now(), progress=progress)


def other_own_domains(tenant: "Tenant") -> str:
    """Say what to do about mail that was stored while own_domains were others; empty where there is none."""
    from guardian.storage import StoredRuleReview

    own = frozenset(tenant.settings.own_domains)
    if not own or not StoredRuleReview(tenant.database, own).any_told_otherwise():
        return ""
    return (
        "Some of what is stored was told while own_domains were others; look with `guardian connectors rules`, and"
        " have it told anew with `guardian connectors rules --apply`."
    )


def rules_of(settings: Settings) -> "Rules":
    """Return what enters the timeline; UserError when no own domain is set."""
    from guardian.sync import Rules

    if not settings.own_domains:
        raise UserError("Write your own mail domains into own_domains first: they tell us from our clients.")
    return Rules(
        own_domains=frozenset(settings.own_domains),
        internal=settings.exclude.internal,
        domains=frozenset(settings.exclude.domains),
        addresses=frozenset(settings.exclude.addresses),
    )
