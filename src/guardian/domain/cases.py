"""Cases of a CRM: what a client asked for or complained of, open until somebody of ours closes it."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from guardian.domain.complaint import GRAVE, NOTHING_HEARD, SERIOUS, Heard, InboundKind
from guardian.domain.marks import in_form

COMPLAINT_TYPES = ("Problem", "Complaint", "Queja", "Reclamación", "Incidencia")
_URGENT = frozenset({"high", "alta", "critical", "critica", "urgent", "urgente"})  # priorities, folded
CASE = "500"  # how the ids of Salesforce's cases begin
CASES = f"sf:%/{CASE}%"  # the keys of cases, as a pattern that databases know


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case, and when it was closed; None while it is open."""

    closed_at: datetime | None = None


def is_case_key(key: str) -> bool:
    """Say whether an interaction of this key (`guardian.domain.identity.crm_key`) is a case."""
    return key.startswith("sf:") and key.rpartition("/")[2].startswith(CASE)


def are_over(cases: Sequence[Case], *, since: datetime, at: datetime) -> bool:
    """Say whether there are cases, and at a moment all were closed, the last of them not before `since`."""
    closed = [case.closed_at for case in cases if case.closed_at is not None and case.closed_at <= at]
    return bool(closed) and len(closed) == len(cases) and max(closed) >= since


def folded(text: str) -> str:
    """Return a text without what does not matter when the values of two picklists are compared."""
    bare = in_form("NFKD", text.strip().casefold())
    return "".join(one for one in bare if not unicodedata.combining(one))


def heard_in_case(said: Iterable[str], priority: str, subject: str | None, types: frozenset[str]) -> Heard:
    """Return what a case is to us: a complaint where what it is `said` to be is among some (folded) types."""
    if not types & set(map(folded, said)):
        return NOTHING_HEARD
    severity = GRAVE if folded(priority) in _URGENT else SERIOUS
    return Heard(kind=InboundKind.COMPLAINT, severity=severity, spans=(subject,) if subject else (), score=1.0)
