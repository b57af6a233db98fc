"""Draining, with a queue in memory: one bad mail does not keep the others waiting."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from guardian.domain.errors import TryLater
from guardian.gateways.postfix.drain import Drained, drain
from guardian.gateways.postfix.queue import HoldQueue
from guardian.gateways.postfix.queue_file import QueuedMail


@dataclass
class MemoryQueue:
    """A hold queue that can refuse to let mail go."""

    waiting: list[str]
    stuck: bool = False
    gone: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def ids(self) -> list[str]:
        return [one for one in self.waiting if one not in (*self.gone, *self.taken)]

    def read(self, queue_id: str) -> QueuedMail:
        to = ((f"<{queue_id}@x.example>".encode(), ()),)
        return QueuedMail(
            queue_id=queue_id, sender=b"<>", mail_args=(), recipients=to, resolved=to, headers=(), body=b""
        )

    def let_go(self, queue_ids: Sequence[str]) -> None:
        if self.stuck and queue_ids:
            raise TryLater("postsuper failed")
        self.gone += queue_ids

    def take_out(self, queue_ids: Sequence[str]) -> None:
        self.taken += queue_ids


@dataclass
class MemoryGate:
    """Accepts `clean`, keeps `held`, breaks off at `poison`, and is away from the start or after that."""

    away: bool = False
    away_after: bool = False

    @contextmanager
    def open(self) -> "Iterator[MemoryGate]":
        if self.away:
            raise TryLater("away")
        yield self

    def offer(self, mail: QueuedMail) -> bytes:
        if mail.queue_id.startswith("poison"):
            self.away = self.away_after
            raise TryLater("broke off")
        return b"a" if mail.queue_id.startswith("clean") else b"d"


def test_a_mail_at_which_the_gate_breaks_off_does_not_keep_the_others_waiting() -> None:
    queue = MemoryQueue(["clean1", "poison", "clean2", "held"])
    assert drain(queue, MemoryGate().open) == Drained(passed=2, held=1, left=1)
    assert queue.ids() == ["poison"]


def test_what_was_decided_is_done_though_the_gate_went_away() -> None:
    queue = MemoryQueue(["clean1", "held1", "poison", "clean2"])
    with pytest.raises(TryLater, match="away"):
        drain(queue, MemoryGate(away_after=True).open)
    assert (queue.gone, queue.taken) == (["clean1"], ["held1"])


def test_mail_that_guardian_keeps_leaves_the_queue_though_the_rest_cannot() -> None:
    queue = MemoryQueue(["clean", "held"], stuck=True)
    with pytest.raises(TryLater, match="postsuper"):
        drain(queue, MemoryGate().open)
    assert queue.taken == ["held"]


def commands(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_an_address_that_is_no_text_does_not_stop_the_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = r'{"queue_name": "hold", "queue_id": "A1", "arrival_time": 1, "sender": "\0377"}'
    commands(tmp_path, monkeypatch, postqueue=f"printf '%b\\n' '{line}'")
    assert HoldQueue().ids() == ["A1"]


def test_mail_that_cannot_be_hurried_goes_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands(tmp_path, monkeypatch, postsuper=f"cat > {tmp_path}/freed", postqueue="exit 1")
    HoldQueue().let_go(["A1", "A2"])
    assert (tmp_path / "freed").read_text() == "A1\nA2\n"
