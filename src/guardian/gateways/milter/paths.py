"""The paths of SMTP's MAIL and RCPT: whose address one is, and how it was written."""

import re
import unicodedata

from guardian.domain.addresses import normalise_address, normalise_domain

_SPECIAL = re.compile(r'[\s"(),:;<>@\[\]\\]')  # needs quotes in a local part (RFC 5321 4.1.2)


def address_in(path: bytes) -> str:
    """Return the normalised address of an SMTP path: route gone, quotes where they are needed (RFC 5321 4.1.2)."""
    text = _without_route(path)
    local, at, domain = text.rpartition("@")
    quoted, bare = _unquoted(local)
    plain = normalise_address(bare + at + domain)
    if plain is not None or not at:
        return plain or text
    return f"{_spelled(bare, quoted=quoted)}@{normalise_domain(domain)}"


def spelled_in(path: bytes, address: str) -> str:
    """Return the address of a path with its local part as it was written, case and all."""
    if path.isascii() and path.lower() == path:
        return address
    written, at, _ = _without_route(path).rpartition("@")
    quoted, bare = _unquoted(written)
    local, _, domain = address.rpartition("@")
    same = bool(at) and _folded(bare) == _folded(_unquoted(local)[1])
    return f"{_spelled(bare, quoted=quoted)}@{domain}" if same else address


def _without_route(path: bytes) -> str:
    text = path.decode("utf-8", "surrogateescape").strip().removeprefix("<").removesuffix(">")
    return text.partition(":")[2] if text.startswith("@") and ":" in text else text


def _unquoted(local: str) -> tuple[bool, str]:
    """Return whether a local part stands in quotes, and what it says."""
    quoted = local.startswith('"') and local.endswith('"') and len(local) > 1
    return quoted, re.sub(r"\\(.)", r"\1", local[1:-1]) if quoted else local


def _spelled(bare: str, *, quoted: bool) -> str:
    """Return a local part as SMTP needs it."""
    escaped = re.sub(r'(["\\])', r"\\\1", bare)
    return f'"{escaped}"' if quoted or _SPECIAL.search(bare) else bare


def _folded(local: str) -> str:
    return unicodedata.normalize("NFC", local).lower()
