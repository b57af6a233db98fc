"""The form in which plain text and HTML meet: lines, each with the depth at which it is quoted."""

import re
from typing import NamedTuple

from guardian.guard.read_mail.limits import MAX_LINES, MAX_TEXT_CHARS

_QUOTE_MARKS = re.compile(r"^[ \t]{0,3}((?:>[ \t]?){1,40})")


class Line(NamedTuple):
    """A line of text; `mark` tells that the markup says: from here on it is quoted."""

    text: str
    depth: int = 0
    hidden: bool = False
    mark: bool = False


def unquoted(text: str) -> tuple[int, str]:
    """Return how many quote marks (>) a line begins with, and the line without them."""
    marks = _QUOTE_MARKS.match(text)
    return (marks[1].count(">"), text[marks.end() :]) if marks else (0, text)


def plain_lines(text: str, *, flowed: bool = False, delsp: bool = False) -> tuple[list[Line], bool]:
    """Return the lines of a plain text, quote marks counted and taken away, and whether there were too many.

    `flowed` joins the soft line ends of RFC 3676.
    """
    pieces = text[:MAX_TEXT_CHARS].split("\n", MAX_LINES)
    cut = len(text) > MAX_TEXT_CHARS or len(pieces) > MAX_LINES
    found: list[Line] = []
    soft = False
    for piece in pieces[:MAX_LINES]:
        depth, content = unquoted(piece)
        if flowed and not depth:
            content = content.removeprefix(" ")
        joins = soft and found and found[-1].depth == depth and content != "-- "
        soft = flowed and content.endswith(" ") and content != "-- "
        if joins:
            before = found[-1].text.removesuffix(" ") if delsp else found[-1].text
            content = before + content
            found.pop()
        found.append(Line(content, depth))
    return found, cut
