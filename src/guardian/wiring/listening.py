"""Who listens to what clients write, and the rules by which complaints are followed."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from guardian.domain.complaint_life import ComplaintPolicy
from guardian.settings import WEEKDAYS, RepSettings, Settings
from guardian.settings.holidays import public_holidays
from guardian.wiring.zones import zone_of

if TYPE_CHECKING:
    from guardian.domain.workdays import WorkCalendar
    from guardian.ports.listener import Listener

YEARS_BACK = 10  # of public holidays


def listener_for(settings: Settings, *, privacy: str) -> "Listener | None":
    """Return who listens to the mails of a connection: nobody where the settings or the privacy level forbid it."""
    return shipped_listener() if settings.complaints.listen and privacy != "metadata" else None


@lru_cache(maxsize=1)
def shipped_listener() -> "Listener":
    """Return the trained listener, loaded once, or where it is missing the one that knows words only."""
    from guardian.nlp.inbox.reader import load_inbox
    from guardian.nlp.plain_listener import PlainListener

    return load_inbox() or PlainListener()


def complaint_policy(settings: Settings) -> ComplaintPolicy:
    """Return the rules by which complaints are followed."""
    told = settings.complaints
    return ComplaintPolicy(
        min_severity=told.min_severity,
        silent_workdays=told.silent_workdays,
        fades_days=told.fades_days,
        reopens_days=told.reopens_days,
        recovered_days=told.recovered_days,
    )


def calendars(settings: Settings, now: datetime) -> "Callable[[str | None], WorkCalendar]":
    """Return what tells the working days of one of ours, by address; of nobody known, the usual ones.

    The public holidays of the tenant's region in the ten years up to now are nobody's.
    """
    from zoneinfo import ZoneInfo

    from guardian.domain.workdays import WorkCalendar

    holidays = public_holidays(settings.ageing.holidays, range(now.year - YEARS_BACK, now.year + 2))

    @lru_cache(maxsize=10_000)
    def calendar_of(address: str | None) -> WorkCalendar:
        told = settings.reps.get((address or "").lower()) or RepSettings()
        try:
            zone = zone_of(settings, address or "")
        except (KeyError, ValueError, OSError):
            zone = ZoneInfo("UTC")  # the digest, which cannot do without it, says that it is unknown
        return WorkCalendar(
            zone=zone,
            workdays=frozenset(map(WEEKDAYS.index, told.workdays)),
            days_off=frozenset(told.days_off) | holidays,
        )

    return calendar_of
