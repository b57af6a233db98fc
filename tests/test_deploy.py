"""What deploy/README.md tells works as it stands there: every command runs as the account that the night runs as."""

import re
import shlex
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"


def typed(section: str) -> list[str]:
    """Return the command lines of a section of the page."""
    page = (DEPLOY / "README.md").read_text(encoding="utf-8")
    text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]


def meaning(section: str) -> list[str]:
    """Return the words that `guardian` stands for in a section, which are told before its first use."""
    lines = typed(section)
    alias = next(line for line in lines if line.startswith("alias guardian="))
    first = next(line for line in lines if line.startswith("guardian "))
    assert lines.index(alias) < lines.index(first)
    return shlex.split(shlex.split(alias)[1].removeprefix("guardian="))


@pytest.mark.parametrize("section", ["systemd", "container"])
def test_every_way_begins_with_the_settings_and_the_database(section: str) -> None:
    meaning(section)
    ours = [line.split("#")[0].split()[1:] for line in typed(section) if line.startswith("guardian ")]
    assert ours[0][0] == "init"
    assert ["db", "upgrade"] in ours


def test_under_systemd_guardian_means_the_account_and_the_settings_of_the_services() -> None:
    unit = (DEPLOY / "systemd" / "guardian-nightly.service").read_text(encoding="utf-8")
    words = meaning("systemd")
    assert f"User={words[words.index('-u') + 1]}" in unit.splitlines()
    assert f"Environment={words[words.index('env') + 1]}" in unit.splitlines()
    assert f"ExecStart={words[-1]} sync" in unit.splitlines()


def test_a_container_keeps_settings_key_and_database_in_the_folder_that_outlives_it() -> None:
    image = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
    kept = next(line for line in image.splitlines() if line.startswith("VOLUME ")).split()[1]
    assert f"GUARDIAN_CONFIG={kept}/guardian.toml" in image
    assert f"WORKDIR {kept}" in image
    words = meaning("container")
    folder, _, inside = words[words.index("-v") + 1].partition(":")
    assert inside == kept
    (account,) = re.findall(r"--uid (\d+)", image)
    assert any(line.startswith(f"install -d -o {account} ") and line.endswith(folder) for line in typed("container"))
