"""What is nobody's doing but ours ends a command loudly: never as a night that went well."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shop

ROOT = Path(__file__).parents[2]
A_BUG = """
import sys
import guardian.{module} as broken
from guardian.cli import main
def bug(*_given, **_named):
    raise RuntimeError("unforeseen of ana@acme.example")
broken.{name} = bug
sys.argv[1:] = {words}
main()
"""


def crashed(shop: Shop, module: str, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    code = A_BUG.format(module=module, name=name, words=words)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=shop.folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("module", "name", "words"),
    [("wiring.syncing", "sync", ("sync", "--json")), ("settings", "find_file", ("clients",))],
)
def test_a_crash_has_an_exit_code_of_its_own_and_its_story_is_in_the_log(
    shop: Shop, module: str, name: str, words: tuple[str, ...]
) -> None:
    done = crashed(shop, module, name, *words)
    assert (done.returncode, done.stdout) == (70, "")
    story, sentence = done.stderr.splitlines()[-2:]
    told = json.loads(story)
    assert (told["event"], told["level"]) == ("cli.bug", "error")
    assert "in bug" in told["exception"]
    assert "RuntimeError: unforeseen of …@acme.example" in told["exception"]
    assert sentence.startswith("guardian: ")
    assert "RuntimeError" in sentence
    assert "report" in sentence


def test_a_crash_before_anything_is_set_up_is_told_on_stderr_too(shop: Shop) -> None:
    done = crashed(shop, "wiring.layout", "lay_out", "init", "elsewhere")
    assert (done.returncode, done.stdout) == (70, "")
    assert "in bug" in done.stderr
    assert "guardian: " in done.stderr.splitlines()[-1]


def test_the_timer_takes_no_crash_for_a_good_night() -> None:
    unit = (ROOT / "deploy" / "systemd" / "guardian-nightly.service").read_text(encoding="utf-8")
    assert re.findall(r"^SuccessExitStatus=(.*)$", unit, re.MULTILINE) == ["1"]
