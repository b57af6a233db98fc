"""From a message to its texts: an iterative walk over the parts, bounded in depth, number and size.

Written for Guardian because the standard library's parser recurses (46 KB of nested messages end in RecursionError)
and has no bound. Line ends must all be LF.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from guardian.domain.mail import Unscannable
from guardian.guard.read_mail.headers import Header, parameters, parse_header
from guardian.guard.read_mail.limits import MAX_DEPTH, MAX_HEADER_BYTES, MAX_MESSAGES, MAX_PARTS
from guardian.guard.read_mail.transfer import undo_transfer

_FIRST_BOUNDARY = re.compile(rb"^--([^\s-][^\n]{0,199}?)[ \t]*$", re.MULTILINE)
_CARRIAGE_RETURNS = re.compile(rb"\r++\n?")
_TEXT_FILE = re.compile(r"\.(?:te?xt|text|md|csv|tsv|log|html?|ics|vcf)$", re.IGNORECASE)
_MESSAGE_FILE = re.compile(r"\.(?:eml|mht|mhtml)$", re.IGNORECASE)
_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
_NOT_TEXT = frozenset({"application", "image", "audio", "video", "font", "model", "chemical", "multipart", "message"})
_HTML_TYPES = frozenset({"text/html", "text/x-amp-html", "application/xhtml+xml", "text/enriched", "text/richtext"})
_SEALED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass(frozen=True, slots=True)
class Text:
    """One text part, its transfer encoding undone: bytes, label, and where in the mail it stands.

    `message` is the number of the message it belongs to (0 the mail itself), `alternative` that of the
    multipart/alternative around it (None outside of one).
    """

    data: bytes
    charset: str
    html: bool
    flowed: bool
    delsp: bool
    calendar: bool
    attached: bool
    message: int
    alternative: int | None


@dataclass(slots=True)
class Walk:
    """What a walk found: the headers of the mail and of the messages in it, its texts, and what stays unread."""

    headers: list[Header] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    unscannable: dict[Unscannable, None] = field(default_factory=dict)
    tnef: bool = False

    def unread(self, why: Unscannable) -> None:
        """Note that something could not be read."""
        self.unscannable[why] = None


@dataclass(frozen=True, slots=True)
class _Part:
    data: bytes
    start: int
    end: int
    depth: int = 0
    messages: int = 0  # how many messages it is inside of, the mail itself not counted
    message: int | None = None  # number of the message around it; None when it begins one
    alternative: int | None = None
    digest: bool = False


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the header of a part says about its body."""

    type: str
    params: dict[str, str]
    name: str
    disposition: str
    encoding: str


def walk(data: bytes) -> Walk:
    """Return the texts of a mail in reading order; never raises, never recurses."""
    found = Walk()
    waiting = [_Part(data, 0, len(data))]
    count = 0
    while waiting:
        part = waiting.pop()
        count += 1
        if count > MAX_PARTS:
            found.unread(Unscannable.TOO_MANY_PARTS)
            break
        if part.depth > MAX_DEPTH or part.messages > MAX_MESSAGES:
            found.unread(Unscannable.TOO_DEEP)
            continue
        waiting.extend(reversed(_open(part, found, count)))
    return found


def outer_header(raw: bytes) -> Header:
    """Return the header of a message without reading on."""
    data = unify_line_ends(raw[: 2 * MAX_HEADER_BYTES])
    return parse_header(data, 0, len(data))


def _open(part: _Part, found: Walk, number: int) -> list[_Part]:
    """Take one part apart: return its children, or note its text."""
    header = parse_header(part.data, part.start, part.end)
    if header.too_many:
        found.unread(Unscannable.TOO_MANY_HEADERS)
    message = part.message
    if message is None:
        message = len(found.headers)
        found.headers.append(header)
    kind = _kind_of(header, digest=part.digest)
    body = _Part(part.data, header.start, part.end, part.depth + 1, part.messages, message, part.alternative)
    if kind.type.startswith("multipart/"):
        return _children(kind, body, found, number)
    if kind.type in _MESSAGE_TYPES or (_MESSAGE_FILE.search(kind.name) and not kind.type.startswith("text/")):
        return [_inner_message(kind, body, found)]
    _leaf(kind, body, found)
    return []


def _kind_of(header: Header, *, digest: bool) -> _Kind:
    token, params = parameters(header.get("content-type"))
    token = token.split()[0] if token else ""
    if not re.fullmatch(r"[^/\s]+/[^/\s]+", token):
        token = "message/rfc822" if digest and not token else "text/plain"
    disposition, more = parameters(header.get("content-disposition"))
    name = more.get("filename") or params.get("name") or ""
    return _Kind(token, params, name.strip(), disposition, header.get("content-transfer-encoding"))


def _children(kind: _Kind, body: _Part, found: Walk, number: int) -> list[_Part]:
    if kind.type == "multipart/encrypted":
        found.unread(Unscannable.ENCRYPTED)
    body = _decoded(kind, body, found)
    spans = list(_split(body, kind.params.get("boundary", "")))
    if not spans:
        _leaf(_Kind("text/plain", {}, "", "", ""), body, found)
    group = number if kind.type == "multipart/alternative" else body.alternative
    return [
        _Part(body.data, start, end, body.depth, body.messages, body.message, group, kind.type == "multipart/digest")
        for start, end in spans
    ]


def _split(body: _Part, boundary: str) -> Iterator[tuple[int, int]]:
    """Yield where the parts of a multipart lie; without a usable boundary, the first line that looks like one."""
    mark = boundary.rstrip().encode("utf-8", "replace")
    if not mark:
        sniffed = _FIRST_BOUNDARY.search(body.data, body.start, body.end)
        mark = sniffed[1] if sniffed else b""
    if not mark:
        return
    line = re.compile(rb"\n--" + re.escape(mark) + rb"(--)?[ \t]*(?=\n|\Z)")
    opened, count = -1, 0
    for found in line.finditer(body.data, max(body.start - 1, 0), body.end):
        if opened >= 0:
            yield opened, max(found.start(), opened)
            count += 1
        opened = -1 if found[1] else min(found.end() + 1, body.end)
        if count > MAX_PARTS:
            break
    if opened >= 0:
        yield opened, body.end


def _inner_message(kind: _Kind, body: _Part, found: Walk) -> _Part:
    body = _decoded(kind, body, found)
    return _Part(body.data, body.start, body.end, body.depth, body.messages + 1)


def _decoded(kind: _Kind, body: _Part, found: Walk) -> _Part:
    """Undo a transfer encoding that a container may not have, but sometimes has."""
    if not re.match(r"\s*(?:base64|quoted)", kind.encoding, re.IGNORECASE):
        return body
    data, _ = undo_transfer(body.data[body.start : body.end], kind.encoding)
    data = b"\n" + unify_line_ends(data)  # so that a boundary in the first line has a line end before it
    return _Part(data, 1, len(data), body.depth, body.messages, body.message, body.alternative)


def _leaf(kind: _Kind, body: _Part, found: Walk) -> None:
    if kind.type in _SEALED_TYPES or kind.name.lower().endswith(".p7m"):
        found.unread(Unscannable.ENCRYPTED)
    elif kind.type in {"message/partial", "message/external-body"}:
        found.unread(Unscannable.PARTIAL)
    elif kind.type in _TNEF_TYPES or kind.name.lower() == "winmail.dat":
        found.tnef = True
    elif _is_text(kind):
        _add_text(kind, body, found)


def _is_text(kind: _Kind) -> bool:
    main = kind.type.partition("/")[0]
    if kind.type in _HTML_TYPES or main not in _NOT_TEXT or main == "message":
        return True
    return kind.type == "application/octet-stream" and bool(_TEXT_FILE.search(kind.name))


def _add_text(kind: _Kind, body: _Part, found: Walk) -> None:
    data, readable = undo_transfer(body.data[body.start : body.end], kind.encoding)
    if not readable:
        found.unread(Unscannable.BROKEN)
    named = bool(kind.name) and any(text.message == body.message for text in found.texts)
    found.texts.append(
        Text(
            data=data,
            charset=kind.params.get("charset", "").split("(")[0].strip(),
            html=kind.type in _HTML_TYPES or kind.name.lower().endswith((".html", ".htm")),
            flowed=kind.params.get("format", "").lower() == "flowed",
            delsp=kind.params.get("delsp", "").lower() == "yes",
            calendar=kind.type in {"text/calendar", "text/vcard", "text/x-vcard", "text/directory"},
            attached=kind.disposition == "attachment" or named or body.messages > 0,
            message=body.message or 0,
            alternative=body.alternative,
        )
    )


def unify_line_ends(data: bytes) -> bytes:
    """Return bytes with every CRLF, CR CR LF and lone CR as LF."""
    data = data.replace(b"\r\n", b"\n")
    return _CARRIAGE_RETURNS.sub(_as_line_ends, data) if b"\r" in data else data


def _as_line_ends(run: re.Match[bytes]) -> bytes:
    return b"\n" if run[0].endswith(b"\n") else b"\n" * len(run[0])
