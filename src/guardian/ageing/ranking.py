"""Whom to look after first."""

from guardian.domain.standing import Assessment, State

# Group first (complaints before everything), then how much can still be saved.
_ORDER: dict[State, tuple[int, float]] = {
    State.ANGRY: (0, 1.5),
    State.INDIFFERENT: (0, 0.5),
    State.AT_RISK: (1, 1.0),
    State.COOLING: (1, 0.8),
    State.DORMANT: (1, 0.6),
    State.LOST: (1, 0.3),
    State.UNREACHABLE: (2, 1.0),
    State.OVER_CONTACTED: (2, 0.8),
    State.NEW: (3, 1.0),
    State.HEALTHY: (4, 1.0),
    State.SNOOZED: (5, 1.0),
    State.NOT_CLIENT: (6, 1.0),
}


_MOST_VALUE = 10.0  # times the typical value: beyond it, more worth makes nobody more urgent


def urgency(
    assessment: Assessment, value: float | None = None, *, typical: float | None = None
) -> tuple[int, float, int]:
    """Return a key that sorts the most pressing client first; `value` is its yearly worth, if known.

    Within a group: P(silent) times the square root of the value times how far that state can be mended. `typical` is
    the median value of the book: values are capped at ten times it, and a client without one counts as it (as 1
    where the book's is unknown too).
    """
    group, mendable = _ORDER[assessment.state]
    worth = _worth(value, typical)
    return group, -(assessment.p_silent or 0.0) * mendable * float(worth**0.5), assessment.client_id


def _worth(value: float | None, typical: float | None) -> float:
    if value is None:
        return 1.0 if typical is None else typical
    return max(value if typical is None else min(value, _MOST_VALUE * typical), 0.0)
