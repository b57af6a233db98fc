"""Where the clients stand: ageing over the tenant's own timelines, notes, people and complaints."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from guardian.ageing import AgeingPolicy, assess, sentence, state_name, urgency
from guardian.domain.moments import EPOCH
from guardian.domain.people import Client
from guardian.domain.standing import Assessment
from guardian.wiring.tenant import Tenant

BEFORE = timedelta(seconds=1)  # what was said at the very moment is what is being said again


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A client, how it stands, and that in words."""

    client: Client
    assessment: Assessment
    sentences: tuple[str, ...]
    state_name: str


def standings(tenant: Tenant, as_of: datetime) -> list[Standing]:
    """Return where every client stands as of a moment, the most pressing first."""
    clients = {client.id: client for client in tenant.clients(as_of)}
    found = assess(
        tenant.timelines,
        as_of=as_of,
        policy=ageing_policy(tenant, as_of),
        clients=[*clients.values()],
        previous=tenant.assessments.latest(until=as_of - BEFORE),
        notes=tenant.notes.known(until=as_of),
        news=tenant.contact_news,
        complaints=tenant.complaint_book,
    )
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


def ageing_policy(tenant: Tenant, as_of: datetime) -> AgeingPolicy:
    """Return the ceilings of the settings, and the holidays around a moment."""
    limits = tenant.settings.ageing.model_dump(exclude={"holidays", "win_back"})
    return AgeingPolicy(**limits, days_off=frozenset((day - EPOCH).days for day in tenant.holidays(as_of)))
