"""The words that tell what a mail is for, by language, and folding a text so that they are found in it."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

KINDS = (
    *("denied", "grave", "serious", "remark"),
    *("settled", "unsettled", "waiting"),
    *("apology", "order", "thanks", "smalltalk"),
)
_GAP = r"(?: [^\W_][\w']*){0,4}"
_SECTION = re.compile(r"\[(\w+)\]")


def fold(text: str) -> str:
    """Return a text of the same length in lower case, without accents, with plain quotes and single spaces."""
    return "".join(map(_fold_one, text))


@lru_cache(maxsize=4096)
def _fold_one(letter: str) -> str:
    if letter in "’‘`´":
        return "'"
    if letter.isspace():
        return " "
    plain = unicodedata.normalize("NFD", letter)[:1].lower()[:1]
    return plain or " "


@lru_cache(maxsize=4)
def word_list(language: str) -> dict[str, re.Pattern[str]]:
    """Return one pattern a kind; KeyError where the list of a language names a kind that nobody knows."""
    lines: dict[str, list[str]] = {kind: [] for kind in KINDS}
    section = ""
    for line in files(__package__).joinpath(f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if found := _SECTION.fullmatch(line.strip()):
            section = found.group(1)
            continue
        lines[section].append(fold(line.strip()).replace("{gap}", _GAP))
    return {kind: re.compile("|".join(f"(?:{one})" for one in listed)) for kind, listed in lines.items()}
