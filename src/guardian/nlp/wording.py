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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Some texts, plain, each with a blank before and behind; their tokens one text behind the other, with CRC-32."""

    texts: Sequence[str]
    tokens: Sequence[str]
    crcs: Hashes
    bounds: Bounds


def wording(texts: Iterable[str]) -> Wording:
    """Return texts as plain ones; case, accents, digits and runs of blanks make no difference in them."""
    plain = [_plain(text) for text in texts]
    tokens = [_TOKEN.findall(text) for text in plain]
    flat = [token for some in tokens for token in some]
    return Wording(texts=plain, tokens=flat, crcs=crc_of(flat), bounds=bounds_of([len(some) for some in tokens]))


def crc_of(tokens: Iterable[str], salt: int = 0) -> Hashes:
    """Return the CRC-32 of every token; tokens have no blanks in them."""
    joined = " ".join(tokens).encode("utf-8", "replace")
    return np.array([zlib.crc32(token, salt) for token in joined.split(b" ")] if joined else [], dtype=np.uint64)


def _plain(text: str) -> str:
    words = fold(text).replace("_", " ").split()
    return _DIGITS.sub("0", f" {' '.join(words)} ") if words else " "
