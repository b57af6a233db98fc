"""Small SMTP servers of our own, for what the library's server does not speak: DSN, limits, counting."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

EVERYTHING = ("SIZE 200000000", "8BITMIME", "SMTPUTF8", "DSN", "PIPELINING")


@dataclass
class Taken:
    """One mail as it was handed over: the command lines, and the bytes without SMTP's own dots."""

    commands: list[str]
    content: bytes

    def of(self, verb: str) -> list[str]:
        return [line for line in self.commands if line.upper().startswith(verb)]


@dataclass
class SmallServer:
    """Speaks plain SMTP, takes `limit` recipients a mail, and keeps every mail."""

    extensions: tuple[str, ...] = EVERYTHING
    limit: int = 1_000_000
    too_many: str = "452 4.5.3 Error: too many recipients"
    mails: list[Taken] = field(default_factory=list)
    port: int = 0

    def talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            _say(connection, "220 hello")
            commands: list[str] = []
            for line in lines:
                text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
                verb = text[:4].upper()
                commands.append(text)
                if verb == "EHLO":
                    _say(connection, "250-here", *(f"250-{one}" for one in self.extensions), "250 HELP")
                elif verb == "RCPT" and sum(one.upper().startswith("RCPT") for one in commands) > self.limit:
                    commands.pop()
                    _say(connection, self.too_many)
                elif verb == "DATA":
                    _say(connection, "354 go on")
                    self.mails.append(Taken(commands, _content(lines)))
                    commands = []
                    _say(connection, f"250 2.0.0 Ok: queued as {len(self.mails)}")
                elif verb == "AUTH":
                    _say(connection, "235 fine")
                elif verb == "QUIT":
                    _say(connection, "221 bye")
                    return
                else:
                    _say(connection, "250 fine")


def _say(connection: socket.socket, *lines: str) -> None:
    connection.sendall("".join(f"{line}\r\n" for line in lines).encode())


def _content(lines: Iterator[bytes]) -> bytes:
    """Return the bytes up to the line with a dot alone; only CRLF ends a line (RFC 5321 2.3.8)."""
    kept = bytearray()
    for line in lines:
        at_start = not kept or kept.endswith(b"\r\n")
        if at_start and line == b".\r\n":
            break
        kept += line[1:] if at_start and line.startswith(b".") else line
    return bytes(kept)


@contextmanager
def serving(server: SmallServer) -> Iterator[SmallServer]:
    """Serve on a free port of this machine, any number of conversations at once."""
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    talks: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            talks.append(threading.Thread(target=server.talk, args=(connection,)))
            talks[-1].start()

    door = threading.Thread(target=accept)
    door.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        door.join()
        for talk in talks:
            talk.join(10)
