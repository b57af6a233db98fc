"""A second implementation of `Complaints`, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from guardian.domain.complaint_life import ComplaintRecord, Decision, HeardMail, Word


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
