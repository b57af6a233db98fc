"""Address headers as (display name, address) pairs, in one pass over the text."""

import re

from guardian.domain.addresses import normalise_address
from guardian.guard.read_mail.headers import decode_words
from guardian.guard.read_mail.limits import MAX_ADDRESSES

# Quoted string, angle part, comment (one level), separator, anything else.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|<[^<>]*+>?|\([^()]*+\)?|[,;]|[^"<(,;]++|.', re.DOTALL)
_BARE = re.compile(r"[^\s<>,;:\"()]{1,256}@[^\s<>,;:\"()]{1,256}")


def mailboxes(values: list[str]) -> tuple[tuple[str, str], ...]:
    """Return the mailboxes of address header values, in order; what is no address is left out."""
    found: list[tuple[str, str]] = []
    for value in values:
        words: list[str] = []
        for token in _TOKEN.finditer(value):
            if token[0] not in {",", ";"}:
                words.append(token[0])
                continue
            _add(found, words)
            words = []
            if len(found) >= MAX_ADDRESSES:
                return tuple(found)
        _add(found, words)
    return tuple(found)


def mailbox(text: str) -> tuple[str, str | None]:
    """Return name and address of one mailbox as headers and reply lines write it; no address is None."""
    return _mailbox([token[0] for token in _TOKEN.finditer(text[:1000])])


def _add(found: list[tuple[str, str]], words: list[str]) -> None:
    name, address = _mailbox(words)
    if address:
        found.append((name, address))


def _mailbox(words: list[str]) -> tuple[str, str | None]:
    angle = next((word.strip("<> ") for word in reversed(words) if word.startswith("<")), "")
    bare = " ".join(word for word in words if not word.startswith(("<", "(")))
    address = normalise_address(angle.removeprefix("mailto:")) if angle else None
    if address is None:
        match = _BARE.search(decode_words(bare))
        address = normalise_address(match[0].strip("'[]").removeprefix("mailto:")) if match else None
        bare = decode_words(bare).replace(match[0], " ") if match else bare
    comment = next((word.strip("()") for word in words if word.startswith("(")), "")
    name = bare.rpartition(":")[2] if ":" in bare and '"' not in bare and "=?" not in bare else bare
    return " ".join(decode_words(_unquoted(name) or comment).split()).strip("'\" "), address


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name.strip().strip('"')).strip() if '"' in name else name.strip()
