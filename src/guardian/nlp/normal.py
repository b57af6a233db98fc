"""The text as a reader hears it: disguises undone, with a way back to the characters as they were written."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guardian.domain.marks import in_form
from guardian.nlp.disguise import bare, revealed

# Letters of other scripts that pass for Latin ones (own selection from Unicode TR 39's confusables).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛѡвнкмтгпАВЕКМНОРСТХІЈЅУΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχωɡıⅼӏɑօցոս",
    "aeopcyxijsdhqwbhkmtrnABEKMHOPCTXIJSYABEZHIKMNOPTYXaeiknoptuxwgillaognu",
)
_PERFECT = frozenset("аеорсухіјѕАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")  # nobody can see the difference
_ORDINARY = re.compile(r"[\t\n -~¡-¬®-ÿ‘’“”–—…•€]*")
# Everything but letters that look the same in NFKC and are no marks; the ordinary ¨ª¯²³´µ¸¹º¼½¾… are rewritten.
_ODD = re.compile(r"[^\t\n -~¡-§©«¬®°±¶·»¿-ÿ‘’“”–—•€]+")
_FOREIGN = re.compile(r"[Ͱ-ӿԀ-֏ɑɡıⅼ]")
_FOREIGN_WORD = re.compile(r"\w{0,40}[Ͱ-ӿԀ-֏ɑɡıⅼ]\w{0,40}")
_BLANKS = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


@dataclass(frozen=True, slots=True)
class Normal:
    """Text with disguises undone; `cuts` and `origins` map places in it to places in the original.

    Character i of `text` begins at original place `origins[k] + (i - cuts[k])` for the last k with cuts[k] <= i,
    never beyond `origins[k + 1]`. `disguised` holds the spans of `text` that had been disguised words.
    """

    text: str
    original: str
    cuts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)
    disguised: tuple[tuple[int, int], ...] = ()

    def origin(self, place: int) -> int:
        """Return the original place of a place in the text."""
        k = bisect_right(self.cuts, place) - 1
        ceiling = self.origins[k + 1] if k + 1 < len(self.origins) else len(self.original)
        return min(self.origins[k] + place - self.cuts[k], ceiling)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span that became this span of the text; whole disguised words stay whole."""
        for low, high in self.disguised:
            if low < end and start < high:
                start, end = min(start, low), max(end, high)
        return self.origin(start), self.origin(end)


Edit = tuple[int, int, str]


def normalise(text: str, is_known: Callable[[str], bool]) -> Normal:
    """Return the text in plain letters; `is_known` says whether a folded word is worth uncovering.

    Undone are compatibility forms (NFKC), invisible characters, look-alike letters, and, where a known word comes
    to light, leet, masking asterisks, spaced letters and drawn-out letters.
    """
    plain = (
        Normal(text, text) if _ORDINARY.fullmatch(text) else _rewritten(Normal(text, text), _character_edits(text))
    )
    if _FOREIGN.search(plain.text):
        plain = _rewritten(plain, _lookalike_edits(plain.text, is_known))
    edits = list(revealed(plain.text, is_known))
    return _rewritten(plain, iter(edits), disguise=True) if edits else plain


def fold(text: str) -> str:
    """Return the text in lower case without accents, ñ kept: how words are compared; the length may change."""
    lower = text.lower().replace("’", "'")
    return lower if lower.isascii() else bare(lower)


def _character_edits(text: str) -> Iterator[Edit]:
    """Yield an edit for every cluster of base and marks whose NFKC form differs, and for what cannot be seen."""
    for odd in _ODD.finditer(text):
        place, length = odd.start(), odd.end()
        place -= place > 0 and _is_mark(text[place])
        while place < length:
            end = place + 1
            while end < length and _is_mark(text[end]):
                end += 1
            cluster = text[place:end]
            plain = _seen(cluster)
            if plain != cluster:
                yield place, end, plain
            place = end


def _is_mark(character: str) -> bool:
    """Say whether a character belongs to the one before it."""
    return bool(unicodedata.combining(character)) or unicodedata.category(character) in ("Cf", "Mn")


def _seen(cluster: str) -> str:
    """Return what a reader sees of a cluster: composed, without invisible characters or piled-up marks."""
    if len(cluster) == 1 and cluster < "\x80":
        return cluster if cluster.isprintable() or cluster in "\n\t" else " "
    visible = "".join(c for c in cluster if unicodedata.category(c) not in ("Cf", "Cs", "Cc", "Co"))
    composed = in_form("NFKC", _BLANKS.sub(" ", visible))
    return "".join(c for c in composed if not unicodedata.combining(c) and unicodedata.category(c) != "Mn")


def _lookalike_edits(text: str, is_known: Callable[[str], bool]) -> Iterator[Edit]:
    """Yield an edit for every word that consists of Latin letters once its look-alikes are replaced."""
    for word in _FOREIGN_WORD.finditer(text):
        latin = word.group().translate(_LOOKALIKES)
        if latin != word.group() and all(c < "\u0250" for c in latin) and _pretends(word.group(), latin, is_known):
            yield word.start(), word.end(), latin


def _pretends(word: str, latin: str, is_known: Callable[[str], bool]) -> bool:
    """Say whether a word is Latin in disguise and not simply Russian or Greek."""
    return any(c.isalpha() and c < "\u0250" for c in word) or set(word) <= _PERFECT or is_known(fold(latin))


def _rewritten(before: Normal, edits: Iterator[Edit], *, disguise: bool = False) -> Normal:
    """Return the text after edits in order of place, its map leading through to the first original."""
    pieces: list[str] = []
    cuts, origins = [0], [0]
    disguised: list[tuple[int, int]] = []
    done = written = 0
    for start, end, replacement in edits:
        _keep(before, done, start, written, cuts, origins)
        pieces += (before.text[done:start], replacement)
        written += start - done
        _mark(cuts, origins, written, before.origin(start))
        if disguise:
            disguised.append((written, written + len(replacement)))
        written += len(replacement)
        done = end
        _mark(cuts, origins, written, before.origin(end))
    _keep(before, done, len(before.text), written, cuts, origins)
    pieces.append(before.text[done:])
    return Normal("".join(pieces), before.original, tuple(cuts), tuple(origins), tuple(disguised))


def _keep(before: Normal, start: int, end: int, written: int, cuts: list[int], origins: list[int]) -> None:
    """Carry the earlier cuts of an untouched stretch over."""
    k = bisect_right(before.cuts, start)
    while k < len(before.cuts) and before.cuts[k] < end:
        _mark(cuts, origins, written + before.cuts[k] - start, before.origins[k])
        k += 1


def _mark(cuts: list[int], origins: list[int], cut: int, origin: int) -> None:
    if cut == cuts[-1]:
        origins[-1] = max(origin, origins[-1])
    else:
        cuts.append(cut)
        origins.append(origin)
