"""Decoding the encoded words of mail headers (RFC 2047) and other text of doubtful charset."""

import binascii
import codecs
import re
from collections.abc import Iterator

LONGEST_TEXT = 20_000  # characters of one field that are decoded

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,5000})\?=")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
# Codecs of the standard library that are no charsets of mail, slow, or make text out of escapes.
_NOT_CHARSETS = frozenset({"punycode", "idna", "unicode-escape", "unicode_escape", "raw-unicode-escape",
                           "raw_unicode_escape", "undefined", "mbcs", "oem"})  # fmt: skip


def decode_words(text: str) -> str:
    """Return a header text with its encoded words decoded; never raises.

    Neighbouring words of one charset are joined before decoding, because senders split characters between them.
    """
    text = text[:LONGEST_TEXT]
    return "".join(_pieces(text)) if "=?" in text else text


def decode_bytes(raw: bytes, charset: str) -> str:
    """Return bytes as text by their charset; UTF-8, then Windows-1252 where the charset is unknown or wrong."""
    for name in (_charset(charset), "utf-8"):
        if name:
            try:
                return without_surrogates(raw.decode(name))
            except (LookupError, ValueError):  # some codecs turn out not to be of text only when used
                continue
    return raw.decode("cp1252", "replace")


def printable(text: str) -> str:
    """Return a text on one line, without control characters and lone surrogates."""
    return " ".join(without_surrogates(_CONTROL.sub(" ", text)).split())


def without_surrogates(text: str) -> str:
    """Return a text that every store and terminal can take: lone surrogates replaced, NUL taken out."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\x00", "")


def _charset(name: str) -> str | None:
    bare = name.partition("*")[0].strip().strip("\"'").lower()  # RFC 2231 adds *language
    try:
        known = codecs.lookup(bare).name if bare.isascii() and "\x00" not in bare else ""
    except LookupError:
        return None
    if not known or known in _NOT_CHARSETS:
        return None
    return "cp1252" if known in ("iso8859-1", "ascii") else known  # what senders mean by them


def _pieces(text: str) -> Iterator[str]:
    at = 0
    pending: tuple[str, bytes] = ("", b"")
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        charset, raw = word.group(1).lower(), _unpack(word.group(2), word.group(3))
        if between.strip() or charset != pending[0]:
            yield decode_bytes(pending[1], pending[0])
            yield between if between.strip() or at == 0 else ""
            pending = (charset, b"")
        pending = (charset, pending[1] + raw)
        at = word.end()
    yield decode_bytes(pending[1], pending[0])
    yield text[at:]


def _unpack(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return _HEX.sub(lambda found: bytes([int(found.group(1), 16)]), raw.replace(b"_", b" "))
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    try:
        return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return raw
