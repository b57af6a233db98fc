"""Unicode's normal forms in linear time: they put marks that are piled up on one letter in order two by two."""

import re
import unicodedata
from typing import Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
_MOST = 30  # marks on one letter: no language has as many (Unicode's annex 15, stream-safe text)
_MAY_BE_PILE = re.compile(rf"[^\w\x00-\x7f]{{{_MOST + 1},}}")


def in_form(form: Form, text: str) -> str:
    """Return a text in one of Unicode's normal forms, without the marks beyond thirty on one letter."""
    return unicodedata.normalize(form, text if text.isascii() else _MAY_BE_PILE.sub(_without_pile, text))


def _without_pile(run: re.Match[str]) -> str:
    kept, piled = [], 0
    for letter in run[0]:
        piled = piled + 1 if unicodedata.combining(letter) else 0
        if piled <= _MOST:
            kept.append(letter)
    return "".join(kept)
