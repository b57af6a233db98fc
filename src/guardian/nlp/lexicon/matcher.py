"""Finding lexicon entries in a run of words, in one walk over a tree of words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources

from guardian.nlp.lexicon.notation import GAP, STEM, Entry, read_entries

LANGUAGE_FILES = ("es", "en")
_WIDEST_GAP = 2
_SHORTEST_KNOWN = 4
_MOST_REMEMBERED = 20_000  # words
_LEAST_TELLING = 2  # severity; milder words are ordinary ones as well
_HOSTILE = frozenset({"insult", "swear", "obfuscated"})


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found: words `first` to `last` (exclusive), its category and severity."""

    first: int
    last: int
    category: str
    severity: int


@dataclass(slots=True)
class _Node:
    words: dict[str, "_Node"] = field(default_factory=dict)
    stems: dict[str, "_Node"] = field(default_factory=dict)
    gap: "_Node | None" = None
    ends: list[tuple[str, int]] = field(default_factory=list)
    _beginnings: tuple[str, ...] | None = None  # the stems, once they are all there

    def leads_on(self, word: str) -> bool:
        """Say whether an entry goes on from here, given the next word."""
        if self._beginnings is None:
            self._beginnings = tuple(self.stems)
        return word in self.words or self.gap is not None or word.startswith(self._beginnings)


class _Opening:
    """What entries that begin with one word go on with; `anyhow` where no next word can tell that none does."""

    __slots__ = ("_stems", "_words", "anyhow", "nodes")

    def __init__(self, nodes: Sequence[_Node]) -> None:
        self.nodes = nodes
        self.anyhow = any(node.ends or node.gap for node in nodes)
        self._words = frozenset(word for node in nodes for word in node.words)
        self._stems = tuple(stem for node in nodes for stem in node.stems)

    def leads_on(self, following: Sequence[str]) -> bool:
        """Say whether an entry goes on, given the next word, if there is any."""
        return bool(following) and (following[0] in self._words or following[0].startswith(self._stems))


class _Openings(dict[str, _Opening | None]):
    """What each word begins, remembered: most words begin no entry."""

    def __init__(self, root: _Node) -> None:
        super().__init__()
        self._root = root

    def __missing__(self, word: str) -> _Opening | None:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        nodes = [*_following(self._root, word)]
        found = self[word] = _Opening(nodes) if nodes else None
        return found


class Lexicon:
    """The entries of all languages, ready to match; office mail mixes languages too often to keep them apart."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Read lexicon files given as text."""
        self.texts = tuple(texts)
        self._root = _Node()
        self._known: set[str] = set()
        self._opened_by = _Openings(self._root)
        for text in self.texts:
            for entry in read_entries(text):
                self._add(entry)

    def is_known(self, word: str) -> bool:
        """Say whether a folded word is an insult or oath, so that its disguise is worth removing."""
        return word in self._known

    def hits(self, words: Sequence[str]) -> list[Hit]:
        """Return the longest entry of each category at each word; words are folded."""
        found: list[Hit] = []
        opened_by = map(self._opened_by.__getitem__, words)
        for first, opening in enumerate(opened_by):
            if opening is not None and (opening.anyhow or opening.leads_on(words[first + 1 : first + 2])):
                found += _longest(opening.nodes, words, first)
        return found

    def _add(self, entry: Entry) -> None:
        if entry.words[0] == GAP:
            raise ValueError("an entry begins with a word, not with a gap")
        node = self._root
        for word in entry.words:
            if word == GAP:
                node.gap = node.gap or _Node()
                node = node.gap
            elif word.endswith(STEM) and len(word) > 1:
                node = node.stems.setdefault(word[:-1], _Node())
            else:
                node = node.words.setdefault(word.removesuffix(STEM), _Node())
        if (entry.category, entry.severity) not in node.ends:
            node.ends.append((entry.category, entry.severity))
        telling = entry.category in _HOSTILE and entry.severity >= _LEAST_TELLING
        if telling and len(entry.words) == 1 and len(entry.words[0]) >= _SHORTEST_KNOWN:
            self._known.add(entry.words[0].removesuffix(STEM))


def _longest(nodes: Iterable[_Node], words: Sequence[str], first: int) -> Iterable[Hit]:
    best: dict[str, Hit] = {}
    following = words[first + 1] if first + 1 < len(words) else None
    for node in nodes:
        if not node.ends and (following is None or not node.leads_on(following)):
            continue
        for last, category, severity in _walk(node, words, first + 1):
            if category not in best or last > best[category].last:
                best[category] = Hit(first, last, category, severity)
    return best.values()


def shipped_lexicon() -> Lexicon:
    """Return the lexicon that comes with Guardian."""
    folder = resources.files("guardian.nlp.lexicon")
    return Lexicon((folder / f"{language}.txt").read_text("utf-8") for language in LANGUAGE_FILES)


def _walk(node: _Node, words: Sequence[str], place: int) -> Iterator[tuple[int, str, int]]:
    """Yield (place behind, category, severity) for every entry that ends on this path."""
    for category, severity in node.ends:
        yield place, category, severity
    if place >= len(words):
        return
    for child in _following(node, words[place]):
        yield from _walk(child, words, place + 1)
    if node.gap is not None:
        for width in range(_WIDEST_GAP + 1):
            yield from _walk(node.gap, words, place + width)


def _following(node: _Node, word: str) -> Iterator[_Node]:
    """Yield where a word leads from a node: the same word first, then its beginnings."""
    if word in node.words:
        yield node.words[word]
    for stem, child in node.stems.items():
        if word.startswith(stem):
            yield child
