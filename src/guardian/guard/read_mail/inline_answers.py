"""What one of us types between the lines of a quoted mail, where a program puts his name first: "[Ana Ruiz] No".

Outlook does, where it is told to; below a block of headers nothing else tells an answer from what it answers.
"""

from collections.abc import Callable, Iterator

from guardian.guard.read_mail.lines import Line
from guardian.guard.read_mail.quoted_authors import Author
from guardian.guard.read_mail.reply_patterns import ANSWER, LINE_CUT

AuthorTest = Callable[[Author], bool]


def answers_apart(
    lines: list[Line], stretch: range, author: Author | None, is_outsider: AuthorTest, is_one_of_us: AuthorTest
) -> Iterator[tuple[int, int, Author | None]]:
    """Yield (first line, last exclusive, author) of an author's lines, and of our answers between an outsider's.

    An answer goes on to the end of its paragraph, or until an outsider is named in its place.
    """
    start, speaker = stretch.start, author
    for at, name in _marked(lines, stretch) if author and is_outsider(author) else ():
        said_by = Author(name) if name and is_one_of_us(Author(name)) else author
        if said_by is author and name and not is_outsider(Author(name)):
            continue
        if said_by is not speaker:
            yield start, at, speaker
            start, speaker = at, said_by
    yield start, stretch.stop, speaker


def _marked(lines: list[Line], stretch: range) -> Iterator[tuple[int, str]]:
    """Yield the places of lines that begin with a name in brackets, and of empty ones, with the name."""
    for at in stretch:
        text = lines[at].text
        mark = ANSWER.match(text, 0, LINE_CUT) if "[" in text else None
        if mark or not (text.strip() or lines[at].hidden):
            yield at, mark[1] if mark else ""
