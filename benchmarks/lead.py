"""How long after a client's last touch each rule flags it, when all raise the same 10 % of false alarms.

    python benchmarks/lead.py [EVENTS_FOLDER] [--only NAME]...

A replay week by week: the models see only what came before, and are fitted anew every 13 weeks. Clients with three
touch-days or more count. *Lost* is who was touched in the replay and never again, three horizons or more before its
end; a *false alarm* is a flag, in a week of the replay, on somebody silent for at most three horizons who is touched
within the next one. The thresholds of all rules are tuned on the replay itself (comparable, not deployable), but for
the last two rows: the product with what it had learnt at each fit. A flag lasts until the client is touched.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from ageing import HERE, load

from guardian.ageing.book import own_horizon
from guardian.ageing.buying import buying_silence
from guardian.ageing.cadence import outlook
from guardian.ageing.history import Bools, Floats, Ints, TouchDays, touch_days
from guardian.ageing.lanes import Thresholds, Watch, flagged, some_watched, together, watch
from guardian.ageing.policy import AgeingPolicy
from guardian.ageing.silence import Models, Moment, blended, fit_alone, moment_of, next_touch, teach
from guardian.ageing.threshold import choose, thresholds

WEEK, REFIT_WEEKS = 7, 13
FALSE_ALARMS = 0.10
NEWS = 3  # horizons of silence: beyond, a flag is no longer news
FOREVER = 1 << 40
POLICY = AgeingPolicy()


@dataclass(frozen=True)
class Replay:
    """One history, the days between which it is replayed, and the horizon in days."""

    name: str
    start: int
    end: int
    horizon: int


REPLAYS = (Replay("enron", 620, 1011, 30), Replay("w3c_mail", 1800, 2701, 90))


@dataclass(frozen=True)
class Weeks:
    """One entry a client and week. `back` is the days until the next touch; every score rises with alarm."""

    client: Ints
    day: Ints
    back: Ints
    watched: Watch
    scores: dict[str, Floats]
    product: Bools  # flagged by the product
    unbounded: Bools  # the same, were its own ceiling the only one

    @property
    def silence(self) -> Ints:
        """Days since the last touch."""
        return self.watched.silence


def week_at(now: Moment, models: Models, learnt: Thresholds, back: Ints, horizon: int) -> Weeks:
    """What every rule says of every client."""
    ahead = np.full(len(now.history.client), horizon)
    expected = outlook(now.history, models.prior, ahead)
    counts = now.history.gaps >= 2
    seen = some_watched(watch(now, models.prior, expected), counts)
    scores = {
        "recency": now.history.silence.astype(np.float64),
        "ratio": now.history.silence / watch(now, models.prior, expected).cadence,
        "BG/NBD": buying_silence(now.history, models.buying, ahead),
        "BG/LN": expected.p_silent,
        "1 - P(alive)": 1 - expected.p_alive,
        "blend": blended(now, models, expected, ahead.astype(np.float64)),
    }
    return Weeks(
        client=now.history.client[counts],
        day=np.full(int(counts.sum()), now.as_of),
        back=back[counts],
        watched=seen,
        scores={name: said[counts] for name, said in scores.items()},
        product=some_lane(seen, learnt, POLICY.ceiling_days),
        unbounded=some_lane(seen, learnt, FOREVER),
    )


def some_lane(seen: Watch, at: Thresholds, most_days: int) -> Bools:
    """Who is flagged by any lane."""
    return np.logical_or.reduce(list(flagged(seen, at, most_days=most_days).values()))


def replay(task: Replay, days: TouchDays) -> Weeks:
    """Ask every rule every week, to the end of the history."""
    last = int(days.day.max())
    everything = moment_of(days, last)
    parts: list[Weeks] = []
    for week, day in enumerate(range(task.start, last + 1, WEEK)):
        now = moment_of(days, day)
        if week % REFIT_WEEKS == 0 and day < task.end:
            alone = fit_alone(now)
            models = teach(now, alone, np.full(len(now.history.client), float(task.horizon)))
            learnt = thresholds(now, alone.prior, own_horizon(now, alone.prior), POLICY)
        back = next_touch(everything, day)[np.searchsorted(days.client, now.history.client)] - day
        parts.append(week_at(now, models, learnt, back, task.horizon))
    names = ("client", "day", "back", "product", "unbounded")
    return Weeks(
        **{name: np.concatenate([getattr(one, name) for one in parts]) for name in names},
        watched=together([one.watched for one in parts]),
        scores={name: np.concatenate([one.scores[name] for one in parts]) for name in parts[0].scores},
    )


@dataclass(frozen=True)
class Judged:
    """Which weeks tell of false alarms, which of the lost, and how many are lost."""

    weeks: Weeks
    returned: Bools
    news: Bools
    lost: Bools
    silent: Bools

    def row(self, flag: Bools) -> str:
        """Return a rule's figures: days, shares caught within 30 and 60 days and ever, false alarms, precision."""
        first = np.full(int(self.weeks.client.max()) + 1, np.inf)
        at = self.lost & flag
        np.minimum.at(first, self.weeks.client[at], self.weeks.silence[at])
        days = first[np.unique(self.weeks.client[self.lost])]
        shares = ((days <= 30).mean(), (days <= 60).mean(), np.isfinite(days).mean(), flag[self.returned].mean())
        right = self.silent[flag & self.news].mean()
        return f"{np.median(days):8.0f}" + "".join(f"{share:8.3f}" for share in (*shares, right))


def judge(task: Replay, weeks: Weeks) -> Judged:
    """Say what is judged."""
    within = weeks.day < task.end
    news = within & (weeks.silence <= NEWS * task.horizon)
    touched = weeks.day - weeks.silence
    lost = (weeks.back > FOREVER) & (touched >= task.start) & (touched <= task.end - NEWS * task.horizon)
    silent = weeks.back > task.horizon
    return Judged(weeks=weeks, returned=news & ~silent, news=news, lost=lost, silent=silent)


def in_two_lanes(judged: Judged) -> Bools:
    """Who is flagged when the product's way of choosing is shown the replay itself, P(alive) and ceiling alone."""
    seen = replace(judged.weeks.watched, spread=np.full(len(judged.weeks.client), np.inf))  # nobody has a rhythm
    policy = replace(POLICY, false_alarms_early=0.0, false_alarms=0.07)
    return some_lane(seen, choose(some_watched(seen, judged.returned), policy, learnt_from=1), FOREVER)


def run(task: Replay, days: TouchDays) -> None:
    """Print one history's table."""
    judged = judge(task, replay(task, days))
    weeks = judged.weeks
    lost = len(np.unique(weeks.client[judged.lost]))
    print(f"\n{task.name}, {lost:,} lost, days {task.start} to {task.end}, horizon {task.horizon} d")
    print(f"{'':34}  median <= 30 d <= 60 d    ever  false   right")
    for name, score in weeks.scores.items():
        print(f"{name:34}{judged.row(score > np.quantile(score[judged.returned], 1 - FALSE_ALARMS))}")
    tuned = choose(some_watched(weeks.watched, judged.returned), POLICY, learnt_from=1)
    print(f"{'two lanes, P(alive) at 7 %':34}{judged.row(in_two_lanes(judged))}")
    print(f"{'all lanes, tuned on the replay':34}{judged.row(some_lane(weeks.watched, tuned, FOREVER))}")
    print(f"{'product, its own ceiling alone':34}{judged.row(weeks.unbounded)}")
    print(f"{'product, ceiling of 90 d at most':34}{judged.row(weeks.product)}")


def main() -> None:
    """Run what the command line asks for."""
    options = argparse.ArgumentParser(description="Days from the last touch to the flag.")
    options.add_argument("events", nargs="?", type=Path, default=HERE / ".." / "shared" / "events")
    options.add_argument("--only", action="append", default=[])
    chosen = options.parse_args()
    for task in REPLAYS:
        path = chosen.events / f"{task.name}.csv.gz"
        if chosen.only and task.name not in chosen.only:
            continue
        if not path.exists():
            print(f"{task.name}: skipped, there is no {path.name} in {chosen.events}", file=sys.stderr)
            continue
        events = load(path)
        run(task, touch_days(events.client, events.rep, events.day, events.inbound))


if __name__ == "__main__":
    main()
