"""Cutting words into the pieces that the second look knows: a unigram tokenizer.

Kudo, "Subword Regularization" (2018): of all ways to cut a word, the one whose pieces are likeliest together.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_WORD_MARK = "\u2581"
_UNKNOWN_PENALTY = 10.0
_MOST_CACHED = 50_000
_BLANKS = re.compile(r"  +")
_LONGEST_WORD = 64  # beyond that a word is cut blindly, so that no text costs more than its length


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
    _cache: dict[str, tuple[int, ...]] = field(init=False, default_factory=dict)
    _rewriting: dict[int, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the pieces by their text."""
        for number, (text, score) in enumerate(zip(self.texts, self.scores, strict=True)):
            if text:
                self._known.setdefault(text, (number, score))
        self._lowest = min(self.scores) - _UNKNOWN_PENALTY
        self._longest = max(map(len, self._known), default=1)
        self._rewriting = {ord(letter): text for letter, text in self.rewritten.items()}

    def cut(self, text: str) -> list[int]:
        """Return the numbers of the pieces of a text, in order, without marks."""
        plain = _BLANKS.sub(" ", " " + text.translate(self._rewriting))
        found: list[int] = []
        for word in plain[1:].split(" "):
            found += self._cache.get(word) or self._cut_word(word)
        return found

    def _cut_word(self, word: str) -> tuple[int, ...]:
        if len(self._cache) >= _MOST_CACHED:
            self._cache.clear()
        whole = _WORD_MARK + word
        parts = [whole[i : i + _LONGEST_WORD] for i in range(0, len(whole), _LONGEST_WORD)]
        numbers = tuple(number for part in parts for number in self._likeliest(part))
        self._cache[word] = numbers
        return numbers

    def _likeliest(self, word: str) -> list[int]:
        """Return the likeliest cut of a word (Viterbi)."""
        length, known, unknown = len(word), self._known, self._lowest
        best = [0.0] + [-1e30] * length
        came: list[tuple[int, int]] = [(0, self.unknown)] * (length + 1)
        for start in range(length):
            here = best[start]
            if here + unknown > best[start + 1]:
                best[start + 1], came[start + 1] = here + unknown, (start, self.unknown)
            for end in range(start + 1, min(length, start + self._longest) + 1):
                piece = known.get(word[start:end])
                if piece and here + piece[1] > best[end]:
                    best[end], came[end] = here + piece[1], (start, piece[0])
        found, end = [], length
        while end:
            end, number = came[end]
            found.append(number)
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
