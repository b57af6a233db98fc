"""kill -9 in the very moment between Salesforce's commit and ours: repeated, nothing changes in Salesforce."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.cli.test_write_back import MAIL, TOML
from tests.connectors.together.conftest import a_small_company
from tests.lab.loopback import only_loopback
from tests.lab.salesforce import Salesforce, mount_salesforce
from tests.lab.salesforce_login import CLIENT_ID, SECRET
from tests.lab.salesforce_seed import organisation_of
from tests.lab.serving import Answer, Lab, Request, running_lab

MAILS = 5


class Deadly:
    """Salesforce that kills who writes to it once it has committed, before a word of its answer is sent."""

    def __init__(self, service: Salesforce) -> None:
        self.service = service
        self.victim = 0

    def __call__(self, request: Request) -> Answer:
        answer = self.service(request)
        if self.victim and request.method == "PATCH":
            os.kill(self.victim, signal.SIGKILL)
        return answer


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with only_loopback(), running_lab(tmp_path) as lab:
        yield lab


def guardian(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "guardian", *words]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"LAB_SECRET": SECRET},
    )  # fmt: skip


def done(folder: Path, *words: str) -> str:
    with guardian(folder, *words) as process:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out


def test_killed_between_their_commit_and_ours_the_repeat_changes_nothing(lab: Lab, tmp_path: Path) -> None:
    org = organisation_of(a_small_company())
    now = datetime.now(UTC).replace(microsecond=0)
    org.now = now + timedelta(minutes=30)
    org.make_field("Task.Guardian_Key__c")
    deadly = Deadly(mount_salesforce(lab, org))
    lab.mount("/services/data/", deadly)
    toml = TOML.format(client_id=CLIENT_ID, url=lab.url, ca_bundle=lab.ca_bundle, mode="on")
    (tmp_path / "guardian.toml").write_text(
        "\n".join(line for line in toml.splitlines() if "Guardian_" not in line) + "\n"
    )
    (tmp_path / "exports").mkdir()
    for n in range(MAILS):
        mail = MAIL.replace("<1@", f"<{n}@").format(date=format_datetime(now - timedelta(days=2, minutes=n)))
        (tmp_path / "exports" / f"{n}.eml").write_text(mail)
    done(tmp_path, "db", "upgrade")
    done(tmp_path, "sync")

    with guardian(tmp_path, "connectors", "write-back", "crm", "--json") as victim:
        deadly.victim = victim.pid
        victim.communicate(timeout=120)
        assert victim.returncode == -signal.SIGKILL
    deadly.victim = 0
    before = {name: dict(rows) for name, rows in org.records.items()}
    assert len([one for one in org.living("Task").values() if one["Guardian_Key__c"]]) == MAILS

    told = done(tmp_path, "connectors", "write-back", "crm", "--json").splitlines()
    assert f'"there": {MAILS}' in told[-1]
    assert org.records == before
    org.now += timedelta(days=1)
    done(tmp_path, "sync")
    lines = done(tmp_path, "timeline", "--all", "--json").splitlines()
    mails = [line for line in lines if '"kind": "email"' in line]
    assert len(mails) == MAILS
    assert all('"mailbox": "Task"' in line for line in mails)
