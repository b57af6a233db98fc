"""Dates in CSV exports: ISO 8601, or as the exporting person's country writes them."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from guardian.domain.moments import utc

_LOCAL = re.compile(
    r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?:[,\s]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([ap])?[.\s\u00a0\u202f]*(?:m\.?)?)?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?=\D|$)")


def is_day_first(values: Iterable[str], *, otherwise: bool) -> bool:
    """Say whether a column of dates puts the day before the month.

    Any first number above 12, or dots between the numbers, means yes; any second number above 12 means no; a column
    that leaves it open follows `otherwise`.
    """
    month_first = False
    for value in values:
        found = _LOCAL.match(value.strip())
        if found and (int(found.group(1)) > 12 or found.group(2) == "."):
            return True
        month_first = month_first or (found is not None and int(found.group(3)) > 12)
    return False if month_first else otherwise


def read_moment(text: str, *, day_first: bool, zone: tzinfo) -> datetime | None:
    """Return a moment as aware UTC, or None when the text tells none.

    A time without zone is one of `zone`; a bare date is midnight UTC of that day, wherever it was written.
    """
    value = _YEAR_FIRST.sub(lambda found: "{}-{:0>2}-{:0>2}".format(*found.groups()), text.strip())
    try:
        local = _LOCAL.fullmatch(value)
        moment = _local(local, day_first) if local else datetime.fromisoformat(value)
        bare = not re.search(r"\d:\d|T\d", value) and not (local and local.group(5))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC if bare else zone)
        moment = utc(moment)
    except (ValueError, OverflowError):
        return None
    return moment if 1970 <= moment.year < 2200 else None


def _local(found: re.Match[str], day_first: bool) -> datetime:
    first, _, second, year, hour, minute, second_of_minute, half = found.groups()
    day, month = (first, second) if day_first else (second, first)
    full_year = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    return datetime(full_year, int(month), int(day), hours, int(minute or 0), int(second_of_minute or 0))  # noqa: DTZ001 - the caller knows the zone
