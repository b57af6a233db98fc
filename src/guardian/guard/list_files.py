"""Own mailing lists and aliases, read from the files that the mail server itself uses."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from guardian.domain.addresses import normalise_address, normalise_domain
from guardian.domain.errors import UserError


def read_lists(paths: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """Return the members of every list in files of Postfix's virtual(5) or aliases(5) format.

    Lists are named as they stand there (`name@domain`, `name`, `@domain`), and so are their members. One that is told
    twice has the members of both. Included files are read; programs and files are no members. UserError when one
    cannot be read.
    """
    members: dict[str, dict[str, None]] = {}
    for path in paths:
        for line in _logical_lines(_text(path)):
            key, _, told = line.partition(":") if re.match(r"[^\s:]+\s*:", line) else line.partition(" ")
            if name := _name(key):
                members.setdefault(name, {}).update(dict.fromkeys(_members(told)))
    return {name: tuple(ones) for name, ones in members.items()}


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


def _members(text: str) -> Iterator[str]:
    for one in re.split(r"[,\s]+", text.strip()):
        included = one.strip('"').removeprefix(":include:")
        if included != one.strip('"'):
            for line in _text(Path(included)).splitlines():
                yield from _members(line.partition("#")[0])
        elif one.startswith("@"):
            yield f"@{normalise_domain(one[1:])}"
        elif (member := _member(one)) is not None:
            yield member


def _logical_lines(text: str) -> Iterator[str]:
    joined = re.sub(r"\r?\n[ \t]+(?=\S)", " ", re.sub(r"(?m)^\s*#.*\n?", "", text))
    for line in joined.splitlines():
        if line.strip():
            yield re.sub(r"[ \t]+", " ", line.strip())


def _member(text: str) -> str | None:
    text = text.strip().strip('"').removeprefix("\\")
    if not text or text[0] in "|/:@":
        return None
    return normalise_address(text) if "@" in text else text.lower()
