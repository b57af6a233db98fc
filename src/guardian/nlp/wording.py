"""Texts as the counting of words sees them: folded, digits as 0, blanks single, and cut into tokens."""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from guardian.nlp.normal import fold
from guardian.nlp.rows import Bounds, Hashes, bounds_of

_TOKEN = re.compile(r"[^\W_]+|[¤!?.,;:\"“”«»()…-]")
_DIGITS = re.compile(r"\d+")
_MARK = "\x1f"  # a blank as Python has it, so that texts with one in them say the same without
_MOST_REMEMBERED = 20_000  # tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Some texts, plain, each with a blank before and behind; their tokens one text behind the other, with CRC-32."""

    texts: Sequence[str]
    tokens: Sequence[str]
    crcs: Hashes
    bounds: Bounds


def wording(texts: Iterable[str]) -> Wording:
    """Return texts as plain ones; case, accents, digits and runs of blanks make no difference in them."""
    plain = _plain(list(texts))
    tokens = [_TOKEN.findall(text) for text in plain]
    flat = [token for some in tokens for token in some]
    return Wording(texts=plain, tokens=flat, crcs=crc_of(flat), bounds=bounds_of([len(some) for some in tokens]))


class _Checksums(dict[str, int]):
    """The CRC-32 of tokens or of their first letters, from a start of its own; those met before are remembered."""

    def __init__(self, salt: int, letters: int | None = None) -> None:
        super().__init__()
        self._salt, self._letters = salt, letters

    def __missing__(self, token: str) -> int:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[token] = zlib.crc32(token[: self._letters].encode("utf-8", "replace"), self._salt)
        return found


_STEM = 5  # letters
_CHECKSUMS = [_Checksums(salt) for salt in range(3)]
_OF_STEMS = _Checksums(1, _STEM)


def crc_of(tokens: Sequence[str], salt: int = 0) -> Hashes:
    """Return the CRC-32 of every token, from a start of 0, 1 or 2."""
    return np.fromiter(map(_CHECKSUMS[salt].__getitem__, tokens), dtype=np.uint64, count=len(tokens))


def stem_crc_of(tokens: Sequence[str]) -> Hashes:
    """Return the CRC-32 of the first letters of every token, from a start of 1."""
    return np.fromiter(map(_OF_STEMS.__getitem__, tokens), dtype=np.uint64, count=len(tokens))


def _plain(texts: Sequence[str]) -> list[str]:
    """Return texts as plain ones; all of them at once, because each call costs more than its letters."""
    joined = fold(_MARK.join(texts)).replace("_", " ")
    pieces = _DIGITS.sub("0", joined).split(_MARK)
    if len(pieces) != len(texts):
        return [plain for text in texts for plain in _plain([text.replace(_MARK, " ")])]
    return [f" {' '.join(words)} " if (words := piece.split()) else " " for piece in pieces]
