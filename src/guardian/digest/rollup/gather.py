"""Collecting what roll-ups are made from, once for all managers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from guardian.digest.concentration import Spread, spread
from guardian.digest.gather import REMEMBERED_DAYS, Sources, Tenant, as_told, in_vain, survey
from guardian.digest.material import Rep, TouchFacts
from guardian.domain.complaint_life import open_complaint
from guardian.domain.notes import Note, with_owners
from guardian.domain.people import Client
from guardian.domain.standing import Assessment
from guardian.ports.assessments import RollupLog
from guardian.ports.breadth import Breadth

YEAR, QUARTER = timedelta(days=365), timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollupSources:
    """Where the material comes from; `reps` are those who look after clients."""

    reps: Sequence[Rep]
    digests: Sources
    breadth: Breadth
    log: RollupLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One client as the roll-up sees it.

    `people` is how many there took part within a year, `ignored` how many digests before today showed it in vain,
    `complaining_since` when the first word of its open complaint was (None without one).
    """

    client: Client
    assessment: Assessment | None
    touches: TouchFacts
    people: int
    ignored: int
    complaining_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Everything that roll-ups are made from; names are those of the reps, by address."""

    members: tuple[Member, ...]
    notes: Mapping[int, Sequence[Note]]
    recorded: Mapping[int, str | None]  # the owners by the records alone
    spread: Spread
    names: Mapping[str, str]


def gather_team(sources: RollupSources, *, now: datetime) -> Team:
    """Return what is known of all clients, and of how they are looked after, now."""
    reps = sources.reps
    tenant = survey(reps, sources.digests, now=now)
    recorded = list(sources.digests.timelines.clients())
    clients = with_owners(recorded, tenant.notes)
    complaining = _open_for(tenant)
    people = sources.breadth.people(since=now - YEAR, until=now)
    shown = {rep.address.lower(): _showings(rep, tenant) for rep in reps}
    by_address = {rep.address.lower(): rep for rep in reps}
    members = tuple(
        Member(
            client=client,
            assessment=_standing(client, tenant),
            touches=tenant.figures.of(client.id),
            people=people.get(client.id, 0),
            ignored=_ignored(client, tenant, shown, by_address),
            complaining_since=complaining.get(client.id),
        )
        for client in clients
    )
    return Team(
        members=members,
        notes=tenant.notes,
        recorded={client.id: client.owner for client in recorded},
        spread=spread(sources.digests.timelines.touches(until=now), since=now - QUARTER),
        names={address: rep.name for address, rep in by_address.items()},
    )


def _standing(client: Client, tenant: Tenant) -> Assessment | None:
    standing = tenant.standings.get(client.id)
    return None if standing is None else as_told(standing, tenant.figures.of(client.id), tenant)


def _showings(rep: Rep, tenant: Tenant) -> Mapping[int, Sequence[date]]:
    since = rep.today(tenant.now) - timedelta(days=REMEMBERED_DAYS)
    return tenant.sources.log.showings(rep.address, since)


def _ignored(
    client: Client,
    tenant: Tenant,
    shown: Mapping[str, Mapping[int, Sequence[date]]],
    reps: Mapping[str, Rep],
) -> int:
    """Count the days before today on which its owner was shown a client since anybody of ours spoke with it."""
    owner = (client.owner or "").lower()
    if owner not in reps:
        return 0
    return in_vain(shown[owner].get(client.id, ()), tenant.figures.of(client.id), reps[owner], tenant)


def _open_for(tenant: Tenant) -> dict[int, datetime]:
    """Return since when each open complaint has been so, counted from its first word."""
    open_ones = ((of, open_complaint(told)) for of, told in (tenant.complaints or {}).items())
    return {of: one.opened_at for of, one in open_ones if one is not None}
