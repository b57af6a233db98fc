"""Time zones of calendar files: by their names, by Windows' names, or as the file itself defines them."""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from connectors.archive.cells import Unreadable
from connectors.archive.content_lines import Component
from guardian.domain.errors import UserError


@lru_cache(maxsize=512)
def named_zone(name: str) -> tzinfo | None:
    """Return the zone of an IANA or Windows name, or None."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    if name.upper() in ("UTC", "GMT", "Z", "ETC/UTC"):
        return UTC
    for candidate in (name, WINDOWS_TO_OLSON.get(name, ""), "/".join(name.strip("/").split("/")[-2:])):
        try:
            if candidate:
                return ZoneInfo(candidate)
        except (ValueError, OSError, KeyError):  # not a name, a directory, unknown
            continue
    return None


def configured_zone(name: str) -> tzinfo:
    """Return the zone that the settings name; UserError when there is none of that name."""
    zone = named_zone(name)
    if zone is None:
        raise UserError(f"Set time_zone to a name such as Europe/Madrid; {name!r} is none.")
    return zone


class Zones:
    """The zones of one calendar file."""

    def __init__(self, definitions: Iterable[Component], floating: tzinfo) -> None:
        self.floating = floating
        self._raw = {one.text("TZID"): "\r\n".join(one.raw) for one in definitions if one.whole}
        self._known: dict[str, tzinfo] = {}

    def zone(self, name: str) -> tzinfo:
        """Return a zone by the name it has in this file; Unreadable when nobody knows it."""
        if name not in self._known:
            zone = named_zone(name) or self._defined(name)
            if zone is None:
                raise Unreadable(f"The time zone {name[:60]!r} is not known.")
            self._known[name] = zone
        return self._known[name]

    def _defined(self, name: str) -> tzinfo | None:
        from icalendar import Timezone

        if name not in self._raw:
            return None
        try:
            definition = Timezone.from_ical(self._raw[name])
            assert isinstance(definition, Timezone)
            zone = definition.to_tz(lookup_tzid=False)
            datetime(2024, 1, 1, tzinfo=zone).utcoffset()
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            raise Unreadable(f"The definition of the time zone {name[:60]!r} cannot be understood.") from error
        return zone if isinstance(zone, tzinfo) else None
