"""What a client says in a mail as the reader reads it: without quotes, and whatever the blanks and line ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardian.domain.complaint import InboundWords
from guardian.nlp.normal import normalise
from guardian.nlp.sentences import sentence_spans

MOST_READ = 12_000  # characters of a body; more changes nothing
MOST_SENTENCES = 120
_WORD = re.compile(r"\S+")
_ATTRIBUTION = re.compile(r"(?:escribi[óo]|wrote|said|dijo)\s*:\s*$", re.IGNORECASE)
_CLOSED = ".!?…:;,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One sentence: where it is in the text that is read, and its exact words as they were written."""

    start: int
    end: int
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The words of a subject and a body in plain letters, one blank between words, and their sentences in order."""

    text: str
    phrases: tuple[Phrase, ...]


def said(mail: InboundWords) -> Said:
    """Return what a mail says; never raises."""
    texts: list[str] = []
    phrases: list[Phrase] = []
    room = 0
    for part in (mail.subject[:MOST_READ], *own_parts(mail.text[:MOST_READ])):
        text, found = _read(part)
        if text:
            phrases += [Phrase(start=one.start + room, end=one.end + room, written=one.written) for one in found]
            closed = text if texts or text[-1] in _CLOSED else f"{text}."  # the subject is a sentence of its own
            texts.append(closed)
            room += len(closed) + 1
    return Said(text=" ".join(texts), phrases=tuple(phrases[:MOST_SENTENCES]))


def own_parts(text: str) -> Iterator[str]:
    """Yield the stretches of a body between lines quoted with >."""
    start = place = 0
    for line in text.splitlines(keepends=True):
        end = place + len(line)
        if line.lstrip().startswith(">"):
            yield _without_attribution(text[start:place])
            start = end
        place = end
    yield text[start:]


def _without_attribution(part: str) -> str:
    """Return the words before a quotation without the line that names whom it is of."""
    kept = part.rstrip()
    last = kept.rfind("\n") + 1
    return kept[:last] if _ATTRIBUTION.search(kept, last) else part


def _read(part: str) -> tuple[str, list[Phrase]]:
    """Return the words of one part, a blank between each, and its sentences."""
    normal = normalise(part, _is_never_known)
    words = list(_WORD.finditer(normal.text))
    text = " ".join(word.group() for word in words)
    places: list[int] = []  # of each character of the text in the normal text
    for word in words:
        places += [*range(word.start(), word.end()), word.end()]
    found = []
    for start, end in sentence_spans(text):
        low, high = normal.span(places[start], places[end - 1] + 1)
        found.append(Phrase(start=start, end=end, written=part[low:high]))
    return text, found


def _is_never_known(word: str) -> bool:
    """Uncover no disguised words: a client has no reason to disguise any."""
    return False
