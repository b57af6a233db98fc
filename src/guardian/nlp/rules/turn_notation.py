"""Reading the notation of turns of phrase: entries under sections, each a row of words, groups and gaps."""

import re
from collections.abc import Iterator, Sequence

from guardian.nlp.language import is_little_word

_SECTION = re.compile(r"\[(\w+) (\d) [A-Z* ]+\]")
_WHO = {
    "{him}": "(he|she|him|her|them|¤|§|the client|the customer|the buyer|his|their)",
    "{who}": "(he|she|they|him|her|them|¤|§|the client|the customer|the buyer|his|their)",
    "{a quien}": "(¤|§|el|ella|ellos|ellas|el cliente|la clienta|cliente|don §|doña §|la §|el §)",
    "{quien}": "(¤|§|el|ella|ellos|ellas|el cliente|la clienta|los clientes|don §|doña §|la §|el §|la señora|el señor"
    "|la doctora|el doctor|el ingeniero|la ingeniera|la licenciada|el licenciado)",
}
_MARKS = {"(": "(?:", "@": "(?:os?|as?)", "+": "(?:e?s)?", "~": r"\S*"}
_ENDINGS = {"@": ("o", "os", "a", "as"), "+": ("", "s", "es")}
_SPELLABLE = re.compile(r"(?:[\w'][@+]?\??)+")
_GROUP = re.compile(r"\(([^()]*)\)(\??)")
_NO_WORD = re.compile(r"[^\w'@+?~]")
_STEM = re.compile(r"[\w']+(?=[(~@+])")
_LETTER_AND_MARKS = re.compile(r"([\w'])([@+]?)(\??)")
_GAP = r"(?:\S+ ){0,2}"
_GAP_MARK = "_"
_WRITTEN = re.compile(r"[^\W\d_'][\w'(|)@+~?]*|[¤§0]")  # a word, the shape of one, or a mark
_COMMON, _SHORT = 40, 20  # how much worse a word is to look for than a rare one
_SHORTEST_RARE = 4


def entries(text: str) -> Iterator[tuple[str, int, str]]:
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
        for entry in split(line, ","):
            yield section[1], int(section[2]), entry


def split(text: str, mark: str) -> list[str]:
    """Return the parts of a text between marks outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == mark and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def pattern(elements: Sequence[str]) -> re.Pattern[str]:
    """Return the elements of an entry as an expression over words that each have a blank behind them."""
    return re.compile("".join(map(_element, elements)))


def _element(element: str) -> str:
    if element == _GAP_MARK:
        return _GAP
    if _may_lack(element):
        return f"(?:{expression(element[:-1])} )?"
    return f"{expression(element)} "


def expression(written: str) -> str:
    """Return what is written of a word or a group as an expression."""
    found = "".join(_MARKS.get(character, character) for character in written)
    return found.replace(" _ ", f" {_GAP}")


def is_shape(word: str) -> bool:
    """Say whether what is written stands for several words."""
    return any(mark in word for mark in "(@+~?")


def _may_lack(element: str) -> bool:
    return element.endswith("?") and _is_group(element[:-1])


def _is_group(element: str) -> bool:
    """Say whether one pair of brackets holds all of an element."""
    depth = 0
    for place, character in enumerate(element):
        depth += (character == "(") - (character == ")")
        if not depth:
            return place == len(element) - 1 and element.startswith("(")
    return False


def first_words(elements: Sequence[str]) -> set[str]:
    """Return the words, or their shapes, that a pattern may begin with."""
    may_lack = _may_lack(elements[0])
    first = elements[0][:-1] if may_lack else elements[0]
    words = set()
    for choice in split(first[1:-1], "|") if _is_group(first) else [first]:
        parts = split(choice, " ")
        words |= first_words(parts) if _is_group(parts[0]) else {parts[0]}
    return words | first_words(elements[1:]) if may_lack else words


def anchors(elements: Sequence[str]) -> list[frozenset[str]]:
    """Return sets of words, or their shapes: an entry is met only where one of each is; the rarest set first."""
    found = [one for one in map(_anchor, elements) if one]
    return sorted(found, key=_commonness)


def _anchor(element: str) -> frozenset[str]:
    """Return the words one of which an element cannot do without; none where there is no knowing."""
    if element == _GAP_MARK or _may_lack(element):
        return frozenset()
    if not _is_group(element):
        return frozenset({element} if _WRITTEN.fullmatch(element) else ())
    found: set[str] = set()
    for choice in split(element[1:-1], "|"):
        needed = next(iter(anchors(split(choice, " "))), None)
        if needed is None:
            return frozenset()
        found |= needed
    return frozenset(found)


def _commonness(words: frozenset[str]) -> int:
    return sum(_COMMON if is_little_word(word) else _SHORT if len(word) < _SHORTEST_RARE else 1 for word in words)


def spelled_out(shape: str) -> frozenset[str]:
    """Return every word that has a shape of letters, groups, @, + and ?; nothing where one says more."""
    if group := _GROUP.search(shape):
        choices = [choice for choice in group[1].split("|") if not _NO_WORD.search(choice)]
        choices += [""] if group[2] else []
        found = [spelled_out(shape[: group.start()] + choice + shape[group.end() :]) for choice in choices]
        return frozenset().union(*found) if all(found) else frozenset()
    if not _SPELLABLE.fullmatch(shape):
        return frozenset()
    forms = {""}
    for letter, endings, may_lack in _LETTER_AND_MARKS.findall(shape):
        if endings:
            forms = {form + letter + one for form in forms for one in (*_ENDINGS[endings], *[""][: bool(may_lack)])}
        else:
            forms = {form + one for form in forms for one in ({letter, ""} if may_lack else {letter})}
    return frozenset(forms)


def stem_of(shape: str) -> str:
    """Return letters that every word of a shape begins with."""
    stem = _STEM.match(shape)
    return stem[0] if stem else ""
