"""Seconds of processor time, of this process and of a local PostgreSQL server: neighbours change little (Linux)."""

import os
import time
from pathlib import Path

from sqlalchemy import text

from guardian.storage import Database

_TICKS = os.sysconf("SC_CLK_TCK")


def postmaster_of(database: Database) -> int:
    """Return the process id of the server, from that of a connection's own process."""
    with database.reading() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
    return int(_stat(backend)[1])


def server_seconds(postmaster: int) -> float:
    """Return what the server and all its processes, those that ended too, have taken so far."""
    ended = sum(map(int, _stat(postmaster)[11:15]))
    running = 0
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                told = _stat(int(one.name))
            except OSError:
                continue  # ended meanwhile
            running += sum(map(int, told[11:13])) if int(told[1]) == postmaster else 0
    return (ended + running) / _TICKS


class Stopwatch:
    """Counts seconds of this process and of a server (none for SQLite) since it was made."""

    def __init__(self, postmaster: int | None) -> None:
        self._postmaster = postmaster
        self._began = self._now()

    def seconds(self) -> tuple[float, float]:
        """Return the seconds of this process, and of the server."""
        mine, theirs = self._now()
        return mine - self._began[0], theirs - self._began[1]

    def _now(self) -> tuple[float, float]:
        return time.process_time(), server_seconds(self._postmaster) if self._postmaster else 0.0


def _stat(pid: int) -> list[str]:
    told = Path(f"/proc/{pid}/stat").read_text()
    return told[told.rindex(")") + 2 :].split()
