"""What was deleted, by the delete log (`getDeleted`): fifteen days back, until it is purged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.salesforce.api import Api, Refused, TooManyIds
from connectors.salesforce.composite import address_of
from connectors.salesforce.soql import read_moment
from guardian.domain.errors import CursorExpired
from guardian.domain.identity import long_crm_id

FURTHEST_BACK = timedelta(days=15) - timedelta(hours=1)
SHORTEST = timedelta(minutes=1)  # the span must be longer; seconds are ignored


class LogTooShort(Exception):
    """The delete log no longer reaches back to where we were: only a sweep of all ids can tell what is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletions:
    """The ids that were deleted, and up to when this is complete."""

    ids: tuple[str, ...]
    covered: datetime


def log_address(api: Api, name: str, start: datetime, end: datetime) -> str | None:
    """Return the address that `deleted_between` asks first, or None where it asks nothing."""
    start, end = _minute(start), _minute(end)
    if not SHORTEST < end - start <= FURTHEST_BACK:
        return None
    return address_of(_path(api, name), _span(start, end))


def deleted_between(api: Api, name: str, start: datetime, end: datetime) -> Deletions:
    """Return what was deleted; nothing, covered up to `start`, for spans of up to two minutes.

    Raises LogTooShort when the log does not reach back to `start`.
    """
    start, end = _minute(start), _minute(end)
    if end - start <= SHORTEST:
        return Deletions(ids=(), covered=start)
    if end - start > FURTHEST_BACK:
        raise LogTooShort(f"{name}: the last look at the delete log is more than fifteen days ago")
    parts = list(_parts(api, name, start, end))
    ids = sorted({one for part in parts for one in part.ids})
    return Deletions(ids=tuple(ids), covered=parts[-1].covered)


def _parts(api: Api, name: str, start: datetime, end: datetime) -> Iterator[Deletions]:
    """Yield the parts of a span in order, halved where one would list more than Salesforce gives (600,000)."""
    try:
        yield _ask(api, name, start, end)
    except TooManyIds:
        middle = _minute(start + (end - start) / 2)
        if middle - start <= SHORTEST or end - middle <= SHORTEST:
            raise LogTooShort(f"{name}: more was deleted in two minutes than Salesforce lists") from None
        yield from _parts(api, name, start, middle)
        yield from _parts(api, name, middle, end)


def _ask(api: Api, name: str, start: datetime, end: datetime) -> Deletions:
    try:
        told = api.get_json(_path(api, name), _span(start, end))
    except Refused as early:
        raise LogTooShort(f"{name}: {early}") from early
    try:
        earliest, covered = read_moment(told["earliestDateAvailable"]), read_moment(told["latestDateCovered"])
        ids = tuple(long_crm_id(one["id"]) for one in told["deletedRecords"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise CursorExpired(f"the delete log of {name} cannot be read") from wrong
    if earliest > start:
        raise LogTooShort(f"{name}: the delete log begins at {earliest:%Y-%m-%d %H:%M}")
    return Deletions(ids=ids, covered=min(covered, end))


def _path(api: Api, name: str) -> str:
    return f"{api.root}/sobjects/{name}/deleted/"


def _span(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": _literal(start), "end": _literal(end)}


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _literal(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}+00:00"
