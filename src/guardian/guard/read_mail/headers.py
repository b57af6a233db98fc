"""The header of a message or part: fields in order, values unfolded, parameters and encoded words decoded."""

import base64
import binascii
import itertools
import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from guardian.guard.read_mail.charsets import decode
from guardian.guard.read_mail.clean import clean
from guardian.guard.read_mail.limits import MAX_HEADER_BYTES, MAX_HEADERS

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(=\?[^?\s=]{1,60}\?[bBqQ]\?[^?]*\?=)\s+(?==\?[^?\s=]{1,60}\?[bBqQ]\?)")
_PARAMETER = re.compile(r';\s*+([^\s=;"]{1,100})\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))', re.DOTALL)
_PIECE = re.compile(r"^(.+?)\*(\d{1,3})?(\*)?$")
_MAX_PARAMETERS = 200


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of one header, names in lower case; `start` is where the body begins in the bytes it came from."""

    fields: tuple[tuple[str, str], ...]
    start: int
    too_many: bool = False
    _first: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return the first field of this name, or an empty string."""
        return self._first.get(name, "")

    def all(self, name: str) -> list[str]:
        """Return every field of this name."""
        return [value for key, value in self.fields if key == name]


def parse_header(data: bytes, start: int, end: int) -> Header:
    """Return the header that begins at `start` of bytes whose line ends are all LF.

    It ends at the first empty line, or at the first line that is no field: such a line is text, and is read as such.
    """
    lines: list[list[bytes]] = []
    at, stop = start, min(end, start + MAX_HEADER_BYTES)
    while at < end:
        line_end = data.find(b"\n", at, end)
        line_end = end if line_end < 0 else line_end
        if at == line_end:
            at = line_end + 1
            break
        if at >= stop or len(lines) >= MAX_HEADERS:
            return _header(lines, _after_blank_line(data, at, end), too_many=True)
        line = data[at : min(line_end, stop)]
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1].append(line)
        elif _FIELD.match(line):
            lines.append([line])
        elif not (at == start and line.startswith((b"From ", b">From "))):
            break
        at = line_end + 1
    return _header(lines, min(at, end), too_many=at > stop)


def _after_blank_line(data: bytes, at: int, end: int) -> int:
    blank = data.find(b"\n\n", at, end)
    return end if blank < 0 else blank + 2


def _header(lines: list[list[bytes]], start: int, *, too_many: bool) -> Header:
    fields = []
    for line in lines:
        match = _FIELD.match(b"".join(line))
        if match:
            fields.append((match[1].decode("ascii").lower(), decode(match[2], "").replace("\n", " ").strip()))
    return Header(tuple(fields), start, too_many, dict(reversed(fields)))


def decode_words(text: str) -> str:
    """Return a header text with its encoded words (RFC 2047) decoded, broken ones as well as can be; cleaned."""
    if "=?" not in text:
        return clean(text)
    joined = _BETWEEN_WORDS.sub(r"\1", text)
    pieces: list[str] = []
    waiting, label, last = b"", "", 0
    for word in _WORD.finditer(joined):
        data = _word_bytes(word[2], word[3])
        name = word[1].partition("*")[0].lower()
        if word.start() != last or name != label:
            pieces += [decode(waiting, label) if waiting else "", joined[last : word.start()]]
            waiting = b""
        waiting, label, last = waiting + data, name, word.end()
    pieces += [decode(waiting, label) if waiting else "", joined[last:]]
    return clean("".join(pieces))


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    return base64.b64decode(letters[: len(letters) // 4 * 4] + _last_group(letters))


def _last_group(letters: bytes) -> bytes:
    rest = letters[len(letters) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the first token in lower case and the parameters of a field such as Content-Type (RFC 2045, 2231)."""
    token, _, _ = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(value)):
        if count >= _MAX_PARAMETERS:
            break
        text = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3].strip()
        name = match[1].lower()
        split = _PIECE.match(name)
        if split:
            pieces.setdefault(split[1], {})[int(split[2] or 0)] = (text, bool(split[3]) or split[2] is None)
        else:
            plain.setdefault(name, text)
    return token.strip().lower(), plain | {name: _joined(parts) for name, parts in pieces.items()}


def contradicts(value: str) -> bool:
    """Say whether a Content-Type names two charsets or boundaries, so that programs read it differently."""
    named: dict[str, dict[str, None]] = {}
    for match in itertools.islice(_PARAMETER.finditer(value), _MAX_PARAMETERS):
        name = match[1].lower()
        if name in {"charset", "boundary"}:
            named.setdefault(name, {})[(match[2] or match[3] or "").strip()] = None
        elif name.startswith(("charset*", "boundary*")):
            named.setdefault(name.partition("*")[0], {})[f"*{name}"] = None
    return any(len(values) > 1 and not all(one.startswith("*") for one in values) for values in named.values())


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    charset, data = "", b""
    for number, (text, encoded) in sorted(parts.items()):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode(data, charset)
