"""A tenant's connections, each with its own troubles."""

from pathlib import Path

import pytest

from guardian import settings
from guardian.sync import SyncSummary
from guardian.wiring.layout import lay_out
from guardian.wiring.nightly import Nightly
from guardian.wiring.tenant import Tenant

A_MAIL = """\
From: Luis Bermeo <luis@bermeo.example>
To: Ana <ana@acme.example>
Date: Tue, 10 Nov 2026 10:00:00 +0100
Message-ID: <1@bermeo.example>

Hola Ana
"""
CONNECTIONS = """
[connectors.first]
kind = "archive"
path = "exports/"
privacy = "metdata"
[connectors.second]
kind = "archive"
path = "exports/"
"""


class Unwatched:
    """Shows no progress."""

    def advance(self, what: str, done: int, total: int) -> None:
        """Do nothing."""


@pytest.fixture
def tenant(tmp_path: Path) -> Tenant:
    path = lay_out(tmp_path, own_domains=["acme.example"], language="es", extra=CONNECTIONS)
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a.eml").write_text(A_MAIL, encoding="utf-8")
    return Tenant(settings.load(path))


def refused(summary: SyncSummary) -> None:
    """Fail unless a run says what is wrong with the level."""
    assert summary.state == "failed"
    assert "[connectors.first] privacy is metdata; it can be metadata, subject, full." in summary.problems


def test_a_mistyped_privacy_level_keeps_no_other_connection_from_syncing(tenant: Tenant) -> None:
    first, second = tenant.sync([], full=False, progress=Unwatched())
    refused(first)
    assert (second.state, second.new) == ("ok", 1)


def test_a_night_tells_of_a_mistyped_privacy_level_and_reads_nothing_there(tenant: Tenant) -> None:
    jobs = Nightly(tenant).jobs()
    jobs.plan("2026-11-10")
    run = jobs.begin("first", "2026-11-10")
    assert jobs.waiting(run.id) == []
    jobs.finish(run.id)
    assert "privacy is metdata" in str(tenant.connections()[0]["last_error"])
