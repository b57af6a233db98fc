"""Own mailing lists and aliases, read from the files that the mail server itself uses."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guardian.domain.addresses import normalise_address, normalise_domain
from guardian.domain.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What tells one state of a file from another, as far as that can be seen without reading it."""

    inode: int
    size: int
    modified_ns: int
    changed_ns: int  # of its rights, too


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFiles:
    """The members of every list, and how each file that tells them, an included one, too, was when it was opened."""

    members: Mapping[str, tuple[str, ...]]
    versions: Mapping[Path, Version]


def read_lists(paths: Iterable[Path]) -> ListFiles:
    """Return the members of every list in files of Postfix's virtual(5) or aliases(5) format.

    Lists are named as they stand there (`name@domain`, `name`, `@domain`), and so are their members. One that is told
    twice has the members of both. Included files are read; programs and files are no members. UserError when one
    cannot be read.
    """
    members: dict[str, dict[str, None]] = {}
    versions: dict[Path, Version] = {}
    for path in paths:
        for line in _logical_lines(_text(path, versions)):
            key, _, told = line.partition(":") if re.match(r"[^\s:]+\s*:", line) else line.partition(" ")
            if name := _name(key):
                members.setdefault(name, {}).update(dict.fromkeys(_members(told, versions)))
    return ListFiles(members={name: tuple(ones) for name, ones in members.items()}, versions=versions)


def version_of(path: Path) -> Version | None:
    """Return how a file is now; None where that cannot be told."""
    try:
        return _version(path.stat())
    except (OSError, ValueError):
        return None


def _version(status: os.stat_result) -> Version:
    return Version(
        inode=status.st_ino, size=status.st_size, modified_ns=status.st_mtime_ns, changed_ns=status.st_ctime_ns
    )


def _text(path: Path, versions: dict[Path, Version]) -> str:
    """Return what a file says, and write down what it was before."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            versions.setdefault(path, _version(os.fstat(file.fileno())))
            return file.read()
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else problem
        raise UserError(f"gateway.lists: {path} cannot be read ({why}).") from problem


def _name(key: str) -> str:
    key = key.strip().strip('"')
    if not key or key[0] in "|/:":
        return ""
    if key[0] == "@":
        return f"@{normalise_domain(key[1:])}"
    return (normalise_address(key) or "") if "@" in key else key.lower()


def _members(text: str, versions: dict[Path, Version], within: tuple[Path, ...] = ()) -> Iterator[str]:
    for one in re.split(r"[,\s]+", text.strip()):
        included = one.strip('"').removeprefix(":include:")
        if included != one.strip('"'):
            path = Path(included)
            if path in within:
                raise UserError(f"gateway.lists: {path} includes itself.")
            for line in _text(path, versions).splitlines():
                yield from _members(line.partition("#")[0], versions, (*within, path))
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
