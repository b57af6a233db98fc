"""Where the clients stand: ageing over the tenant's own timelines, notes, people and complaints."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from guardian.ageing import AgeingPolicy, assess, sentence, state_name, urgency
from guardian.ageing.report import AgeingReport, ageing_report
from guardian.domain.people import Client
from guardian.domain.standing import Assessment
from guardian.settings.ageing import AgeingSettings
from guardian.wiring.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A client, how it stands, and that in words."""

    client: Client
    assessment: Assessment
    sentences: tuple[str, ...]
    state_name: str


def standings(tenant: Tenant, as_of: datetime) -> list[Standing]:
    """Return where every client stands as of a moment, the most pressing first."""
    found = assess(
        tenant.timelines,
        as_of=as_of,
        policy=_policy(tenant.settings.ageing),
        previous=tenant.assessments.latest(until=as_of),
        notes=tenant.notes.known(until=as_of),
        news=tenant.contact_news,
        complaints=tenant.complaint_book,
    )
    clients = {client.id: client for client in tenant.clients(as_of)}
    typical = median([client.value for client in clients.values() if client.value] or [1.0])
    language = tenant.settings.language
    return [
        Standing(
            client=clients[one.client_id],
            assessment=one,
            sentences=tuple(sentence(why, language) for why in one.reasons),
            state_name=state_name(one.state, language),
        )
        for one in sorted(found, key=lambda one: urgency(one, clients[one.client_id].value, typical=typical))
    ]


def report(tenant: Tenant, as_of: datetime) -> AgeingReport:
    """Return whether to trust ageing, and how the book is looked after, as of a moment."""
    told = [one.assessment for one in standings(tenant, as_of)]
    policy = _policy(tenant.settings.ageing)
    return ageing_report(tenant.timelines, tenant.clients(as_of), told, as_of=as_of, policy=policy)


def _policy(told: AgeingSettings) -> AgeingPolicy:
    return AgeingPolicy(**told.model_dump())
