"""What clients complained of: kept with the mails that say so, and what ours decided about it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from guardian.domain.complaint import SERIOUS
from guardian.domain.complaint_life import Complaint, ComplaintPolicy, Judging, complaints
from guardian.domain.complaint_record import ComplaintRecord, Decision
from guardian.domain.people import Client
from guardian.domain.workdays import WorkCalendar


class Complaints(Protocol):
    """The complaints of all clients, by client id."""

    def known(self, *, until: datetime, min_severity: int = SERIOUS) -> Mapping[int, ComplaintRecord]:
        """Return what was known at a moment of the clients who ever said that something was wrong.

        What was spoken with a client since is told of those only whose mails reach `min_severity`.
        """
        ...

    def decide(self, decision: Decision) -> bool:
        """Keep a ruling on the complaint that a mail is part of; False where no such mail complains."""
        ...


def _usual(_owner: str | None) -> WorkCalendar:
    return WorkCalendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintBook:
    """The complaints of all clients, the rules they are followed by, and the working days of each owner."""

    store: Complaints
    policy: ComplaintPolicy = field(default_factory=ComplaintPolicy)
    calendar_of: Callable[[str | None], WorkCalendar] = _usual

    def known(self, until: datetime) -> Mapping[int, ComplaintRecord]:
        """Return what was known at a moment, by client."""
        return self.store.known(until=until, min_severity=self.policy.min_severity)

    def judging(self, owner: str | None, cadence_days: float | None) -> Judging:
        """Return what it takes to follow the complaints of one client."""
        return Judging(policy=self.policy, owner=owner, cadence_days=cadence_days, calendar=self.calendar_of(owner))

    def followed(
        self, clients: Iterable[Client], cadences: Mapping[int, float | None], *, now: datetime
    ) -> Mapping[int, Sequence[Complaint]]:
        """Return the complaints of these clients as of a moment, oldest first; those without any are left out.

        `cadences` are their own usual gaps in days, where known.
        """
        records = self.known(now)
        told = {
            client.id: complaints(records[client.id], self.judging(client.owner, cadences.get(client.id)), now=now)
            for client in clients
            if client.id in records
        }
        return {client_id: found for client_id, found in told.items() if found}
