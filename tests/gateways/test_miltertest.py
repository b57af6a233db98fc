"""Conformance: Debian's miltertest plays the mail server, one script a case."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.storage import open_database, upgrade
from tests.gateways.conftest import RunningGateway, short_place

SCRIPTS = sorted((Path(__file__).parent / "miltertest").glob("*.lua"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of one gateway for all cases."""
    if shutil.which("miltertest") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("miltertest is not installed")
        pytest.skip("miltertest is not installed")
    with short_place() as folder:
        database = open_database(f"sqlite:///{folder / 'guardian.db'}")
        upgrade(database)
        database.engine.dispose()
        gateway = RunningGateway(folder, "unix:m.sock")
        gateway.start()
        yield f"unix:{folder / 'm.sock'}"
        gateway.kill()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_milter_behaves_as_the_protocol_says(address: str, script: Path) -> None:
    done = subprocess.run(
        ["miltertest", "-D", f"socket={address}", "-s", str(script)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_case_for_every_step_of_a_conversation() -> None:
    told = "".join(script.read_text() for script in SCRIPTS)
    for step in ("conninfo", "helo", "macro", "mailfrom", "rcptto", "data", "unknown", "header", "eoh", "bodystring"):
        assert f"mt.{step}(" in told
    for step in ("eom", "abort", "disconnect", "negotiate"):
        assert f"mt.{step}(" in told
