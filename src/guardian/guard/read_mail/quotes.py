"""Telling the lines written for this mail from those carried along below, and who wrote each of these."""

from collections.abc import Iterator

from guardian.guard.read_mail.lines import Line
from guardian.guard.read_mail.reply_marks import LINE_CUT, UNKNOWN, Author, Beginning, beginning, has_time, may_begin


def who_wrote(lines: list[Line]) -> Iterator[tuple[list[Line], Author | None]]:
    """Yield the lines in runs of one author; None for what is new.

    Linear in the number of lines. At each depth of quoting somebody speaks; an intro line names who speaks one level
    deeper (or from here on, where nothing is marked), a block of headers who speaks from here on at this level. Lines
    between quoted ones are answers, and new.
    """
    speakers: dict[int, Author | None] = {0: None}
    begins = may_begin(lines)
    levels = _level_starts(lines, begins)
    at, first = 0, 0
    author: Author | None = None
    while at < len(lines):
        depth, start = lines[at].depth, at
        found = beginning(lines, at) if begins[at] else None
        if found and not (found.intro and not _quotes_something(lines, at, found)):
            if found.intro and _deeper_follows(lines, at + found.length, depth):
                depth += 1
            speakers = {level: who for level, who in speakers.items() if level < depth}
            speakers[depth] = found.author
            at += found.length
        else:
            at = next(place for place in levels if place > at)
        here = speakers.get(depth, UNKNOWN)
        if here is not author:
            yield lines[first:start], author
            first, author = start, here
    yield lines[first:], author


def _level_starts(lines: list[Line], begins: list[bool]) -> Iterator[int]:
    """Return the places where the depth changes or somebody else's text may begin, and the end, in order."""
    depths = [line.depth for line in lines]
    pairs = zip(begins[1:], depths, depths[1:], strict=False)
    return iter([*[at for at, (new, above, depth) in enumerate(pairs, 1) if new or above != depth], len(lines)])


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
