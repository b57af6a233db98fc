"""The form in which plain text and HTML meet: lines, each with the depth at which it is quoted."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import repeat
from typing import NamedTuple

from guardian.guard.read_mail.limits import MAX_LINES, MAX_TEXT_CHARS
from guardian.guard.read_mail.reply_patterns import LINE_CUT

_QUOTE_MARKS = re.compile(r"^[ \t]{0,3}((?:>[ \t]?){1,40})")
_LATEST_MARK = 4  # characters within which the first quote mark stands


class Line(NamedTuple):
    """A line of text; `mark` tells that the markup says: from here on it is quoted."""

    text: str
    depth: int = 0
    hidden: bool = False
    mark: bool = False


_new_line = partial(tuple.__new__, Line)  # twice as fast as its own constructor, and mails have thousands of lines


def unquoted(text: str) -> tuple[int, str]:
    """Return how many quote marks (>) a line begins with, and the line without them."""
    if text.startswith("> ") and not text.startswith(">", 2):
        return 1, text[2:]
    marks = _QUOTE_MARKS.match(text) if ">" in text[:_LATEST_MARK] else None
    return (marks[1].count(">"), text[marks.end() :]) if marks else (0, text)


def plain_lines(text: str, *, flowed: bool = False, delsp: bool = False) -> tuple[list[Line], bool]:
    """Return the lines of a plain text, quote marks counted and taken away, and whether there were too many.

    `flowed` joins the soft line ends of RFC 3676.
    """
    pieces = text[:MAX_TEXT_CHARS].split("\n", MAX_LINES)
    cut = len(text) > MAX_TEXT_CHARS or len(pieces) > MAX_LINES
    if flowed:
        return _unfolded(map(unquoted, pieces[:MAX_LINES]), delsp), cut
    depths, contents = _unmarked(pieces[:MAX_LINES])
    return list(map(_new_line, zip(contents, depths, repeat(False), repeat(False), strict=False))), cut


def opens_marks(lines: list[Line], at: int) -> bool:
    """Say whether a line is quoted more deeply than the one before it."""
    return lines[at].depth > (lines[at - 1].depth if at else 0)


def near(lines: list[Line], at: int, most: int) -> Iterator[tuple[int, str]]:
    """Yield the next lines at the same depth, empty and hidden ones left out, with their places."""
    depth, left = lines[at].depth, most
    for place, line in enumerate(lines[at : at + 2 * most], at):
        if line.depth != depth or not left:
            break
        if line.text.strip() and not line.hidden:
            yield place, line.text[:LINE_CUT]
            left -= 1


def _unmarked(lines: list[str]) -> tuple[list[int], list[str]]:
    """Return the depths and the contents of lines; whatever is common costs no call."""
    depths, contents = [], []
    for text in lines:
        depth = 0
        if text[:1] == ">" and text[1:2] == " " and text[2:3] != ">":
            depth, text = 1, text[2:]
        elif ">" in text[:_LATEST_MARK]:
            depth, text = unquoted(text)
        depths.append(depth)
        contents.append(text)
    return depths, contents


def _unfolded(marked: Iterable[tuple[int, str]], delsp: bool) -> list[Line]:
    found: list[Line] = []
    soft = False
    for depth, text in marked:
        content = text if depth else text.removeprefix(" ")
        joins = soft and found and found[-1].depth == depth and content != "-- "
        soft = content.endswith(" ") and content != "-- "
        if joins:
            before = found[-1].text.removesuffix(" ") if delsp else found[-1].text
            content = before + content
            found.pop()
        found.append(Line(content, depth))
    return found
