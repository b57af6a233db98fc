"""What counts as a contact with a client, and on how few clients the contacts of a book dwell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

import numpy as np
import numpy.typing as npt

from guardian.domain.moments import DAY_S
from guardian.ports.timeline import Touches

TENTH = 0.1
SPOKEN = 1.0  # from this weight on, the client said something; less is only an accepted invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """On how many days each client was in touch with us; clients without any are left out."""

    days: Mapping[int, int] = field(default_factory=dict)

    def top_share(self, client_ids: frozenset[int]) -> float | None:
        """Return what part of these clients' days the busiest tenth of them had; None where there were none."""
        counts = sorted((self.days.get(one, 0) for one in client_ids), reverse=True)
        return share_of_top(counts)


def share_of_top(amounts: list[float] | list[int]) -> float | None:
    """Return what part of the whole the first tenth (at least one) of descending amounts has; None of nothing."""
    whole = sum(amounts)
    return sum(amounts[: ceil(TENTH * len(amounts))]) / whole if whole else None


def spread(touches: Touches, *, since: datetime) -> Spread:
    """Return the touch-days of each client since a moment: several contacts on one UTC day count once."""
    late = (touches.at >= int(since.timestamp())) & contacts(touches)
    pairs = np.unique(np.stack([touches.client[late], touches.at[late] // DAY_S]), axis=1)
    clients, counts = np.unique(pairs[0], return_counts=True)
    return Spread(days=dict(zip(clients.tolist(), counts.tolist(), strict=True)))


def contacts(touches: Touches) -> npt.NDArray[np.bool_]:
    """Return where either side said something; an accepted invitation says nothing."""
    said: npt.NDArray[np.bool_] = touches.outbound | (touches.inbound & (touches.weight >= SPOKEN))
    return said
