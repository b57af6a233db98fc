"""Own mailing lists and aliases, read from the files that the mail server itself uses."""

import re
from collections.abc import Iterator
from pathlib import Path

from guardian.domain.addresses import normalise_address, normalise_domain
from guardian.domain.errors import UserError


def read_lists(path: Path, default_domain: str) -> dict[str, tuple[str, ...]]:
    """Return the members of every list in a file of Postfix's virtual(5) or aliases(5) format.

    Lists are named as they stand there (`name@domain`, `name`, `@domain`); members without a domain get
    `default_domain`. Included files are read; programs and files are no members. UserError when one cannot be read.
    """
    text = _text(path)
    lists: dict[str, tuple[str, ...]] = {}
    for line in _logical_lines(text):
        key, _, members = line.partition(":") if re.match(r"[^\s:]+\s*:", line) else line.partition(" ")
        name = _name(key)
        if name:
            lists[name] = tuple(_members(members, default_domain))
    return lists


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise UserError(f"gateway.lists: {path} cannot be read ({problem.strerror}).") from problem


def _name(key: str) -> str:
    key = key.strip().strip('"')
    if not key or key[0] in "|/:":
        return ""
    if key[0] == "@":
        return f"@{normalise_domain(key[1:])}"
    return (normalise_address(key) or "") if "@" in key else key.lower()


def _members(text: str, default_domain: str) -> Iterator[str]:
    for one in re.split(r"[,\s]+", text.strip()):
        included = one.strip('"').removeprefix(":include:")
        if included != one.strip('"'):
            for line in _text(Path(included)).splitlines():
                yield from _members(line.partition("#")[0], default_domain)
        elif one.startswith("@"):
            yield f"@{normalise_domain(one[1:])}"
        elif (address := _address(one, default_domain)) is not None:
            yield address


def _logical_lines(text: str) -> Iterator[str]:
    joined = re.sub(r"\r?\n[ \t]+(?=\S)", " ", re.sub(r"(?m)^\s*#.*\n?", "", text))
    for line in joined.splitlines():
        if line.strip():
            yield re.sub(r"[ \t]+", " ", line.strip())


def _address(text: str, default_domain: str) -> str | None:
    text = text.strip().strip('"').removeprefix("\\")
    if not text or text[0] in "|/:@":
        return None
    return normalise_address(text if "@" in text else f"{text}@{default_domain}")
