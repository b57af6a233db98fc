"""Who wrote a quoted text, by what a From value or an intro line says."""

import re
from functools import lru_cache
from typing import NamedTuple

from guardian.domain.addresses import normalise_address
from guardian.guard.read_mail.reply_patterns import ADDRESS, BRACKET, NAME_IN_INTRO, VERB_WORD


class Author(NamedTuple):
    """Who wrote a quoted text, as far as the quote says."""

    name: str = ""
    address: str | None = None
    behind_marks: bool = False


UNKNOWN = Author()
UNNAMED = Author(behind_marks=True)  # nobody says who wrote the lines behind marks


def author_in(text: str) -> Author:
    """Return the author that a From value or an intro line names."""
    return author_named(text, address_in(text))


def address_in(text: str) -> re.Match[str] | None:
    """Return the first address in a text, looked for from where the first @ may have the beginning of one."""
    at = text.find("@")
    return ADDRESS.search(text, max(text.rfind(" ", 0, at), text.rfind("<", 0, at)) + 1) if at >= 0 else None


_normal = lru_cache(maxsize=4096)(normalise_address)  # the same few people write all of a thread


def author_named(text: str, found: re.Match[str] | None) -> Author:
    """Return the author that such a text names, where its first address is known."""
    address = _normal(found[0].removeprefix("mailto:")) if found else None
    before = text[: found.start()] if found and found.start() else text
    named = NAME_IN_INTRO.findall(before)
    bare = named[-1] if named else before
    ends = [mark.start() for mark in (VERB_WORD.search(bare), BRACKET.search(bare)) if mark]
    bare = bare[: min(ends, default=None)].replace("mailto:", "")
    bare = ADDRESS.sub("", bare) if "@" in bare else bare
    return Author(" ".join(bare.split()).strip(" \"'*:,;"), address)
