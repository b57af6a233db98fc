"""Outlook, Google and Salesforce of one company through the sync engine into SQLite, whatever happens: the truth.

`python -m tests.lab.schedules FIRST COUNT` plays as many as one likes.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.lab.happenings import HAPPENINGS, happen
from tests.lab.in_process import without_wire
from tests.lab.loopback import only_loopback
from tests.lab.nights import assert_true
from tests.lab.schedules import Play, Stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with only_loopback():
        made = Stage(tmp_path_factory.mktemp("stage"))
        yield made
        made.lab.stop()


@pytest.mark.parametrize("seed", range(4))
def test_a_few_schedules_over_three_providers_end_in_the_truth(stage: Stage, seed: int) -> None:
    stage.play(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1_000, 3_000, 100))
def test_two_thousand_schedules_over_three_providers_end_in_the_truth(stage: Stage, seed: int) -> None:
    for one in range(seed, seed + 100):
        stage.play(one)


class OfficeLife(RuleBasedStateMachine):
    """Hypothesis writes the schedule; where one fails, it finds the shortest that does."""

    stage: Stage

    @initialize(seed=st.integers(0, 10_000))
    def opens(self, seed: int) -> None:
        self.play = Play(self.stage, seed)

    @rule(name=st.sampled_from(sorted(HAPPENINGS)), seed=st.integers(0, 10_000))
    def something_happens(self, name: str, seed: int) -> None:
        happen(self.play.office, name, seed)

    @rule(seed=st.integers(0, 10_000))
    def a_bad_night(self, seed: int) -> None:
        with without_wire(self.stage.lab):
            self.play.bad_night(random.Random(seed))

    def teardown(self) -> None:
        if hasattr(self, "play"):
            with without_wire(self.stage.lab):
                self.play.end()


def _live(stage: Stage, examples: int) -> None:
    OfficeLife.stage = stage
    run_state_machine_as_test(
        OfficeLife,
        settings=settings(
            max_examples=examples,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_lives_of_an_office_end_in_the_truth(stage: Stage) -> None:
    _live(stage, 2)


@pytest.mark.slow
def test_many_lives_of_an_office_end_in_the_truth(stage: Stage) -> None:
    _live(stage, 200)


def test_the_oracle_notices_one_row_too_few(stage: Stage, tmp_path: Path) -> None:
    play = Play(stage, 1)
    with without_wire(stage.lab):
        assert_true(play.office, play.store)
        play.forget_one_row()
        with pytest.raises(AssertionError):
            play.end()
