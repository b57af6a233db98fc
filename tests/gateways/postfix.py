"""A real Postfix in a folder of its own: set up as docs/gateway.md recommends.

Needs root, because Postfix gives up its rights itself.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.gateways.ports import free_port

ROOT = Path(__file__).parents[2]
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}/log
multi_instance_enable = no
inet_interfaces = loopback-only
inet_protocols = ipv4
smtp_bind_address = 127.0.0.1
myhostname = guard-test.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = permit_mynetworks, reject
relayhost = [127.0.0.1]:{sink}
smtp_host_lookup = native
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtp_tls_security_level = none
smtpd_client_connection_count_limit = 0
default_process_limit = 60
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 1 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """One instance; `settings` are further lines of main.cf, `services` of master.cf."""

    folder: Path
    sink: int
    settings: dict[str, str] = field(default_factory=dict)
    services: str = ""
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def config(self) -> Path:
        """The folder of main.cf."""
        return self.folder / "etc"

    @property
    def log(self) -> str:
        """What it logged so far."""
        path = self.folder / "log" / "mail.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def lay_out(self) -> None:
        """Write its settings and make its folders."""
        for name in ("etc", "spool", "data", "log"):
            (self.folder / name).mkdir(exist_ok=True)
        shutil.chown(self.folder / "data", "postfix")
        main = MAIN.format(
            folder=self.folder, sink=self.sink, daemons=self._ask("postconf", "-dh", "daemon_directory")
        )
        main += "".join(f"{name} = {value}\n" for name, value in self.settings.items())
        (self.config / "main.cf").write_text(main)
        (self.config / "master.cf").write_text(MASTER.format(port=self.port) + self.services)

    def start(self) -> None:
        """Start it and wait until it takes mail."""
        self.process = subprocess.Popen(
            ["postfix", "-c", str(self.config), "start-fg"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 30
        while not _takes_connections(self.port):
            assert time.monotonic() < until, self.log
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill the whole instance, as a power cut would."""
        pid_file = self.folder / "spool" / "pid" / "master.pid"
        with suppress(OSError, ValueError):
            _kill_tree(int(pid_file.read_text()))
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Stop it in good order."""
        subprocess.run(["postfix", "-c", str(self.config), "stop"], capture_output=True, check=False, timeout=60)
        self.kill()

    def queue(self, name: str | None = None) -> list[dict[str, object]]:
        """Return the mails of a queue (`hold`, `deferred`, `active`), or of all."""
        lines = self._ask("postqueue", "-c", str(self.config), "-j").splitlines()
        entries = [json.loads(line) for line in lines]
        return [one for one in entries if name is None or one["queue_name"] == name]

    def run(self, *command: str) -> str:
        """Run one of Postfix's commands on this instance and return what it said."""
        return self._ask(command[0], "-c", str(self.config), *command[1:])

    def _ask(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return (done.stdout + done.stderr).strip() if command[0] != "postqueue" else done.stdout.strip()


@contextmanager
def postfix(sink: int, settings: dict[str, str], services: str = "") -> Iterator[Postfix]:
    """A running Postfix that hands everything on to a port of loopback."""
    with tempfile.TemporaryDirectory(prefix="gp-", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        instance = Postfix(Path(name), sink, settings, services)
        instance.lay_out()
        try:
            instance.start()
            yield instance
        finally:
            instance.stop()


def recommended(config: Path = ROOT / "deploy" / "postfix" / "main.cf") -> dict[str, str]:
    """Return the settings that the documentation tells administrators to use."""
    lines = [line for line in config.read_text().splitlines() if line and not line.startswith("#")]
    return {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}


def release_service(port: int, lines: Path = ROOT / "deploy" / "postfix" / "master.cf") -> str:
    """Return the master.cf lines of the port for released mail, on another port."""
    return lines.read_text().replace("127.0.0.1:10026", f"127.0.0.1:{port}")


def missing() -> str:
    """Return why a real Postfix cannot be run here; empty when it can."""
    if os.geteuid() != 0:
        return "a real Postfix needs root"
    lacking: Sequence[str] = [tool for tool in ("postfix", "postqueue", "postsuper") if shutil.which(tool) is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


def _takes_connections(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        try:
            probe.connect(("127.0.0.1", port))
            return probe.recv(3) == b"220"
        except OSError:
            return False


def _kill_tree(pid: int) -> None:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = [int(one) for one in children.read_text().split()] if children.exists() else []
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for one in below:
        _kill_tree(one)
