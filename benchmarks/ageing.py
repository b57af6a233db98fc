"""Backtests of ageing on public touch histories, beside BG/NBD, recency and fixed 30, 60 and 90 days.

    python benchmarks/ageing.py [EVENTS_FOLDER] [--only NAME]... [--speed]

Cut at a day, see only what came before, predict silence over the horizon. Clients with at least three touch-days
count (all of them for cdnow); *still active* are those touched within one horizon. The clients of all cuts are judged
together; `by cut` is the mean AUC of the cuts. Everything is seeded: a rerun prints the same figures.
"""

import argparse
import csv
import gzip
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guardian.ageing.buying import buying_silence, fit_buying
from guardian.ageing.cadence import outlook
from guardian.ageing.fit import SAMPLE, fit_prior, some_clients
from guardian.ageing.history import Bools, Floats, Histories, Ints, histories, touch_days
from guardian.ageing.measures import auc, average_precision, brier, calibration_error
from guardian.ageing.silence import silence_probability

HERE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Task:
    """One history, the days at which it is cut, and the horizon in days."""

    name: str
    cuts: tuple[int, ...]
    horizon: int
    fewest_touch_days: int = 3


TASKS = (
    Task("cdnow", (272,), 273, fewest_touch_days=1),
    Task("enron", tuple(range(620, 1011, 30)), 30),
    Task("w3c_mail", tuple(range(900, 2701, 150)), 90),
)


@dataclass(frozen=True)
class Events:
    """Parallel arrays, one entry a touch."""

    client: Ints
    rep: Ints
    day: Ints
    inbound: Bools


def load(path: Path) -> Events:
    """Read one history; `unit` names the relationship."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    _, client = np.unique([row["unit"] for row in rows], return_inverse=True)
    return Events(
        client=client.astype(np.int64),
        rep=np.array([row["rep"] for row in rows], np.int64),
        day=np.array([row["day"] for row in rows], np.int64),
        inbound=np.array([row["inbound"] == "1" for row in rows]),
    )


Model = Callable[[Events, Histories, int, int], Floats]


def guardian(events: Events, history: Histories, cut: int, horizon: int) -> Floats:
    """What the product says."""
    _, silent = silence_probability(
        events.client, events.rep, events.day, events.inbound, as_of=cut, horizon_days=horizon
    )
    return silent


def cadence_alone(events: Events, history: Histories, cut: int, horizon: int) -> Floats:
    """BG/LN without the blend."""
    ahead = np.full(len(history.client), horizon)
    return outlook(history, fit_prior(some_clients(history, SAMPLE, 7)), ahead).p_silent


def bg_nbd(events: Events, history: Histories, cut: int, horizon: int) -> Floats:
    """BG/NBD fitted on everybody."""
    return buying_silence(history, fit_buying(history), np.full(len(history.client), horizon))


def recency(events: Events, history: Histories, cut: int, horizon: int) -> Floats:
    """Days of silence; its probabilities are not meant seriously."""
    share: Floats = history.silence / (history.silence + horizon)
    return share


def fixed(days: int) -> Model:
    """A fixed rule."""
    return lambda events, history, cut, horizon: (history.silence > days).astype(np.float64)


MODELS: dict[str, Model] = {
    "guardian": guardian,
    "BG/LN alone": cadence_alone,
    "BG/NBD": bg_nbd,
    "recency": recency,
    "fixed 30 d": fixed(30),
    "fixed 60 d": fixed(60),
    "fixed 90 d": fixed(90),
}


@dataclass(frozen=True)
class Cut:
    """What was predicted at one cut, and what came."""

    silent: Bools
    active: Bools
    said: dict[str, Floats]


def cut_at(task: Task, events: Events, day: int) -> Cut:
    """Ask every model at one day, about the clients that are judged."""
    seen = events.day <= day
    history = histories(
        touch_days(events.client[seen], events.rep[seen], events.day[seen], events.inbound[seen]), as_of=day
    )
    ahead = (events.day > day) & (events.day <= day + task.horizon)
    judged = history.gaps + 1 >= task.fewest_touch_days
    return Cut(
        silent=~np.isin(history.client, events.client[ahead])[judged],
        active=(history.silence <= task.horizon)[judged],
        said={name: model(events, history, day, task.horizon)[judged] for name, model in MODELS.items()},
    )


def measure(cuts: list[Cut], name: str, *, active: bool) -> str:
    """Return one model's figures over some clients of all cuts."""
    chosen = [cut.active if active else np.ones_like(cut.active) for cut in cuts]
    truths = [cut.silent[which] for cut, which in zip(cuts, chosen, strict=True)]
    said = [cut.said[name][which] for cut, which in zip(cuts, chosen, strict=True)]
    truth, p = np.concatenate(truths), np.concatenate(said)
    by_cut = float(np.mean([auc(*pair) for pair in zip(truths, said, strict=True)]))
    values = (auc(truth, p), by_cut, average_precision(truth, p), brier(truth, p), calibration_error(truth, p))
    return "".join(f"{value:8.3f}" for value in values)


def run(task: Task, events: Events) -> None:
    """Print one task's tables."""
    cuts = [cut_at(task, events, day) for day in task.cuts]
    for active in (False, True):
        count = sum(int(cut.active.sum()) if active else len(cut.active) for cut in cuts)
        title = f"{task.name}, {'still active' if active else 'all'} ({count:,}, {len(cuts)} cuts, {task.horizon} d)"
        print(f"\n{title}\n{'':12}     AUC  by cut      AP   Brier     ECE")
        for name in MODELS:
            print(f"{name:12}{measure(cuts, name, active=active)}")


def speed() -> None:
    """Print clients per second for 100,000 clients with 761,000 touches, and the seconds of the fit."""
    rng = np.random.default_rng(1)
    clients = 100_000
    client = np.repeat(np.arange(clients), rng.geometric(1 / 7.61, clients))
    day = rng.integers(0, 1000, len(client))
    order = np.lexsort((day, client))
    client, day = client[order], day[order]
    rep, inbound = client % 40, rng.random(len(client)) < 0.5
    start = time.process_time()
    history = histories(touch_days(client, rep, day, inbound), as_of=1000)
    summed = time.process_time()
    prior = fit_prior(some_clients(history, SAMPLE, 7))
    fitted = time.process_time()
    outlook(history, prior, np.full(clients, 30))
    scored = time.process_time()
    rate = clients / (scored - fitted + summed - start)
    print(f"\n{len(client):,} touches: features {summed - start:.2f} s, score {scored - fitted:.2f} s CPU")
    print(f"{rate:,.0f} clients a second; fit {fitted - summed:.2f} s CPU")
    start = time.process_time()
    silence_probability(client, rep, day, inbound, as_of=1000, horizon_days=30)
    print(f"silence_probability, with every fit and the blend's lessons: {time.process_time() - start:.2f} s CPU")


def main() -> None:
    """Run what the command line asks for."""
    options = argparse.ArgumentParser(description="Backtests of ageing on public touch histories.")
    options.add_argument("events", nargs="?", type=Path, default=HERE / ".." / "shared" / "events")
    options.add_argument(
        "--only", action="append", default=[], help="a task: " + ", ".join(one.name for one in TASKS)
    )
    options.add_argument("--speed", action="store_true", help="measure the speed as well when tasks are named")
    chosen = options.parse_args()
    for task in TASKS:
        path = chosen.events / f"{task.name}.csv.gz"
        if chosen.only and task.name not in chosen.only:
            continue
        if path.exists():
            run(task, load(path))
        else:
            print(f"{task.name}: skipped, there is no {path.name} in {chosen.events}", file=sys.stderr)
    if chosen.speed or not chosen.only:
        speed()


if __name__ == "__main__":
    main()
