"""Turns of phrase: short patterns over words, kept in a text file, tried only where their words stand."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib import resources

from guardian.nlp.reading import Sentence
from guardian.nlp.rules.by_word import ByWord, Needed
from guardian.nlp.rules.outline import NUMBER_MARK, OTHER_MARK
from guardian.nlp.rules.turn_notation import anchors, entries, first_words, pattern, split

DIGIT = re.compile(r"[\d²³¹፩-፱᧚⁰-₉①-⓿❶-➒\U00010a40-\U0001f10a]")  # and, of rare scripts, more than that


@dataclass(frozen=True, slots=True)
class Turn:
    """One pattern: its number, what it is a sign of, how strong a one (1 to 3), and how it is written down."""

    number: int
    sign: str
    strength: int
    written: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Met:
    """A turn met in words `first` to `last` (exclusive)."""

    turn: Turn
    first: int
    last: int


class Turns:
    """All turns of a file, found by their first words."""

    def __init__(self, text: str) -> None:
        """Read a file; ValueError where it begins without a section."""
        self.all: list[Turn] = []
        self._by_first = ByWord()
        needed: list[Sequence[frozenset[str]]] = []
        for number, (sign, strength, written) in enumerate(entries(text)):
            elements = split(written, " ")
            self.all.append(Turn(number, sign, strength, written, pattern(elements)))
            for word in first_words(elements):
                self._by_first.file(word, number)
            needed.append(anchors(elements))
        self._needed = Needed(needed)

    def possible(self, sentence: Sentence) -> frozenset[int]:
        """Return, at little cost, the numbers of the turns that a sentence may hold once it is marked."""
        marks = [NUMBER_MARK] if DIGIT.search(sentence.text) else []
        if not sentence.text[1:].islower():  # what bears no capital is no name
            marks.append(OTHER_MARK)
        return self._needed.met_by([*sentence.words, *marks])

    def met(self, words: Sequence[str], among: AbstractSet[int] | None = None) -> list[Met]:
        """Return every turn met in a run of marked words, of those with these numbers, by default of all."""
        text, place, found = " ".join(words) + " ", 0, []
        for first, word in enumerate(words):
            for number in self._by_first[word]:
                if among is None or number in among:
                    match = self.all[number].pattern.match(text, place)
                    if match:
                        found.append(Met(self.all[number], first, first + match.group().count(" ")))
            place += len(word) + 1
        return found


@cache
def shipped_turns() -> Turns:
    """Return the turns that come with Guardian."""
    return Turns(resources.files("guardian.nlp.rules").joinpath("turns.txt").read_text("utf-8"))
