"""The lab without its wire: what `requests` and `httplib2` send to it is answered by a call, so that thousands of
schedules take minutes. Everything above the socket is as it is on the wire; the wire itself is proven elsewhere.
"""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httplib2
import requests
import urllib3
from requests.adapters import HTTPAdapter

from tests.lab.faults import Moment
from tests.lab.serving import Answer, Lab, Request


class Cut(Exception):
    """The connection broke before an answer came."""


@contextmanager
def without_wire(lab: Lab) -> Iterator[None]:
    """Answer requests to the lab within this process while the block lasts."""
    send, request = HTTPAdapter.send, httplib2.Http.request

    def sent(self: HTTPAdapter, prepared: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        if not (prepared.url or "").startswith(lab.url):
            return send(self, prepared, *args, **more)
        headers = {str(name): _text(value) for name, value in prepared.headers.items()}
        try:
            answer, size = _exchange(lab, str(prepared.method), str(prepared.url), headers, prepared.body)
        except Cut as cut:
            raise requests.exceptions.ConnectionError(str(cut)) from cut
        return _response(prepared, answer, size)

    def asked(
        self: httplib2.Http, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> Any:
        if not uri.startswith(lab.url):
            return request(self, uri, method, body, headers)
        named = {str(name): _text(value) for name, value in (headers or {}).items()}
        try:
            answer, size = _exchange(lab, method, uri, named, body)
        except Cut as cut:
            raise ConnectionResetError(str(cut)) from cut
        if size > len(answer.body):
            raise http.client.IncompleteRead(answer.body, size - len(answer.body))
        told = {name.lower(): value for name, value in answer.headers.items()}
        found = httplib2.Response({**told, "status": str(answer.status)})
        found.reason = HTTPStatus(answer.status).phrase
        return found, answer.body

    HTTPAdapter.send, httplib2.Http.request = sent, asked  # type: ignore[method-assign]
    try:
        yield
    finally:
        HTTPAdapter.send, httplib2.Http.request = send, request  # type: ignore[method-assign]


def _exchange(lab: Lab, method: str, url: str, headers: dict[str, str], body: Any) -> tuple[Answer, int]:
    """Return what arrives of an answer, and how many bytes its body should have."""
    parts = urlsplit(url)
    raw = body.encode() if isinstance(body, str) else body or b""
    named = {name.lower(): value for name, value in headers.items()}
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    request = Request(method=method, host=parts.netloc, path=parts.path, query=query, headers=named, body=raw)
    fault = lab.faults.strike(method, parts.path)
    if fault and fault.moment is Moment.INSTEAD:
        lab.note(request, fault.status)
        return Answer(status=fault.status, body=fault.body, headers=fault.headers), len(fault.body)
    if fault and fault.moment is Moment.BEFORE:
        lab.note(request, 0)
        raise Cut("before the request was carried out")
    answer = lab.answer(replace(request, fault=fault) if fault and fault.moment is Moment.WITHIN else request)
    lab.note(request, answer.status)
    if fault and fault.moment is Moment.AFTER:
        if not fault.share:
            raise Cut("after the request was carried out")
        return replace(answer, body=answer.body[: int(len(answer.body) * fault.share)]), len(answer.body)
    return answer, len(answer.body)


def _response(prepared: requests.PreparedRequest, answer: Answer, size: int) -> requests.Response:
    told = requests.Response()
    told.status_code, told.url, told.request = answer.status, str(prepared.url), prepared
    told.headers.update(answer.headers)
    told.raw = urllib3.HTTPResponse(
        body=BytesIO(answer.body),
        headers={**answer.headers, "Content-Length": str(size)},
        status=answer.status,
        preload_content=False,
        enforce_content_length=True,
        request_method=prepared.method,
    )
    return told


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
