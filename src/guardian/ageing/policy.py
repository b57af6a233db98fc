"""The safety nets and thresholds of ageing; the tenant may move them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from guardian.domain.people import Client

_FEWEST_VALUED = 10  # clients with a value, below which nobody is key


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingPolicy:
    """Days of silence, shares and counts from which the rules of `states` fire.

    `ceiling_days` and `ceiling_key_days` make anybody at risk whatever the model says, `dormant_days` and
    `lost_days` likewise. `at_risk_alive` is the P(alive) at or below which a client is at risk while the book's own
    past is too short to choose it. `false_alarms_early`, `false_alarms` and `false_alarms_in_all` are the shares of
    clients who came back that may be flagged by what is chosen: by the model within a month of silence, by the model
    at all, and by everything. `key_share` is the part of the valued book, from the top, whose clients are key.
    `days_off` are day numbers on which nobody works, beside Saturdays and Sundays.
    """

    ceiling_days: int = 90
    ceiling_key_days: int = 60
    dormant_days: int = 180
    lost_days: int = 365
    at_risk_alive: float = 0.65  # 7 % of the living clients of the mail prior stand below
    false_alarms_early: float = 0.02
    false_alarms: float = 0.08
    false_alarms_in_all: float = 0.10
    key_share: float = 0.1
    answer_business_days: int = 2  # an inbound message may wait so long
    days_off: frozenset[int] = frozenset()
    fewest_touch_days: int = 3  # below, a client is new
    trend_days: int = 14  # what is compared with today, and how long at risk comes before dormant
    cooling_rise: float = 0.15  # of P(silent) within the trend days
    unanswered_in_a_row: int = 3
    crowding: float = 3.0  # times the rate at which the client used to answer
    most_in_a_week: int = 4  # days on which we wrote without a word back


def key_value(clients: Sequence[Client], policy: AgeingPolicy) -> float:
    """Return the yearly value from which a client is key; infinity when too few have one to tell."""
    values = [client.value for client in clients if client.value is not None and client.value > 0]
    if len(values) < _FEWEST_VALUED:
        return float("inf")
    return float(np.quantile(values, 1 - policy.key_share))
