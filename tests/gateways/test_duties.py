"""What a process beside the mail does is never cut off in the middle."""

import os
import signal
import time
from pathlib import Path

import pytest

from guardian.gateways.service.crew import Lifeline, Member, start
from guardian.gateways.service.keeper import recurring
from guardian.gateways.service.tally import Tally
from tests.gateways.conftest import wait_for


def started(tmp_path: Path, seconds: float) -> Member:
    def send_a_mail() -> None:
        with (tmp_path / "diary").open("a") as diary:
            print("begun", file=diary, flush=True)
            time.sleep(seconds)
            print("done", file=diary)

    duty = recurring("holds", send_a_mail, every_seconds=60)
    return start(duty, Tally(1).row(0), Lifeline(), now=0.0)


def diary(tmp_path: Path) -> list[str]:
    path = tmp_path / "diary"
    return path.read_text().split() if path.exists() else []


@pytest.mark.parametrize("seconds", [0.5, 0.0])
def test_a_stop_lets_the_round_under_way_finish_and_begins_no_other(tmp_path: Path, seconds: float) -> None:
    member = started(tmp_path, seconds)
    try:
        wait_for(lambda: diary(tmp_path) == (["begun"] if seconds else ["begun", "done"]))
        time.sleep(0.1)
        member.signal(signal.SIGTERM)
        wait_for(member.is_over, 5)
        assert diary(tmp_path) == ["begun", "done"]
        assert member.status == 0
    finally:
        if member.status is None:
            os.kill(member.pid, signal.SIGKILL)
            os.waitpid(member.pid, 0)


def test_what_breaks_in_a_round_is_tried_again_in_the_next_one(tmp_path: Path) -> None:
    def break_down() -> None:
        with (tmp_path / "diary").open("a") as page:
            print("round", file=page, flush=True)
        raise ZeroDivisionError

    duty = recurring("holds", break_down, every_seconds=0.05)
    member = start(duty, Tally(1).row(0), Lifeline(), now=0.0)
    try:
        wait_for(lambda: len(diary(tmp_path)) >= 2)
        member.signal(signal.SIGTERM)
        wait_for(member.is_over, 5)
        assert member.status == 0
    finally:
        if member.status is None:
            os.kill(member.pid, signal.SIGKILL)
            os.waitpid(member.pid, 0)
