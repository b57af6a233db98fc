"""Every failure in docs/sync-failures.md is kept away by tests that exist and that run without being asked for."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "sync-failures.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return cells[2:]


@cache
def marks_in(path: str) -> dict[str, list[str]]:
    """Return the names of the tests of a file, each with its marks."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name: [ast.unparse(mark) for mark in node.decorator_list]
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def test_all_failures_are_in_the_table() -> None:
    assert len(rows()) == 15
    assert all(len(row) == 4 and all(row) for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1])
def test_the_tests_of_a_failure_exist_and_run(row: list[str]) -> None:
    named = _TEST.findall(row[3])
    assert named
    assert _TEST.sub("", row[3]).strip() == ""
    for path, name in named:
        marks = marks_in(path).get(name)
        assert marks is not None, f"there is no {name} in {path}"
        assert not [mark for mark in marks if "slow" in mark or "skip" in mark], name
