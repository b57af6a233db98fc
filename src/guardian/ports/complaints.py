"""What clients complained of: kept with the mails that say so, and what ours decided about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from guardian.domain.complaint import SERIOUS
from guardian.domain.complaint_life import ComplaintRecord, Decision


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
