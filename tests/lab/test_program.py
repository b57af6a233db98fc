"""The lab as a program of its own, for integrators."""

import json
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from guardian.cli import app


def guardian(folder: Path, *words: str) -> list[str]:
    done = CliRunner().invoke(app, ["--config", str(folder / "guardian.toml"), *words])
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_whoever_starts_it_can_sync_with_all_three_providers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.lab", str(tmp_path), "--throttled", "0.02"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as lab:
        try:
            assert lab.stdout is not None
            assert lab.stdout.readline().startswith("serving at https://localhost:")
            guardian(tmp_path, "db", "upgrade")
            told = [json.loads(line) for line in guardian(tmp_path, "sync", "--json")]
        finally:
            lab.terminate()  # not SIGINT, which whatever runs in the background of a script ignores
    assert {one["connector"]: one["state"] for one in told} == dict.fromkeys(("crm", "google", "microsoft"), "ok")
    assert all(one["new"] > 10 for one in told)
    assert all(one["reconciled"]["difference"] == 0 for one in told)
