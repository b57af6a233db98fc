"""The public holidays of a country or region, by the names of ISO 3166: ES, ES-CT, GB-SCT."""

from collections.abc import Iterable
from datetime import date


def public_holidays(region: str, years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of some years; none for an empty region, NotImplementedError for an unknown one."""
    if not region:
        return frozenset()
    from holidays import country_holidays  # a third of a second, for those who have set a region only

    country, _, part = region.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=years))


def is_region(region: str) -> bool:
    """Say whether holidays are known of a country or region."""
    try:
        public_holidays(region, ())
    except NotImplementedError:
        return False
    return True
