"""How mail programs write "here begins what somebody else wrote", in Spanish, English and their neighbours.

Two forms: a block of header lines (Outlook, forwards), and an intro line (Gmail, Apple, Thunderbird, telephones).
"""

from functools import lru_cache

from guardian.guard.read_mail.by_hand import says_more_than_a_name, tells_day_and_time
from guardian.guard.read_mail.header_blocks import (
    FEWEST_LABELS,
    Beginning,
    after_markup,
    after_separator,
    header_block,
    stamped,
)
from guardian.guard.read_mail.lines import Line, near, opens_marks
from guardian.guard.read_mail.quoted_authors import address_in, author_named
from guardian.guard.read_mail.reply_patterns import (
    ADDRESS_AT_END,
    BRACKET,
    DASHED,
    DATED,
    DAY,
    FURTHEST_VERB,
    INTRO_START,
    LABEL_ENDS,
    LATEST_BRACKET,
    LINE_CUT,
    LONGEST_DATED,
    LONGEST_STAMP,
    LONGEST_VERB,
    MOST_OPENINGS,
    OPEN_WORDS,
    SEPARATOR,
    SEPARATOR_LETTERS,
    SEPARATOR_OR_INTRO,
    SHORT_DATE,
    STAMP,
    TIME,
    VERB_AT_END,
)


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


def may_begin(lines: list[Line]) -> list[bool]:
    """Say of every line, at little cost, whether `beginning` could find anything there."""
    could, opens = SEPARATOR_OR_INTRO.match, _OPENINGS
    found = [False] * len(lines)
    for place in [place for place, line in enumerate(lines) if line[3]]:
        found[place] = not lines[place].hidden
    looked_at = [
        place
        for place, line in enumerate(lines)
        if (text := line[0])
        and (opens[text[:2]] or ":" in text[:LABEL_ENDS] or "@" in text or "<" in text[:LATEST_BRACKET])
    ]
    for place in looked_at:
        text, _, hidden, _ = lines[place]
        if not hidden and (_has_a_sign(text) or could(text, 0, LINE_CUT)):
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
    block = header_block(lines, at, fewest=1 if opens_marks(lines, at) else FEWEST_LABELS)
    if block:
        return block
    if text.lstrip()[:1] in SEPARATOR_LETTERS and SEPARATOR.match(text):
        return after_separator(lines, at)
    marked = after_markup(lines, at) if lines[at].mark else None
    return marked or _intro(lines, at) or stamped(lines, at) or _foreign_intro(lines, at)


def _intro(lines: list[Line], at: int) -> Beginning | None:
    if not INTRO_START.match(lines[at].text[:LINE_CUT]):
        return None
    joined = ""
    for count, (place, text) in enumerate(near(lines, at, 4)):
        if place > at + count:  # an intro is a sentence, which no empty line parts
            break
        joined = f"{joined} {text.strip()}"[-LINE_CUT:]
        said = _without_dashes(joined)
        if said.endswith(":") and _ends_an_intro(said):
            return _named_intro(said, place - at + 1)
    return None


def _has_a_sign(text: str) -> bool:
    return ":" in text[:LABEL_ENDS] or "@" in text


def _foreign_intro(lines: list[Line], at: int) -> Beginning | None:
    """Return what a line or two begin in any language: they tell an address, a time and the day of a year.

    Whoever speaks already says that himself, as of a sentence: what else it says takes the language.
    """
    joined = ""
    for count, (place, text) in enumerate(near(lines, at, 2) if _has_a_sign(lines[at].text) else ()):
        joined = f"{joined} {text.strip()}"
        address = address_in(joined) if joined.endswith(":") and place == at + count else None
        if address and tells_day_and_time(joined):
            return Beginning(author_named(joined, address), count + 1, intro=True, sentence=True, doubtful=True)
    return None


def _without_dashes(text: str) -> str:
    """Return an intro between dashes with a colon at its end, as all others are; any other text as it is."""
    dashed = DASHED.match(text) if text.endswith("---") else None
    return f"{dashed[1]}:" if dashed else text


def _ends_an_intro(text: str) -> bool:
    """Say whether a verb, or an address behind a time of day, leads to the colon at the end."""
    verb_from = max(text.rfind(":", 0, -1) + 1, len(text) - 1 - FURTHEST_VERB - LONGEST_VERB)
    return bool(VERB_AT_END.search(text, verb_from) or ADDRESS_AT_END.search(text))


def _named_intro(text: str, length: int) -> Beginning:
    address = address_in(text)
    if not address and not (TIME.search(text) or SHORT_DATE.search(text)):
        text = DAY.sub("", text)
    author = author_named(text, address)
    sentence = says_more_than_a_name(author.name, addressed=bool(address and BRACKET.search(text)))
    return Beginning(author, length, intro=True, sentence=sentence)
