"""Cases of a CRM: what a client asked for or complained of, open until somebody of ours closes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

CASE = "500"  # how the ids of Salesforce's cases begin


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
