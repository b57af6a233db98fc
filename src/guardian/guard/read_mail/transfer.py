"""Content-Transfer-Encoding undone, damage and all (RFC 2045)."""

import base64
import binascii
import re
from collections.abc import Iterator

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_NOT_LETTERS = re.compile(rb"[^A-Za-z0-9]+")
_NOT_SMALL = re.compile(rb"[^a-z]+")
_UU_FILE = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n(?:[ -`]{1,62}\r?\n)*+(?:end\b)?", re.MULTILINE)
_MOST_RUNS = 1_000
_PLAIN = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits"})


def undo_transfer(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """Return the bytes behind a transfer encoding, and whether they could be read.

    Damaged base64 gives what programs make of it; text that only claims to be base64 comes back as it is.
    """
    name = re.sub(r"[\s;(\"].*", "", encoding.strip().strip('"').lower(), flags=re.DOTALL)
    if name in _PLAIN:
        return data, True
    if name in {"quoted-printable", "quotedprintable", "quoted_printable", "qp"}:
        return binascii.a2b_qp(data), True
    if name in {"base64", "base-64", "b64"}:
        return _base64(data)
    if name in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uu(data)
    return data, False


def uuencoded_files(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the files that stand in a text in uuencode, each with its name; what is damaged is left out."""
    if b"begin " not in data:
        return
    for block in _UU_FILE.finditer(data):
        file, readable = _uu(block[0])
        if readable:
            yield block[1].decode("utf-8", "replace").strip(), file


def _base64(data: bytes) -> tuple[bytes, bool]:
    packed = b"".join(data.split())
    letters = _NOT_BASE64.sub(b"", packed)
    found: list[bytes] = []
    runs = letters.rstrip(b"=").split(b"=", _MOST_RUNS)  # padding in the middle: encodings one after the other
    for run in (*runs[:-1], runs[-1].replace(b"=", b"")):
        whole = len(run) // 4 * 4
        rest = run[whole:]
        found.append(base64.b64decode(run[:whole]))
        found.append(base64.b64decode(rest + b"=" * (4 - len(rest))) if len(rest) > 1 else b"")
    decoded = b"".join(found)
    damaged = (len(packed) - len(letters)) * 10 > len(packed)
    if not damaged or _is_text(decoded):
        return decoded, True
    return (data, True) if _is_prose(data) else (decoded, False)


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(data)


def _is_prose(data: bytes) -> bool:
    """Say whether letters are those of words: in base64, whatever stands between, two in five are small ones."""
    letters = _NOT_LETTERS.sub(b"", data)
    return len(_NOT_SMALL.sub(b"", letters)) * 4 >= len(letters) * 3


def _uu(data: bytes) -> tuple[bytes, bool]:
    found: list[bytes] = []
    for line in data.split(b"\n"):
        if line.startswith(b"begin ") or not line.strip():
            continue
        if line.startswith(b"end"):
            break
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            return data, False
    return b"".join(found), True
