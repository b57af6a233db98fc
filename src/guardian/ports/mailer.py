"""Sending mail: digests, notices, and the release of what was held."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope

LONGEST = timedelta(minutes=40)  # that handing over one mail may take, whatever comes of it


class MaybeSent(TryLater):
    """The connection broke between the last byte and the answer: the mail may have been taken over, or not."""


class Refused(UserError):
    """The mail server will never take this mail for these recipients; another mail it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the next server said when it took a mail over (`queued as …`), and whom it refused for good.

    `settled` counts the recipients, from the first, that are taken or refused; None for all of them. The others did
    not fit into one mail at this server, or it took too long to name them, and have to be sent another.
    """

    reply: str
    refused: tuple[str, ...] = ()
    settled: int | None = None


class Mailer(Protocol):
    """Hands mails to a mail server, byte for byte."""

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Hand over one mail, within `LONGEST`.

        TryLater when the server cannot take it now (nobody got it), MaybeSent when that cannot be known, Refused
        when it never will. Recipients refused for good while others were accepted are named in the receipt.
        """
        ...
