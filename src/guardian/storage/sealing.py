"""Secrets at rest: sealed by a ring of keys that lies outside the database, and bound to the row they stand in."""

import base64
import binascii
import os
import re
from dataclasses import dataclass
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guardian.domain.errors import UserError

_NONCE = 12  # bytes, as NIST SP 800-38D 8.2 recommends for AES-GCM
_KEY = 32
_LINE = re.compile(r"([0-9a-f]{8}) ([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret that only the key with this id opens."""

    key_id: str
    box: bytes


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id, the newest last: it seals, all of them open."""

    _keys: tuple[tuple[str, bytes], ...]

    def __repr__(self) -> str:
        """Return nothing that a log could give away."""
        return "KeyRing(…)"

    @property
    def newest(self) -> str:
        """The id of the key that seals."""
        return self._keys[-1][0]

    def seal(self, plain: str, *, place: str) -> Sealed:
        """Return a secret sealed for one place; nowhere else can it be opened."""
        key_id, key = self._keys[-1]
        nonce = os.urandom(_NONCE)
        return Sealed(key_id, nonce + AESGCM(key).encrypt(nonce, plain.encode(), _bound(key_id, place)))

    def open(self, sealed: Sealed, *, place: str) -> str:
        """Return what was sealed; UserError when the key is missing, or the row is not what was written."""
        key = dict(self._keys).get(sealed.key_id)
        if key is None:
            raise UserError(f"The key {sealed.key_id} of {place} is not in the key ring; put it back from a backup.")
        try:
            return (
                AESGCM(key).decrypt(sealed.box[:_NONCE], sealed.box[_NONCE:], _bound(sealed.key_id, place)).decode()
            )
        except (InvalidTag, ValueError) as wrong:
            raise UserError(f"{place} was changed from outside or belongs to another row; set it anew.") from wrong

    def with_new_key(self) -> "KeyRing":
        """Return the ring with one more key, which seals from now on."""
        return KeyRing((*self._keys, (uuid4().hex[:8], os.urandom(_KEY))))

    def newest_only(self) -> "KeyRing":
        """Return the ring without its older keys."""
        return KeyRing(self._keys[-1:])

    def text(self) -> str:
        """Return the ring as the file that `read_ring` reads: one key a line."""
        return "".join(f"{key_id} {base64.b64encode(key).decode('ascii')}\n" for key_id, key in self._keys)


def new_ring() -> KeyRing:
    """Return a ring with one fresh key."""
    return KeyRing(()).with_new_key()


def read_ring(text: str) -> KeyRing:
    """Return the keys of a file, `ID BASE64` a line; UserError when it is none."""
    keys = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _LINE.fullmatch(line)
        if not found:
            raise UserError("The key ring has a line that is no key; restore it, or make one with a new `keys` file.")
        try:
            keys.append((found.group(1), base64.b64decode(found.group(2), validate=True)))
        except binascii.Error as wrong:
            raise UserError("The key ring has a line that is no key; restore it from a backup.") from wrong
    if not keys:
        raise UserError("The key ring is empty; restore it from a backup.")
    return KeyRing(tuple(keys))


def _bound(key_id: str, place: str) -> bytes:
    return f"guardian secret 1\0{key_id}\0{place}".encode()
