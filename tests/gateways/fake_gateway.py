"""A gateway with a judge that looks for a word, run as a program: python fake_gateway.py FOLDER ADDRESS PROCESSES.

Everything else is real: server, supervisor, guard, SQLite. Clients are whoever is at cliente.example. The word
`cretino` is held, and with FAKE_HOLDS=all everything; `REVIENTA` makes the judge fail, and `DUERME` makes it hang.
"""

import os
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import structlog

from guardian.domain.keys import key_for
from guardian.domain.mail import Audience, Mail
from guardian.domain.verdict import Opinion, Reason, ReasonCode
from guardian.gateways.milter.gate import Gate
from guardian.gateways.service.address import parse_address
from guardian.gateways.service.serve import GatePlan, serve
from guardian.gateways.service.worker import WorkerLimits
from guardian.guard import Guard, Passes, Policy, SnapshotDirectory
from guardian.storage import StoredHolds, open_database
from guardian.wiring.journal import set_up_logging


class MarkerJudge:
    """Holds what contains the marker word."""

    def judge(self, mail: Mail, audience: Audience) -> Opinion:
        """Score 0.9 when the word is there."""
        text = "\n".join(passage.text for passage in mail.passages)
        structlog.get_logger().info("fake.judged")
        if "REVIENTA" in text:
            raise RuntimeError("the judge broke")
        if "DUERME" in text:
            time.sleep(600)
        hostile = "cretino" in text or os.environ.get("FAKE_HOLDS") == "all"
        found = (Reason(code=ReasonCode.INSULT, span="cretino", score=0.9),) if hostile else ()
        return Opinion(score=0.9 if found else 0.1, threshold=0.5, language="es", reasons=found)


class NowClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


@dataclass
class JumpingClock:
    """The machine's clock, wrong by as many seconds as a file says."""

    error: Path

    def now(self) -> datetime:
        """Return the present moment as this clock has it."""
        try:
            wrong_by = float(self.error.read_text() or 0)
        except FileNotFoundError:
            wrong_by = 0
        return datetime.now(UTC) + timedelta(seconds=wrong_by)


def open_gate(folder: Path) -> Gate:
    """Return the gate over the database of a folder, which takes as long as its file `slow` says."""
    if (folder / "slow").exists():
        time.sleep(float((folder / "slow").read_text()))
    directory = SnapshotDirectory(own_domains=["acme.example"], domains={"cliente.example": "Cliente"})
    holds = StoredHolds(open_database(os.environ.get("FAKE_DATABASE") or f"sqlite:///{folder / 'guardian.db'}"))
    mode: Literal["enforce", "observe"] = "observe" if os.environ.get("FAKE_MODE") == "observe" else "enforce"
    clock = JumpingClock(folder / "clock")
    return Gate(guard=Guard(MarkerJudge(), directory, Policy(mode=mode), passes=passes()), holds=holds, clock=clock)


def passes(environment: Mapping[str, str] = os.environ) -> Passes | None:
    """Return what stamps mail that passed, where FAKE_STAMP says for how many seconds."""
    seconds = float(environment.get("FAKE_STAMP", "0"))
    key = key_for("passed", "a secret of this tenant, long enough")
    return Passes(key=key, clock=NowClock(), lasts=timedelta(seconds=seconds)) if seconds else None


def main(folder: Path, address: str, processes: int) -> int:
    """Serve until stopped."""
    if os.environ.get("FAKE_LOOP") == "asyncio":
        sys.modules["uvloop"] = None  # type: ignore[assignment]  # as if it were not installed
    if limit := os.environ.get("FAKE_LARGEST_FILE"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))  # the disk is full from there on
    set_up_logging(service=True)
    plan = GatePlan(
        address=parse_address(address, folder),
        open_decider=lambda: open_gate(folder),
        processes=processes,
        socket_mode=0o666,
        window=os.environ.get("FAKE_WINDOW", ""),
        limits=WorkerLimits(
            answer_seconds=float(os.environ.get("FAKE_ANSWER_SECONDS", "20")),
            stop_seconds=float(os.environ.get("FAKE_STOP_SECONDS", "5")),
            largest_mail=int(os.environ.get("FAKE_LARGEST", str(64 * 1024 * 1024))),
        ),
    )
    return serve(plan)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
