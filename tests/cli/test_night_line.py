"""The line of docs/operating.md that runs a night goes on at a dead letter, and ends at what must be mended."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from guardian.cli.doctor import _freshness
from tests.cli.conftest import Shop

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"


def night_line() -> str:
    """Return the line as an administrator copies it."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## Every night\n")[2]
    return re.findall(r"```\n(.*?)```", section, re.DOTALL)[0]


def run_night(folder: Path, script: str) -> int:
    """Run the line where `guardian` stands for a script."""
    (folder / "bin").mkdir()
    (folder / "bin" / "guardian").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bin" / "guardian").chmod(0o755)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", night_line()], cwd=folder, env=os.environ | {"PATH": path}, timeout=400, check=False
    ).returncode


@pytest.mark.parametrize(("code", "ran", "ended"), [(0, 4, 0), (1, 4, 0), (2, 1, 2), (70, 1, 2), (75, 1, 2)])
def test_a_night_ends_only_where_somebody_must_mend_something(
    tmp_path: Path, code: int, ran: int, ended: int
) -> None:
    assert run_night(tmp_path, f'echo "$@" >> ran; exit {code}') == ended
    told = ["sync", "ageing", "digest send", "digest rollup send"]
    assert (tmp_path / "ran").read_text().splitlines() == told[:ran]


def test_a_file_that_cannot_be_read_does_not_keep_clients_from_being_assessed(shop: Shop) -> None:
    for number, day in enumerate(("Mon, 7 Sep", "Mon, 5 Oct", "Mon, 2 Nov")):
        shop.write_mail(number, f"{day} 2026 10:00:00 +0100")
    (shop.folder / "exports" / "offer.pdf").write_bytes(b"%PDF-1.4")
    script = f'[ "$1" = digest ] || {sys.executable} -m guardian "$@"; code=$?; echo "$@" $code >> ran; exit $code'
    assert run_night(shop.folder, script) == 0
    assert (shop.folder / "ran").read_text().splitlines()[:2] == ["sync 1", "ageing 0"]
    assert [one["client"] for one in shop.run("clients", "--json").lines()]


def test_a_night_in_which_the_database_does_not_answer_has_not_gone_well(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = "postgresql+psycopg://guardian@127.0.0.1:9/guardian"
    monkeypatch.setenv("GUARDIAN_DATABASE_URL", nobody)
    script = f'{sys.executable} -m guardian "$@" 2> said; code=$?; echo "$@" $code >> ran; exit $code'
    assert run_night(shop.folder, script) == 2
    assert (shop.folder / "ran").read_text() == "sync 75\n"
    [said] = (shop.folder / "said").read_text().splitlines()
    assert said.startswith("guardian: The database does not answer now:")
    assert said.endswith("Try again later.")


@pytest.mark.parametrize(
    ("state", "told"), [("partial", "no whole sync yet; partial: 1 dead letter"), (None, "never synced; run")]
)
def test_only_what_was_never_synced_is_called_so(state: str | None, told: str) -> None:
    row: dict[str, Any] = {"name": "exports", "state": state, "last_success_at": None, "last_error": "1 dead letter"}
    clock = SimpleNamespace(now=lambda: datetime(2026, 11, 27, tzinfo=UTC))
    (check,) = _freshness(SimpleNamespace(connections=lambda: [row], clock=clock))  # type: ignore[arg-type]
    assert not check.ok
    assert check.text.startswith(told)
