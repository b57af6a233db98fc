"""From a message to its texts: an iterative walk over the parts, bounded in depth, number and size.

Written for Guardian because the standard library's parser recurses (46 KB of nested messages end in RecursionError)
and has no bound. Line ends must all be LF.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from guardian.domain.mail import Unscannable
from guardian.guard.read_mail.headers import Header, contradicts, decode_words, parameters, parse_header
from guardian.guard.read_mail.leaves import MESSAGE_FILE, add_leaf, add_text
from guardian.guard.read_mail.limits import MAX_DEPTH, MAX_HEADER_BYTES, MAX_MESSAGES, MAX_PARTS
from guardian.guard.read_mail.parts import Kind, Part, Walk
from guardian.guard.read_mail.transfer import undo_transfer

_FIRST_BOUNDARY = re.compile(rb"^--([^\s-](?:[^\n]{0,198}[^\n \t])?+)[ \t]*+$", re.MULTILINE)
_MIME_EXPLAINED = re.compile(rb"\b(?:multi-?part|MIME)\b", re.IGNORECASE)
_WORD = re.compile(rb"[^\W\d_]{2}|[\x80-\xff]{2}")
_COMMENTS = re.compile(r"^\s*(?:\([^()]*+\)\s*)+")
_CARRIAGE_RETURNS = re.compile(rb"\r++\n?")
_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})


def walk(data: bytes) -> Walk:
    """Return the texts of a mail in reading order; never raises, never recurses."""
    found = Walk()
    waiting = [Part(data, 0, len(data))]
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
        waiting.extend(map(_with_line_ends, reversed(found.inside)))
        found.inside.clear()
    return found


def outer_header(raw: bytes) -> Header:
    """Return the header of a message without reading on."""
    data = unify_line_ends(raw[: 2 * MAX_HEADER_BYTES])
    return parse_header(data, 0, len(data))


def _open(part: Part, found: Walk, number: int) -> list[Part]:
    """Take one part apart: return its children, or note its text."""
    header = Header((), part.start) if part.kind else parse_header(part.data, part.start, part.end)
    if header.too_many:
        found.unread(Unscannable.TOO_MANY_HEADERS)
    message = part.message
    if message is None:
        message = len(found.headers)
        found.headers.append(header)
    kind = part.kind or _kind_of(header, digest=part.digest)
    if kind.name and not part.messages and not part.kind:
        found.file_names[kind.name] = None
    if _says_two_things(header):
        found.unread(Unscannable.BROKEN)  # programs differ in which of the two they believe
    body = Part(part.data, header.start, part.end, part.depth + 1, part.messages, message, part.alternative)
    if kind.type.startswith("multipart/"):
        return _children(kind, body, found, number)
    if kind.type in _MESSAGE_TYPES or MESSAGE_FILE.search(kind.name):
        return _messages(kind, body, found)
    add_leaf(kind, body, found)
    return []


def _kind_of(header: Header, *, digest: bool) -> Kind:
    token, params = parameters(_without_comments(header.get("content-type")))
    token = token.split()[0] if token else ""
    if not re.fullmatch(r"[^/\s]+/[^/\s]+", token):
        token = "message/rfc822" if digest and not token else "text/plain"
    disposition, more = parameters(header.get("content-disposition"))
    name = decode_words(more.get("filename") or params.get("name") or "")
    encoding = _without_comments(header.get("content-transfer-encoding"))
    return Kind(token, params, name.strip(), disposition, encoding)


def _without_comments(value: str) -> str:
    """Return a structured field without the comments that may stand before its first word (RFC 822 3.3)."""
    return _COMMENTS.sub("", value)


def _says_two_things(header: Header) -> bool:
    kinds = dict.fromkeys(header.all("content-type"))
    return len(kinds) > 1 or len(set(header.all("content-transfer-encoding"))) > 1 or any(map(contradicts, kinds))


def _children(kind: Kind, body: Part, found: Walk, number: int) -> list[Part]:
    if kind.type == "multipart/encrypted":
        found.unread(Unscannable.ENCRYPTED)
    body = _decoded(kind, body, found)
    spans = list(_split(body, kind.params.get("boundary", "")))
    _add_margins(body, spans, found)
    if not spans and body.data[body.start : body.end].strip():
        found.unread(Unscannable.BROKEN)  # whatever encoding its parts have
    group = number if kind.type == "multipart/alternative" else body.alternative
    return [
        Part(body.data, start, end, body.depth, body.messages, body.message, group, kind.type == "multipart/digest")
        for start, end in spans
    ]


def _add_margins(body: Part, spans: list[tuple[int, int]], found: Walk) -> None:
    """Note text before, between and behind the parts, which no program shows that knows MIME."""
    edges = [body.start, *(edge for span in spans for edge in span), body.end]
    for number, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
        margin = body.data[start:end]
        if number:
            margin = margin.removeprefix(b"\n").partition(b"\n")[2]  # the boundary before it
        if number < len(spans):
            margin = margin.rstrip(b"\n").rpartition(b"\n")[0]  # the one behind it
        margin = _unexplained(margin)
        if _WORD.search(margin):
            inner = Part(margin, 0, len(margin), body.depth, body.messages, body.message)
            add_text(Kind("text/plain", {}, "", "attachment" if spans else "", ""), inner, found)


def _unexplained(margin: bytes) -> bytes:
    """Return the lines of a margin that do not say what MIME is."""
    kept, done = [], 0
    for found in _MIME_EXPLAINED.finditer(margin):
        if found.start() >= done:
            kept.append(margin[done : max(margin.rfind(b"\n", done, found.start()) + 1, done)])
            line_end = margin.find(b"\n", found.end())
            done = line_end if line_end >= 0 else len(margin)
    return b"".join([*kept, margin[done:]])


def _split(body: Part, boundary: str) -> Iterator[tuple[int, int]]:
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


def _messages(kind: Kind, body: Part, found: Walk) -> list[Part]:
    """Return a message that is a part; one that is called a text is read as the text that it may be shown as, too."""
    inner = _decoded(kind, body, found)
    message = Part(inner.data, inner.start, inner.end, inner.depth, inner.messages + 1)
    if not kind.type.startswith("text/"):
        return [message]
    add_leaf(kind, body, found)
    return [message] if parse_header(inner.data, inner.start, inner.end).fields else []


def _with_line_ends(part: Part) -> Part:
    """Return a part with line ends of LF where it is a message or has a header; other files stay as they are."""
    if part.kind and not MESSAGE_FILE.search(part.kind.name):
        return part
    data = unify_line_ends(part.data)
    return replace(part, data=data, end=len(data))


def _decoded(kind: Kind, body: Part, found: Walk) -> Part:
    """Undo a transfer encoding that a container may not have, but sometimes has."""
    if not re.match(r"\s*(?:base64|quoted)", kind.encoding, re.IGNORECASE):
        return body
    data, _ = undo_transfer(body.data[body.start : body.end], kind.encoding)
    data = b"\n" + unify_line_ends(data)  # so that a boundary in the first line has a line end before it
    return Part(data, 1, len(data), body.depth, body.messages, body.message, body.alternative)


def unify_line_ends(data: bytes) -> bytes:
    """Return bytes with every CRLF, CR CR LF and lone CR as LF."""
    data = data.replace(b"\r\n", b"\n")
    return _CARRIAGE_RETURNS.sub(_as_line_ends, data) if b"\r" in data else data


def _as_line_ends(run: re.Match[bytes]) -> bytes:
    return b"\n" if run[0].endswith(b"\n") else b"\n" * len(run[0])
