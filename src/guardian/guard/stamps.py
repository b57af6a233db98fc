"""The stamp on our own notices, by which the guard knows them; a header that anybody can write proves nothing.

It is the first line of the mail and signs its one recipient and everything behind itself. What mail servers write
above it on the way (trace fields, RFC 5321 4.4) may change; nothing else may.
"""

import hashlib
import re
from dataclasses import dataclass

from guardian.domain.addresses import normalise_address
from guardian.domain.keys import Key
from guardian.domain.mail import Envelope

_NAME = b"X-Guardian-Stamp"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_TRACE = rb"(?:(?:Received|Return-Path|X-Received|DKIM-Signature)[ \t]*:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)*"
_STAMPED = re.compile(_TRACE + _NAME + rb":[ \t]*(?:\r\n[ \t]+)?([A-Za-z0-9_-]{43})\r\n", re.IGNORECASE)
_FURTHEST = 64_000  # bytes of trace fields before the stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """Stamps notices, and tells stamped ones from everything else."""

    key: Key

    def stamp(self, recipient: str, letter: bytes) -> bytes:
        """Return a letter to one recipient with the stamp on top."""
        return _NAME + b": " + self.key.sign(*_signed(recipient, letter)).encode() + b"\r\n" + letter

    def is_ours(self, envelope: Envelope, raw: bytes) -> bool:
        """Say whether a mail is a notice of ours, from nobody, to the one it was written to, and unchanged."""
        if envelope.sender or len(envelope.recipients) != 1:
            return False
        head = _LINE_END.sub(b"\r\n", raw[:_FURTHEST])
        match = _STAMPED.match(head)
        if match is None:
            return False
        behind = _LINE_END.sub(b"\r\n", raw)[match.end() :]
        return self.key.agrees(match[1].decode("ascii"), *_signed(envelope.recipients[0], behind))


def _signed(recipient: str, letter: bytes) -> tuple[bytes, bytes]:
    """Return what is signed, as it comes through any server: line ends are CRLF, and one ends the last line."""
    whole = _LINE_END.sub(b"\r\n", letter).rstrip(b"\r\n")
    address = normalise_address(recipient) or recipient
    return address.encode("utf-8", "replace"), hashlib.sha256(whole).digest()
