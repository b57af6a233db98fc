"""Numbered things found by words or shapes of words, and told by several words at once at little cost."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

from guardian.nlp.rules.turn_notation import expression, is_shape, spelled_out, stem_of

_MOST_REMEMBERED = 20_000  # words
_DEEPEST = 4  # sets of words that are looked for of each thing
_NONE: frozenset[int] = frozenset()


class ByWord(dict[str, tuple[int, ...]]):
    """The numbers filed under a word, or a shape that it has; words asked for before are remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._exact: dict[str, list[int]] = {}
        self._shaped: dict[str, list[int]] = {}
        self._patterns: list[tuple[re.Pattern[str], int]] = []
        self._stems: tuple[str, ...] = ()

    def file(self, word: str, number: int) -> None:
        """File a number under a word or a shape."""
        if not is_shape(word):
            self._exact.setdefault(word, []).append(number)
            return
        forms = spelled_out(word)
        for form in forms:
            self._shaped.setdefault(form, []).append(number)
        if not forms:
            self._patterns.append((re.compile(f"{expression(word)}$"), number))
            self._stems += (stem_of(word),)

    def __missing__(self, word: str) -> tuple[int, ...]:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        patterned = []
        if word.startswith(self._stems):
            patterned = [number for pattern, number in self._patterns if pattern.match(word)]
        shaped = sorted([*self._shaped.get(word, ()), *patterned])
        found = self[word] = (*self._exact.get(word, ()), *shaped)
        return found


class Needed:
    """Which of some things have what they need: a word of each of their sets of words, of the first few of them.

    Bit `i` of the numbers below is for thing `i` and its first set, bit `count + i` for its second, and so on.
    """

    def __init__(self, needed: Sequence[Sequence[Iterable[str]]]) -> None:
        """Take the sets of words, or of their shapes, that each thing needs."""
        self._count = len(needed)
        self._whole = (1 << self._count) - 1
        self._free = 0  # the bits of sets that there are not
        filed = ByWord()
        for number, sets in enumerate(needed):
            for depth in range(_DEEPEST):
                bit = depth * self._count + number
                for word in sets[depth] if depth < len(sets) else ():
                    filed.file(word, bit)
                self._free |= (depth >= len(sets)) << bit
        self._bits = _Bits(filed)

    def met_by(self, words: Iterable[str]) -> frozenset[int]:
        """Return the numbers of the things whose needs are met by these words."""
        bits = reduce(or_, map(self._bits.__getitem__, words), self._free)
        found = bits & self._whole
        for depth in range(1, _DEEPEST):
            if not found:
                return _NONE
            found &= bits >> depth * self._count
        return frozenset(_places(found))


def _places(bits: int) -> Iterator[int]:
    """Yield where a number has its bits."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


class _Bits(dict[str, int]):
    """The numbers filed under words as the bits of one number."""

    def __init__(self, filed: ByWord) -> None:
        super().__init__()
        self._filed = filed

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[word] = sum(1 << bit for bit in {*self._filed[word]})
        return found
