"""Links that act for one person: what they say is signed, and looking at them never does anything.

Whoever holds such a link may do what it says, so it says only what its reader may do anyhow. Addresses do not stand
in it: links pass through logs.
"""

from dataclasses import dataclass

from guardian.domain.addresses import mailbox_of
from guardian.domain.keys import Key

SIGNATURE = 43  # characters: HMAC-SHA256 in base64url without padding
TAG = 22  # characters of a signature that stand for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLinks:
    """Makes and reads links below one path; `url` is where the console is reached from outside."""

    key: Key
    url: str
    place: str

    def link(self, said: str) -> str:
        """Return the address of a page; `said` is made of plain letters, digits, `.`, `_` and `-`."""
        return f"{self.url}{self.place}{said}.{self.key.sign(said.encode())}"

    def read(self, token: str) -> str | None:
        """Return what a link says, or None for one that was not made with this key."""
        said, _, signature = token.rpartition(".")
        if len(signature) != SIGNATURE or not said.isascii():
            return None
        return said if self.key.agrees(signature, said.encode()) else None

    def tag(self, address: str) -> str:
        """Return what stands for a person in a link; nobody without the key can tell whom."""
        return self.key.sign(b"who", mailbox_of(address).encode("utf-8", "replace"))[:TAG]
