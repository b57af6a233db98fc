"""Telling the lines written for this mail from those carried along below, and who wrote each of these."""

from collections.abc import Iterator
from itertools import accumulate

from guardian.guard.read_mail.by_hand import is_programs, tells_a_day
from guardian.guard.read_mail.header_blocks import Beginning
from guardian.guard.read_mail.inline_answers import AuthorTest, answers_apart
from guardian.guard.read_mail.limits import MAX_LINES
from guardian.guard.read_mail.lines import Line, opens_marks
from guardian.guard.read_mail.quoted_authors import UNNAMED, Author
from guardian.guard.read_mail.reply_marks import beginning, may_begin
from guardian.guard.read_mail.reply_patterns import LINE_CUT


def _nobody(author: Author) -> bool:
    return False


def who_wrote(
    lines: list[Line], is_outsider: AuthorTest = _nobody, is_one_of_us: AuthorTest = _nobody
) -> Iterator[tuple[list[Line], Author | None]]:
    """Yield the lines in runs of one author; None for what is new.

    Linear in the number of lines. At each depth of quoting somebody speaks; an intro line names who speaks one level
    deeper (or from here on, where nothing is marked), a block of headers who speaks from here on at this level. An
    intro written by hand is of whoever wrote it, not of whom it names. Where nothing follows a block of headers but
    what is quoted one level deeper, that is of whom it names, too. Lines between quoted ones are answers, and new;
    empty lines between quoted ones of one author are his. Behind a name of ours in brackets a paragraph among an
    outsider's is whose name that is. Headers such as people type, too, make no words an outsider's, unless such
    headers of one of us stand further up.
    """
    first, author = 0, None
    gap: tuple[int, Author | None] | None = None  # empty lines behind somebody's words, which may go on
    for start, end, here in _spans(lines, is_outsider, is_one_of_us):
        if here is author:
            gap = None
            continue
        if gap is None and author is not None and not any([bool(line.text.strip()) for line in lines[start:end]]):
            gap = start, here
            continue
        if gap is not None:
            yield lines[first : gap[0]], author
            first, author = gap
            gap = None
        if here is not author:
            yield lines[first:start], author
            first, author = start, here
    if gap is not None:
        yield lines[first : gap[0]], author
        first, author = gap
    yield lines[first:], author


def _spans(
    lines: list[Line], is_outsider: AuthorTest, is_one_of_us: AuthorTest
) -> Iterator[tuple[int, int, Author | None]]:
    """Yield (first line, last exclusive, author) of stretches within which the author cannot change."""
    speakers = _Speakers(lines, is_outsider)
    begins = may_begin(lines)
    levels = _level_starts(lines, begins)
    at, following, count = 0, next(levels), len(lines)
    while at < count:
        depth, start = lines[at][1], at
        found = beginning(lines, at) if begins[at] else None
        deeper = found is not None and _deeper_follows(lines, at + found.length, depth)
        if found is not None and speakers.doubt(found, deeper=deeper):
            at += found.length
            yield start, at, speakers.at(depth)
        elif found is not None and (deeper or _stands_alone(found, lines, at)):
            at += found.length
            yield start, at, speakers.introduce(found, start, deeper=deeper)
        else:
            while following <= at:
                following = next(levels)
            at = following
            yield from answers_apart(lines, range(start, at), speakers.at(depth), is_outsider, is_one_of_us)


class _Speakers:
    """Who speaks at each depth of quoting, as far as one has read; None is whoever writes the mail."""

    def __init__(self, lines: list[Line], is_outsider: AuthorTest) -> None:
        self._lines = lines
        self._is_outsider = is_outsider
        self._speakers: dict[int, Author | None] = {0: None}
        self._deepest = 0
        self._shallowest: list[int] = []
        self._believes = False  # headers that somebody may have typed

    def at(self, depth: int) -> Author | None:
        return self._speakers.get(depth, UNNAMED)

    def doubt(self, found: Beginning, *, deeper: bool) -> bool:
        """Say whether somebody may have typed this about an outsider; programs write all of a thread alike."""
        if found.doubtful and found.intro:
            return not deeper and self._is_outsider(found.author)
        if found.doubtful and not self._believes:
            self._believes = not self._is_outsider(found.author)
        return found.doubtful and not self._believes

    def introduce(self, found: Beginning, at: int, *, deeper: bool) -> Author | None:
        """Let somebody speak; return whose words those are that introduce him."""
        by: Author | None = found.author
        depth = self._lines[at].depth
        if found.intro:
            if found.sentence or not (found.author.address or tells_a_day(_said(found, self._lines, at))):
                by = self.at(depth - (not deeper and opens_marks(self._lines, at)))
            depth += deeper
        self._let_speak(found.author, depth)
        if deeper and not found.intro and found.author[:2] != UNNAMED[:2]:
            self._shallowest = self._shallowest or _shallowest(self._lines)
            if self._shallowest[at + found.length] > depth:  # eM Client marks all of a mail below its headers
                self._let_speak(found.author, depth + 1)
        return by

    def _let_speak(self, author: Author, depth: int) -> None:
        if self._deepest > depth:
            self._speakers = {level: who for level, who in self._speakers.items() if level < depth}
        self._speakers[depth], self._deepest = author, depth


def _level_starts(lines: list[Line], begins: list[bool]) -> Iterator[int]:
    """Return the places where the depth changes or somebody else's text may begin, and the end, in order."""
    depths = [line[1] for line in lines]
    pairs = zip(begins[1:], depths, depths[1:], strict=False)
    return iter([*[at for at, (new, above, depth) in enumerate(pairs, 1) if new or above != depth], len(lines)])


def _stands_alone(found: Beginning, lines: list[Line], at: int) -> bool:
    """Believe an intro before marked lines only, as the first of them, or from a program: "He wrote:" is prose."""
    if not found.intro or opens_marks(lines, at):
        return True
    return (not found.sentence or bool(found.author.address)) and is_programs(_said(found, lines, at))


def _said(found: Beginning, lines: list[Line], at: int) -> str:
    return " ".join([line.text[:LINE_CUT] for line in lines[at : at + found.length]])


def _shallowest(lines: list[Line]) -> list[int]:
    """Return how deeply the least quoted of all lines from each place on is quoted, empty ones left out."""
    depths = [line.depth if line.text.strip() else MAX_LINES for line in reversed(lines)]
    return [*accumulate(depths, min)][::-1]


def _deeper_follows(lines: list[Line], at: int, depth: int) -> bool:
    for text, level, hidden, _ in lines[at : at + 4]:
        if not hidden and text and not text.isspace():
            return level > depth
    return False
