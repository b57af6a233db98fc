"""The text inside a mail: its parts, bounded in depth and size, and the words written for this mail."""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardian.connector_kit.encoded_words import decode_bytes, printable
from guardian.connector_kit.headers import Fields, first, parameter, split_mail
from guardian.connector_kit.new_words import new_lines

DEEPEST = 8
MOST_PARTS = 100
LONGEST_BODY = 4 * 1_048_576  # bytes of body that are looked at
LONGEST_PART = 262_144  # bytes of one part that are decoded
SNIPPET = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A leaf of the tree of parts, still encoded."""

    kind: str  # text/plain, …
    fields: Fields
    body: bytes

    @property
    def text(self) -> str:
        """The part as text, decoded as far as it can be."""
        content_type = first(self.fields, "content-type")
        return decode_bytes(_decoded(self.fields, self.body[:LONGEST_PART]), parameter(content_type, "charset"))


def leaves(fields: Fields, body: bytes) -> Iterator[Part]:
    """Yield the parts of a mail that are not themselves multipart, in order (RFC 2046); never raises."""
    waiting: list[tuple[Fields, bytes, int]] = [(fields, body[:LONGEST_BODY], 0)]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        fields, body, depth = waiting.pop()
        kind = first(fields, "content-type").partition(";")[0].strip().lower() or "text/plain"
        boundary = parameter(first(fields, "content-type"), "boundary")
        if kind.startswith("multipart/") and boundary and depth < DEEPEST:
            waiting.extend((*inner, depth + 1) for inner in reversed(_inside(boundary, body)))
        else:
            yield Part(kind=kind, fields=fields, body=body)


def first_text(fields: Fields, body: bytes) -> str:
    """Return the mail's plain text, or its HTML as text, or nothing."""
    html = None
    for part in leaves(fields, body):
        if part.kind == "text/plain":
            return part.text
        if part.kind == "text/html" and html is None:
            html = part
    return _without_tags(html.text) if html else ""


def snippet(text: str) -> str:
    """Return how the new text of a mail begins (at most 300 characters): no quotes, no signature."""
    return printable(" ".join(new_lines(text)))[:SNIPPET]


def _inside(boundary: str, body: bytes) -> list[tuple[Fields, bytes]]:
    mark = re.escape(boundary.encode("utf-8", "replace"))
    pieces: list[tuple[Fields, bytes]] = []
    begins = None
    for line in re.finditer(rb"(?:^|\r?\n)--" + mark + rb"(--)?[ \t]*(?=\r?\n|$)", body):
        if begins is not None:
            pieces.append(_piece(body[begins : line.start()]))
        if line.group(1) or len(pieces) >= MOST_PARTS:
            return pieces
        begins = line.end()
    if begins is not None:
        pieces.append(_piece(body[begins:]))
    return pieces


def _piece(raw: bytes) -> tuple[Fields, bytes]:
    """Cut a part into its fields and body; `raw` begins with the line end behind the boundary."""
    if raw.startswith((b"\n\n", b"\r\n\r\n", b"\n\r\n")):
        return [], raw.lstrip(b"\r\n")
    fields, body_at = split_mail(raw)
    return fields, raw[body_at:]


def _decoded(fields: Fields, body: bytes) -> bytes:
    encoding = first(fields, "content-transfer-encoding").strip().lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding != "base64":
        return body
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    try:
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
    except binascii.Error:
        return b""


def _without_tags(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser  # only archives with full text need it

    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "head", "blockquote"], recursive=True)
    return tree.body.text(separator="\n") if tree.body else ""
