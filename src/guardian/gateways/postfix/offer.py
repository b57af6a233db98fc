"""The mail server's side of the milter protocol: one mail offered, one answer."""

import socket
import struct
from collections.abc import Iterator
from types import TracebackType

from guardian.domain.errors import TryLater
from guardian.gateways.milter import codec
from guardian.gateways.milter.codec import packet
from guardian.gateways.postfix.queue_file import QueuedMail
from guardian.gateways.service.address import ListenAt

ANSWER_S = 120.0
CHUNK = 65535
_ALL_STEPS = 0x1FFFFF
_FINAL = frozenset(b"adrty")  # accept, discard, reject, tempfail, an SMTP reply


class GateConnection:
    """One conversation with the gate; TryLater when it does not answer."""

    def __init__(self, gate: ListenAt) -> None:
        try:
            self._socket = _connected(gate)
        except OSError as wrong:
            raise TryLater(f"The gateway at {gate} does not answer: {wrong.strerror}.") from wrong
        try:
            self._socket.sendall(packet(b"O", struct.pack(">III", 6, 0x1FF, _ALL_STEPS)))
            self._hear()
        except OSError as wrong:
            self._socket.close()
            raise TryLater(f"The gateway at {gate} does not answer: {wrong.strerror}.") from wrong

    def __enter__(self) -> "GateConnection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def offer(self, mail: QueuedMail) -> bytes:
        """Return the gate's answer to a mail: `a` accept, `d` Guardian keeps it now, any other: not now."""
        try:
            self._socket.sendall(b"".join(_envelope(mail)))
            answer = self._hear()
            if answer == b"c":
                for piece in _content(mail):
                    self._socket.sendall(piece)
                answer = self._hear()
        except OSError as wrong:
            raise TryLater("The gateway broke off.") from wrong
        return answer[:1]

    def _hear(self) -> bytes:
        """Return the next answer that is one; signs of life in between are passed over."""
        while True:
            (length,) = struct.unpack(">I", self._read(4))
            if not 1 <= length <= codec.LARGEST_PACKET:
                raise TryLater("The gateway does not speak the milter protocol.")
            answer = self._read(length)
            if answer[0] in _FINAL or answer[:1] in {b"c", b"O"}:
                return answer

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self._socket.recv(size - len(data))
            if not piece:
                raise TryLater("The gateway hung up.")
            data += piece
        return data


def _connected(gate: ListenAt) -> socket.socket:
    """Return a connection to the gate, by whichever family of addresses its name has."""
    if gate.path is None:
        return socket.create_connection((gate.host, gate.port), timeout=ANSWER_S)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(ANSWER_S)
    try:
        line.connect(str(gate.path))
    except OSError:
        line.close()
        raise
    return line


def _envelope(mail: QueuedMail) -> Iterator[bytes]:
    yield packet(b"A")
    yield packet(b"D", b"Mi\0" + mail.queue_id.encode() + b"\0")
    yield packet(b"M", _strings(mail.sender, *mail.mail_args))
    for path, args in mail.recipients:
        yield packet(b"R", _strings(path, *args))
    yield packet(b"T")


def _content(mail: QueuedMail) -> Iterator[bytes]:
    yield b"".join(packet(b"L", _strings(name, value)) for name, value in mail.headers) + packet(b"N")
    for start in range(0, len(mail.body), CHUNK):
        yield packet(b"B", mail.body[start : start + CHUNK])
    yield packet(b"E")


def _strings(*parts: bytes) -> bytes:
    return b"".join(part.replace(b"\0", b"") + b"\0" for part in parts)
