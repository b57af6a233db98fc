"""A mail as the guard sees it: envelope, and text cut into passages that say whose words they are."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What SMTP said: who sends, to whom; the only truth about recipients.

    Addresses are normalised; `sender` is empty for the null sender. `mail_args` and `rcpt_args` are the ESMTP
    parameters as given (RFC 1869), `rcpt_args` one entry a recipient, so that a release can repeat them. `spellings`
    pairs an address with how it was written, where that differs: what a local part means is its own server's business
    (RFC 5321 2.4), and a token in one may not survive lower case. Two envelopes that differ in them only are equal.
    """

    sender: str
    recipients: tuple[str, ...]
    mail_args: tuple[str, ...] = ()
    rcpt_args: tuple[tuple[str, ...], ...] = ()
    spellings: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def spelled(self, address: str) -> str:
        """Return one of the addresses as it was written."""
        return dict(self.spellings).get(address, address)


class Voice(StrEnum):
    """Whose words a passage holds, and so whether they can give us away."""

    NEW = "new"  # written for this mail
    OWN_QUOTED = "own_quoted"  # our own people's words, carried along below, or a stranger's
    CLIENT_QUOTED = "client_quoted"  # the client's words, quoted, or those of an outsider who gets the mail
    BOILERPLATE = "boilerplate"  # signature, disclaimer


class Place(StrEnum):
    """Where in the mail a passage stands."""

    SUBJECT = "subject"
    BODY = "body"
    HIDDEN = "hidden"  # styled to be invisible
    ATTACHED = "attached"  # a forwarded or attached message or text
    NAME = "name"  # what the header calls somebody


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of text of one voice, decoded, with HTML taken away.

    `unsure` tells of words that count as ours, but may be the client's: nothing but a first name says whose, or an
    address that nobody knows.
    """

    text: str
    voice: Voice
    place: Place = Place.BODY
    author: str | None = None  # address of who wrote a quoted passage, where the quote says so
    unsure: bool = False


class Unscannable(StrEnum):
    """Why a mail, or a part of it, could not be read through; never a reason to let it pass."""

    TOO_DEEP = "too_deep"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_MANY_HEADERS = "too_many_headers"
    TOO_LONG = "too_long"  # more text than is judged
    ENCRYPTED = "encrypted"  # S/MIME, PGP, protected archive
    BROKEN = "broken"  # could not be decoded
    PARTIAL = "partial"  # message/partial, message/external-body


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that `read_mail` took apart; header fields as shown to people, never trusted for delivery."""

    message_id: str | None
    subject: str
    sender: str | None
    sender_name: str
    to: tuple[tuple[str, str], ...]  # (display name, address)
    cc: tuple[tuple[str, str], ...]
    date: datetime | None
    passages: tuple[Passage, ...]
    unscannable: tuple[Unscannable, ...] = ()
    automatic: bool = False  # Auto-Submitted, our own notices
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRecipient:
    """One envelope recipient who is a client: its address and the client's name."""

    address: str
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who reads a mail: our own people, clients, and others outside; `mixed` are our lists that others are on."""

    internal: tuple[str, ...]
    clients: tuple[ClientRecipient, ...]
    others: tuple[str, ...]
    mixed: tuple[str, ...] = ()

    @property
    def client_names(self) -> tuple[str, ...]:
        """The names of the clients among the recipients, each once, in order."""
        return tuple(dict.fromkeys(one.client for one in self.clients))
