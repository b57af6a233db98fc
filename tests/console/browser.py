"""A browser's requests to the console, served as in production: a real server on this machine."""

import http.client
import re
import socket
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; header names in lower case."""

    status_code: int
    text: str
    headers: dict[str, str]
    cookies: tuple[str, ...] = ()  # as they were set


def title(answer: Answer) -> str:
    """Return the heading of a page."""
    found = re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)
    assert found
    return found[1].strip()


class Browser:
    """Asks an application over HTTP; close it when done."""

    def __init__(self, app: FastAPI) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._port = self._socket.getsockname()[1]
        config = uvicorn.Config(app, access_log=False, log_level="warning", lifespan="off", ws="none", loop="asyncio")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8")
        connection.close()
        told = answer.getheaders()
        cookies = tuple(value for name, value in told if name.lower() == "set-cookie")
        return Answer(answer.status, text, {name.lower(): value for name, value in told}, cookies)

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def post(self, path: str, **form: str) -> Answer:
        typed = {"Content_Type": "application/x-www-form-urlencoded"} if form else {}
        return self.request("POST", path, urlencode(form).encode() if form else None, **typed)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
