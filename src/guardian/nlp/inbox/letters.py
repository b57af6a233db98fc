"""The labelled mails of clients that the reader learns from and is measured on, one file a hand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guardian.domain.complaint import InboundKind, InboundWords
from guardian.domain.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail with what it is: kind, severity (0 for anything but a complaint), the words that complain, settled.

    `hand` is who wrote it: validation leaves a hand out as a whole.
    """

    id: str
    hand: str
    language: str
    words: InboundWords
    kind: InboundKind
    severity: int
    spans: tuple[str, ...]
    settled: bool


def read_letters(path: Path) -> list[Letter]:
    """Return the mails of a .jsonl file or a folder of them; UserError where there is none or one is unreadable."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    found = [letter for file in files for letter in _in_file(file)]
    if not found:
        raise UserError(
            f"There are no mails in {path}; give a .jsonl file of clients' mails or a folder of such files."
        )
    return found


def _in_file(file: Path) -> Iterator[Letter]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except OSError as error:
        raise UserError(f"Cannot read {file}: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _letter(line, file, number)


def _letter(line: str, file: Path, number: int) -> Letter:
    try:
        item: dict[str, Any] = json.loads(line)
        return Letter(
            id=item["id"],
            hand=item.get("hand", file.stem),
            language=item["language"],
            words=InboundWords(subject=item["subject"], text=item["text"], language=item["language"]),
            kind=InboundKind(item["kind"]),
            severity=int(item["severity"]),
            spans=tuple(item["spans"]),
            settled=bool(item.get("settled", False)),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"Line {number} of {file} is no labelled mail of a client: corpus/README.md says how one looks."
        ) from error
