"""Sending mail: digests, notices, and the release of what was held."""

from dataclasses import dataclass
from typing import Protocol

from guardian.domain.mail import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the next server said when it took a mail over (`queued as …`)."""

    reply: str


class Mailer(Protocol):
    """Hands mails to a mail server, byte for byte."""

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Hand over one mail; TryLater when the server cannot take it now, UserError when it never will."""
        ...
