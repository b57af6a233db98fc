"""What was heard in one copy of a mail, as text and back: a copy keeps it, to be compared with the next hearing."""

import json
from dataclasses import dataclass
from typing import Any

from guardian.domain.complaint import Heard

EDITION = 4  # raised whenever the reader, or what it is given of a mail, is another: full syncs hear all mail anew
MOST_WORDS, LONGEST_WORDS = 3, 300  # stretches of words that are kept, and characters of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a copy says, and of how many letters; `whole` where these are all that was newly written in the mail."""

    heard: Heard
    letters: int = 0
    whole: bool = False


def write_hearing(one: Hearing | None) -> str | None:
    """Return what was heard in a copy as its row keeps it."""
    if one is None:
        return None
    heard, words = one.heard, [said[:LONGEST_WORDS] for said in one.heard.spans[:MOST_WORDS]]
    told = [one.letters, heard.kind, heard.severity, round(heard.score, 4), heard.settled, heard.degraded, words]
    return json.dumps([*told, one.whole, EDITION], ensure_ascii=True, separators=(",", ":"))


def read_hearing(text: str) -> tuple[list[Any], bool | None]:
    """Return what a row keeps (letters, kind, severity, score, settled, degraded, words), and whether it was all.

    None where an earlier version heard it, which did not say.
    """
    told = json.loads(text)
    return told[:7], (told[7:] or [None])[0]


def may_be_bettered(text: str | None) -> bool:
    """Say whether a copy should be listened to again: nobody has, or only a degraded or an earlier reader."""
    return text is None or _is_degraded(text) or json.loads(text)[8:] != [EDITION]


def betters(new: str | None, old: str | None) -> bool:
    """Say whether what is heard now is to take the place of what a copy keeps: no degraded reader outdoes another."""
    if new is None or new == old:
        return False
    return old is None or _is_degraded(old) or not _is_degraded(new)


def to_be_bettered(text: str) -> str:
    """Return what was heard in a copy as it is kept while nobody listens: whoever does next hears it anew."""
    return json.dumps(json.loads(text)[:8], ensure_ascii=True, separators=(",", ":"))


def _is_degraded(text: str) -> bool:
    return bool(json.loads(text)[5])
