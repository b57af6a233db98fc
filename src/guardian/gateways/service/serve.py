"""A gate as a service: everything put together and run until it is stopped."""

import gc
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guardian.domain.errors import UserError
from guardian.gateways.milter.conversation import Decider
from guardian.gateways.service.address import ListenAt, listen, mark_of, stop_listening
from guardian.gateways.service.crew import Duty
from guardian.gateways.service.metrics import metrics_text
from guardian.gateways.service.supervisor import Supervisor
from guardian.gateways.service.tally import Row, Tally
from guardian.gateways.service.window import Window
from guardian.gateways.service.worker import Worker, WorkerLimits

_LAST_S = 3.0  # of the five that a supervisor leaves a process beyond `stop_seconds`


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePlan:
    """What a gate is to be.

    `open_decider` is called in every process, when it starts and at each reload. `window` is HOST:PORT for health and
    metrics, empty for none. `duties` are processes beside those that answer mail. `snapshot` is the file whose age
    the metrics tell.
    """

    address: ListenAt
    open_decider: Callable[[], Decider]
    processes: int = 2
    socket_mode: int = 0o660
    socket_group: str = ""
    limits: WorkerLimits = field(default_factory=WorkerLimits)
    window: str = ""
    duties: Sequence[Duty] = ()
    snapshot: Path | None = None


def serve(plan: GatePlan) -> int:
    """Serve until SIGTERM and return the exit status; UserError when the gate cannot even listen."""
    listener = listen(plan.address, mode=plan.socket_mode, group=plan.socket_group)
    made = mark_of(plan.address.path)

    def answer_mail(row: Row, lifeline: int) -> None:
        decider = plan.open_decider()
        gc.collect()
        gc.freeze()  # models stay for good: looking them through for rubbish costs a mail a millisecond
        Worker(listener, decider, row, plan.limits).run(lifeline)
        decider.close(_LAST_S)

    gates = [Duty(name=f"milter-{number}", run=answer_mail) for number in range(plan.processes)]
    duties = [*gates, *plan.duties]
    tally = Tally(2 * len(duties))

    def health() -> tuple[int, str]:
        return (200, "ok\n") if supervisor.healthy() else (503, "not every process answers mail\n")

    def metrics() -> tuple[int, str]:
        return 200, metrics_text(tally.totals(), _gauges(plan.snapshot))

    window = _window(plan.window, {"/health": health, "/metrics": metrics})
    supervisor = Supervisor(
        duties,
        tally,
        window=window,
        stop_seconds=plan.limits.stop_seconds,
        at_stop=lambda: stop_listening(listener, plan.address.path, made),
    )
    return supervisor.run()


def _window(text: str, pages: dict[str, Callable[[], tuple[int, str]]]) -> Window | None:
    if not text:
        return None
    found = re.fullmatch(r"\[?([^\[\]]+?)\]?:(\d{1,5})", text)
    if found is None:
        raise UserError(f"gateway.metrics: {text!r} is no HOST:PORT.")
    return Window(found[1], int(found[2]), pages)


def _gauges(snapshot: Path | None) -> dict[str, float]:
    if snapshot is None:
        return {}
    try:
        return {"directory_age_seconds": time.time() - snapshot.stat().st_mtime}
    except OSError:
        return {"directory_age_seconds": float("inf")}
