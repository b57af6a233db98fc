"""One key of the tenant, and from it one for each purpose, so that a signature for one is worthless for another."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from guardian.domain.errors import UserError

SHORTEST = 16  # characters


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that signs for one purpose; never shown."""

    _secret: bytes

    def __repr__(self) -> str:
        """Return nothing that a log could give away."""
        return "Key(…)"

    def sign(self, *parts: bytes) -> str:
        """Return the HMAC-SHA256 of the parts, each told with its length, in base64url without padding."""
        digest = hmac.new(self._secret, digestmod=hashlib.sha256)
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode("ascii")

    def agrees(self, signature: str, *parts: bytes) -> bool:
        """Say, in constant time, whether a signature is of these parts by this key."""
        return hmac.compare_digest(self.sign(*parts).encode(), signature.encode("utf-8", "replace"))


def key_for(purpose: str, secret: str) -> Key:
    """Return the key for a purpose; UserError when the tenant's secret is too short to be one."""
    if len(secret) < SHORTEST:
        raise UserError("guard.link_key is too short to be a key; make a new one with `openssl rand -hex 32`.")
    return Key(hmac.new(secret.encode(), f"guardian {purpose} 1".encode(), hashlib.sha256).digest())
