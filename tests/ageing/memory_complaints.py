"""A second implementation of `Complaints`, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from guardian.domain.complaint_record import ComplaintRecord, Decision, HeardMail, Word


@dataclass
class MemoryComplaints:
    """The complaints of one client, in memory; tells what was known by a moment."""

    heard: tuple[HeardMail, ...] = ()
    decisions: tuple[Decision, ...] = ()
    words: tuple[Word, ...] = ()
    client: int = 1

    def known(self, *, until: datetime, min_severity: int = 2) -> Mapping[int, ComplaintRecord]:
        return {
            self.client: ComplaintRecord(
                heard=tuple(one for one in self.heard if one.at <= until),
                decisions=tuple(one for one in self.decisions if one.at <= until),
                words=tuple(one for one in self.words if one.at <= until),
            )
        }

    def decide(self, decision: Decision) -> bool:
        complains = decision.interaction_id in {one.interaction_id for one in self.heard if one.severity}
        self.decisions = (*self.decisions, decision) if complains else self.decisions
        return complains


@dataclass
class ManyComplaints:
    """The complaints of several clients."""

    of: dict[int, MemoryComplaints] = field(default_factory=dict)

    def known(self, *, until: datetime, min_severity: int = 2) -> Mapping[int, ComplaintRecord]:
        return {client: one.known(until=until)[one.client] for client, one in self.of.items()}

    def decide(self, decision: Decision) -> bool:
        return any([one.decide(decision) for one in self.of.values()])


def complaint_of(client: int, at: datetime) -> MemoryComplaints:
    """Return the complaint that one mail of a client at a moment is."""
    return MemoryComplaints((HeardMail(interaction_id=client, at=at, severity=2),), client=client)
