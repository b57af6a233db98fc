"""Reading the content lines that iCalendar (RFC 5545) and vCard (RFC 6350) are made of, also bent ones."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_LINE = re.compile(r'(?:[\w-]+\.)?([A-Za-z0-9-]+)((?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([^=:;"]*)(?:=((?:"[^"]*"|[^;"])*))?')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One property: name in upper case, parameters by upper-case name (without quotes), raw value."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as text, its escapes undone."""
        return _ESCAPE.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), self.value).strip()


@dataclass(slots=True)
class Component:
    """The lines between one BEGIN and its END, those of components inside it left out.

    `raw` is the text with them; `whole` says whether the END was there.
    """

    kind: str
    lines: list[Line] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    whole: bool = False

    def first(self, name: str) -> Line | None:
        """Return the first line of this name, or None."""
        return next((line for line in self.lines if line.name == name), None)

    def every(self, *names: str) -> list[Line]:
        """Return the lines of these names in order."""
        return [line for line in self.lines if line.name in names]

    def text(self, name: str) -> str:
        """Return the text of the first line of this name, or an empty string."""
        line = self.first(name)
        return line.text if line else ""


def read_line(text: str) -> Line | None:
    """Return an unfolded line in its parts, or None when it is no content line."""
    found = _LINE.match(text)
    if not found:
        return None
    name, parameters, value = found.groups()
    named: dict[str, str] = {}
    for key, content in _PARAMETER.findall(parameters):
        if content:
            named[key.upper()] = ",".join(filter(None, (named.get(key.upper(), ""), content.replace('"', ""))))
        elif key:
            named.setdefault("TYPE", key)  # vCard 2.1 writes TEL;CELL:
    return Line(name=name.upper(), parameters=named, value=value)


def unfold(text: str) -> Iterator[str]:
    """Yield the logical lines of a file: a line that begins with a blank belongs to the one before it."""
    held: list[str] = []
    for line in text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n"):
        if line[:1] in (" ", "\t") and held:
            held.append(line[1:])
        else:
            yield "".join(held)
            held = [line]
    yield "".join(held)


def components(lines: Iterable[str], kinds: frozenset[str]) -> Iterator[Component]:
    """Yield every component of these kinds, at whatever depth, in order, also those that never end."""
    open_: Component | None = None
    inside = 0  # components within the one that is open
    for text in filter(None, lines):
        mark, _, kind = text.strip().upper().partition(":")
        if mark == "BEGIN" and kind in kinds:
            if open_:
                yield open_
            open_, inside = Component(kind=kind), 0
        if not open_:
            continue
        open_.raw.append(text)
        if mark == "END" and kind == open_.kind:
            open_.whole = True
            yield open_
            open_ = None
        elif mark in ("BEGIN", "END"):
            inside += (1 if mark == "BEGIN" else -1) if kind != open_.kind else 0
        elif not inside:
            _take(open_, text)
    if open_:
        yield open_


def _take(component: Component, text: str) -> None:
    line = read_line(text)
    if line:
        component.lines.append(line)
    else:
        component.broken.append(text)
