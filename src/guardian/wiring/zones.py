"""Whose clock it is: the time zone of each of our people."""

from zoneinfo import ZoneInfo

from guardian.settings import Settings


def zone_of(settings: Settings, address: str) -> ZoneInfo:
    """Return the time zone of one of our people, by address: the tenant's own where nobody set another."""
    told = settings.reps.get(address.lower())
    return ZoneInfo((told.timezone if told else None) or settings.timezone)
