"""What the mail server says over the milter protocol, version 6, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiate:
    """The server offers a protocol version, the changes it allows and the steps it can leave out."""

    version: int
    actions: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Macros:
    """Values the server tells about a coming command (`i` is the queue id)."""

    command: bytes
    values: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """A client connected to the server."""

    host: bytes
    family: bytes  # U unknown, L unix, 4, 6
    port: int
    address: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Helo:
    """HELO or EHLO."""

    name: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFrom:
    """MAIL FROM: the path in its brackets, then the ESMTP parameters."""

    path: bytes
    args: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RcptTo:
    """One RCPT TO that the server accepted."""

    path: bytes
    args: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """DATA: the envelope is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header field; the value keeps its leading blank where HDR_LEADSPC was agreed."""

    name: bytes
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfHeaders:
    """The blank line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A chunk of the body, CRLF lines."""

    chunk: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfMessage:
    """The mail is complete; `rest` is a last chunk of body that some servers send along."""

    rest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abort:
    """The present mail is given up; the connection stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quit:
    """The conversation is over; `reuse` says that another one follows on the same connection."""

    reuse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """An SMTP command that the server does not know."""

    line: bytes


Event = (
    Negotiate
    | Macros
    | Connect
    | Helo
    | MailFrom
    | RcptTo
    | Data
    | Header
    | EndOfHeaders
    | Body
    | EndOfMessage
    | Abort
    | Quit
    | Unknown
)
