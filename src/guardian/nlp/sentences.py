"""Sentences as office mail has them: bullets, missing stops, Sr. and Dña., e.g. and p. ej."""

import re

_BREAK = re.compile(  # all of them begin with one of the letters in front, which spares looking further elsewhere
    r"(?=[\s\"'”’»)\]¿¡A-ZÁÉÍÓÚÑ])"
    r"(?:\n+|(?<=[.!?…;])[\"'”’»)\]]*\s+|(?<=[!?…])(?=[¿¡A-ZÁÉÍÓÚÑ])|\s{1,9}[-–—•]\s{1,9}(?=[A-ZÁÉÍÓÚÑ¿¡]))"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'¿¡])(?:sr|sra|sres|srta|dr|dra|drs|d|dña|dª|lic|licda|ing|arq|ab|cra|cr|prof|profa|econ|mtro|mtra|c\.p"
    r"|mr|mrs|ms|mx|st|sto|sta|jr|snr|hon|rev|fr|capt|lt|col|sgt|gen|adv|messrs|mt|ave|av|avda|c|pza|ctra|urb|dept|dpto"
    r"|depto|tel|tfno|núm|num|nº|nro|art|arts|pág|págs|pag|p|pp|ref|vol|fig|ed|exp|fra|fac|aprox|máx|mín|vs|etc|inc"
    r"|ltd|co|corp|s\.a|s\.l|s\.r\.l|bros|cía|cia|p\. ?ej|e\.g|i\.e|a\.m|p\.m|q\.e\.p\.d|ee\. ?uu|u\.s|u\.k|atte|jan"
    r"|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|ene|abr|ago|dic|[A-ZÁÉÍÓÚÑ])\.$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-–—•*·>]+|\(?\d{1,2}[.)]|\(?[a-h]\))\s+")
LONGEST = 600  # characters; a sentence without any stop is cut here
_WRAPPED_FROM = 50  # characters in a line that a mail program may have broken
_INDENT = 8  # characters that the second line of a bullet may be set in
_STOPS = ".!?…;:"


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of every sentence, blanks and bullets left out."""
    start, spans = 0, []
    for found in _BREAK.finditer(text):
        place, end = found.span()
        if not _is_inside(text, start, place, end):
            spans += _pieces(text, start, place)
            start = end
    return spans + _pieces(text, start, len(text))


def _is_inside(text: str, start: int, place: int, end: int) -> bool:
    """Say whether what looks like a break is inside a sentence: after an abbreviation, or in a wrapped line."""
    if text[place] != "\n" and text.find("\n", place, end) < 0:
        if text[place - 1] != ".":
            return False
        return _ABBREVIATION.search(text, max(start, place - 12), place) is not None
    if end - place > 1:
        return False
    line = place - max(start, text.rfind("\n", start, place) + 1)
    return (
        line >= _WRAPPED_FROM
        and text[place - 1] not in _STOPS
        and text[end : end + _INDENT].lstrip(" \t")[:1].islower()
    )


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if not text[start : start + 1].isalpha() or text[start + 1 : start + 2] == ")":
        bullet = _BULLET.match(text, start, end)
        start = bullet.end() if bullet else start
    if end - start <= LONGEST:
        return _trimmed(text, start, end)
    pieces = []
    while end - start > LONGEST:
        blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = blank if blank > 0 else start + LONGEST
        pieces += _trimmed(text, start, cut)
        start = cut
    return pieces + _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    written = text[start:end].lstrip()
    start = end - len(written)
    written = written.rstrip()
    if written and (written[0].isalnum() or any(map(str.isalnum, written))):
        return [(start, start + len(written))]
    return []
