"""How a client stands: the states of ageing, each with the rule and the numbers that put him there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a client stands; the first rule that matches wins, in this order (reference: docs/ageing.md)."""

    NOT_CLIENT = "not_client"
    SNOOZED = "snoozed"
    UNREACHABLE = "unreachable"
    ANGRY = "angry"
    INDIFFERENT = "indifferent"
    OVER_CONTACTED = "over_contacted"
    NEW = "new"
    LOST = "lost"
    DORMANT = "dormant"
    AT_RISK = "at_risk"
    COOLING = "cooling"
    HEALTHY = "healthy"


class WhyCode(StrEnum):
    """What made Guardian say so; worded in both languages by `guardian.ageing.wording`."""

    SAID_NOT_CLIENT = "said_not_client"
    SAID_LATER = "said_later"
    NO_OWNER = "no_owner"
    NO_CONTACT = "no_contact"
    ADDRESSES_GONE = "addresses_gone"
    CONTACT_LEFT = "contact_left"
    CONTACT_BOUNCES = "contact_bounces"
    CONTACT_NEW = "contact_new"
    COMPLAINT_OPEN = "complaint_open"
    COMPLAINT_REOPENED = "complaint_reopened"
    COMPLAINT_UNANSWERED = "complaint_unanswered"
    COMPLAINT_NOT_BY_OWNER = "complaint_not_by_owner"
    COMPLAINT_ANSWERED = "complaint_answered"
    SILENT_AFTER_COMPLAINT = "silent_after_complaint"
    RECOVERED = "recovered"
    NEVER_TOUCHED = "never_touched"
    FEW_TOUCHES = "few_touches"
    SILENT_BEYOND_CADENCE = "silent_beyond_cadence"
    SILENT_BEYOND_CEILING = "silent_beyond_ceiling"
    PROBABLY_GONE = "probably_gone"
    UNANSWERED_INBOUND = "unanswered_inbound"
    ASKED_FOR_PEACE = "asked_for_peace"
    UNANSWERED_OUTBOUND = "unanswered_outbound"
    CROWDED_WEEK = "crowded_week"
    COOLING_OFF = "cooling_off"
    FEWER_TOUCHES = "fewer_touches"
    ON_TRACK = "on_track"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One reason in numbers; every figure can be recomputed from the timeline."""

    code: WhyCode
    figures: tuple[tuple[str, float], ...] = ()

    def figure(self, name: str) -> float:
        """Return one figure by name; KeyError when this reason does not carry it."""
        return dict(self.figures)[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One client's standing as of a moment, from what was known then.

    `cadence_days` is his own usual gap, `silent_days` whole days since the last touch, `p_silent` the probability
    of no touch within the horizon, `p_alive` that he is still a client.
    """

    client_id: int
    state: State
    reasons: tuple[Why, ...]
    last_touch: datetime | None
    last_inbound: datetime | None
    cadence_days: float | None
    silent_days: int | None
    p_silent: float | None
    p_alive: float | None
