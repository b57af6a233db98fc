"""A mail as the second look reads it: stretches of neighbouring sentences, each short enough for one pass."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardian.nlp.pieces import Pieces
from guardian.nlp.reading import CLIENT_MARK, Reading, Sentence

LONGEST = 192  # pieces in one pass, marks included
ROOM = 600  # characters in a stretch, about 160 pieces
MOST = 2  # stretches of one mail that are looked at
_CODE = re.compile(r"\S{40,}")  # a link, a key: half a piece a letter, and nothing that anybody says
_CODE_KEPT = 30
_IN_CODES = frozenset("0123456789/%=&?_+")
_OPENING = "query:"  # how the base model expects a text to begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Neighbouring sentences cut into pieces; `owner[i]` is the sentence that piece i belongs to, -1 for marks."""

    pieces: tuple[int, ...]
    owner: tuple[int, ...]

    @property
    def first(self) -> int:
        """The number of its first sentence."""
        return next(owner for owner in self.owner if owner >= 0)


def ranges_of(sentences: Sequence[Sentence]) -> list[range]:
    """Return the numbers of the sentences that fit into about one stretch each, in order."""
    found, first, room = [], 0, ROOM
    for place, sentence in enumerate(sentences):
        length = len(_spoken(sentence.masked))
        if place > first and length > room:
            found.append(range(first, place))
            first, room = place, ROOM
        room -= length
    return [*found, range(first, len(sentences))] if sentences else []


def hottest(reading: Reading) -> list[range]:
    """Return the ranges worth a second look, in order: those with the most hostile sentences at first sight."""
    ranges = ranges_of(reading.sentences)
    if len(ranges) <= MOST:
        return ranges
    by_heat = sorted(ranges, key=lambda one: -max(reading.sentences[i].hostility for i in one))
    return sorted(by_heat[:MOST], key=lambda one: one.start)


def looked_at(reading: Reading, stretches: Sequence[Stretch]) -> list[int]:
    """Return which of all stretches of a mail are looked at: the most hostile of the hottest ranges, in order."""
    ranges = hottest(reading)
    inside = [i for i, one in enumerate(stretches) if any(one.first in numbers for numbers in ranges)]
    return [inside[i] for i in most_hostile(reading, [stretches[i] for i in inside])]


def most_hostile(reading: Reading, stretches: Sequence[Stretch]) -> list[int]:
    """Return which stretches, as many as are looked at, have the most hostile sentences at first sight, in order."""
    heat = [max(reading.sentences[n].hostility for n in one.owner if n >= 0) for one in stretches]
    return sorted(sorted(range(len(stretches)), key=lambda i: -heat[i])[:MOST])


def cut(reading: Reading, numbers: range, pieces: Pieces) -> list[Stretch]:
    """Return these sentences in pieces, in as few stretches as hold all of them."""
    opening = pieces.cut(_OPENING)
    room = LONGEST - len(opening) - 2
    stretches = []
    for found in _packed(reading, numbers, pieces, room):
        stretch = Stretch(
            pieces=(pieces.begin, *opening, *(piece for piece, _ in found), pieces.end),
            owner=(-1, *(-1 for _ in opening), *(owner for _, owner in found), -1),
        )
        stretches.append(stretch)
    return stretches


def _packed(reading: Reading, numbers: range, pieces: Pieces, room: int) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of (piece, sentence), torn within a sentence only where it is longer than a whole stretch."""
    packed: list[tuple[int, int]] = []
    for number in numbers:
        found = [(piece, number) for piece in pieces.cut(_spoken(reading.sentences[number].masked)[:ROOM])]
        if packed and len(packed) + len(found) > room:
            yield packed
            packed = []
        while len(found) > room:
            yield found[:room]
            found = found[room:]
        packed += found
    if packed:
        yield packed


def _spoken(text: str) -> str:
    """Return a text with links and keys cut short, so that they neither fill a stretch nor drown what is said."""
    return _CODE.sub(_shortened, text)


def _shortened(found: re.Match[str]) -> str:
    return found[0][:_CODE_KEPT] if _IN_CODES.intersection(found[0]) else found[0]


def with_client(pieces: Pieces) -> Pieces:
    """Return the pieces with two more at the end that stand for the client's name, in front of a word and within."""
    return Pieces(
        [*pieces.texts, "\u2581" + CLIENT_MARK, CLIENT_MARK],
        [*pieces.scores, 0.0, 0.0],
        {key: value for key, value in pieces.rewritten.items() if key != CLIENT_MARK},
        pieces.begin,
        pieces.end,
        pieces.filler,
        pieces.unknown,
    )
