"""Whatever happens in whatever order, and whatever goes wrong: in the end Guardian knows what is true."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.domain.errors import CursorExpired, TryLater
from tests.lab.certificates import AppKey
from tests.lab.company import Folder, seeded
from tests.lab.company_facts import Card
from tests.lab.company_oracle import Local, true_cards, true_mail, true_meetings
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
from tests.lab.google_world import World, new_world
from tests.lab.serving import running_lab

FAULTS = (
    throttled(1),
    throttled(300),
    unavailable(),
    dropped(),
    dropped_after(),
    truncated(),
    unauthorized(),
    spoiled(Kind.DUPLICATED),
    spoiled(Kind.CURSOR_LOST),
    spoiled(Kind.QUOTA),
)


def write(world: World, chance: random.Random) -> None:
    world.company.write(chance.choice(world.company.outsiders).address, (world.ana,))


def move(world: World, chance: random.Random) -> None:
    ref = chance.choice(sorted(world.company.desks[world.ana].mail.items))
    world.company.move(world.ana, ref, chance.choice(list(Folder)))


def delete(world: World, chance: random.Random) -> None:
    shelf = world.company.desks[world.ana].mail
    if len(shelf.items) > 3:
        shelf.remove(chance.choice(sorted(shelf.items)))


def change_cards(world: World, chance: random.Random) -> None:
    shelf = world.company.desks[world.ana].cards
    number = shelf.now
    shelf.add(Card(name=f"N{number}", addresses=(f"n{number}@client0.example",), phones=(), company="C"))
    ref = chance.choice(sorted(shelf.items))
    if chance.random() < 0.5:
        shelf.remove(ref)
    else:
        shelf.change(ref, replace(shelf.items[ref], name=f"Named {number}"))


def change_meetings(world: World, chance: random.Random) -> None:
    shelf = world.company.desks[world.ana].calendar
    if not shelf.items or chance.random() < 0.2:
        world.company.meet(
            replace(next(iter(shelf.log)).after or next(iter(shelf.items.values())), uid=f"n{shelf.now}@x")
        )
        return
    ref = chance.choice(sorted(shelf.items))
    meeting = shelf.items[ref]
    start = chance.choice(meeting.starts)
    changed = (
        replace(meeting, repeats=chance.choice((2, 3, 6)), moved=(), dropped=()),
        replace(meeting, start=meeting.start + timedelta(days=1), moved=(), dropped=()),
        replace(meeting, moved=((start, start + timedelta(hours=1)),)) if meeting.repeats else meeting,
        replace(meeting, dropped=(start,), moved=()) if meeting.repeats else meeting,
        None,
    )
    chosen = chance.choice(changed)
    if chosen is None:
        shelf.remove(ref)
    else:
        shelf.change(ref, chosen)


def forget(world: World, chance: random.Random) -> None:
    chance.choice((world.google.gmail.forget_history, world.google.calendar.forget_tokens))(world.ana)


def pass_days(world: World, chance: random.Random) -> None:
    world.company.now += timedelta(days=chance.choice((1, 5, 20)))


EVENTS: tuple[Callable[[World, random.Random], None], ...] = (
    write,
    move,
    delete,
    change_cards,
    change_meetings,
    forget,
    pass_days,
)


def sync_until_cut(local: Local, pages: int) -> None:
    """Sync, but die after some pages, between a page and the next."""
    try:
        for n, page in enumerate(local.feed().changes(local.cursor)):
            if local.cursor is None and local.seen is None:
                local.seen = set()
            local.store(page)
            if n + 1 >= pages:
                return
    except CursorExpired:
        local.cursor, local.seen = None, None
    except TryLater:
        return


def run_schedule(world: World, seed: int, steps: int) -> None:
    chance = random.Random(seed)
    world.lab.faults = CALM
    locals_ = {kind: world.local(kind) for kind in ("mail", "contacts", "calendar")}
    for _ in range(steps):
        for happens in chance.sample(EVENTS, 3):
            happens(world, chance)
        world.lab.faults = FaultPlan(seed=chance.randrange(10**6), rate=0.15, among=FAULTS, most=4)
        for kind in locals_:
            sync_until_cut(locals_[kind], chance.choice((1, 2, 99)))
    world.lab.faults = CALM
    desk = world.company.desks[world.ana]
    assert locals_["mail"].sync().sync().mail() == true_mail(desk)
    assert locals_["contacts"].sync().sync().cards() == true_cards(desk)
    assert locals_["calendar"].sync().sync().meetings() == true_meetings(desk)
    assert not world.google.wrong


def schedules(folder: Path, key: AppKey, examples: int, steps: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(seed=st.integers(0, 2**32), cap=st.sampled_from([2, 3, 10_000]))
    def schedule(seed: int, cap: int) -> None:
        with running_lab(folder) as lab:
            world = new_world(lab, folder, key, company=seeded(seed % 50, reps=1), cap=cap)
            world.google.calendar.silent = bool(seed % 2)
            run_schedule(world, seed, steps)

    schedule()


@pytest.mark.parametrize("silent", [False, True])
def test_a_series_moved_after_its_exceptions_were_restored_leaves_nothing_behind(
    tmp_path: Path, app_key: AppKey, silent: bool
) -> None:
    with running_lab(tmp_path) as lab:
        world = new_world(lab, tmp_path, app_key, company=seeded(61556 % 50, reps=1), cap=2)
        world.google.calendar.silent = silent
        run_schedule(world, 61556, 6)


def test_a_few_random_schedules_end_in_the_truth(tmp_path: Path, app_key: AppKey) -> None:
    schedules(tmp_path, app_key, examples=4, steps=3)


@pytest.mark.slow
def test_many_random_schedules_end_in_the_truth(tmp_path: Path, app_key: AppKey) -> None:
    schedules(tmp_path, app_key, examples=300, steps=6)
