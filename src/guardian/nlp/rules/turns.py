"""Turns of phrase: short patterns over words, kept in a text file, tried only where their first word stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

_SECTION = re.compile(r"\[(\w+) (\d) [A-Z* ]+\]")
_WHO = {
    "{him}": "(he|she|him|her|them|¤|§|the client|the customer|the buyer|his|their)",
    "{who}": "(he|she|they|him|her|them|¤|§|the client|the customer|the buyer|his|their)",
    "{a quien}": "(¤|§|el|ella|ellos|ellas|el cliente|la clienta|cliente|don §|doña §|la §|el §)",
    "{quien}": "(¤|§|el|ella|ellos|ellas|el cliente|la clienta|los clientes|don §|doña §|la §|el §|la señora|el señor"
    "|la doctora|el doctor|el ingeniero|la ingeniera|la licenciada|el licenciado)",
}
_MARKS = {"(": "(?:", "@": "(?:os?|as?)", "+": "(?:e?s)?", "~": r"\S*"}
_GAP = r"(?:\S+ ){0,2}"
_MOST_REMEMBERED = 20_000  # words


@dataclass(frozen=True, slots=True)
class Turn:
    """One pattern: what it is a sign of, how strong a one (1 to 3), and how it is written down."""

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
        self._by_word: dict[str, list[Turn]] = {}
        self._by_shape: list[tuple[re.Pattern[str], Turn]] = []
        self._opened_by: dict[str, list[Turn]] = {}
        for sign, strength, written in _entries(text):
            turn = Turn(sign, strength, written, re.compile("".join(map(_element, _split(written, " ")))))
            for word in _first_words(_split(written, " ")):
                self._file(word, turn)

    def met(self, words: Sequence[str]) -> list[Met]:
        """Return every turn met in a run of words."""
        text, place, found = " ".join(words) + " ", 0, []
        for first, word in enumerate(words):
            turns = self._opened_by.get(word)
            for turn in self._open(word) if turns is None else turns:
                match = turn.pattern.match(text, place)
                if match:
                    found.append(Met(turn, first, first + match.group().count(" ")))
            place += len(word) + 1
        return found

    def _file(self, word: str, turn: Turn) -> None:
        if any(mark in word for mark in "(@+~?"):
            self._by_shape.append((re.compile(f"{_expression(word)}$"), turn))
        else:
            self._by_word.setdefault(word, []).append(turn)

    def _open(self, word: str) -> list[Turn]:
        """Return what a word may begin, and remember it."""
        if len(self._opened_by) >= _MOST_REMEMBERED:
            self._opened_by.clear()
        found = [*self._by_word.get(word, ()), *(turn for shape, turn in self._by_shape if shape.match(word))]
        return self._opened_by.setdefault(word, found)


@cache
def shipped_turns() -> Turns:
    """Return the turns that come with Guardian."""
    return Turns(resources.files("guardian.nlp.rules").joinpath("turns.txt").read_text("utf-8"))


def _entries(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield (sign, strength, pattern) for every entry; lines hold entries separated by commas."""
    section: re.Match[str] | None = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            section = _SECTION.match(line)
            continue
        if section is None:
            raise ValueError("turns of phrase begin with a section")
        for name, people in _WHO.items():
            line = line.replace(name, people)
        for entry in _split(line, ","):
            yield section[1], int(section[2]), entry


def _split(text: str, mark: str) -> list[str]:
    """Return the parts of a text between marks outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == mark and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def _element(element: str) -> str:
    """Return an element of a pattern as an expression over words that each have a blank behind them."""
    if element == "_":
        return _GAP
    if element.endswith("?") and _is_group(element[:-1]):
        return f"(?:{_expression(element[:-1])} )?"
    return f"{_expression(element)} "


def _expression(written: str) -> str:
    expression = "".join(_MARKS.get(character, character) for character in written)
    return expression.replace(" _ ", f" {_GAP}")


def _is_group(element: str) -> bool:
    """Say whether one pair of brackets holds all of an element."""
    depth = 0
    for place, character in enumerate(element):
        depth += (character == "(") - (character == ")")
        if not depth:
            return place == len(element) - 1 and element.startswith("(")
    return False


def _first_words(elements: Sequence[str]) -> set[str]:
    """Return the words, or their shapes, that a pattern may begin with."""
    first, may_lack = elements[0], False
    if first.endswith("?") and _is_group(first[:-1]):
        first, may_lack = first[:-1], True
    words = set()
    for choice in _split(first[1:-1], "|") if _is_group(first) else [first]:
        parts = _split(choice, " ")
        words |= _first_words(parts) if _is_group(parts[0]) else {parts[0]}
    return words | _first_words(elements[1:]) if may_lack else words
