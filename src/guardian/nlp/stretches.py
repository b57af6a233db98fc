"""A mail as the second look reads it: stretches of neighbouring sentences, each short enough for one pass."""

from collections.abc import Sequence
from dataclasses import dataclass

from guardian.nlp.pieces import Pieces
from guardian.nlp.reading import CLIENT_MARK, Reading, Sentence

LONGEST = 192  # pieces in one pass, marks included
ROOM = 600  # characters in a stretch, about 160 pieces
MOST = 2  # stretches of one mail that are looked at
_OPENING = "query:"  # how the base model expects a text to begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Neighbouring sentences cut into pieces; `owner[i]` is the sentence that piece i belongs to, -1 for marks."""

    pieces: tuple[int, ...]
    owner: tuple[int, ...]


def ranges_of(sentences: Sequence[Sentence]) -> list[range]:
    """Return the numbers of the sentences of each stretch, in order."""
    found, first, room = [], 0, ROOM
    for place, sentence in enumerate(sentences):
        length = len(sentence.masked)
        if place > first and length > room:
            found.append(range(first, place))
            first, room = place, ROOM
        room -= length
    return [*found, range(first, len(sentences))] if sentences else []


def hottest(reading: Reading) -> list[range]:
    """Return the stretches worth a second look, in order: those with the most hostile sentences at first sight."""
    ranges = ranges_of(reading.sentences)
    if len(ranges) <= MOST:
        return ranges
    by_heat = sorted(ranges, key=lambda one: -max(reading.sentences[i].hostility for i in one))
    return sorted(by_heat[:MOST], key=lambda one: one.start)


def cut(reading: Reading, numbers: range, pieces: Pieces) -> Stretch:
    """Return a stretch in pieces; what is too long for one pass is cut off."""
    opening = pieces.cut(_OPENING)
    found = [(piece, number) for number in numbers for piece in pieces.cut(reading.sentences[number].masked[:ROOM])][
        : LONGEST - len(opening) - 2
    ]
    return Stretch(
        pieces=(pieces.begin, *opening, *(piece for piece, _ in found), pieces.end),
        owner=(-1, *(-1 for _ in opening), *(owner for _, owner in found), -1),
    )


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
