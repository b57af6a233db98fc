"""A TLS server on loopback that speaks for every provider of the lab, and remembers what it was asked."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.lab.certificates import make_certificates
from tests.lab.faults import CALM, Fault, FaultPlan, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked; header names in lower case, `query` decoded, `fault` what the app itself must spoil."""

    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    fault: Fault | None = None

    def param(self, name: str) -> str | None:
        """Return a query parameter, or None."""
        return next((value for key, value in self.query if key == name), None)

    @property
    def form(self) -> dict[str, str]:
        """The body as an HTML form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON; underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(
        status=status, body=json.dumps(value).encode(), headers={"Content-Type": "application/json"} | named
    )


App = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request, and the status it was answered with (0: the connection was cut)."""

    request: Request
    status: int


class Lab:
    """The running server: mount apps below path prefixes, read `url`, `ca_bundle` and `exchanges`."""

    def __init__(self, folder: Path) -> None:
        self.faults: FaultPlan = CALM
        self.exchanges: list[Exchange] = []
        self._apps: list[tuple[str, str, App]] = []
        self._lock = threading.Lock()
        certificates = make_certificates(folder)
        self.ca_bundle = certificates.ca_bundle
        self._server = _Server(self, certificates.server_chain)
        self.port: int = self._server.server_address[1]
        self.url = f"https://localhost:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def mount(self, prefix: str, app: App, *, host: str = "") -> None:
        """Let an app answer for a path prefix (and one host name); the longest prefix that fits wins."""
        self._apps.append((host, prefix, app))
        self._apps.sort(key=lambda one: (-len(one[0]), -len(one[1])))

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Cut every connection and close the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def forget(self) -> None:
        """Start counting requests anew."""
        with self._lock:
            self.exchanges.clear()

    def clear(self) -> None:
        """Forget apps, requests and faults, as if just made."""
        self._apps.clear()
        self.faults = CALM
        self.forget()

    def asked(self, pattern: str = "") -> list[Request]:
        """Return the requests so far whose method and path match, in order."""
        with self._lock:
            every = [one.request for one in self.exchanges]
        return [one for one in every if re.search(pattern, f"{one.method} {one.path}")]

    def answer(self, request: Request) -> Answer:
        """Return what the app in charge says."""
        for host, prefix, app in self._apps:
            if request.path.startswith(prefix) and host in ("", request.host.partition(":")[0]):
                return app(request)
        return json_answer({"error": f"nobody answers for {request.path}"}, 404)

    def note(self, request: Request, status: int) -> None:
        """Remember an exchange."""
        with self._lock:
            self.exchanges.append(Exchange(request=request, status=status))


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """Run a lab for as long as the block lasts."""
    lab = Lab(folder)
    lab.start()
    try:
        yield lab
    finally:
        lab.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, lab: Lab, chain: Path) -> None:
        self.lab = lab
        self._open: set[socket.socket] = set()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(chain)
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, address = self.socket.accept()
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secure = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self._open.add(secure)
        return secure, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = 65_536
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing; `Lab.exchanges` remembers."""

    def _serve(self) -> None:
        lab = self.server.lab
        request = self._read()
        fault = lab.faults.strike(request.method, request.path)
        if fault and fault.moment is Moment.INSTEAD:
            lab.note(request, fault.status)
            self._send(Answer(status=fault.status, body=fault.body, headers=fault.headers))
            return
        if fault and fault.moment is Moment.BEFORE:
            lab.note(request, 0)
            self._hang_up()
            return
        if fault and fault.moment is Moment.WITHIN:
            request = Request(**{name: getattr(request, name) for name in Request.__slots__} | {"fault": fault})
        answer = lab.answer(request)
        lab.note(request, answer.status)
        if fault and fault.moment is Moment.AFTER:
            self._send(answer, only=int(len(answer.body) * fault.share) if fault.share else -1)
            self._hang_up()
            return
        self._send(answer)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = _serve

    def _read(self) -> Request:
        url = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        return Request(
            method=self.command,
            host=self.headers.get("Host", ""),
            path=url.path,
            query=tuple(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(size),
        )

    def _send(self, answer: Answer, only: int | None = None) -> None:
        """Send an answer: the first `only` bytes of its body, nothing at all for -1."""
        if only == -1:
            return
        if "Date" in answer.headers:
            self.send_response_only(answer.status)  # the provider's own clock, which need not be ours
        else:
            self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body if only is None else answer.body[:only])
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
