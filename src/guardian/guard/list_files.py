"""Own mailing lists and aliases, read from the files that the mail server itself uses."""

import re
from collections.abc import Iterator
from pathlib import Path

from guardian.domain.addresses import normalise_address
from guardian.domain.errors import UserError


def read_lists(path: Path, default_domain: str) -> dict[str, tuple[str, ...]]:
    """Return the members of every list in a file of Postfix's virtual(5) or aliases(5) format.

    Names without a domain get `default_domain`. Programs, files and includes are no members. UserError when the file
    cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise UserError(f"gateway.lists: {path} cannot be read ({problem.strerror}).") from problem
    lists: dict[str, tuple[str, ...]] = {}
    for line in _logical_lines(text):
        key, _, members = line.partition(":") if re.match(r"[^\s:]+\s*:", line) else line.partition(" ")
        address = _address(key, default_domain)
        if address is not None:
            found = (_address(one, default_domain) for one in re.split(r"[,\s]+", members.strip()))
            lists[address] = tuple(one for one in found if one is not None)
    return lists


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
