"""The stamp on mail that passed, by which it is known when it comes back: from a hosted mail service, say.

It binds what was judged (the words that were read, or every byte where not all could be read), the author, the
Message-ID and the clients to a moment in time: on another mail, to another client or later it is worth nothing.
Whoever lets a mail through takes the stamp off: a mail that circles is judged again at the next round.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from guardian.domain.keys import Key
from guardian.domain.mail import Mail, Passage, Voice
from guardian.guard.read_mail import outer_header
from guardian.ports.clock import Clock
from guardian.ports.holds import Hold

STAMP_FIELD = "X-Guardian-Passed"
_VALUE = re.compile(r"v=1; q=([\w.-]{0,64}); x=(\d{1,12}); c=([\w,-]{0,1200}); s=([\w-]{43})")
_OURS = frozenset({Voice.NEW, Voice.OWN_QUOTED})
_MOST_CLIENTS = 50
_CLIENT_LETTERS = 11  # of base64: 66 bits
_MOST_HEADER = 300_000  # bytes searched for stamps


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """Stamps mail and knows what it stamped for as long as a stamp `lasts`."""

    key: Key
    clock: Clock
    lasts: timedelta

    def stamp(self, mail: Mail, raw: bytes, clients: tuple[str, ...], queue_id: str) -> str:
        """Return the value of the header field for a mail that passes; empty where it would have too many clients."""
        names = tuple(self._client(name) for name in dict.fromkeys(clients))
        if not names or len(names) > _MOST_CLIENTS:
            return ""
        queue = re.sub(r"[^\w.-]", "", queue_id)[:64]
        until = int((self.clock.now() + self.lasts).timestamp())
        told = f"v=1; q={queue}; x={until}; c={','.join(names)}"
        return f"{told}; s={self.key.sign(told.encode(), *_facts(mail, raw))}"

    def stamped(self, hold: Hold, raw: bytes, mail: Mail) -> bytes:
        """Return a mail that is released with a stamp on top, so that it is not held again when it comes back."""
        value = self.stamp(mail, raw, hold.verdict.clients, hold.id)
        return f"{STAMP_FIELD}: {value}\r\n".encode() + raw if value else raw

    def knows(self, mail: Mail, raw: bytes, clients: tuple[str, ...]) -> bool:
        """Say whether this mail passed before, for these clients among others, and its stamp lasts still."""
        values = stamps_on(raw)
        found = _VALUE.fullmatch(" ".join(values[0].split())) if values else None
        if found is None or not clients:
            return False
        queue, until, names, signature = found.groups()
        if not self._lasts_still(int(until)) or not {*map(self._client, clients)} <= {*names.split(",")}:
            return False
        told = f"v=1; q={queue}; x={until}; c={names}"
        return self.key.agrees(signature, told.encode(), *_facts(mail, raw))

    def _client(self, name: str) -> str:
        return self.key.sign(b"client", name.encode("utf-8", "replace"))[:_CLIENT_LETTERS]

    def _lasts_still(self, until: int) -> bool:
        left = until - int(self.clock.now().timestamp())
        return 0 <= left <= self.lasts.total_seconds()


def stamps_on(raw: bytes) -> list[str]:
    """Return the values of all stamps on a mail, the topmost first, genuine or not."""
    if STAMP_FIELD.lower().encode() not in raw[:_MOST_HEADER].lower():
        return []
    return outer_header(raw[:_MOST_HEADER]).all(STAMP_FIELD.lower())


def _facts(mail: Mail, raw: bytes) -> tuple[bytes, ...]:
    """Return what a stamp binds: the words and whose they are, however they are encoded and wrapped."""
    voices = groupby(mail.passages, key=_is_ours)
    said = ((ours, " ".join(word for one in run for word in one.text.split())) for ours, run in voices)
    read = hashlib.sha256(repr([*said]).encode("utf-8", "replace")).digest()
    if mail.unscannable:  # somebody released it all the same: not a byte of what nobody read may change
        read += _body_digest(raw)
    return (mail.message_id or "").encode("utf-8", "replace"), (mail.sender or "").encode("utf-8", "replace"), read


def _is_ours(passage: Passage) -> bool:
    """Say whether words are ours in every copy of a mail; a stranger's are his own in the one that he gets."""
    return passage.voice in _OURS and not (passage.unsure and passage.author)


def _body_digest(raw: bytes) -> bytes:
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1]
    return hashlib.sha256(re.sub(rb"\r?\n", b"\r\n", body).rstrip(b"\r\n")).digest()
