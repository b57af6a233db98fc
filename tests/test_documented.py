"""Whatever a user can meet is in the documentation."""

import importlib
import pkgutil
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import typer.main

from guardian import connector_registry
from guardian.cli import app
from guardian.domain.standing import State, WhyCode
from guardian.domain.verdict import ReasonCode

ROOT = Path(__file__).parents[1]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_configuration_page_is_what_the_code_says() -> None:
    document = runpy.run_path(str(ROOT / "scripts" / "document"))["document"]
    assert page("configuration.md") == document(), "run scripts/document"


@pytest.mark.parametrize("kind", connector_registry.kinds())
def test_the_privacy_of_every_connector_is_explained_with_its_levels(kind: str) -> None:
    section = page("configuration.md").partition(f"## Connector `{kind}`")[2].partition("\n## ")[0]
    (row,) = [line for line in section.splitlines() if line.startswith("| `privacy` | `metadata` |")]
    assert all(f"`{level}`" in row.partition("| `metadata` |")[2] for level in connector_registry.PRIVACY)


def _commands(command: Any, words: str) -> list[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        return [(words, command)]
    itself = [(words, command)] if command.invoke_without_command and words != "guardian" else []
    inner = [found for name, one in command.commands.items() for found in _commands(one, f"{words} {name}")]
    return itself + inner


@pytest.mark.parametrize(("words", "command"), _commands(typer.main.get_command(app), "guardian"))
def test_every_command_has_help_and_an_example(words: str, command: Any) -> None:
    assert command.help
    assert command.epilog is not None
    assert command.epilog.startswith(f"Example: {words}")


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_to_hold_is_explained(code: ReasonCode) -> None:
    assert f"`{code}`" in page("judge.md")


@pytest.mark.parametrize("word", [*State, *WhyCode])
def test_every_state_and_every_reason_of_ageing_is_explained(word: str) -> None:
    assert f"`{word}`" in page("ageing.md")


def test_every_digest_section_is_explained() -> None:
    package = importlib.import_module("guardian.digest.sections")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    for name in names:
        if hasattr(importlib.import_module(f"guardian.digest.sections.{name}"), "SECTION"):
            assert f"`{name}`" in page("digest.md")


@pytest.mark.parametrize("kind", connector_registry.kinds())
def test_every_connector_has_a_page_of_its_own(kind: str) -> None:
    assert (ROOT / "connectors" / kind / "README.md").is_file()


def test_every_link_between_our_pages_leads_somewhere() -> None:
    for source in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", source.read_text(encoding="utf-8")):
            assert (source.parent / target).exists(), f"{source.name} -> {target}"
