"""The mail server's side of the milter protocol, written for tests: says what it is told, returns what it hears."""

import socket
import struct
from pathlib import Path

from guardian.gateways.milter.codec import packet

POSTFIX_STEPS = 0x1FFFFF


class MailServer:
    """One connection to a milter, as Postfix would hold it."""

    def __init__(self, where: Path | tuple[str, int], steps: int = POSTFIX_STEPS) -> None:
        family = socket.AF_UNIX if isinstance(where, Path) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        self.socket.connect(str(where) if isinstance(where, Path) else where)
        self.say(packet(b"O", struct.pack(">III", 6, 0x1FF, steps)))
        self.agreed = self.hear()

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self.socket.sendall(data)

    def hear(self) -> bytes:
        """Return the next packet without its length; nothing when the milter hung up."""
        head = self._read(4)
        return self._read(struct.unpack(">I", head)[0]) if head else b""

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            try:
                piece = self.socket.recv(size - len(data))
            except ConnectionResetError:
                return b""
            if not piece:
                return b""
            data += piece
        return data

    def envelope(self, *recipients: str, sender: str = "ana@acme.example") -> bytes:
        """Say MAIL, RCPT and DATA, and return the answer to DATA."""
        self.say(packet(b"M", f"<{sender}>".encode() + b"\0"))
        for recipient in recipients:
            self.say(packet(b"R", f"<{recipient}>".encode() + b"\0"))
        self.say(packet(b"T"))
        return self.hear()

    def content(self, body: bytes) -> bytes:
        """Say a header, the body and the end of the message, and return the answer."""
        self.say(packet(b"L", b"Subject\0 Oferta\0") + packet(b"N"))
        for start in range(0, len(body), 65535):
            self.say(packet(b"B", body[start : start + 65535]))
        self.say(packet(b"E"))
        return self.hear()

    def offer(self, body: bytes, *recipients: str) -> bytes:
        """Offer a whole mail and return the last answer."""
        said = self.envelope(*recipients or ("luis@cliente.example",))
        return self.content(body) if said == b"c" else said

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def close(self) -> None:
        """Say goodbye."""
        self.say(packet(b"Q"))
        self.socket.close()
