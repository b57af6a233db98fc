"""Every figure of every reason, recomputed from the timeline by hand: in plain Python, day by day."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from math import exp, log

import numpy as np
import pytest

from guardian.ageing import AgeingPolicy, assess
from guardian.ageing.cadence import MAIL, outlook
from guardian.ageing.history import histories, touch_days
from guardian.domain.standing import Assessment, WhyCode
from tests.ageing.memory import NOW, MemoryTimelines, Spoken, a_client

Figures = dict[str, float]
POLICY = AgeingPolicy()
HALF_LIFE = 8  # gaps


def day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def is_word(one: Spoken) -> bool:
    """Say whether somebody said something: who only accepts an invitation does not."""
    return one.outbound or one.weight >= 1


class Told:
    """One client's touches up to a moment, looked at by hand."""

    def __init__(self, spoken: Sequence[Spoken], at: datetime) -> None:
        known = [one for one in spoken if one.at <= at and is_word(one)]
        self.at, self.touches = at, sorted(known, key=lambda one: one.at)
        self.days = sorted({day(one.at) for one in self.touches})
        self.silent = (day(at) - self.days[-1]).days

    @property
    def gaps(self) -> list[int]:
        return [(later - earlier).days for earlier, later in zip(self.days, self.days[1:], strict=False)]

    @property
    def cadence(self) -> float:
        """The geometric mean of the gaps, each worth half as much for every eight gaps further back."""
        weights = [0.5 ** (back / HALF_LIFE) for back in range(len(self.gaps))][::-1]
        return exp(sum(w * log(gap) for w, gap in zip(weights, self.gaps, strict=True)) / sum(weights))

    @property
    def last_inbound(self) -> datetime | None:
        return max((one.at for one in self.touches if one.inbound and one.weight >= 1), default=None)

    @property
    def waits_since(self) -> datetime | None:
        """When he first spoke after our last word, within 90 days."""
        ours = max((one.at for one in self.touches if one.outbound), default=None)
        waits = [
            one.at
            for one in self.touches
            if one.inbound and one.weight >= 1 and not one.outbound and (ours is None or one.at > ours)
        ]
        return min((at for at in waits if (day(self.at) - day(at)).days <= 90), default=None)

    def wrote(self, since: datetime | None, *, within: int | None = None) -> int:
        """On how many days we wrote alone since a moment."""
        ours = {
            day(one.at)
            for one in self.touches
            if one.outbound and not (one.inbound and one.weight >= 1) and (since is None or one.at > since)
        }
        return sum(within is None or (day(self.at) - one).days < within for one in ours)

    def between(self, nearest: int, furthest: int) -> int:
        return sum(nearest <= (day(self.at) - one).days < furthest for one in self.days)

    @property
    def ceiling(self) -> int:
        """The limit that a silence passed: put off where he twice came back from a longer one."""
        returned = sorted(self.gaps)[-2] if len(self.gaps) > 1 else 0
        off = max(round(1.2 * returned) - POLICY.ceiling_days, 0)
        limits = [days + off for days in (POLICY.ceiling_days, POLICY.dormant_days, POLICY.lost_days)]
        return max(limit for limit in limits if limit < self.silent)

    def model(self, *, days_back: int = 0) -> tuple[float, float]:
        """P(silent) within three cadences (14 to 120 days) and P(alive), as the model has them of touch-days."""
        at = (day(self.at) - date(1970, 1, 1)).days - days_back
        known = np.array([(one - date(1970, 1, 1)).days for one in self.days], np.int64)
        known = known[known <= at]
        ones = np.ones(len(known), np.int64)
        history = histories(touch_days(ones, ones, known, ones > 0), as_of=at)
        horizon = np.array([min(max(round(3 * self.cadence), 14), 120)])
        said = outlook(history, MAIL, horizon)
        return float(said.p_silent[0]), float(said.p_alive[0])


def workdays(since: datetime, until: datetime) -> int:
    ahead = (day(since) + timedelta(days=n) for n in range(1, (day(until) - day(since)).days + 1))
    return sum(one.weekday() < 5 for one in ahead)


def waiting(told: Told) -> Figures:
    since = told.waits_since
    assert since
    return {"business_days": workdays(since, told.at), "days": (day(told.at) - day(since)).days}


def unanswered(told: Told) -> Figures:
    since = told.last_inbound
    first = day(since) if since else told.days[0] - timedelta(days=1)
    return {"wrote_days": told.wrote(since), "days": (day(told.at) - first).days}


BY_HAND: dict[WhyCode, Callable[[Told], Figures]] = {
    WhyCode.FEW_TOUCHES: lambda told: {"touch_days": len(told.days), "silent_days": told.silent},
    WhyCode.ON_TRACK: lambda told: {"cadence_days": told.cadence, "silent_days": told.silent},
    WhyCode.SILENT_BEYOND_CADENCE: lambda told: {"cadence_days": told.cadence, "silent_days": told.silent},
    WhyCode.SILENT_BEYOND_CEILING: lambda told: {"silent_days": told.silent, "ceiling_days": told.ceiling},
    WhyCode.PROBABLY_GONE: lambda told: {"p_alive": told.model()[1]},
    WhyCode.UNANSWERED_INBOUND: waiting,
    WhyCode.UNANSWERED_OUTBOUND: unanswered,
    WhyCode.CROWDED_WEEK: lambda told: {"wrote_days": told.wrote(told.last_inbound, within=7), "most": 4},
    WhyCode.FEWER_TOUCHES: lambda told: {"recent": told.between(0, 45), "before": told.between(45, 135)},
    WhyCode.COOLING_OFF: lambda told: {
        "silent_days": told.silent,
        "cadence_days": told.cadence,
        "p_silent": told.model()[0],
        "p_before": told.model(days_back=14)[0],
        "days": 14,
    },
}
# What does not come from touches has its figures recomputed in test_notes, test_contact_change and test_complaints.
FROM_WORDS = {
    WhyCode.SAID_NOT_CLIENT,
    WhyCode.SAID_LATER,
    WhyCode.ADDRESSES_GONE,
    WhyCode.CONTACT_LEFT,
    WhyCode.CONTACT_BOUNCES,
    WhyCode.CONTACT_NEW,
    WhyCode.COMPLAINT_OPEN,
    WhyCode.COMPLAINT_REOPENED,
    WhyCode.COMPLAINT_UNANSWERED,
    WhyCode.COMPLAINT_NOT_BY_OWNER,
    WhyCode.COMPLAINT_ANSWERED,
    WhyCode.SILENT_AFTER_COMPLAINT,
    WhyCode.RECOVERED,
    WhyCode.ASKED_FOR_PEACE,
}
WITHOUT_FIGURES = {WhyCode.NO_OWNER, WhyCode.NO_CONTACT, WhyCode.NEVER_TOUCHED}


def test_no_reason_is_forgotten() -> None:
    assert BY_HAND.keys() | FROM_WORDS | WITHOUT_FIGURES == set(WhyCode)


def a_life(rng: np.random.Generator) -> list[Spoken]:
    """Return the touches of one client, at all hours, some answered and some not, some many on a day."""
    usual, spread, back = float(rng.uniform(1, 70)), float(rng.uniform(0.05, 0.9)), float(rng.uniform(0.1, 1_200))
    end = float(rng.choice([0.05, rng.uniform(0, 25), rng.uniform(20, 60), rng.uniform(30, 500)]))
    if rng.random() < 0.25:  # a steady one who fell silent
        usual, spread, back, end = float(rng.uniform(2, 15)), 0.15, 600.0, float(rng.uniform(30, 200))
    leaning = float(rng.uniform(0, 1))
    spoken: list[Spoken] = []
    while back > end:
        at, who = NOW - timedelta(days=back), float(rng.random())
        if who < 0.15:
            spoken.append(Spoken(1, at, outbound=True, weight=2.0))
        elif who < 0.15 + 0.8 * leaning:
            spoken.append(Spoken(1, at, weight=float(rng.choice([1.0, 1.0, 0.5]))))
        else:
            spoken.append(Spoken(1, at, inbound=False, outbound=True, weight=0.5))
        back -= max(float(rng.lognormal(np.log(usual), spread)), 0.01)
    for extra in range(int(rng.choice([0, 0, 0, 6]))):  # a week in which we insist
        at = NOW - timedelta(days=extra + float(rng.random()))
        spoken.append(Spoken(1, at, inbound=False, outbound=True, weight=0.5))
    return spoken if any(map(is_word, spoken)) else [Spoken(1, NOW - timedelta(days=3))]


def assessed(spoken: Sequence[Spoken]) -> Assessment:
    [found] = assess(MemoryTimelines([a_client()], spoken), as_of=NOW, policy=POLICY)
    return found


def test_every_figure_that_comes_from_touches_comes_out_the_same_by_hand() -> None:
    rng, seen = np.random.default_rng(20261126), dict.fromkeys(BY_HAND, 0)
    for _ in range(700):
        spoken = a_life(rng)
        told, found = Told(spoken, NOW), assessed(spoken)
        assert found.silent_days == told.silent
        for why in found.reasons:
            seen[why.code] += 1
            assert dict(why.figures) == pytest.approx(BY_HAND[why.code](told)), (why, spoken)
    assert min(seen.values()) >= 3, seen
