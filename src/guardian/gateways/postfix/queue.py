"""Postfix's queue commands: list what is on hold, read it, let it go, take it out. Needs the rights of root."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.gateways.postfix.queue_file import QueuedMail, read_queue_file

TIMEOUT_S = 120
_LOG = structlog.get_logger()


class HoldQueue:
    """The hold queue of one Postfix instance; `config` is the folder of its main.cf, None for the default one."""

    def __init__(self, config: Path | None = None) -> None:
        self._config = [] if config is None else ["-c", str(config)]

    def ids(self) -> list[str]:
        """Return the queue ids on hold, oldest first."""
        entries = [json.loads(line.decode("utf-8", "replace")) for line in self._run("postqueue", "-j").splitlines()]
        held = [one for one in entries if one["queue_name"] == "hold"]
        return [one["queue_id"] for one in sorted(held, key=lambda one: one["arrival_time"])]

    def read(self, queue_id: str) -> QueuedMail:
        """Return a mail of the queue; TryLater when it is gone."""
        return read_queue_file(queue_id, self._run("postcat", "-q", queue_id))

    def let_go(self, queue_ids: Sequence[str]) -> None:
        """Have Postfix deliver these mails now."""
        if not queue_ids:
            return
        self._run("postsuper", "-H", "-", "hold", said="".join(f"{one}\n" for one in queue_ids))
        for one in queue_ids:  # `-H` alone leaves them for the next scan of the deferred queue, minutes away
            try:
                self._run("postqueue", "-i", one)
            except TryLater as problem:
                _LOG.warning("gateway.delivery_not_hurried", queue_id=one, why=str(problem))

    def take_out(self, queue_ids: Sequence[str]) -> None:
        """Remove mails that Guardian keeps now."""
        if queue_ids:
            self._run("postsuper", "-d", "-", "hold", said="".join(f"{one}\n" for one in queue_ids))

    def _run(self, command: str, *words: str, said: str = "") -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - fixed commands; ids are what Postfix itself listed
                [command, *self._config, *words],
                input=said.encode(),
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError as wrong:
            raise UserError(f"Postfix's {command} is not installed here; run this on the mail server.") from wrong
        except subprocess.TimeoutExpired as wrong:
            raise TryLater(f"Postfix's {command} did not answer within {TIMEOUT_S} seconds.") from wrong
        if done.returncode == 0:
            return done.stdout
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        text = f"Postfix's {command} failed: {why[-1] if why else done.returncode}."
        if "super-user" in text:
            raise UserError("Draining the hold queue needs the rights of root; run it as root.")
        raise TryLater(text)
