"""Blocks of header lines, as Outlook, Notes and forwards write them above what somebody else wrote."""

from dataclasses import dataclass
from itertools import islice, takewhile

from guardian.guard.read_mail.by_hand import is_programs, names_a_day
from guardian.guard.read_mail.lines import Line, near
from guardian.guard.read_mail.quoted_authors import UNKNOWN, Author, address_in, author_in
from guardian.guard.read_mail.reply_patterns import (
    ANY_LABEL,
    AROUND_LABELS,
    DATE_VALUE,
    KIND,
    LABEL,
    LABEL_ENDS,
    LINE_CUT,
    LONGEST_STAMP,
    STAMP,
    WINDOW,
)

FEWEST_LABELS = 3  # header lines that make a block; fewer behind a separator or a first mark


@dataclass(frozen=True, slots=True)
class Beginning:
    """Somebody else's text begins: who, and how many lines say so; `intro` tells a line from a block of headers.

    `sentence` is an intro that says more than a name: somebody wrote it by hand. A `doubtful` block of headers is one
    that somebody may have typed, too: it tells neither an address nor when it was sent. So is what is in no known
    language.
    """

    author: Author
    length: int
    intro: bool = False
    sentence: bool = False
    doubtful: bool = False


def _labelled(text: str) -> tuple[str, str] | None:
    colon = text.find(":", 0, LABEL_ENDS)
    if colon < 0 or not _kind(text[:colon].strip(AROUND_LABELS)):
        return None
    match = LABEL.match(text)
    kind = _kind(match[1].strip()) if match else None
    return (kind, (match[2] or "").strip(" *_")) if match and kind else None


def _kind(label: str) -> str | None:
    return KIND.get(label.replace("\xa0", " ").replace("’", "'").lower())


def header_block(lines: list[Line], at: int, *, fewest: int = FEWEST_LABELS) -> Beginning | None:
    """Return what a block of so many header lines begins; one without a date tells who, to whom and about what."""
    if not _labelled(lines[at].text[:LINE_CUT]):
        return None
    found, last = _labels(lines, at)
    moment = found.get("sent") or found.get("date") or found.get("from", "")
    dated = bool(DATE_VALUE.search(moment))
    headers = found.keys() & {"from", "to", "cc", "subject"} | ({"date"} if dated else set())
    tells = dated or fewest < FEWEST_LABELS or ({"to", "subject"} <= headers and _ends_a_block(lines, last))
    if len(headers) < fewest or "from" not in headers or not tells:
        return _foreign_block(lines, at)
    author = author_in(found["from"])
    sure = author.address or fewest < FEWEST_LABELS or lines[at].mark
    return Beginning(author, last - at + 1, doubtful=not (sure or _is_sent(found, moment)))


def _is_sent(found: dict[str, str], moment: str) -> bool:
    """Say whether a program tells when this was sent; a note of a call has no "Sent", and its date in figures."""
    in_full = is_programs(moment) and names_a_day(moment)
    return in_full or ("sent" in found and bool(DATE_VALUE.search(moment)))


def _foreign_block(lines: list[Line], at: int) -> Beginning | None:
    """Return what a block begins of which only the first label is known: an address, two more lines, one dated.

    Doubtful: our own programs speak languages that we know, and lists of fields may begin with an address, too.
    """
    kind, value = _labelled(lines[at].text[:LINE_CUT]) or ("", "")
    author = author_in(value)
    if kind != "from" or not author.address:
        return None
    rows = [*takewhile(lambda row: ANY_LABEL.match(row[1]), near(lines, at, WINDOW))]
    dated = any([DATE_VALUE.search(text.partition(":")[2]) for _, text in rows[1:]])
    if len(rows) < FEWEST_LABELS or not dated:
        return None
    return Beginning(author, rows[-1][0] - at + 1, doubtful=not lines[at].mark)


def _labels(lines: list[Line], at: int) -> tuple[dict[str, str], int]:
    """Return the values of the labels of one block, and the place of the last; prose above From ends it."""
    found: dict[str, str] = {}
    last = at
    for place, text in near(lines, at, WINDOW):
        kind, value = _labelled(text) or ("", "")
        if "from" in found if kind == "from" else not kind and "from" not in found:
            break
        if kind and kind not in found:
            found[kind], last = value, place
    return found, last


def _ends_a_block(lines: list[Line], last: int) -> bool:
    """Say whether an empty line follows, as it does where header lines without a date are more than prose."""
    return last + 1 < len(lines) and not lines[last + 1].text.strip()


def after_separator(lines: list[Line], at: int) -> Beginning:
    """Return what begins at a separator: the headers below say who wrote it."""
    for place, _ in islice(near(lines, at, 4), 1, None):
        block = header_block(lines, place, fewest=2) or stamped(lines, place)
        if block:
            return Beginning(block.author, place - at + block.length)
    return Beginning(UNKNOWN, 1)


def after_markup(lines: list[Line], at: int) -> Beginning | None:
    """Trust the markup only where lines that look like headers follow, in whatever language."""
    labelled = [text.split(":", 1) for _, text in near(lines, at, WINDOW) if ANY_LABEL.match(text)]
    if len(labelled) < FEWEST_LABELS or not _tell_who_and_when(labelled):
        return None
    return Beginning(author_in(labelled[0][1]), 1)


def _tell_who_and_when(labelled: list[list[str]]) -> bool:
    """Say whether labels and values may be a header: an address first, then a date.

    A language in which we know what a date or subject is called, but not the first label, has it for something else.
    """
    (_, author), *others = labelled
    known = {KIND.get(label.strip().lower()) for label, _ in others}
    dated = any([DATE_VALUE.search(value) for _, value in others])
    return dated and bool(address_in(author)) and not known & {"sent", "date", "subject"}


def stamped(lines: list[Line], at: int) -> Beginning | None:
    """Notes writes the name, the date and time in a line of their own, then To, cc and Subject."""
    if at + 1 >= len(lines) or not STAMP.match(lines[at + 1].text, 0, LONGEST_STAMP):
        return None
    kinds: dict[str, int] = {}
    for place, text in islice(near(lines, at, WINDOW), 2, None):
        labelled = _labelled(text)
        if labelled:
            kinds.setdefault(labelled[0], place)
    if not {"to", "subject"} <= kinds.keys():
        return None
    return Beginning(author_in(lines[at].text[:LINE_CUT]), max(kinds.values()) - at + 1)
