"""What commands print: JSON Lines and tables to stdout, everything else to stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any


def say_json(value: dict[str, Any]) -> None:
    """Write one JSON object as a line to stdout; moments become ISO 8601 in UTC with a Z."""
    line = json.dumps(value, ensure_ascii=False, default=_plain)
    sys.stdout.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")  # mails hold halves of characters


def say_line(text: str) -> None:
    """Write a line to stdout; what the terminal has no character for becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def say(text: str) -> None:
    """Write a line of progress or advice to stderr."""
    sys.stderr.write(text + "\n")


def say_error(text: str) -> None:
    """Write what the user must mend to stderr."""
    say(f"guardian: {text}")


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts: 1 mail, 2 mails, and 2 copies where the plural is told."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def say_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """Print a table to stdout, as wide as the terminal allows."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def day(moment: datetime | None) -> str:
    """Return the date of a moment for a table, or a dash."""
    return moment.strftime("%Y-%m-%d") if moment else "–"
