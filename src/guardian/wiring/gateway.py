"""The milter gateway of one tenant, and the drain of the mail server's hold queue."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from guardian.domain.errors import GuardianError, TryLater
from guardian.settings import Settings
from guardian.wiring.directories import snapshot_directory, snapshot_file
from guardian.wiring.own_lists import ListWatch, OwnLists
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from guardian.domain.verdict import Verdict
    from guardian.gateways.milter.gate import Gate
    from guardian.gateways.postfix.drain import Drained
    from guardian.gateways.service.address import ListenAt
    from guardian.wiring.gatehouse import Gatehouse

# Processes share the cores already; matrices that want all of them, too, only get in each other's way.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_LOG = structlog.get_logger()
_ROUND_SECONDS = 5.0
_KEPT_EVERY = timedelta(seconds=30)


class Counter:
    """Counts verdicts for one process and keeps the counts from time to time; no mail ever waits for that.

    A sync may have the database to itself for longer than a mail server waits for an answer.
    """

    def __init__(self, gatehouse: "Gatehouse") -> None:
        from guardian.guard import Tally

        self._gatehouse, self._tally = gatehouse, Tally()
        self._kept = gatehouse.now()
        self._turn = threading.Lock()  # whoever has it keeps the counts

    def count(self, verdict: "Verdict") -> None:
        """Count one verdict; safe among threads."""
        now = self._gatehouse.now()
        self._tally.count(verdict, now=now)
        if abs(now - self._kept) >= _KEPT_EVERY and self._turn.acquire(blocking=False):
            self._kept = now
            self._start_keeping()

    def close(self, seconds: float) -> None:
        """Keep what is left, unless that takes longer than so many seconds."""
        until = time.monotonic() + seconds
        if self._turn.acquire(timeout=seconds):
            self._start_keeping()
            if self._turn.acquire(timeout=max(until - time.monotonic(), 0)):
                self._turn.release()

    def _start_keeping(self) -> None:
        try:
            threading.Thread(target=self._keep, name="counts", daemon=True).start()
        except RuntimeError as problem:  # a machine out of threads answers mail all the same
            self._turn.release()
            _LOG.warning("gateway.counts_not_kept", why=str(problem))

    def _keep(self) -> None:
        try:
            self._gatehouse.keep_counts(self._tally)
        except GuardianError as problem:
            _LOG.warning("gateway.counts_not_kept", why=str(problem))
        except Exception:  # noqa: BLE001 - what breaks here must reach the log as everything does
            _LOG.exception("gateway.counting_broke")
        finally:
            self._turn.release()


class Gateway:
    """Serves the milter; `load_settings` is asked at the start and again by every process at a reload."""

    def __init__(self, load_settings: Callable[[], Settings]) -> None:
        self._load = load_settings
        self._lists = OwnLists()

    def serve(self, *, socket: str | None, processes: int | None) -> int:
        """Serve until stopped and return the exit status; UserError when something has to be mended first."""
        for name in _THREADS:
            os.environ.setdefault(name, "1")
        from guardian.gateways.service.keeper import recurring
        from guardian.gateways.service.serve import GatePlan, serve
        from guardian.gateways.service.worker import WorkerLimits

        settings = self._load()
        self._check(settings)
        told = settings.gateway
        duties = [
            recurring("directory", self.write_directory, every_seconds=told.refresh_seconds),
            recurring("holds", self.carry_out, every_seconds=_ROUND_SECONDS),
        ]
        return serve(
            GatePlan(
                address=_address(settings, socket),
                open_decider=self.open_gate,
                processes=processes or told.processes,
                socket_mode=int(told.socket_mode, 8),
                socket_group=told.socket_group,
                limits=WorkerLimits(
                    answer_seconds=told.answer_seconds,
                    stop_seconds=told.stop_seconds,
                    largest_mail=told.largest_mail_mb * 1024 * 1024,
                ),
                window=told.metrics,
                duties=duties,
                snapshot=snapshot_file(settings),
            )
        )

    def _check(self, settings: Settings) -> None:
        """Refuse what only a person can mend; a database that is away now is no reason not to answer mail."""
        from guardian.wiring.gatehouse import Gatehouse

        tenant = Tenant(settings)
        _ = Gatehouse(tenant).passes
        try:
            tenant.database.engine.dispose()
        except TryLater:
            return
        snapshot_directory(tenant)

    def open_gate(self) -> "Gate":
        """Return what decides about mail, with the judge loaded and the present settings."""
        from guardian.gateways.milter.gate import Gate
        from guardian.storage import StoredHolds
        from guardian.wiring.gatehouse import Gatehouse
        from guardian.wiring.judging import judge_for

        tenant = Tenant(self._load())
        gatehouse = Gatehouse(tenant)
        directory = snapshot_directory(tenant)
        guard = gatehouse.guard_with(judge_for(tenant.settings), directory)
        counter = Counter(gatehouse)
        holds = StoredHolds(tenant.bare_database)
        watch = ListWatch(directory.look_at_lists)

        def finish(seconds: float) -> None:
            watch.close()
            counter.close(seconds)

        return Gate(guard=guard, holds=holds, clock=tenant.clock, count=counter.count, at_end=finish)

    def carry_out(self) -> None:
        """Tell senders and reviewers, remind, expire, and send what was decided: everything that is due now."""
        from guardian.wiring.gatehouse import Gatehouse

        tenant = Tenant(self._load())
        try:
            Gatehouse(tenant, self._lists).carry_out()
        finally:
            tenant.bare_database.engine.dispose()

    def write_directory(self) -> None:
        """Make the snapshot of clients' addresses anew from the timeline."""
        from guardian.guard import write_directory
        from guardian.storage import client_addresses

        tenant = Tenant(self._load())
        try:
            write_directory(snapshot_file(tenant.settings), client_addresses(tenant.database), now=tenant.clock.now())
        finally:
            tenant.bare_database.engine.dispose()

    def drain(self, *, socket: str | None, every_seconds: float | None) -> "Iterator[Drained]":
        """Yield what became of the mail on hold, once or every so many seconds."""
        from guardian.gateways.postfix.drain import drain
        from guardian.gateways.postfix.offer import GateConnection
        from guardian.gateways.postfix.queue import HoldQueue
        from guardian.gateways.postfix.root_only import safe_config

        settings = self._load()
        gate = _address(settings, socket)
        config = settings.gateway.postfix_config
        queue = HoldQueue(safe_config(settings.folder / config) if config else None)
        if every_seconds is None:
            yield drain(queue, lambda: GateConnection(gate))
            return
        while True:
            try:
                done = drain(queue, lambda: GateConnection(gate))
            except TryLater as problem:
                _LOG.warning("gateway.drain_postponed", why=str(problem))
            else:
                yield done
            time.sleep(every_seconds)


def _address(settings: Settings, socket: str | None) -> "ListenAt":
    """Return where the gateway listens; a path on the command line is relative to the working directory."""
    from guardian.gateways.service.address import parse_address

    if socket is not None:
        return parse_address(socket, Path.cwd())
    return parse_address(settings.gateway.socket, settings.folder)
