"""A client's mail cut into passes of the network, of about even length, none longer than it can read at once."""

from dataclasses import dataclass

from guardian.nlp.inbox.said import Said
from guardian.nlp.pieces import Pieces
from guardian.nlp.stretches import LONGEST

MOST_PASSES = 6  # about 800 words; what stands behind them is not read
_OPENING = "query:"  # how the base model expects a text to begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Pieces of one pass; `owner[i]` is the phrase that piece i belongs to, -1 for marks and words of none."""

    pieces: tuple[int, ...]
    owner: tuple[int, ...]


def passes_of(mail: Said, pieces: Pieces) -> list[Pass]:
    """Return the passes of a mail, in order; none of a mail without words."""
    opening = pieces.cut(_OPENING)
    room = LONGEST - len(opening) - 2
    cut = _owned(mail, pieces, room * MOST_PASSES)
    if not mail.text:
        return []
    size = -(-len(cut) // -(-len(cut) // room))
    return [_pass(cut[first : first + size], opening, pieces) for first in range(0, len(cut), size)]


def _pass(cut: list[tuple[int, int]], opening: list[int], pieces: Pieces) -> Pass:
    return Pass(
        pieces=(pieces.begin, *opening, *(piece for piece, _ in cut), pieces.end),
        owner=(-1, *(-1 for _ in opening), *(owner for _, owner in cut), -1),
    )


def _owned(mail: Said, pieces: Pieces, most: int) -> list[tuple[int, int]]:
    """Return the first pieces of a mail with the phrase that each belongs to."""
    found: list[tuple[int, int]] = []
    phrase, place = 0, 0
    for word in mail.text.split(" "):
        while phrase < len(mail.phrases) and mail.phrases[phrase].end <= place:
            phrase += 1
        inside = phrase < len(mail.phrases) and mail.phrases[phrase].start < place + len(word)
        found += [(piece, phrase if inside else -1) for piece in pieces.cut(word)]
        if len(found) >= most:
            break
        place += len(word) + 1
    return found[:most]
