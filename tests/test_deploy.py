"""What deploy/README.md tells works as it stands there: every command runs as the account that the night runs as."""

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"


def typed(section: str) -> list[str]:
    """Return the command lines of a section of the page."""
    page = (DEPLOY / "README.md").read_text(encoding="utf-8")
    text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]


def meaning() -> list[str]:
    """Return the words that `guardian` stands for with a container."""
    alias = next(line for line in typed("container") if line.startswith("alias guardian="))
    return shlex.split(shlex.split(alias)[1].removeprefix("guardian="))


@pytest.mark.parametrize(
    ("section", "made"), [("systemd", "install -m 755 deploy/guardian "), ("container", "alias ")]
)
def test_every_way_begins_with_the_settings_and_the_database(section: str, made: str) -> None:
    lines = typed(section)
    told = [line.startswith("guardian ") for line in lines].index(True)
    assert any(line.startswith(made) for line in lines[:told])
    ours = [line.split("#")[0].split()[1:] for line in lines if line.startswith("guardian ")]
    assert ours[0][0] == "init"
    assert ["db", "upgrade"] in ours


def test_under_systemd_guardian_means_the_account_and_the_settings_of_the_services() -> None:
    unit = (DEPLOY / "systemd" / "guardian-nightly.service").read_text(encoding="utf-8").splitlines()
    wrapper = (DEPLOY / "guardian").read_text(encoding="utf-8")
    account, config, program = (
        re.findall(rf"^{name}=(.*)$", wrapper, re.MULTILINE)[0] for name in ("account", "config", "program")
    )
    assert f"User={account}" in unit
    assert f"Environment=GUARDIAN_CONFIG={config}" in unit
    assert f"ExecStart={program} sync" in unit


def test_a_container_keeps_settings_key_and_database_in_the_folder_that_outlives_it() -> None:
    image = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
    kept = next(line for line in image.splitlines() if line.startswith("VOLUME ")).split()[1]
    assert f"GUARDIAN_CONFIG={kept}/guardian.toml" in image
    assert f"WORKDIR {kept}" in image
    words = meaning()
    folder, _, inside = words[words.index("-v") + 1].partition(":")
    assert inside == kept
    (account,) = re.findall(r"--uid (\d+)", image)
    assert any(line.startswith(f"install -d -o {account} ") and line.endswith(folder) for line in typed("container"))


def units() -> dict[str, list[str]]:
    return {
        path.name: path.read_text(encoding="utf-8").splitlines() for path in DEPLOY.glob("systemd/guardian-*.service")
    }


def test_every_service_of_the_account_reads_the_same_secrets_and_none_of_root_does() -> None:
    read = {name: [line for line in lines if line.startswith("EnvironmentFile=")] for name, lines in units().items()}
    ours = {name for name, lines in units().items() if "User=guardian" in lines}
    assert len(ours) >= 4
    # The folder is the account's: variables out of it (LD_PRELOAD, MAIL_CONFIG) would make it root there.
    assert {name for name, found in read.items() if found} == ours
    assert {line for found in read.values() for line in found} == {"EnvironmentFile=-/etc/guardian/secrets.env"}


@pytest.fixture
def wrapper() -> Iterator[Path]:
    """The wrapper, for the account nobody and settings of its own, with a program that says what it was given."""
    if os.geteuid() != 0:
        pytest.skip("only root becomes somebody else")
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        text = (DEPLOY / "guardian").read_text(encoding="utf-8")
        for setting, value in (
            ("account", "nobody"),
            ("config", folder / "guardian.toml"),
            ("program", folder / "said"),
        ):
            text, count = re.subn(rf"^{setting}=.*$", f"{setting}={value}", text, flags=re.MULTILINE)
            assert count == 1
        (folder / "said").write_text(
            '#!/bin/sh\nid -un\nprintf "%s\\n" "$GUARDIAN_CONFIG" "$X" "$Y" "$Z" "$@"\ncat\n'
        )
        (folder / "guardian").write_text(text)
        for program in ("said", "guardian"):
            (folder / program).chmod(0o755)
        yield folder


def run(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(folder / "guardian"), "sync", "a b"]
    surroundings = os.environ | {"GUARDIAN_CONFIG": "/elsewhere"}
    return subprocess.run(
        command, input="typed\n", env=surroundings, capture_output=True, text=True, timeout=400, check=False
    )


def secrets(folder: Path, text: str, mode: int = 0o600) -> None:
    (folder / "secrets.env").write_text(text, encoding="utf-8")
    (folder / "secrets.env").chmod(mode)


def test_as_root_guardian_is_the_account_with_the_secrets_of_the_services(wrapper: Path) -> None:
    secrets(wrapper, '# the CRM\n\nX=plain+/=\nY=\'two words; "$x" #\'\nZ="ñ \'"')
    done = run(wrapper)
    told = ["nobody", str(wrapper / "guardian.toml"), "plain+/=", 'two words; "$x" #', "ñ '", "sync", "a b", "typed"]
    assert (done.returncode, done.stdout.splitlines()) == (0, told), done.stderr


def test_without_secrets_the_command_runs_all_the_same(wrapper: Path) -> None:
    assert run(wrapper).stdout.splitlines()[:3] == ["nobody", str(wrapper / "guardian.toml"), ""]


@pytest.mark.parametrize("text", ["X", "X=a'b", "X='a'b'", "X='a", 'X="a\\"b"', "export X=1", "X=a\\"])
def test_a_line_that_systemd_might_read_otherwise_is_refused_and_not_shown(wrapper: Path, text: str) -> None:
    secrets(wrapper, f"\n{text}\n")
    done = run(wrapper)
    assert (done.returncode, done.stdout, "line 2: write NAME='VALUE'" in done.stderr) == (2, "", True)


def test_secrets_that_others_may_read_or_that_lie_elsewhere_are_refused(wrapper: Path) -> None:
    secrets(wrapper, "X=1\n", mode=0o640)
    assert "mode 0600" in run(wrapper).stderr
    secrets(wrapper, "X=1\n")
    (wrapper / "secrets.env").rename(wrapper / "other")
    (wrapper / "secrets.env").symlink_to(wrapper / "other")
    done = run(wrapper)
    assert (done.returncode, done.stdout) == (2, "")
