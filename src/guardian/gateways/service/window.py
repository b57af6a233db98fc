"""A small HTTP window on loopback: /health for whoever restarts us, /metrics for Prometheus."""

import contextlib
import selectors
import socket
from collections import deque
from collections.abc import Callable, Mapping

from guardian.domain.errors import UserError

PATIENCE_S = 2.0
MOST_GUESTS = 16  # who says nothing longest has to go when more come
Page = Callable[[], tuple[int, str]]  # status and text
_REASONS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


class Window:
    """Answers GET for a few fixed pages; one read, one answer, closed."""

    def __init__(self, host: str, port: int, pages: Mapping[str, Page]) -> None:
        self._pages = pages
        self._guests: deque[socket.socket] = deque()
        try:
            self.listener = socket.create_server((host, port), reuse_port=False)
        except OSError as wrong:
            raise UserError(f"gateway.metrics: {host}:{port} cannot be listened on: {wrong.strerror}.") from wrong
        self.listener.setblocking(False)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.listener.getsockname()[1])

    def descriptors(self) -> tuple[int, ...]:
        """Return what no other process should keep open."""
        return self.listener.fileno(), *(guest.fileno() for guest in self._guests)

    def register(self, selector: selectors.BaseSelector) -> None:
        """Have the selector call us when somebody knocks."""
        selector.register(self.listener, selectors.EVENT_READ, self._welcome)

    def _welcome(self, selector: selectors.BaseSelector) -> None:
        with contextlib.suppress(OSError):
            guest, _ = self.listener.accept()
            guest.setblocking(False)
            self._guests.append(guest)
            if len(self._guests) > MOST_GUESTS:
                self._let_go(selector, self._guests[0]).close()
            selector.register(guest, selectors.EVENT_READ, lambda _: self._answer(selector, guest))

    def _answer(self, selector: selectors.BaseSelector, guest: socket.socket) -> None:
        with self._let_go(selector, guest), contextlib.suppress(OSError):
            request = guest.recv(8192)
            guest.settimeout(PATIENCE_S)
            guest.sendall(self._respond(request))

    def _let_go(self, selector: selectors.BaseSelector, guest: socket.socket) -> socket.socket:
        selector.unregister(guest)
        self._guests.remove(guest)
        return guest

    def _respond(self, request: bytes) -> bytes:
        method, _, rest = request.partition(b"\r\n")[0].decode("ascii", "replace").partition(" ")
        page = self._pages.get(rest.partition(" ")[0].partition("?")[0])
        status, text = (405, "GET only\n") if method not in {"GET", "HEAD"} else page() if page else (404, "no\n")
        body = text.encode()
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + (b"" if method == "HEAD" else body)
