"""Random schedules over an office: happenings, faults and deaths in any order, and at the end the truth.

`python -m tests.lab.schedules FIRST COUNT` runs many of them and says how many a second; it stops at none that fails
but names its seed.
"""

import logging
import random
import shutil
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy import func, select

from guardian.storage import open_database, tables
from tests.lab.certificates import make_app_key
from tests.lab.company import seeded
from tests.lab.faults import (
    CALM,
    FaultPlan,
    Kind,
    dropped,
    dropped_after,
    spoiled,
    throttled,
    truncated,
    unauthorized,
    unavailable,
)
from tests.lab.happenings import HAPPENINGS, happen
from tests.lab.in_process import without_wire
from tests.lab.nights import Killed, a_night, assert_true, new_store
from tests.lab.office import NAMES, Office, open_office
from tests.lab.serving import Lab

FAULTS = (
    throttled(1),
    throttled(600),
    unavailable(),
    dropped(),
    dropped_after(),
    truncated(),
    unauthorized(),
    spoiled(Kind.DUPLICATED),
    spoiled(Kind.REORDERED),
    spoiled(Kind.PARTIAL),
    spoiled(Kind.CURSOR_LOST),
    spoiled(Kind.QUOTA),
)
LONGEST_NIGHT = 90  # steps of the store; deaths are drawn from these


class Stage:
    """Where schedules are played: one lab without its wire, one key, one empty store that is copied."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lab, self.key = folder, Lab(folder), make_app_key()
        new_store(folder / "empty.db").engine.dispose()

    def play(self, seed: int) -> None:
        """Play one schedule; AssertionError when it does not end in the truth."""
        play = Play(self, seed)
        with without_wire(self.lab):
            for _ in range(play.chance.randint(2, 4)):
                for _ in range(play.chance.randrange(9)):
                    happen(play.office, play.chance.choice(list(HAPPENINGS)), play.chance.randrange(10**6))
                play.bad_night(play.chance)
            play.end()


class Play:
    """One office with its store."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.chance = stage, random.Random(seed)
        stage.lab.clear()
        self.office = self._office(seed, self.chance)
        self._path = stage.folder / f"played-{seed}.db"
        shutil.copy(stage.folder / "empty.db", self._path)
        self.store = open_database(f"sqlite:///{self._path}")

    def _office(self, seed: int, chance: random.Random) -> Office:
        company = seeded(seed % 97, reps=chance.choice((2, 3)), accounts=2, threads=2)
        stage = self.stage
        office = open_office(stage.lab, stage.folder, stage.key, company, cap=chance.choice((2, 5, 10_000)))
        office.privacy = {name: chance.choice(("metadata", "subject", "full")) for name in NAMES}
        office.bulk_above = chance.choice((1, 2000))
        office.google.calendar.silent = chance.random() < 0.5
        return office

    def bad_night(self, chance: random.Random) -> None:
        """Let a night go by with faults, perhaps a death, perhaps with things that happen between two pages."""
        rate = chance.choice((0.0, 0.03, 0.15))
        self.stage.lab.faults = FaultPlan(seed=chance.randrange(10**6), rate=rate, among=FAULTS, most=8)
        dies_at = chance.randrange(LONGEST_NIGHT) if chance.random() < 0.5 else 0
        busy = chance.choice((0.0, 0.05))

        def meanwhile() -> None:
            if chance.random() < busy:
                happen(self.office, chance.choice(list(HAPPENINGS)), chance.randrange(10**6))

        with suppress(Killed):
            a_night(self.office, self.store, dies_at=dies_at, meanwhile=meanwhile)
        self.stage.lab.faults = CALM

    def forget_one_row(self) -> None:
        """Lose the copy that was stored last, as no store may."""
        with self.store.writing() as connection:
            last = connection.scalar(select(func.max(tables.occurrence.c.id)))
            connection.execute(tables.occurrence.delete().where(tables.occurrence.c.id == last))

    def end(self) -> None:
        """Let the trouble end and assert that what is known is the truth."""
        try:
            assert_true(self.office, self.store)
            assert not self.office.google.wrong
            assert self.office.graph.deepest <= 4
        finally:
            self.store.engine.dispose()
            for left in self._path.parent.glob(f"{self._path.name}*"):
                left.unlink()


def main(first: int, count: int) -> int:
    """Play schedules and return how many failed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    failed, began = [], time.monotonic()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        stage = Stage(Path(folder))
        for seed in range(first, first + count):
            try:
                stage.play(seed)
            except Exception:  # noqa: BLE001 - whatever it is, the seed is what matters
                failed.append(seed)
                print(f"seed {seed}:", traceback.format_exc(limit=-4), file=sys.stderr, flush=True)
            done = seed - first + 1
            if done % 50 == 0:
                rate, cpu = done / (time.monotonic() - began), time.process_time() / done
                print(
                    f"{done} schedules, {len(failed)} failed, {rate:.2f} a second, {cpu:.2f} s of one core each",
                    flush=True,
                )
    print(f"{count} schedules, failed: {failed or 'none'}", flush=True)
    return len(failed)


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), int(sys.argv[2]))))
