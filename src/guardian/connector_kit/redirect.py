"""Where a browser comes back to after a login: one request on loopback (RFC 8252, section 7.3)."""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from guardian.domain.errors import UserError

_SAID = b"<!doctype html><meta charset=utf-8><title>Guardian</title><p>Guardian: &#10003;"
_POLL = 0.5  # seconds


class Redirect:
    """A port on loopback that waits for one browser; `state` binds the answer to the question (RFC 6749 10.12)."""

    def __init__(self, server: HTTPServer, answers: list[Mapping[str, str]]) -> None:
        self._server, self._answers = server, answers
        self.state = secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """What the provider is told to send the browser to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def wait(self, seconds: float) -> str:
        """Return the code that the browser brings; UserError when it brings a refusal, or nothing in time."""
        until = time.monotonic() + seconds
        while not self._answers and time.monotonic() < until:
            self._server.timeout = min(_POLL, max(until - time.monotonic(), 0.0))
            self._server.handle_request()
        if not self._answers:
            raise UserError("Nobody logged in in time; start again.")
        answer = self._answers.pop()
        if "code" not in answer:
            raise UserError(f"The login was declined ({answer.get('error', 'no reason given')[:80]}); start again.")
        return answer["code"]


@contextmanager
def loopback_redirect() -> Iterator[Redirect]:
    """Open a port for one login, and close it afterwards; requests without the right state are not listened to."""
    answers: list[Mapping[str, str]] = []
    with HTTPServer(("127.0.0.1", 0), _Visitor) as server:
        redirect = Redirect(server, answers)
        server.RequestHandlerClass = type("_Bound", (_Visitor,), {"state": redirect.state, "answers": answers})
        yield redirect


class _Visitor(BaseHTTPRequestHandler):
    state = ""
    answers: list[Mapping[str, str]] = []  # noqa: RUF012 - bound anew for every login
    timeout = 5

    def do_GET(self) -> None:
        """Take the answer to our question."""
        said = dict(parse_qsl(urlsplit(self.path).query))
        is_ours = secrets.compare_digest(said.get("state", "").encode(), self.state.encode())
        self.send_response(200 if is_ours else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if is_ours:
            self.wfile.write(_SAID)
            self.answers.append(said)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the address holds a code."""
