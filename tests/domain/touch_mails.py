"""Raw mails with what they are: read from tests/mails/touch, a readable file a group, and built into whole mails."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "mails" / "touch"
_DEFAULTS = {
    "To": "Lucía Prats <lucia.prats@acme.example>",
    "Date": "Tue, 10 Mar 2026 09:15:00 +0100",
    "MIME-Version": "1.0",
    "Content-Type": 'text/plain; charset="utf-8"',
    "Content-Transfer-Encoding": "8bit",
}


@dataclass(frozen=True)
class TouchMail:
    """One mail: what it is, whether only its words tell (`bare`), and whether it was `held` back from tuning."""

    group: str
    name: str
    what: str
    bare: bool
    held: bool
    raw: bytes

    def __str__(self) -> str:
        return f"{self.group}/{self.name}"


def touch_mails() -> list[TouchMail]:
    """Return every mail of the folder, in order."""
    return [one for path in sorted(FOLDER.glob("*.mails")) for one in _group(path)]


def _group(path: Path) -> Iterator[TouchMail]:
    for piece in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        title, _, text = piece.partition("\n")
        name, what, *marks = title.split()
        yield TouchMail(
            group=path.stem,
            name=name,
            what=what,
            bare="bare" in marks,
            held="held" in marks,
            raw=_whole(name, text),
        )


def _whole(name: str, text: str) -> bytes:
    """Return the mail with CRLF, its names and subject encoded, and the header fields that every mail has."""
    header, _, body = text.partition("\n\n")
    fields = re.findall(r"^([A-Za-z_-]+):[ \t]*(.*)$", header, flags=re.M)
    given = {name.lower() for name, _ in fields}
    fields += [(field, value) for field, value in _DEFAULTS.items() if field.lower() not in given]
    fields.append(("Message-ID", f"<{name}@fixtures.example>"))
    lines = [f"{field}: {_encoded(value)}" for field, value in fields]
    return "\r\n".join([*lines, "", *body.rstrip("\n").split("\n")]).encode() + b"\r\n"


def _encoded(value: str) -> str:
    """Return a field as RFC 2047 wants it; an address outside the name stays as it is."""
    named = re.fullmatch(r"(.*?)\s*(<[^<>]*>)", value)
    if value.isascii():
        return value
    if named and "," not in value:
        return f"{Header(named.group(1).strip(chr(34)), 'utf-8').encode()} {named.group(2)}"
    return ", ".join(_encoded(one.strip()) for one in value.split(",")) if "<" in value else _word(value)


def _word(value: str) -> str:
    return Header(value, "utf-8", maxlinelen=10_000).encode()
