"""Telling people about held mail: the sender at once, the reviewers at once and again before time runs out.

Where a decision could not be carried out, whoever made it and the reviewers are told.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from guardian.domain.addresses import mailbox_of
from guardian.domain.errors import GuardianError
from guardian.domain.mail import Envelope
from guardian.guard.letters import Letters, NoLetter
from guardian.guard.notices import Kind
from guardian.guard.past import (
    GUARDIAN,
    Failure,
    Past,
    ends_at,
    past_of,
    since_failure,
    since_held_anew,
    waits_since,
)
from guardian.guard.pauses import pause_after
from guardian.ports.clock import Clock
from guardian.ports.holds import Hold, HoldEvent, Holds, HoldState
from guardian.ports.mailer import LONGEST, Mailer, MaybeSent, Refused

TOLD = {
    Kind.SENDER: "sender_told",
    Kind.REVIEWER: "reviewer_told",
    Kind.REMINDER: "reviewer_reminded",
    Kind.FAILED: "failure_told",
}
NOT_TOLD = {
    Kind.SENDER: "sender_not_told",
    Kind.REVIEWER: "reviewer_not_told",
    Kind.REMINDER: "reviewer_not_reminded",
    Kind.FAILED: "failure_not_told",
}
TELLING = {
    Kind.SENDER: "telling_sender",
    Kind.REVIEWER: "telling_reviewer",
    Kind.REMINDER: "reminding_reviewer",
    Kind.FAILED: "telling_failure",
}
POSTPONED = {
    Kind.SENDER: "sender_not_told_yet",
    Kind.REVIEWER: "reviewer_not_told_yet",
    Kind.REMINDER: "reviewer_not_reminded_yet",
    Kind.FAILED: "failure_not_told_yet",
}
_SENDER = "sender"  # how the trail names him: it stays when his address is forgotten
MOST_DOUBTS = 2  # times that somebody is told again though he may have been
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    hold: Hold
    kind: Kind
    to: str
    trail: Sequence[HoldEvent]
    turn: int = 0  # which of the mail's failures it is about; of a reminder, how often the mail was held anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """Tells each person once for each occasion, however many processes make the rounds.

    Whoever tells somebody first writes so into the trail, in a step that can be taken once; what a crash or a silent
    server leaves there is told again when the lease is over, three times at most. So a notice may come twice. Who
    cannot be told is never counted as told: the trail says so, and `guardian doctor` names it. `mailer` is not the
    filter-free port necessarily: the guard knows our notices by their stamp. Who is `shut_out` hears of nothing but
    his own mail.
    """

    holds: Holds
    mailer: Mailer
    letters: Letters
    clock: Clock
    reviewers: tuple[str, ...] = ()
    shut_out: frozenset[str] = frozenset()
    remind: timedelta = timedelta(hours=24)  # before the end; none for zero
    lease: timedelta = LONGEST

    def tell(self) -> dict[Kind, int]:
        """Tell everybody who has to be told now, and return how many were, by occasion."""
        told = dict.fromkeys(TOLD, 0)
        waiting = self.holds.list(states=frozenset({HoldState.HELD}))
        trails = self.holds.trails(states=frozenset({HoldState.HELD})) if waiting else {}
        now = self.clock.now()
        for task in [task for hold in waiting for task in self._due(hold, trails.get(hold.id, ()), now)]:
            attempt = self._attempt(task, self.clock.now())
            if attempt is None or not self._claim(task, attempt):
                continue
            letter = self._letter(task)
            if letter is None:
                continue
            try:
                receipt = self.mailer.send(*letter)
            except Refused as problem:
                self._give_up(task, problem)
            except GuardianError as problem:
                self._postpone(task, problem)
                break  # the server does not take mail now: what else is due waits as well
            else:
                self._note(task, TOLD[task.kind], receipt.reply)
                told[task.kind] += 1
        return told

    def _due(self, hold: Hold, trail: Sequence[HoldEvent], now: datetime) -> Iterator[_Task]:
        writers = {mailbox_of(one) for one in (hold.envelope.sender, *hold.written_by)}
        others = [one for one in self.reviewers if mailbox_of(one) not in writers and one not in self.shut_out]
        if hold.envelope.sender and self.letters.is_ours(hold.envelope.sender):
            yield _Task(hold=hold, kind=Kind.SENDER, to=hold.envelope.sender, trail=trail)
        past = past_of(trail)
        for reviewer in others:
            yield _Task(hold=hold, kind=Kind.REVIEWER, to=reviewer, trail=trail)
            if self._is_late(hold, past, now):
                yield _Task(hold=hold, kind=Kind.REMINDER, to=reviewer, trail=trail, turn=past.turns)
        if (failure := past.failure) is not None:
            for one in self._concerned(failure, others, writers):
                yield _Task(hold=hold, kind=Kind.FAILED, to=one, trail=trail, turn=failure.number)

    def _is_late(self, hold: Hold, past: Past, now: datetime) -> bool:
        """Say whether it is time to remind: before the end, and at once of what a copy that was put back has open."""
        if not timedelta() < self.remind < timedelta(hours=self.letters.hours):
            return False
        end = ends_at(hold, past, self.letters.hours)
        return now >= end - self.remind or past.restored_at == waits_since(hold, past)

    def _concerned(self, failure: Failure, others: Sequence[str], writers: Collection[str]) -> Iterable[str]:
        """Return who has to hear that a decision could not be carried out: the reviewers, and whoever made it."""
        is_ours = failure.by in self.reviewers or self.letters.is_ours(failure.by)
        has_a_say = failure.by not in self.shut_out or mailbox_of(failure.by) in writers
        decided = [failure.by] if is_ours and has_a_say else []
        return {mailbox_of(one): one for one in (*decided, *others) if one}.values()

    def _attempt(self, task: _Task, now: datetime) -> int | None:
        """Return the number of the attempt to make now: None when somebody was told, or is being told."""
        mine = _about(task)
        if any(one.what in (TOLD[task.kind], NOT_TOLD[task.kind]) for one in mine):
            return None
        begun, postponed = _begun(task, mine), _postponed(task, mine)
        pause = self.lease if len(begun) > postponed else pause_after(postponed)
        return None if begun and abs(now - begun[-1].at) < pause else len(begun) + 1  # a clock may have been ahead

    def _claim(self, task: _Task, attempt: int) -> bool:
        turn = f"{task.turn}.{attempt}" if task.turn else f"{attempt}"
        return self._move(task, TELLING[task.kind], _name(task), once=f"{task.kind} {_name(task)} {turn}")

    def _letter(self, task: _Task) -> tuple[Envelope, bytes] | None:
        """Return the notice with its envelope, or None where there is none to be sent, written down as such."""
        try:
            return self.letters.waiting(task.hold, self.holds.raw(task.hold.id), task.kind, task.to, task.trail)
        except NoLetter as problem:
            self._give_up(task, problem)
        except Exception as problem:  # noqa: BLE001 - a mail may be anything, and this one keeps no other waiting
            _LOG.exception("guard.notice_not_written", hold=task.hold.id, kind=task.kind.value)
            said = str(problem) if isinstance(problem, GuardianError) else type(problem).__name__
            self._note(task, POSTPONED[task.kind], f"cannot be written: {said}")
        return None

    def _postpone(self, task: _Task, problem: GuardianError) -> None:
        """Leave somebody to a later round; to the end of the lease where he may have been told, and not for ever."""
        _LOG.warning("guard.notice_postponed", hold=task.hold.id, kind=task.kind.value, why=str(problem))
        if not isinstance(problem, MaybeSent):
            self._note(task, POSTPONED[task.kind], str(problem))
            return
        mine = _about(task)
        if len(_begun(task, mine)) - _postponed(task, mine) >= MOST_DOUBTS:
            self._give_up(task, problem)

    def _give_up(self, task: _Task, problem: GuardianError) -> None:
        _LOG.warning("guard.notice_refused", hold=task.hold.id, kind=task.kind.value, why=str(problem))
        self._note(task, NOT_TOLD[task.kind], str(problem))

    def _note(self, task: _Task, what: str, words: str) -> None:
        self._move(task, what, f"{_name(task)} {' '.join(words.split())[:300]}")

    def _move(self, task: _Task, what: str, why: str, *, once: str | None = None) -> bool:
        event = HoldEvent(hold_id=task.hold.id, at=self.clock.now(), what=what, by=GUARDIAN, why=why)
        return self.holds.move(task.hold, HoldState.HELD, event, once=once) is not None


def words_of(step: HoldEvent) -> str:
    """Return the words of a step without the code that stands for the sender where he is told."""
    to_sender = {names[Kind.SENDER] for names in (TELLING, TOLD, NOT_TOLD, POSTPONED)}
    return step.why.removeprefix(_SENDER).lstrip() if step.what in to_sender else step.why


def _about(task: _Task) -> list[HoldEvent]:
    # Of an earlier one he may have been told.
    recent = {Kind.FAILED: since_failure, Kind.REMINDER: since_held_anew}.get(task.kind)
    trail = recent(task.trail) if recent else task.trail
    return [one for one in trail if one.why.partition(" ")[0] == _name(task)]


def _begun(task: _Task, mine: Sequence[HoldEvent]) -> list[HoldEvent]:
    return [one for one in mine if one.what == TELLING[task.kind]]


def _postponed(task: _Task, mine: Sequence[HoldEvent]) -> int:
    return sum(one.what == POSTPONED[task.kind] for one in mine)


def _name(task: _Task) -> str:
    """Return what names the person in the trail."""
    return _SENDER if task.kind is Kind.SENDER else task.to
