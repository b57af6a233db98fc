"""What of a data file that is too long is judged: its beginning, every sentence, and new words while room lasts.

Price lists, invoices and logs are numbers and names of things; sentences are what people put into them. No sentence
is left out: more of them than there is room for are too much text, as anywhere else.
"""

import re
from collections.abc import Iterable, Iterator

from guardian.domain.html_characters import unescaped
from guardian.guard.read_mail.parts import Data, Kind

_RECORDS = re.compile(r"\.(?:csv|tsv|tab|xml|jsonl?|ndjson|log|ics|vcf)$", re.IGNORECASE)
_TEXT = re.compile(r"\.(?:te?xt|text)$", re.IGNORECASE)
_RECORD_TYPES = re.compile(
    r"text/(?:csv|tab-separated-values|xml|calendar|vcard|x-vcard)|application/(?:[\w.+-]*\+)?(?:xml|json|csv)"
)
_BEGINNING = 16 * 1024  # characters that are judged as they stand
_OVERLAP = 500  # characters, so that no sentence is lost where the beginning ends
_WORD = r"(?<!\w)[^\W\d_]++(?!\w)"
_RUN = re.compile(rf"{_WORD}(?:(?:[,.;:!?…)»’']{{0,3}} {{1,2}}[¿¡(«“'-]{{0,2}}|['’-]){_WORD})+")
_BLANK = re.compile(r"\s+")
_FEWEST = 3  # words of a sentence
_LINE = 4  # words in a row that make a line of a letter
_SURELY = 12  # words in a row that are a sentence whatever they are
# Words of sentences that names of things do not have.
_SAYING = frozenset(
    """
    es son era eran fue fueron soy eres somos ser sea está esta están estan estaba estar ha han he has había habia
    hay no ni nunca nada me te se le les lo nos yo tú él ella ellos ellas que qué quien quién muy tan pero porque si
    este ese esa esto eso aquel menudo menuda vaya siempre tiene tienen quiere quieren paga pagan puede va van
    is are was were be been am has have had do does did not don't doesn't didn't isn't can't won't it's he's they're
    it he she him they them we you i me my your his her their our this that these those who what so very but because
    if never always such
    """.split()
)


def data_kind(kind: Kind) -> Data | None:
    """Return what kind of data a file may be, by its name, or by its type where its name tells nothing."""
    if _RECORDS.search(kind.name):
        return Data.RECORDS
    if _TEXT.search(kind.name):
        return Data.TEXT
    return Data.RECORDS if _RECORD_TYPES.fullmatch(kind.type) and "." not in kind.name else None


def gist(text: str, data: Data, room: int) -> str:
    """Return what of a file is judged: as much as there is room for, and more only where its sentences need it."""
    text = unescaped(text).replace("\xa0", " ")
    start = min(_BEGINNING, max(room, 0))
    beginning, rest = text[:start], text[max(start - _OVERLAP, 0) :]
    runs: list[str] = _RUN.findall(rest)
    once = list(dict.fromkeys(runs))
    said = [run for run in once if _says(run)] if data is Data.RECORDS else [run for run in runs if _is_line(run)]
    left = room - start - sum(len(run) + 1 for run in said)
    return "\n".join([beginning, *said, *_new_words(once, {*said}, left)])


def _says(run: str) -> bool:
    """Say whether words in a row may be a sentence."""
    words = _BLANK.split(run)
    if len(words) < _FEWEST:
        return False
    return len(words) >= _SURELY or not _SAYING.isdisjoint(
        [word.strip(",.;:!?…)»¿¡(«“'’-").lower() for word in words]
    )


def _is_line(run: str) -> bool:
    return run.count(" ") >= _LINE - 1


def _new_words(runs: Iterable[str], said: set[str], left: int) -> Iterator[str]:
    """Yield runs that are no sentences and have a word that no other had, while room lasts."""
    known = {word for run in said for word in run.lower().split()}
    for run in runs:
        words = set(run.lower().split())
        if run in said or words <= known:
            continue
        left -= len(run) + 1
        if left < 0:
            return
        known |= words
        yield run
