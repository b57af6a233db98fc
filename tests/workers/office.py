"""A company in the lab, its tenant over PostgreSQL, and real worker processes for it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from guardian.storage import Database, StoredTimelines, SyncTables
from tests.lab.company import OUT_OF_SIGHT, OWN_DOMAIN, Company, seeded
from tests.lab.graph import Graph, mount_graph
from tests.lab.graph_login import CLIENT, SECRET, TENANT
from tests.lab.serving import running_lab
from tests.sync.supplier import StoppedClock

ROOT = Path(__file__).parents[2]
Story = dict[str, set[str]]

_TOML = """
own_domains = ["{own}"]
database_url = "{database}"
[workers]
begins = "{begins}"
timezone = "UTC"
dead_after_seconds = {dead_after}
[mail]
smtp = "folder:outbox"
[connectors.office]
kind = "outlook"
tenant_id = "{tenant}"
client_id = "{client}"
client_secret = "env:LAB_SECRET"
authority_url = "{lab}"
graph_url = "{lab}"
ca_bundle = "{ca_bundle}"
mailboxes = [{mailboxes}]
calendar = false
page_size = {page_size}
"""


@dataclass
class Office:
    """The company, and the folder that its workers run in."""

    folder: Path
    company: Company
    graph: Graph
    database: Database
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start one worker process."""
        command = [sys.executable, "-m", "guardian", "worker", *words]
        environment = os.environ | {"LAB_SECRET": SECRET, "PYTHONWARNINGS": "error::ResourceWarning"}
        with (self.folder / f"worker{len(self.workers)}.log").open("wb") as out:
            worker = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=out, stderr=out)
        self.workers.append(worker)
        return worker

    def stop(self, worker: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> int:
        """Send a signal, and return how the process ended."""
        worker.send_signal(number)
        return worker.wait(timeout=120)

    def wait_until(self, what: str, *, within_s: float = 300) -> None:
        """Wait until a query yields something."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            with self.database.reading() as connection:
                if connection.execute(text(what)).first():
                    return
            dead = [one.returncode for one in self.workers if one.poll() not in (None, 0, -signal.SIGKILL)]
            assert not dead, f"workers ended with {dead}: {self.said()}"
            time.sleep(0.05)
        raise AssertionError(f"not within {within_s} s: {what}; {self.said()}")

    def night_is_over(self) -> bool:
        """Say whether a night was begun and nothing of it is left."""
        with self.database.reading() as connection:
            return connection.execute(text(NIGHT_OVER)).first() is not None

    def said(self) -> str:
        """Return the ends of the workers' logs."""
        return "\n".join(path.read_text()[-2000:] for path in sorted(self.folder.glob("worker*.log")))

    def true_story(self) -> Story:
        """Return the key of every mail with somebody outside, and the mailboxes that hold it."""
        story: Story = {}
        for mailbox, desk in self.company.desks.items():
            for copy in desk.mail.items.values():
                letter = copy.letter
                people = (letter.sender, *letter.to, *letter.cc, *letter.bcc)
                if copy.folder not in OUT_OF_SIGHT and any(not one.endswith(OWN_DOMAIN) for one in people):
                    story.setdefault(f"mid:{letter.message_id}", set()).add(mailbox)
        return story

    def stored_story(self) -> Story:
        """Return the same as the timeline tells it."""
        found = StoredTimelines(self.database).interactions(now=StoppedClock().now())
        return {one.key: {copy.mailbox for copy in one.copies} for one in found}

    def store(self) -> SyncTables:
        """Return the ledger."""
        return SyncTables(self.database, frozenset({OWN_DOMAIN}))


NIGHT_OVER = """
    SELECT 1 FROM sync_run WHERE NOT EXISTS (SELECT 1 FROM sync_run WHERE finished_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name <> 'look'
    )
"""


@contextmanager
def office(
    folder: Path, database: Database, *, mailboxes: int, threads: int, page_size: int = 20, dead_after: int = 5
) -> Iterator[Office]:
    """Run a company with so many mailboxes; whatever worker is left is killed at the end."""
    company = seeded(7, reps=mailboxes, accounts=max(mailboxes // 4, 2), threads=threads)
    with running_lab(folder) as lab:
        graph = mount_graph(lab, company)
        settings = _TOML.format(
            own=OWN_DOMAIN,
            database=database.engine.url.render_as_string(hide_password=False),
            begins=time.strftime("%H:%M", time.gmtime(time.time() - 13 * 3600)),
            dead_after=dead_after,
            tenant=TENANT,
            client=CLIENT,
            lab=lab.url,
            ca_bundle=lab.ca_bundle,
            mailboxes=", ".join(f'"{rep.address}"' for rep in company.reps),
            page_size=page_size,
        )
        (folder / "guardian.toml").write_text(settings, encoding="utf-8")
        here = Office(folder, company, graph, database)
        try:
            yield here
        finally:
            for worker in here.workers:
                if worker.poll() is None:
                    worker.kill()
                worker.wait(timeout=60)
