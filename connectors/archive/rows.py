"""Reading CSV exports row by row (RFC 4180 and what spreadsheets make of it), so that one bad row costs one row."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from connectors.archive.decoding import STRAYS, encoding_of
from connectors.archive.stamp import open_file

LONGEST_FIELD = 4_000_000  # characters
MOST_LINES = 20_000  # of one row; an unclosed quotation mark must not swallow the rest of the file
_LONGEST_LINE = 1_000_000
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number as a spreadsheet counts (the header is 1), its cells, its text, where it ends in bytes.

    `cells` is None when the row cannot be cut into cells.
    """

    number: int
    cells: list[str] | None
    raw: str
    until: int


def header_of(head: str) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter of a table and its column labels, from the beginning of its text."""
    delimiter, rows = _top_of(head, 1)
    return delimiter, rows[0] if rows else ()


def first_row_of(head: str) -> tuple[str, ...]:
    """Return the cells of the first row under the labels, from the beginning of a table's text."""
    return next(iter(_top_of(head, 2)[1][1:]), ())


def _top_of(head: str, count: int) -> tuple[str, list[tuple[str, ...]]]:
    head = head.removeprefix("\ufeff")
    named = re.match(r"\"?sep=(.)\"?\r?\n", head, re.IGNORECASE)  # written by and for Excel
    if named:
        head = head[named.end() :]
    line = re.sub(r'"[^"]*"', "", head.lstrip().partition("\n")[0])
    delimiter = named.group(1) if named else max(_DELIMITERS, key=line.count)
    reader = csv.reader(io.StringIO(head.lstrip(), newline=""), delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    with suppress(csv.Error):
        for cells in islice(filter(None, reader), count):
            rows.append(tuple(cells))
    return delimiter, rows


def read_rows(path: Path, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a CSV file, the header included, blank rows left out."""
    csv.field_size_limit(LONGEST_FIELD)
    with open_file(path) as file:
        text = io.TextIOWrapper(file, encoding=encoding_of(path), errors=STRAYS, newline="")
        lines = _Lines(iter(lambda: text.readline(_LONGEST_LINE), ""))
        number = 0
        for cells in _cut(lines, delimiter):
            raw = "".join(lines.taken)
            if not number and re.match(r"\ufeff?\"?sep=.\"?\s*$", raw, re.IGNORECASE):
                continue
            if cells is None or any(cells):
                number += 1
                yield Row(number=number, cells=cells, raw=raw, until=file.tell())


def _cut(lines: "_Lines", delimiter: str) -> Iterator[list[str] | None]:
    """Yield the cells of every row; None for one line that begins no row, after which the next line gets its turn."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            lines.keep_only_first()
            yield None
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        else:
            yield cells


class _Lines:
    """Hands lines to the CSV reader and remembers those of the row under way."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise csv.Error("the row is too long")
        line = self._again.pop() if self._again else next(self._lines).replace("\0", "")
        self.taken.append(line)
        return line

    def begin_row(self) -> None:
        self.taken = []

    def keep_only_first(self) -> None:
        """Give all lines of the row back but the first."""
        self._again.extend(reversed(self.taken[1:]))
        del self.taken[1:]
