"""Keeping the processes of a gate running: start, replace, reload, stop; without threads, so that it may fork."""

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from guardian.gateways.service.crew import USER_MUST_MEND, Duty, Lifeline, Member, start
from guardian.gateways.service.notify import tell_systemd, watchdog_seconds
from guardian.gateways.service.tally import Tally
from guardian.gateways.service.window import Window

TICK_S = 0.5
STEADY_S = 2.0  # who fails sooner is replaced after a pause, anybody else at once
LONGEST_PAUSE_S = 5.0
_LOG = structlog.get_logger()


@dataclass(slots=True)
class Seat:
    """A place for one process, with the process that has it."""

    duty: Duty
    member: Member | None = None
    number: int = 0
    failures: int = 0
    due: float = 0.0


class Supervisor:
    """Runs one process a duty; `stop_seconds` is how long they may take to finish, `at_stop` stops listening.

    The tally needs two rows a duty, because during a reload two processes have the same one.
    """

    def __init__(
        self,
        duties: Sequence[Duty],
        tally: Tally,
        *,
        window: Window | None = None,
        stop_seconds: float = 20.0,
        at_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self._at_stop = at_stop
        self._tally = tally
        self._seats = [Seat(duty, number=number) for number, duty in enumerate(duties)]
        self._window = window
        self._stop_seconds = stop_seconds
        self._lifeline = Lifeline()
        self._leaving: list[Member] = []
        self._asked: set[signal.Signals] = set()
        self._ready = False
        self._selector = selectors.DefaultSelector()

    def healthy(self) -> bool:
        """Say whether every serving process answers mail."""
        serving = [seat.member for seat in self._seats if seat.duty.serves]
        return all(one is not None and one.status is None and one.row.ready for one in serving)

    def run(self) -> int:
        """Serve until SIGTERM and return the exit status: 0 stopped as asked, 2 when the user must mend something."""
        self._catch_signals()
        if self._window is not None:
            self._window.register(self._selector)
        status = 0
        while signal.SIGTERM not in self._asked:
            status = self._look_after()
            if status:
                break
            self._wait(TICK_S if self._ready else 0.05)
        self._stop()
        return status

    def _catch_signals(self) -> None:
        waking, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(one, self._note)
        self._selector.register(waking, selectors.EVENT_READ, lambda _: _drain(waking))
        self._watchdog = watchdog_seconds()
        self._fed = 0.0

    def _note(self, number: int, _frame: object) -> None:
        wanted = signal.Signals(number)
        self._asked.add(signal.SIGTERM if wanted is signal.SIGINT else wanted)

    def _wait(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if self._selector.get_map().get(key.fd) is key:  # nobody shut it out a moment ago
                call: Callable[[selectors.BaseSelector], None] = key.data
                call(self._selector)

    def _look_after(self) -> int:
        """Replace who died, begin a reload that was asked for, tell systemd; a status other than 0 ends it all."""
        self._leaving = [one for one in self._leaving if not one.is_over()]
        for seat in self._seats:
            status = self._look_after_seat(seat, time.monotonic())
            if status:
                return status
        if not self._ready and self.healthy():
            self._ready = True
            tell_systemd("READY=1")
            _LOG.info("gateway.ready", processes=len(self._seats))
        if signal.SIGHUP in self._asked and not self._leaving:  # those who leave have their rows still
            self._asked.discard(signal.SIGHUP)
            self._reload()
        self._show_life()
        return 0

    def _show_life(self) -> None:
        if self._watchdog and time.monotonic() - self._fed >= min(self._watchdog, TICK_S):
            self._fed = time.monotonic()
            tell_systemd("WATCHDOG=1")

    def _look_after_seat(self, seat: Seat, now: float) -> int:
        member = seat.member
        if member is not None and member.is_over():
            seat.member = None
            if member.status == USER_MUST_MEND and not self._ready:
                return USER_MUST_MEND
            failed = (member.status or 0) > 0 and now - member.started < STEADY_S  # who was killed did not fail
            seat.failures = seat.failures + 1 if failed else 0
            seat.due = now + min(0.05 * 2**seat.failures if seat.failures else 0.0, LONGEST_PAUSE_S)
            _LOG.warning("gateway.process_ended", duty=seat.duty.name, status=member.status)
        if seat.member is None and now >= seat.due:
            seat.member = self._start(seat, now)
        return 0

    def _start(self, seat: Seat, now: float, *, beside: bool = False) -> Member:
        if beside:  # the other of the seat's two rows, while the predecessor still counts on his
            seat.number = (seat.number + len(self._seats)) % (2 * len(self._seats))
        closing = () if self._window is None else self._window.descriptors()
        return start(seat.duty, self._tally.row(seat.number), self._lifeline, now=now, closing=closing)

    def _reload(self) -> None:
        """Put a successor with the new settings on every seat; who cannot start leaves the predecessor in place."""
        tell_systemd(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        for seat in self._seats:
            old = seat.member
            if old is None:
                continue
            new = self._start(seat, time.monotonic(), beside=True)
            if self._became_ready(new):
                seat.member = new
                old.signal(signal.SIGTERM)
                self._leaving.append(old)
            else:
                _LOG.error("gateway.reload_failed", duty=seat.duty.name)
                seat.number = (seat.number + len(self._seats)) % (2 * len(self._seats))
                new.signal(signal.SIGKILL)
                self._leaving.append(new)
        tell_systemd("READY=1")
        _LOG.info("gateway.reloaded")

    def _became_ready(self, new: Member) -> bool:
        until = time.monotonic() + 60
        while time.monotonic() < until and not new.is_over() and signal.SIGTERM not in self._asked:
            if new.row.ready:
                return True
            self._show_life()
            self._wait(0.05)
        return False

    def _stop(self) -> None:
        tell_systemd("STOPPING=1")
        self._at_stop()
        members = [*self._leaving, *(seat.member for seat in self._seats if seat.member is not None)]
        for one in members:
            one.signal(signal.SIGTERM)
        until = time.monotonic() + self._stop_seconds + 5
        while not all([one.is_over() for one in members]) and time.monotonic() < until:
            self._show_life()
            self._wait(0.05)
        for one in members:
            one.signal(signal.SIGKILL)
        _LOG.info("gateway.stopped")


def _drain(pipe: int) -> None:
    with contextlib.suppress(BlockingIOError):
        os.read(pipe, 4096)
