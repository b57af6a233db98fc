"""Bytes of the milter protocol to events, and answers to bytes; no I/O.

Source: the protocol as Sendmail's libmilter (mfdef.h, version 6) and Postfix's MILTER_README describe it: a packet is
a length of four bytes, big-endian, a command letter, and its data.
"""

import struct
from collections.abc import Callable, Iterator

from guardian.gateways.milter import events
from guardian.gateways.milter.events import Event

LARGEST_PACKET = 1024 * 1024 + 16  # SMFIP_MDS_1M, the most a server may negotiate, and room for the command

# What we may do to a mail (SMFIF_*), and which steps the server should leave out or not wait for (SMFIP_*).
ADD_HEADERS, CHANGE_HEADERS, QUARANTINE = 0x1, 0x10, 0x20
NO_CONNECT, NO_HELO, NO_MAIL, NO_RCPT, NO_BODY, NO_HEADERS, NO_EOH = 0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40
NO_REPLY_HEADER, NO_UNKNOWN, NO_DATA, SKIP, RCPT_REJECTED = 0x80, 0x100, 0x200, 0x400, 0x800
NO_REPLY_CONNECT, NO_REPLY_HELO, NO_REPLY_MAIL, NO_REPLY_RCPT = 0x1000, 0x2000, 0x4000, 0x8000
NO_REPLY_DATA, NO_REPLY_UNKNOWN, NO_REPLY_EOH, NO_REPLY_BODY, LEADING_SPACE = (
    0x10000,
    0x20000,
    0x40000,
    0x80000,
    0x100000,
)


class ProtocolError(Exception):
    """The peer does not speak the milter protocol; the connection is to be closed."""


class Decoder:
    """Cuts a stream of bytes into events, however the network cut it."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield the events that are complete now; ProtocolError for what is no milter packet."""
        self._pending += data
        while len(self._pending) >= 5:
            (length,) = struct.unpack_from(">I", self._pending)
            if not 1 <= length <= LARGEST_PACKET:
                raise ProtocolError(f"a packet of {length} bytes")
            if len(self._pending) < 4 + length:
                return
            command, body = bytes(self._pending[4:5]), bytes(self._pending[5 : 4 + length])
            del self._pending[: 4 + length]
            yield _event(command, body)


def _event(command: bytes, body: bytes) -> Event:
    read = _READERS.get(command)
    if read is None:
        raise ProtocolError(f"an unknown command {command!r}")
    return read(body)


def _negotiate(body: bytes) -> Event:
    if len(body) < 12:
        raise ProtocolError("a negotiation cut short")
    version, actions, steps = struct.unpack_from(">III", body)
    return events.Negotiate(version=version, actions=actions, steps=steps)


def _macros(body: bytes) -> Event:
    fields = _strings(body[1:])
    return events.Macros(command=body[:1], values=tuple(zip(fields[::2], fields[1::2], strict=False)))


def _connect(body: bytes) -> Event:
    host, _, rest = body.partition(b"\0")
    family, port, address = rest[:1] or b"U", 0, b""
    if family != b"U" and len(rest) >= 3:
        port = int.from_bytes(rest[1:3], "big")
        address = rest[3:].rstrip(b"\0")
    return events.Connect(host=host, family=family, port=port, address=address)


def _mail(body: bytes) -> Event:
    path, *args = _strings(body) or [b""]
    return events.MailFrom(path=path, args=tuple(args))


def _rcpt(body: bytes) -> Event:
    path, *args = _strings(body) or [b""]
    return events.RcptTo(path=path, args=tuple(args))


def _header(body: bytes) -> Event:
    name, _, value = body.partition(b"\0")
    return events.Header(name=name, value=value[:-1] if value.endswith(b"\0") else value)


def _strings(body: bytes) -> list[bytes]:
    parts = body.split(b"\0")
    return parts[:-1] if parts[-1] == b"" else parts


_READERS: dict[bytes, Callable[[bytes], Event]] = {
    b"O": _negotiate,
    b"D": _macros,
    b"C": _connect,
    b"H": lambda body: events.Helo(name=body.rstrip(b"\0")),
    b"M": _mail,
    b"R": _rcpt,
    b"T": lambda body: events.Data(),
    b"L": _header,
    b"N": lambda body: events.EndOfHeaders(),
    b"B": lambda body: events.Body(chunk=body),
    b"E": lambda body: events.EndOfMessage(rest=body),
    b"A": lambda body: events.Abort(),
    b"Q": lambda body: events.Quit(),
    b"K": lambda body: events.Quit(reuse=True),
    b"U": lambda body: events.Unknown(line=body.rstrip(b"\0")),
}


def packet(command: bytes, body: bytes = b"") -> bytes:
    """Return one packet on the wire."""
    return struct.pack(">I", len(body) + 1) + command + body


def agree(version: int, actions: int, steps: int) -> bytes:
    """Return our side of the negotiation."""
    return packet(b"O", struct.pack(">III", version, actions, steps))


CONTINUE = packet(b"c")
ACCEPT = packet(b"a")
DISCARD = packet(b"d")
TEMPFAIL = packet(b"t")
SKIP_BODY = packet(b"s")
PROGRESS = packet(b"p")


def reply_code(text: str) -> bytes:
    """Return an SMTP answer of our own (`451 4.7.1 …`); a percent sign must be doubled for the server's printf."""
    return packet(b"y", text.replace("%", "%%").encode("ascii", "replace") + b"\0")


def put_header_on_top(name: str, value: str) -> bytes:
    """Return the wish that the server puts a header field before all others."""
    return packet(b"i", struct.pack(">I", 0) + _field(name, value))


def take_header_off(name: str, place: int) -> bytes:
    """Return the wish that the server removes a header field, the first of this name being at place 1."""
    return packet(b"m", struct.pack(">I", place) + _field(name, ""))


def _field(name: str, value: str) -> bytes:
    return f"{name}\0{value}\0".encode("ascii", "replace")


def quarantine(why: str) -> bytes:
    """Return the wish that the server keeps the mail in its hold queue; an accept has to follow."""
    return packet(b"q", why.encode("ascii", "replace") + b"\0")
