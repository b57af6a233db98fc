"""Where in a text a disguised word may stand, told at little cost: letters are only looked at as kinds of letters.

Whatever the patterns of a disguise would find is found from here as well; most texts have nowhere to look.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_CODEC = "cp1252"  # what is written in it is looked at byte by byte
_LETTER, _DIGIT, _BOTH, _MASK, _STOP = b"a0_@."
_KINDS = {"_*": _BOTH, "@$!|#%€¡": _MASK, ".-·": _STOP, "/": ord("/"), " ": ord(" ")}
_WORD_KINDS, _APART_KINDS = b"a0_@", b"a"


def _kind(letter: str) -> int:
    if letter.isalnum():
        return _DIGIT if letter.isdecimal() else _LETTER
    return next((kind for letters, kind in _KINDS.items() if letter and letter in letters), ord("x"))


_TABLE = bytes(_kind(bytes([byte]).decode(_CODEC, "ignore")) for byte in range(256))
_WORDS = bytes(ord("a") if kind in _WORD_KINDS else ord(" ") for kind in range(256))
_LETTERS = bytes(ord("a") if kind in _APART_KINDS else ord(" ") for kind in range(256))
_MASKS = re.compile(rb"[0_@]+")
_SPACED = re.compile(rb"[ ._]a[ ._]a[ ._]")
_JOINT = re.compile(rb"[._/]a")
_LONGEST_PART = 12  # letters on either side of what splits a word


@dataclass(frozen=True, slots=True)
class Suspects:
    """A text as kinds of letters, a byte each: letter, digit, what masks a letter, what stands between letters."""

    kinds: bytes
    lower: bytes

    def may_be_spaced(self) -> bool:
        """Say whether letters may stand apart, each for itself."""
        return _SPACED.search(self.kinds) is not None

    def may_be_drawn(self) -> bool:
        """Say whether a letter stands three times in a row."""
        codes = np.frombuffer(self.lower, dtype=np.uint8)
        alike = codes[1:] == codes[:-1]
        thrice = np.flatnonzero(alike[1:] & alike[:-1])
        return any(self.kinds[place] == _LETTER for place in thrice.tolist())

    def masked_starts(self) -> Iterator[int]:
        """Yield where words begin in which letters stand beside digits or signs."""
        words, last = self.kinds.translate(_WORDS), -1
        for run in _MASKS.finditer(self.kinds):
            start, end = run.span()
            if self.kinds[start - 1 : start] == b"a" or self.kinds[end : end + 1] == b"a":
                begins = words.rfind(b" ", 0, start) + 1
                if begins > last:
                    yield begins
                last = begins

    def split_starts(self) -> Iterator[int]:
        """Yield where letters begin that a single sign parts from more letters."""
        letters = self.kinds.translate(_LETTERS)
        for joint in _JOINT.finditer(self.kinds):
            place = joint.start()
            begins = letters.rfind(b" ", 0, place) + 1
            if 0 < place - begins <= _LONGEST_PART and self.kinds[begins - 1 : begins] != b"0":
                yield begins


def suspects(text: str) -> Suspects | None:
    """Return what to look at, or None for a text with letters that this knows nothing of."""
    try:
        data = text.encode(_CODEC)
    except UnicodeEncodeError:
        data = text.encode(_CODEC, "replace")
        if any(odd.isalnum() for odd in set(text) - _COVERED):
            return None
    return Suspects(data.translate(_TABLE), text.lower().encode(_CODEC, "replace"))


_COVERED = frozenset(bytes(range(256)).decode(_CODEC, "ignore"))
