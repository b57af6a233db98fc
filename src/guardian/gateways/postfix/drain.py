"""Draining the hold queue: what Postfix kept while the gate was away is decided about as if it came now."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from guardian.domain.errors import TryLater
from guardian.gateways.postfix.queue_file import QueuedMail, StrangeQueueFile

BATCH = 20  # mails let go or taken out at once; Postfix's commands take their time
_LOG = structlog.get_logger()


class Queue(Protocol):
    """The mail server's hold queue."""

    def ids(self) -> list[str]:
        """Return the queue ids on hold, oldest first."""
        ...

    def read(self, queue_id: str) -> QueuedMail:
        """Return a mail of the queue; TryLater when it cannot be read now, StrangeQueueFile when it is odd."""
        ...

    def let_go(self, queue_ids: Sequence[str]) -> None:
        """Have these mails delivered now."""
        ...

    def take_out(self, queue_ids: Sequence[str]) -> None:
        """Remove mails that Guardian keeps."""
        ...


class Gate(Protocol):
    """What decides."""

    def offer(self, mail: QueuedMail) -> bytes:
        """Return the milter's answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What became of the mails on hold: delivered, kept by Guardian, left where they are."""

    passed: int
    held: int
    left: int


def drain(queue: Queue, open_gate: Callable[[], AbstractContextManager[Gate]]) -> Drained:
    """Offer every mail on hold to the gate and return what became of them.

    A clean mail is let go; one that Guardian holds now is taken out, after Guardian has it on its disk; any other
    stays. A crash in between repeats the offer, and the same mail meets the same hold. TryLater when the gate is
    away.
    """
    waiting = queue.ids()
    if not waiting:
        return Drained(passed=0, held=0, left=0)
    passed = held = 0
    for start in range(0, len(waiting), BATCH):
        clean: list[str] = []
        kept: list[str] = []
        try:
            _sort(queue, open_gate, waiting[start : start + BATCH], {b"a": clean, b"d": kept})
        finally:  # what is decided is decided, even if the gate went away
            try:
                queue.take_out(kept)
            finally:
                queue.let_go(clean)
        passed, held = passed + len(clean), held + len(kept)
    left = len(waiting) - passed - held
    _LOG.info("gateway.drained", passed=passed, held=held, left=left)
    return Drained(passed=passed, held=held, left=left)


def _sort(
    queue: Queue,
    open_gate: Callable[[], AbstractContextManager[Gate]],
    waiting: Sequence[str],
    sorted_by: Mapping[bytes, list[str]],
) -> None:
    """Offer mails and sort them by the answer; one at which the gate breaks off keeps no other waiting."""
    left = deque(waiting)
    while left:
        with open_gate() as gate:
            while left:
                queue_id = left.popleft()
                try:
                    sorted_by.get(_offer(queue, gate, queue_id), []).append(queue_id)
                except TryLater as problem:
                    _LOG.error("gateway.offer_failed", queue_id=queue_id, why=str(problem))
                    break


def _offer(queue: Queue, gate: Gate, queue_id: str) -> bytes:
    try:
        mail = queue.read(queue_id)
    except StrangeQueueFile as problem:
        _LOG.error("gateway.queue_file_strange", queue_id=queue_id, why=str(problem))
        return b""
    except TryLater as problem:
        _LOG.warning("gateway.queue_file_unreadable", queue_id=queue_id, why=str(problem))
        return b""
    answer = gate.offer(mail)
    if answer == b"a" and mail.resolved != mail.recipients:  # Postfix knows aliases that the gate may not know
        answer = gate.offer(replace(mail, recipients=mail.resolved))
    return answer
