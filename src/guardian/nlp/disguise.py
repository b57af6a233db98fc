"""Words in disguise: leet, masking asterisks, spaced letters, drawn-out letters."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from guardian.domain.marks import in_form
from guardian.nlp.suspects import suspects

_LEET = str.maketrans("013457@$!|€¡", "oieastasiiei")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_]([ .\-_*·]))(?:[^\W\d_]\1){2,30}[^\W\d_](?![^\W_])")
_MIXED = re.compile(
    r"(?<![\w@$!|*#%€¡])(?=[^\W\d_@$!|*#%€¡]*[\d@$!|*#%€¡_])(?=[\d@$!|*#%€¡_]*[^\W\d_])[\w@$!|*#%€¡]{3,24}"
)
_DRAWN = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
_SPLIT = re.compile(r"(?<![^\W_])[^\W\d_]{1,12}[.\-_*·/][^\W\d_]{1,12}(?:[.\-_*·/][^\W\d_]{1,12})*")
_WORD_START = re.compile(r"\w{0,24}$")
_WORD_END = re.compile(r"\w{0,40}")
_MASKS = "*#%@$!_"
_VOWELS = "uioae"

Known = Callable[[str], bool]
Undo = Callable[[str, Known], str | None]


def revealed(text: str, is_known: Known) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, plain word) for every disguised word, in order, without overlaps."""
    found: list[tuple[int, int, str]] = []
    for undo, spans in _suspected(text):
        undone: dict[str, str | None] = {}  # the same address stands above every quotation
        for start, end in spans:
            word = text[start:end]
            if word not in undone:
                undone[word] = undo(word, is_known)
            plain = undone[word]
            if plain and plain != word:
                found.append((start, end, plain))
    done = 0
    for start, end, plain in sorted(found, key=lambda edit: (edit[0], -edit[1])):
        if start >= done:
            yield start, end, plain
            done = end


def _suspected(text: str) -> Iterator[tuple[Undo, Iterable[tuple[int, int]]]]:
    """Yield for each disguise what undoes it, and the spans that look like it."""
    known = suspects(text)
    if known is None or known.may_be_spaced():
        yield _unspaced, [match.span() for match in _SPACED.finditer(text)]
    yield _unleeted, _spans(_MIXED, text, None if known is None else known.masked_starts())
    if known is None or known.may_be_drawn():
        yield _undrawn, [_whole_word(text, match.end()) for match in _DRAWN.finditer(text)]
    yield _unsplit, _spans(_SPLIT, text, None if known is None else known.split_starts())


def _spans(pattern: re.Pattern[str], text: str, starts: Iterable[int] | None) -> Iterator[tuple[int, int]]:
    """Yield the matches of a pattern, which begin nowhere but at these places, in order; None: where they may."""
    if starts is None:
        yield from (match.span() for match in pattern.finditer(text))
        return
    done = 0
    for start in starts:
        match = pattern.match(text, start) if start >= done else None
        if match is not None:
            yield match.span()
            done = match.end()


def _whole_word(text: str, place: int) -> tuple[int, int]:
    """Return the span of the word around a place."""
    head = _WORD_START.search(text, max(0, place - 24), place)
    tail = _WORD_END.match(text, place)
    return (head.start() if head else place), (tail.end() if tail else place)


def bare(word: str) -> str:
    """Return a word in lower case without accents; ñ is a letter of its own and stays."""
    lower = word.lower()
    if lower.isascii() and word.isascii():
        return lower
    for codec, letters in _BARE.items():
        try:
            return lower.encode(codec).translate(letters).decode(codec)
        except UnicodeEncodeError:
            continue
    if len(lower) < _LONG:
        return _unmarked(lower)
    return "".join([_unmarked(run) if odd else bare(run) for odd, run in _apart(lower)])


def _apart(lower: str) -> Iterator[tuple[bool, str]]:
    """Yield what a one-byte encoding has and what it has not in turn: what is odd is seldom more than a smiley."""
    for place, run in enumerate(UNCOMMON.split(lower)):
        yield place % 2 == 1, run


def _unmarked(lower: str) -> str:
    marked = in_form("NFD", lower.replace("ñ", "\0"))
    return "".join(c for c in marked if not unicodedata.combining(c)).replace("\0", "ñ")


def _table(codec: str) -> bytes:
    """Return for every byte of a one-byte encoding the byte of its letter without accents."""
    letters = [bytes([byte]).decode(codec, "ignore") for byte in range(256)]
    return b"".join(_unmarked(one).encode(codec) or b"?" for one in letters)


# Hardly any text goes beyond these two, and bytes are looked up a hundred times faster than letters.
_BARE = {codec: _table(codec) for codec in ("latin-1", "cp1252")}
_COMMON = bytes(range(256)).decode("cp1252", "ignore")
UNCOMMON = re.compile(f"([^{re.escape(_COMMON)}]+)")
_LONG = 40  # characters


def _unspaced(word: str, is_known: Known) -> str | None:
    joined = word[::2]
    letters = bare(joined)
    return joined if len(letters) >= 5 or is_known(letters) else None


def _unsplit(word: str, is_known: Known) -> str | None:
    joined = re.sub(r"[^\w]|_", "", word)
    return joined if len(joined) >= 5 and is_known(bare(joined)) else None


def _unleeted(word: str, is_known: Known) -> str | None:
    core = word.rstrip("!¡%#|")
    plain = core.translate(_LEET)
    if plain != core and is_known(bare(plain)):
        return plain + word[len(core) :]
    return _unmasked(core, is_known, word[len(core) :])


def _unmasked(word: str, is_known: Known, rest: str) -> str | None:
    """Fill the masked letters of `c*brón` or `f**k` when a known word with vowels in the gaps fits."""
    gaps = [i for i, c in enumerate(word) if c in _MASKS]
    if not gaps or len(gaps) > 2 or not word[0].isalpha() or any(c.isdigit() for c in word):
        return None
    fills = [word]
    for gap in gaps:
        fills = [shape[:gap] + letter + shape[gap + 1 :] for shape in fills for letter in _VOWELS + "rctlnsdb"]
    return next((shape + rest for shape in fills if is_known(bare(shape))), None)


def _undrawn(word: str, is_known: Known) -> str | None:
    if len(set(word.lower())) < 2 or word.lower().startswith("www"):
        return None
    single = re.sub(r"(\w)\1{2,}", r"\1", word, flags=re.IGNORECASE)
    double = re.sub(r"(\w)\1{2,}", r"\1\1", word, flags=re.IGNORECASE)
    if is_known(bare(double)) and not is_known(bare(single)):
        return double
    return single
