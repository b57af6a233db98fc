"""Telling that an event in a CRM and a meeting in calendars are one, though no id says so; pure.

A CRM's event does not carry the calendar's UID. What speaks for one meeting: it begins at the same time and lasts as
long (the caller sees to that), somebody of ours takes part in both, and so does somebody of the same client.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Who meets: our people by address, those outside by whatever names them, and their clients."""

    key: str
    ours: frozenset[str]
    outside: frozenset[str]
    clients: frozenset[int]


def same_meeting(event: Gathering, meetings: Sequence[Gathering]) -> str | None:
    """Return the key of the one meeting of the same time that an event is; None for none, or where two would fit."""
    fitting = {one.key for one in meetings if _fits(event, one)}
    return fitting.pop() if len(fitting) == 1 else None


def _fits(event: Gathering, meeting: Gathering) -> bool:
    theirs = event.outside & meeting.outside or event.clients & meeting.clients
    return bool(event.ours & meeting.ours and theirs)
