"""How mail programs write "here begins what somebody else wrote", in Spanish, English and their neighbours.

Two forms: a block of header lines (Outlook, forwards), and an intro line (Gmail, Apple, Thunderbird, telephones).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from guardian.domain.addresses import normalise_address
from guardian.guard.read_mail.by_hand import says_more_than_a_name
from guardian.guard.read_mail.lines import Line
from guardian.guard.read_mail.reply_patterns import (
    ADDRESS,
    ADDRESS_AT_END,
    ANY_LABEL,
    AROUND_LABELS,
    BRACKET,
    DASHED,
    DATE_VALUE,
    DATED,
    DAY,
    FURTHEST_VERB,
    INTRO_START,
    KIND,
    LABEL,
    LABEL_ENDS,
    LATEST_BRACKET,
    LINE_CUT,
    LONGEST_DATED,
    LONGEST_STAMP,
    LONGEST_VERB,
    MOST_OPENINGS,
    NAME_IN_INTRO,
    OPEN_WORDS,
    SEPARATOR,
    SEPARATOR_LETTERS,
    SEPARATOR_OR_INTRO,
    SHORT_DATE,
    STAMP,
    TIME,
    VERB_AT_END,
    VERB_WORD,
    WINDOW,
)


class Author(NamedTuple):
    """Who wrote a quoted text, as far as the quote says."""

    name: str = ""
    address: str | None = None
    behind_marks: bool = False


UNKNOWN = Author()
UNNAMED = Author(behind_marks=True)  # nobody says who wrote the lines behind marks


@dataclass(frozen=True, slots=True)
class Beginning:
    """Somebody else's text begins: who, and how many lines say so; `intro` tells a line from a block of headers.

    `sentence` is an intro that says more than a name: somebody wrote it by hand.
    """

    author: Author
    length: int
    intro: bool = False
    sentence: bool = False


class _Openings(dict[str, bool]):
    """Whether a line that begins with these two letters may be a separator, an intro or a stamp."""

    def __missing__(self, two: str) -> bool:
        if len(self) >= MOST_OPENINGS:
            self.clear()
        first = two[:1]
        plain = two.isascii() and not (first.isspace() or first.isdigit() or first in "-_=*")
        self[two] = found = not plain or two.lower() in OPEN_WORDS or first in ("a", "A")
        return found


_OPENINGS = _Openings()
_FEWEST_LABELS = 3  # header lines that make a block; fewer behind a separator or a first mark


def may_begin(lines: list[Line]) -> list[bool]:
    """Say of every line, at little cost, whether `beginning` could find anything there."""
    could, opens = SEPARATOR_OR_INTRO.match, _OPENINGS
    found = [False] * len(lines)
    for place in [place for place, line in enumerate(lines) if line[3]]:
        found[place] = not lines[place].hidden
    looked_at = [
        place
        for place, line in enumerate(lines)
        if (text := line[0]) and (opens[text[:2]] or ":" in text[:LABEL_ENDS] or "<" in text[:LATEST_BRACKET])
    ]
    for place in looked_at:
        text, _, hidden, _ = lines[place]
        if not hidden and (":" in text[:LABEL_ENDS] or could(text, 0, LINE_CUT)):
            found[place] = True
        if place and not (text[0].isalpha() or lines[place - 1].hidden) and STAMP.match(text, 0, LONGEST_STAMP):
            found[place - 1] = True
    return found


def beginning(lines: list[Line], at: int) -> Beginning | None:
    """Return what begins at a line that is not hidden, or None when it is just text."""
    text, _, _, mark = lines[at]
    if text[-1:] == ":" and len(text) < LONGEST_DATED and not mark:
        dated = DATED.match(text)
        found = _dated_intro(text[dated.end() :]) if dated else None
        if found is not None:
            return found
    return beginning_of_any_kind(lines, at)


@lru_cache(maxsize=4096)
def _dated_intro(rest: str) -> Beginning | None:
    """Return what a whole intro in one line begins, by all that stands behind its time: the date says nothing more.

    None where it is none. The same few people write all of a thread.
    """
    line = f"El 1 ene 2026 a las 10:33{rest}"
    return _intro([Line(line)], 0)


def beginning_of_any_kind(lines: list[Line], at: int) -> Beginning | None:
    """Return the same as `beginning`, whatever the line looks like."""
    text = lines[at].text[:LINE_CUT]
    if not text.strip():
        return None
    block = _header_block(lines, at, fewest=1 if opens_marks(lines, at) else _FEWEST_LABELS)
    if block:
        return block
    if text.lstrip()[:1] in SEPARATOR_LETTERS and SEPARATOR.match(text):
        return _after_separator(lines, at)
    if lines[at].mark:
        return _after_markup(lines, at)
    return _intro(lines, at) or _stamped(lines, at)


def opens_marks(lines: list[Line], at: int) -> bool:
    """Say whether a line is quoted more deeply than the one before it."""
    return lines[at].depth > (lines[at - 1].depth if at else 0)


def _near(lines: list[Line], at: int, most: int) -> Iterator[tuple[int, str]]:
    """Yield the next lines at the same depth, empty and hidden ones left out, with their places."""
    depth, left = lines[at].depth, most
    for place, line in enumerate(lines[at : at + 2 * most], at):
        if line.depth != depth or not left:
            break
        if line.text.strip() and not line.hidden:
            yield place, line.text[:LINE_CUT]
            left -= 1


def _labelled(text: str) -> tuple[str, str] | None:
    colon = text.find(":", 0, LABEL_ENDS)
    if colon < 0 or text[:colon].strip(AROUND_LABELS).replace("\xa0", " ").lower() not in KIND:
        return None
    match = LABEL.match(text)
    kind = KIND.get(match[1].replace("\xa0", " ").strip().lower()) if match else None
    return (kind, (match[2] or "").strip(" *_")) if match and kind else None


def _header_block(lines: list[Line], at: int, *, fewest: int = _FEWEST_LABELS) -> Beginning | None:
    """Return what a block of so many header lines begins; one without a date tells who, to whom and about what."""
    if not _labelled(lines[at].text[:LINE_CUT]):
        return None
    found: dict[str, str] = {}
    last = at
    for place, text in _near(lines, at, WINDOW):
        labelled = _labelled(text)
        if labelled and labelled[0] not in found:
            found[labelled[0]] = labelled[1]
            last = place
    dated = DATE_VALUE.search(found.get("date") or found.get("from", ""))
    headers = found.keys() - {"other", "date"} | ({"date"} if dated else set())
    tells = bool(dated) or fewest < _FEWEST_LABELS or ({"to", "subject"} <= headers and _ends_a_block(lines, last))
    if len(headers) < fewest or "from" not in headers or not tells:
        return None
    return Beginning(author_in(found["from"]), last - at + 1)


def _ends_a_block(lines: list[Line], last: int) -> bool:
    """Say whether an empty line follows, as it does where header lines without a date are more than prose."""
    return last + 1 < len(lines) and not lines[last + 1].text.strip()


def _after_separator(lines: list[Line], at: int) -> Beginning:
    for place, _ in islice(_near(lines, at, 4), 1, None):
        block = _header_block(lines, place, fewest=2) or _stamped(lines, place)
        if block:
            return Beginning(block.author, place - at + block.length)
    return Beginning(UNKNOWN, 1)


def _after_markup(lines: list[Line], at: int) -> Beginning | None:
    """Trust the markup only where lines that look like headers follow, in whatever language."""
    labelled = [text.split(":", 1) for _, text in _near(lines, at, WINDOW) if ANY_LABEL.match(text)]
    if len(labelled) < _FEWEST_LABELS or not _tell_who_and_when(labelled):
        return _intro(lines, at)
    return Beginning(author_in(labelled[0][1]), 1)


def _tell_who_and_when(labelled: list[list[str]]) -> bool:
    """Say whether labels and values may be a header: an address first, then a date.

    A language in which we know what a date or subject is called, but not the first label, has it for something else.
    """
    (_, author), *others = labelled
    known = {KIND.get(label.strip().lower()) for label, _ in others}
    dated = any([DATE_VALUE.search(value) for _, value in others])
    return dated and bool(_address_in(author)) and not known & {"date", "subject"}


def _stamped(lines: list[Line], at: int) -> Beginning | None:
    """Notes writes the name, the date and time in a line of their own, then To, cc and Subject."""
    if at + 1 >= len(lines) or not STAMP.match(lines[at + 1].text, 0, LONGEST_STAMP):
        return None
    kinds: dict[str, int] = {}
    for place, text in islice(_near(lines, at, WINDOW), 2, None):
        labelled = _labelled(text)
        if labelled:
            kinds.setdefault(labelled[0], place)
    if not {"to", "subject"} <= kinds.keys():
        return None
    return Beginning(author_in(lines[at].text[:LINE_CUT]), max(kinds.values()) - at + 1)


def _intro(lines: list[Line], at: int) -> Beginning | None:
    if not INTRO_START.match(lines[at].text[:LINE_CUT]):
        return None
    joined = ""
    for count, (place, text) in enumerate(_near(lines, at, 4)):
        if place > at + count:  # an intro is a sentence, which no empty line parts
            break
        joined = f"{joined} {text.strip()}"[-LINE_CUT:]
        said = _without_dashes(joined)
        if said.endswith(":") and _ends_an_intro(said):
            return _named_intro(said, place - at + 1)
    return None


def _without_dashes(text: str) -> str:
    """Return an intro between dashes with a colon at its end, as all others are; any other text as it is."""
    dashed = DASHED.match(text) if text.endswith("---") else None
    return f"{dashed[1]}:" if dashed else text


def _ends_an_intro(text: str) -> bool:
    """Say whether a verb, or an address behind a time of day, leads to the colon at the end."""
    verb_from = max(text.rfind(":", 0, -1) + 1, len(text) - 1 - FURTHEST_VERB - LONGEST_VERB)
    return bool(VERB_AT_END.search(text, verb_from) or ADDRESS_AT_END.search(text))


def _named_intro(text: str, length: int) -> Beginning | None:
    address = _address_in(text)
    if not address and not (TIME.search(text) or SHORT_DATE.search(text)):
        text = DAY.sub("", text)
    author = _author(text, address)
    sentence = says_more_than_a_name(author.name, addressed=bool(address and BRACKET.search(text)))
    return Beginning(author, length, intro=True, sentence=sentence)


def author_in(text: str) -> Author:
    """Return the author that a From value or an intro line names."""
    return _author(text, _address_in(text))


def _address_in(text: str) -> re.Match[str] | None:
    """Return the first address in a text, looked for from where the first @ may have the beginning of one."""
    at = text.find("@")
    return ADDRESS.search(text, max(text.rfind(" ", 0, at), text.rfind("<", 0, at)) + 1) if at >= 0 else None


_normal = lru_cache(maxsize=4096)(normalise_address)  # the same few people write all of a thread


def _author(text: str, found: re.Match[str] | None) -> Author:
    address = _normal(found[0].removeprefix("mailto:")) if found else None
    before = text[: found.start()] if found and found.start() else text
    named = NAME_IN_INTRO.findall(before)
    bare = named[-1] if named else before
    ends = [mark.start() for mark in (VERB_WORD.search(bare), BRACKET.search(bare)) if mark]
    bare = bare[: min(ends, default=None)].replace("mailto:", "")
    bare = ADDRESS.sub("", bare) if "@" in bare else bare
    return Author(" ".join(bare.split()).strip(" \"'*:,;"), address)
