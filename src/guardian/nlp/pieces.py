"""Cutting words into the pieces that the second look knows: a unigram tokenizer with places in the text.

Kudo, "Subword Regularization" (2018): of all ways to cut a word, the one whose pieces are likeliest together.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_WORD_MARK = "\u2581"
_UNKNOWN_PENALTY = 10.0
_MOST_CACHED = 50_000
_LONGEST_WORD = 64  # beyond that a word is cut blindly, so that no text costs more than its length


class Piece(NamedTuple):
    """One piece: its number, and the characters of the text it stands for."""

    number: int
    start: int
    end: int


Cut = tuple[tuple[int, int, int], ...]


@dataclass(slots=True)
class Pieces:
    """The pieces with the logarithm of how likely each is, and how single characters are rewritten first.

    `texts[i]` is empty for the marks `begin`, `end`, `filler` and `unknown`.
    """

    texts: Sequence[str]
    scores: Sequence[float]
    rewritten: Mapping[str, str]
    begin: int
    end: int
    filler: int
    unknown: int
    _known: dict[str, tuple[int, float]] = field(init=False, default_factory=dict)
    _longest: int = field(init=False, default=1)
    _lowest: float = field(init=False, default=0.0)
    _cache: dict[str, Cut] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the pieces by their text."""
        for number, (text, score) in enumerate(zip(self.texts, self.scores, strict=True)):
            if text:
                self._known.setdefault(text, (number, score))
        self._lowest = min(self.scores) - _UNKNOWN_PENALTY
        self._longest = max(map(len, self._known), default=1)

    def cut(self, text: str) -> list[Piece]:
        """Return the pieces of a text, in order, without marks."""
        letters, places = self._plain(text)
        found: list[Piece] = []
        start, length = 0, len(letters)
        while start < length:
            end = letters.find(" ", start + 1)
            end = length if end < 0 else end
            for number, low, high in self._cut_word(_WORD_MARK + letters[start + 1 : end]):
                first = start + low + (low == 0 and high > 1)
                found.append(Piece(number, places[first], places[start + high - 1] + 1))
            start = end
        return found

    def _plain(self, text: str) -> tuple[str, list[int]]:
        """Return the text rewritten, blanks joined, one blank in front; and where each character came from."""
        letters: list[str] = [" "]
        places: list[int] = [0]
        for place, character in enumerate(text):
            for letter in self.rewritten.get(character, character):
                if letter == " " and letters[-1] == " ":
                    continue
                letters.append(letter)
                places.append(place)
        return "".join(letters), places

    def _cut_word(self, word: str) -> Cut:
        known = self._cache.get(word)
        if known is None:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            parts = [word[i : i + _LONGEST_WORD] for i in range(0, len(word), _LONGEST_WORD)]
            known = tuple(
                (number, low + i * _LONGEST_WORD, high + i * _LONGEST_WORD)
                for i, part in enumerate(parts)
                for number, low, high in self._likeliest(part)
            )
            self._cache[word] = known
        return known

    def _likeliest(self, word: str) -> list[tuple[int, int, int]]:
        """Return the likeliest cut of a word (Viterbi)."""
        length = len(word)
        best = [0.0] + [-1e30] * length
        came: list[tuple[int, int]] = [(0, self.unknown)] * (length + 1)
        lowest = self._lowest
        for start in range(length):
            if best[start] + lowest > best[start + 1]:
                best[start + 1], came[start + 1] = best[start] + lowest, (start, self.unknown)
            for end in range(start + 1, min(length, start + self._longest) + 1):
                piece = self._known.get(word[start:end])
                if piece and best[start] + piece[1] > best[end]:
                    best[end], came[end] = best[start] + piece[1], (start, piece[0])
        found, end = [], length
        while end:
            start, number = came[end]
            found.append((number, start, end))
            end = start
        return found[::-1]

    def save(self, file: Path) -> None:
        """Write everything as JSON."""
        marks = (self.begin, self.end, self.filler, self.unknown)
        told = {
            "texts": list(self.texts),
            "scores": [round(score, 4) for score in self.scores],
            "rewritten": dict(self.rewritten),
            "marks": marks,
        }
        file.write_text(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", "utf-8")

    @classmethod
    def load(cls, file: Path) -> "Pieces":
        """Read what `save` wrote."""
        told = json.loads(file.read_text("utf-8"))
        begin, end, filler, unknown = told["marks"]
        return cls(told["texts"], told["scores"], told["rewritten"], begin, end, filler, unknown)
