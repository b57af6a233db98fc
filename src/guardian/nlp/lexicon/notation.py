"""Reading the lexicon's notation: sections of entries, each standing for several forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

_SECTION = re.compile(r"\[(\w+) (\d) ([A-Z* ]+)\]")
_TOKEN = re.compile(r"(?:\([^)]*\)|[^\s(])+")
_PART = re.compile(r"\(([^)]*)\)([+%@~]*)(\?)?|([^()]+)")
_ENDINGS = {"+": ("", "s", "es"), "%": ("", "s", "ed", "d", "ing", "er", "ers"), "@": ("o", "a", "os", "as")}
GAP = "_"
STEM = "~"


@dataclass(frozen=True, slots=True)
class Entry:
    """One form: its words (a word may end in ~, or be a gap), category, severity 0 to 3, regions."""

    words: tuple[str, ...]
    category: str
    severity: int
    regions: str


def read_entries(text: str) -> Iterator[Entry]:
    """Yield every form of every entry of a lexicon file, in order; ValueError where the notation is broken."""
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    parts = _SECTION.split(body)
    if parts[0].strip():
        raise ValueError("a lexicon begins with a section")
    for category, severity, regions, entries in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True):
        for pattern in entries.split(","):
            for words in forms(" ".join(pattern.split())):
                yield Entry(words, category, int(severity), regions)


def forms(pattern: str) -> set[tuple[str, ...]]:
    """Return the word sequences an entry stands for."""
    tokens = [_token_forms(token) for token in _TOKEN.findall(pattern.replace("-", " "))]
    found = {tuple(" ".join(choice).split()) for choice in product(*tokens)}
    return {words for words in found if any(word != GAP for word in words)}


def _token_forms(token: str) -> list[str]:
    optional = token.endswith("?") and "(" not in token
    parts = [_part_forms(found) for found in _PART.finditer(token.removesuffix("?") if optional else token)]
    whole = ["".join(choice) for choice in product(*parts)]
    return [*whole, ""] if optional else whole


def _part_forms(found: re.Match[str]) -> list[str]:
    group, marks, optional, literal = found.groups()
    if literal is not None:
        return _inflected(literal)
    choices = [form for choice in group.split("|") for form in _inflected(choice + (marks or ""))]
    return [*choices, ""] if optional else choices


def _inflected(literal: str) -> list[str]:
    if literal in (STEM, GAP):
        return [literal]
    stems = [literal]
    for mark, endings in _ENDINGS.items():
        stems = [stem.replace(mark, ending) for stem in stems for ending in (endings if mark in stem else ("",))]
    return list(dict.fromkeys(stems))
