"""The gateway with its real judge, side by side with Postfix alone, rspamd and a milter that reads and does nothing.

    python benchmarks/gateway.py [--mails 400] [--rounds 3] [--sizes 4,100] [--sessions 1,10]

Needs root, Postfix, rspamd and smtp-source/smtp-sink. One Postfix with a port for each variant; every round runs
every variant once, in turn, with the same twenty mails, no two alike. A rate counts until the queue is empty again.
rspamd gets its easiest case: no DNS, no DKIM, two processes, a unix socket. Prints medians, ratios to Postfix alone
and to rspamd of the same round, the CPU time that the filter's own processes took for a mail, which neighbours on
the machine disturb less, and how long a sender who sends one mail after the other waits for each (half of the mails
take longer), beside what the guard alone takes for it in this process.
"""

import argparse
import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.threads import CLIENT, MAILS, asks, mails_of
from guardian.domain.mail import Envelope
from guardian.gateways.milter.conversation import Decider
from guardian.gateways.milter.gate import Gate
from guardian.gateways.milter.outcome import Decision, Outcome
from guardian.gateways.milter.session import Offer
from guardian.gateways.service.address import ListenAt
from guardian.gateways.service.serve import GatePlan, serve
from guardian.guard import Guard, Policy, SnapshotDirectory
from guardian.nlp.judge import SpacyJudge
from guardian.storage import StoredHolds, open_database, upgrade
from guardian.wiring.journal import set_up_logging
from tests.gateways.ports import free_port
from tests.gateways.postfix import Postfix, postfix, recommended

COLLEAGUE = "eva@acme.example"
QUIET_MODULES = "rbl surbl spf dkim dmarc arc asn dkim_signing emails fuzzy_check phishing mx_check url_redirector"


class NowClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


class ReadsAll:
    """A milter that reads every mail whole and lets it pass."""

    changes_headers = False

    def needs_reading(self, envelope: Envelope) -> bool:
        """Always."""
        return True

    def only_watches(self, envelope: Envelope) -> bool:
        """Never: it decides."""
        return False

    def decide(self, offer: Offer) -> Decision:
        """Always let it pass."""
        return Decision(outcome=Outcome.PASSED)

    def close(self, seconds: float) -> None:
        """Nothing is left to finish."""


def guardian_gate(folder: Path) -> Decider:
    """Return the gate with the shipped judge, which has to read every mail anew."""
    directory = SnapshotDirectory(own_domains=["acme.example"], domains={"cliente.example": "Cliente"})
    holds = StoredHolds(open_database(f"sqlite:///{folder / 'guardian.db'}"))
    return Gate(guard=Guard(SpacyJudge(remember=0), directory, Policy()), holds=holds, clock=NowClock())


@contextmanager
def milter(folder: Path, name: str, decider: type[ReadsAll] | None) -> Iterator[tuple[str, int]]:
    """A milter in two processes, the guard's for None; where it listens, and its first process."""
    path = folder / f"{name}.sock"
    pid = os.fork()
    if pid == 0:
        set_up_logging(quiet=True)
        plan = GatePlan(
            address=ListenAt(path=path),
            open_decider=decider or (lambda: guardian_gate(folder)),
            processes=2,
            socket_mode=0o666,
        )
        os._exit(serve(plan))
    try:
        wait_for_socket(path)
        yield f"unix:{path}", pid
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


@contextmanager
def rspamd(folder: Path) -> Iterator[tuple[str, int]]:
    """Rspamd as a milter that scans itself, in two processes, asking nobody."""
    path, local = folder / "rspamd.sock", folder / "rspamd"
    (local / "local.d").mkdir(parents=True)
    settings = {
        "worker-proxy.inc": f'bind_socket = "{path} mode=0666"; milter = yes; count = 2; timeout = 60s;\n'
        'upstream "local" { default = yes; self_scan = yes; }',
        "worker-normal.inc": "enabled = false;",
        "worker-controller.inc": "enabled = false;",
        "worker-fuzzy.inc": "enabled = false;",
        "options.inc": 'dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }\n'
        'filters = "chartable,regexp";',
        "logging.inc": f'type = "file"; filename = "{folder}/rspamd.log"; level = "error";',
        "greylist.conf": "enabled = false;",
    }
    settings |= {f"{name}.conf": "enabled = false;" for name in QUIET_MODULES.split()}
    for name, text in settings.items():
        (local / "local.d" / name).write_text(text + "\n")
    for name in ("db", "run"):
        (folder / name).mkdir()
        shutil.chown(folder / name, "_rspamd")
    (folder / "rspamd.log").touch()
    shutil.chown(folder / "rspamd.log", "_rspamd")
    places = {"LOCAL_CONFDIR": local, "DBDIR": folder / "db", "RUNDIR": folder / "run", "LOGDIR": folder / "run"}
    words = [f"--var={name}={place}" for name, place in places.items()]
    shutil.chown(folder, "_rspamd")
    server = subprocess.Popen(
        ["rspamd", "-f", "-u", "_rspamd", "-g", "_rspamd", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_socket(path)
        yield f"unix:{path}", server.pid
    finally:
        server.terminate()
        server.wait()


def wait_for_socket(path: Path) -> None:
    """Return when somebody listens."""
    until = time.monotonic() + 300
    while not path.exists():
        assert time.monotonic() < until, f"nobody made {path}"
        time.sleep(0.1)
    time.sleep(3)  # judges and rules are loaded after that


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A port of Postfix, which part of the mail goes to a client, and the filter's first process (0 for none)."""

    name: str
    port: int
    to_clients: float
    process: int = 0


def rate(mta: Postfix, variant: Variant, mails: list[Path], count: int, sessions: int) -> tuple[float, float]:
    """Return mails a second until the queue is empty, and milliseconds of the filter's CPU time for a mail."""
    each = max(1, count // len(mails))
    spent, started = cpu_seconds(variant.process), time.monotonic()
    with ThreadPoolExecutor(sessions) as pool:
        for number, mail in enumerate(mails):
            to = CLIENT if number * 3 % 10 < 10 * variant.to_clients else COLLEAGUE
            pool.submit(source, variant.port, to, each, mail)
    queues = [mta.folder / "spool" / name for name in ("incoming", "active", "deferred")]
    while any(files(queue) for queue in queues):
        time.sleep(0.02)
    sent = each * len(mails)
    rate = sent / (time.monotonic() - started)
    return rate, 1000 * (cpu_seconds(variant.process) - spent) / sent


def waits(variants: list[Variant], mails: list[Path], folder: Path) -> dict[str, float]:
    """Return for each variant, and for the guard alone, the milliseconds within which half of the mails are done.

    A mail's time is that of its sender, from connecting to hanging up; all variants take turns with every mail.
    """
    gate, took = (
        guardian_gate(folder),
        {name: list[float]() for name in ("the guard alone", *(one.name for one in variants))},
    )
    for mail in mails * 3:
        raw = mail.read_bytes().replace(b"\n", b"\r\n")
        for variant in variants:
            started = time.monotonic()
            with smtplib.SMTP("127.0.0.1", variant.port, local_hostname="sender.example") as client:
                client.sendmail("ana@acme.example", [CLIENT if variant.to_clients else COLLEAGUE], raw)
            took[variant.name].append(1000 * (time.monotonic() - started))
        started = time.monotonic()
        gate.decide(Offer(envelope=Envelope(sender="ana@acme.example", recipients=(CLIENT,)), raw=raw, queue_id="x"))
        took["the guard alone"].append(1000 * (time.monotonic() - started))
    return {name: median(times) for name, times in took.items()}


def cpu_seconds(process: int) -> float:
    """Return the CPU time, in user and system mode, of a process and all below it; 0 without one."""
    parents, spent = {}, {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            told = place.read_text().rpartition(")")[2].split()
            parents[int(place.parent.name)], spent[int(place.parent.name)] = int(told[1]), sum(map(int, told[11:13]))
    ours, more = set(), {process} & {*spent}
    while more:
        ours |= more
        more = {one for one, parent in parents.items() if parent in more}
    return sum(spent[one] for one in ours) / os.sysconf("SC_CLK_TCK")


def files(folder: Path) -> bool:
    """Say whether a queue has mail."""
    return any(path.is_file() for path in folder.rglob("*"))


def source(port: int, to: str, count: int, mail: Path) -> None:
    """Send a mail so many times, as fast as it is taken."""
    words = ["-s", "1", "-m", str(count), "-f", "ana@acme.example", "-t", to, "-F", str(mail)]
    subprocess.run(["smtp-source", *words, f"127.0.0.1:{port}"], check=True, capture_output=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", default="4,100")
    parser.add_argument("--sessions", default="1,10")
    told = parser.parse_args()
    set_up_logging(quiet=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gb-", dir="/tmp")))
        folder.chmod(0o755)
        upgrade(open_database(f"sqlite:///{folder / 'guardian.db'}"))
        milters = {
            "guardian": stack.enter_context(milter(folder, "guardian", None)),
            "reads all": stack.enter_context(milter(folder, "bare", ReadsAll)),
            "rspamd": stack.enter_context(rspamd(folder)),
        }
        ports = {name: free_port() for name in milters}
        services = "".join(
            f"127.0.0.1:{ports[name]} inet n - n - - smtpd\n  -o smtpd_milters={place}\n"
            for name, (place, _) in milters.items()
        )
        next_hop = free_port()
        sink = subprocess.Popen(["smtp-sink", "-u", "postfix", f"127.0.0.1:{next_hop}", "1000"])
        stack.callback(sink.wait)
        stack.callback(sink.terminate)
        settings = recommended() | {"smtpd_milters": "", "milter_default_action": "tempfail"}
        mta = stack.enter_context(postfix(next_hop, settings, services))
        variants = [
            Variant(name="Postfix alone", port=mta.port, to_clients=0),
            Variant(name="Guardian, no client", port=ports["guardian"], process=milters["guardian"][1], to_clients=0),
            Variant(
                name="reads all, does nothing", port=ports["reads all"], process=milters["reads all"][1], to_clients=1
            ),
            Variant(name="rspamd, every mail", port=ports["rspamd"], process=milters["rspamd"][1], to_clients=1),
            Variant(
                name="Guardian, 30 % to clients",
                port=ports["guardian"],
                process=milters["guardian"][1],
                to_clients=0.3,
            ),
            Variant(
                name="Guardian, every mail", port=ports["guardian"], process=milters["guardian"][1], to_clients=1
            ),
        ]
        judge = SpacyJudge()
        for size in map(int, told.sizes.split(",")):
            mails = mails_of(size, folder, judge)
            asking = sum(asks(judge, mail.read_text("utf-8")) for mail in mails)
            for sessions in map(int, told.sessions.split(",")):
                print(f"\n{size} KB, {sessions} sessions; {asking} of {MAILS} mails ask for a second look")
                report(mta, variants, mails, sessions, told)
            print(f"\n{size} KB, one after the other: ms until half of the senders are done")
            found = waits([one for one in variants if one.to_clients in {0, 1}], mails, folder)
            for name, took in found.items():
                print(f"{name:28}{took:9.1f}{took - found['Postfix alone']:+9.1f}", flush=True)


def report(mta: Postfix, variants: list[Variant], mails: list[Path], sessions: int, told: argparse.Namespace) -> None:
    """Measure mails of one size at one number of sessions, and print the table."""
    for variant in variants:
        rate(mta, variant, mails, len(mails), sessions)
    found = [{one.name: rate(mta, one, mails, told.mails, sessions) for one in variants} for _ in range(told.rounds)]
    print(f"{'':28}{'mails/s':>9}{'ms/mail':>9}{'of Postfix':>12}{'of rspamd':>11}{'CPU ms':>9}")
    for one in variants:
        alone = median(row[one.name][0] / row["Postfix alone"][0] for row in found)
        spam = median(row[one.name][0] / row["rspamd, every mail"][0] for row in found)
        speed, spent = (median(row[one.name][which] for row in found) for which in (0, 1))
        print(f"{one.name:28}{speed:9.0f}{1000 / speed:9.2f}{alone:12.2f}{spam:11.2f}{spent:9.2f}", flush=True)


if __name__ == "__main__":
    main()
