"""What ageing says of a whole book: whether to trust it, and whom to win back."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from guardian.wiring.standings import ageing_policy
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from guardian.ageing.report import AgeingReport
    from guardian.domain.win_back import WinBack


def report(tenant: Tenant, as_of: datetime) -> "AgeingReport":
    """Return whether to trust ageing, and how the book is looked after, as of a moment."""
    from guardian.ageing.report import ageing_report

    standings = tenant.standings(as_of)
    clients, told = [one.client for one in standings], [one.assessment for one in standings]
    return ageing_report(tenant.timelines, clients, told, as_of=as_of, policy=ageing_policy(tenant, as_of))


def clients_to_win_back(tenant: Tenant, as_of: datetime) -> "Mapping[str, tuple[WinBack, ...]]":
    """Return for every rep the clients to win back this week, as of a moment."""
    from guardian.domain.win_back import win_back
    from guardian.wiring.listening import calendars

    standings = tenant.standings(as_of)
    told = {one.client.id: one.assessment for one in standings}
    return win_back(
        [one.client for one in standings],
        told,
        each=tenant.settings.ageing.win_back,
        today=as_of.date(),
        calendar_of=calendars(tenant.settings, as_of),
    )
