"""Running the real command in a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

A_MAIL = """\
From: Luis Bermeo <luis@bermeo.example>
To: Ana <ana@acme.example>
Subject: Pedido
Date: {date}
Message-ID: <{id}@bermeo.example>

Hola Ana, ¿nos mandas lo de siempre?
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    def lines(self) -> list[dict[str, Any]]:
        """Return stdout as JSON Lines; fails when it holds anything else."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Shop:
    """A folder with guardian.toml and a place for exports."""

    folder: Path

    def run(self, *words: str, typed: str = "", **environment: str) -> Ran:
        """Run `guardian` there as a user would, who pipes in what is `typed`."""
        command = [sys.executable, "-m", "guardian", *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=os.environ | environment,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def write_mail(self, number: int, date: str = "Tue, 10 Nov 2026 10:00:00 +0100") -> Path:
        """Put one mail of a client into the exports."""
        path = self.folder / "exports" / "mail" / f"{number}.eml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(A_MAIL.format(id=number, date=date), encoding="utf-8")
        return path


@pytest.fixture(scope="session")
def new_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenant with one connection, nothing synced yet, to copy from."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    assert shop.run("init", ".", "--own-domain", "acme.example").code == 0
    (shop.folder / "exports").mkdir()
    assert shop.run("connectors", "add", "exports", "archive", "path=exports/").code == 0
    return shop.folder


@pytest.fixture
def shop(new_shop: Path, tmp_path: Path) -> Shop:
    """A tenant of its own with one connection, nothing synced yet."""
    shutil.copytree(new_shop, tmp_path, dirs_exist_ok=True)
    return Shop(tmp_path)
