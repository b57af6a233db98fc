"""Telling the lines written for this mail from those carried along below, and who wrote each of these."""

from collections.abc import Iterator

from guardian.guard.read_mail.lines import Line
from guardian.guard.read_mail.reply_marks import LINE_CUT, UNKNOWN, Author, Beginning, beginning, has_time


def who_wrote(lines: list[Line]) -> Iterator[tuple[Line, Author | None]]:
    """Yield every line with its author; None for what is new.

    Linear in the number of lines. At each depth of quoting somebody speaks; an intro line names who speaks one level
    deeper (or from here on, where nothing is marked), a block of headers who speaks from here on at this level. Lines
    between quoted ones are answers, and new.
    """
    speakers: dict[int, Author | None] = {0: None}
    at = 0
    while at < len(lines):
        line = lines[at]
        found = None if line.hidden else beginning(lines, at)
        if found and not (found.intro and not _quotes_something(lines, at, found)):
            depth = line.depth
            if found.intro and _deeper_follows(lines, at + found.length, depth):
                depth += 1
            speakers = {level: who for level, who in speakers.items() if level < depth}
            speakers[depth] = found.author
            for one in lines[at : at + found.length]:
                yield one, found.author
            at += found.length
            continue
        yield line, speakers.get(line.depth, UNKNOWN)
        at += 1


def _quotes_something(lines: list[Line], at: int, found: Beginning) -> bool:
    """Believe an intro line only before marked lines or with a time of day: "On Monday he wrote:" is prose."""
    if _deeper_follows(lines, at + found.length, lines[at].depth):
        return True
    return has_time(" ".join(one.text[:LINE_CUT] for one in lines[at : at + found.length]))


def _deeper_follows(lines: list[Line], at: int, depth: int) -> bool:
    for line in lines[at : at + 4]:
        if line.text.strip() and not line.hidden:
            return line.depth > depth
    return False
