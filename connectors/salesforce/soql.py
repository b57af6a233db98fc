"""SOQL as this connector writes it: walks by id, windows by time of change, lists of ids; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# A GET line may have 16,384 bytes; a query is percent-encoded in it. What is longer goes through the Bulk API,
# which takes it in a body, so that no row is ever put together from fields read at two moments.
LONGEST_IN_URL = 10_000  # characters
IDS_A_QUERY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The times of change that a round reads: from `low`, up to but not including `high`."""

    low: datetime
    high: datetime


def window_after(
    told_until: datetime, server_now: datetime, *, overlap: timedelta, settle: timedelta
) -> Window | None:
    """Return what a round reads that follows one which read up to `told_until`; None while nothing can be new.

    `SystemModstamp` is set when a transaction begins its work and seen when it commits, so a round reads back by
    `overlap`, and keeps `settle` away from the present (Airbyte #27146). The bounds are the server's own time.
    """
    high = settled(server_now, settle)
    return Window(low=told_until - overlap, high=high) if high > told_until else None


def settled(server_now: datetime, settle: timedelta) -> datetime:
    """Return up to when changes have stood long enough to be read, to the second."""
    return (server_now - settle).astimezone(UTC).replace(microsecond=0)


def select(fields: Sequence[str], name: str, conditions: Iterable[str], order: str = "") -> str:
    """Return a query; empty conditions are left out."""
    where = " AND ".join(one for one in conditions if one)
    return " ".join(
        one for one in ("SELECT", ", ".join(fields), "FROM", name, where and "WHERE", where, order) if one
    )


def walk(fields: Sequence[str], name: str, living: str, before: str) -> str:
    """Return the query of a walk: living rows by falling id (about newest first), those before an id.

    Ids never change, so a walk meets every row that exists all the while exactly once, whoever edits meanwhile.
    """
    return select(fields, name, (living, f"Id < {text(before)}" if before else ""), "ORDER BY Id DESC")


def changed(fields: Sequence[str], name: str, extra: str, window: Window, behind: tuple[str, str] | None) -> str:
    """Return the query of a round: rows changed in a window, in order of change, behind a (time, id) already told."""
    bounds = [f"SystemModstamp >= {moment(window.low)}", f"SystemModstamp < {moment(window.high)}"]
    if behind:
        at, record_id = behind
        bounds.append(f"(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > {text(record_id)}))")
    return select(fields, name, (*bounds, extra), "ORDER BY SystemModstamp ASC, Id ASC")


def of_ids(fields: Sequence[str], name: str, field: str, ids: Iterable[str], extra: str = "") -> str:
    """Return the query of the rows whose field names one of these ids."""
    return select(fields, name, (f"{field} IN ({', '.join(map(text, ids))})", extra))


def won(accounts: Iterable[str]) -> str:
    """Return the query of what was won from accounts in the last 365 days, summed for each as `worth`."""
    last_year = ("IsDeleted = false", "IsWon = true", "CloseDate = LAST_N_DAYS:365")
    theirs = f"AccountId IN ({', '.join(map(text, accounts))})"
    return select(("AccountId", "SUM(Amount) worth"), "Opportunity", (*last_year, theirs), "GROUP BY AccountId")


def touched(parent: str, name: str, window: Window) -> str:
    """Return the query of the items whose related rows changed, or came or went, in a window."""
    bounds = (f"SystemModstamp >= {moment(window.low)}", f"SystemModstamp < {moment(window.high)}")
    return select(("Id", parent), name, (*bounds, f"{parent} != null"))


def count(name: str, *conditions: str) -> str:
    """Return the query that only counts rows."""
    return select(("COUNT()",), name, conditions)


def text(value: str) -> str:
    """Return a text as a literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def moment(at: datetime) -> str:
    """Return a time as a literal, in UTC with milliseconds."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def read_moment(literal: str) -> datetime:
    """Return the time of a literal or of a value in an answer (`+0000` or `Z`); ValueError when it is none."""
    told = datetime.fromisoformat(literal)
    if told.tzinfo is None:
        raise ValueError("a time without zone")
    return told.astimezone(UTC)


def in_chunks(ids: Iterable[str], size: int = IDS_A_QUERY) -> Iterable[tuple[str, ...]]:
    """Yield the ids, each once, in lists that fit a query."""
    each = tuple(dict.fromkeys(ids))
    return (each[at : at + size] for at in range(0, len(each), size))
