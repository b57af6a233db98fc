"""The next hop: a small SMTP server that keeps every mail as it came, DSN and SMTPUTF8 arguments included."""

import socketserver
import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One mail as the next hop got it; `raw` with CRLF, dots unstuffed."""

    mail_from: bytes
    recipients: tuple[bytes, ...]
    raw: bytes

    @property
    def content(self) -> bytes:
        """The bytes without the trace fields that the mail servers on the way put on top."""
        raw = self.raw
        while raw.startswith(b"Received:"):
            end = raw.index(b"\r\n")
            while raw[end + 2 : end + 3] in {b" ", b"\t"}:
                end = raw.index(b"\r\n", end + 2)
            raw = raw[end + 2 :]
        return raw


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a free port of loopback."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mails: list[Delivered] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A peer that was killed is none of our business."""


class _Conversation(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        sender, recipients = b"", []
        self._say(b"220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                for feature in (b"8BITMIME", b"SIZE", b"PIPELINING", b"ENHANCEDSTATUSCODES", b"DSN"):
                    self._say(b"250-" + feature)
                self._say(b"250 SMTPUTF8")
            elif verb == b"DATA":
                self._say(b"354 go on")
                raw = self._data()
                if raw is None:
                    return
                self.server.mails.append(Delivered(mail_from=sender, recipients=tuple(recipients), raw=raw))
                self._say(b"250 kept")
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                if verb == b"MAIL":
                    sender, recipients = line[10:].strip(), []
                elif verb == b"RCPT":
                    recipients.append(line[8:].strip())
                self._say(b"250 ok")

    def _data(self) -> bytes | None:
        """Return the mail, or None when the peer went away in the middle of it."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")
        self.wfile.flush()
