"""Google as the lab plays it: logins, Gmail, People and Calendar, every word checked by the discovery documents."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from email.parser import BytesParser
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.lab.certificates import AppKey
from tests.lab.company import Company
from tests.lab.faults import Fault, Kind, Moment
from tests.lab.google_calendar import Calendar
from tests.lab.google_errors import Refusal, not_found, slow_down
from tests.lab.google_gmail import Gmail
from tests.lab.google_login import Grant, Login
from tests.lab.google_people import People
from tests.lab.google_schema import Method, Wrong, discovery, masked
from tests.lab.serving import Answer, Lab, Request, json_answer

APIS = (("gmail", "v1"), ("people", "v1"), ("calendar", "v3"))
PREFIXES = ("/token", "/o/oauth2/", "/gmail/", "/v1/people/", "/calendar/", "/batch")
SCOPES = frozenset(
    f"https://www.googleapis.com/auth/{name}"
    for name in ("gmail.metadata", "gmail.readonly", "contacts.readonly", "calendar.events.readonly")
)
MOST_IN_A_BATCH = 100


class Google:
    """The app: mount it on a lab, then point a connector at `lab.url`."""

    def __init__(self, lab: Lab, company: Company, key: AppKey, *, cap: int = 10_000) -> None:
        self.lab, self.company = lab, company
        self.gmail = Gmail(company, cap=cap)
        self.people = People(company, cap=cap)
        self.calendar = Calendar(company, cap=cap)
        self.login = Login(url=f"{lab.url}/token", key=key, users=frozenset(company.desks), authorised=SCOPES)
        self.wrong: list[str] = []  # what the discovery documents did not allow
        self.parts: list[Request] = []  # the requests inside batches
        for prefix in PREFIXES:
            lab.mount(prefix, self)

    def __call__(self, request: Request) -> Answer:
        """Answer any request to Google."""
        if request.path == "/o/oauth2/v2/auth":
            return self.login.consent(request)
        if request.path == "/token":
            return self.login.answer(request)
        grant = self.login.grant(request)
        if grant is None:
            return Refusal(401, "authError", "Invalid Credentials").answer()
        if request.path.startswith("/batch") and request.method == "POST":
            return self._batch(request, grant)
        return self._one(request, grant)

    def _one(self, request: Request, grant: Grant) -> Answer:
        try:
            return self._answered(request, grant)
        except Refusal as refusal:
            return refusal.answer()
        except Wrong as wrong:
            self.wrong.append(str(wrong))
            return Refusal(400, "badRequest", str(wrong)).answer()

    def _answered(self, request: Request, grant: Grant) -> Answer:
        method = next(
            (
                found
                for name, version in APIS
                if (found := discovery(name, version).method(request.method, request.path))
            ),
            None,
        )
        if method is None:
            raise not_found()
        asked = method.read_query(request.query)
        if not method.scopes & grant.scopes:
            raise Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        if request.fault and request.fault.kind is Kind.QUOTA:
            raise slow_down()
        if asked.get("userId", "me") not in ("me", grant.mailbox):
            raise Refusal(403, "forbidden", f"Delegation denied for {grant.mailbox}")
        answer = self._ways(grant, asked, request.fault)[method.name]()
        _check(method, answer)
        return json_answer(masked(answer, asked.get("fields")))

    def _ways(
        self, grant: Grant, asked: Mapping[str, Any], fault: Fault | None
    ) -> Mapping[str, Callable[[], dict[str, Any]]]:
        box, scopes = grant.mailbox, grant.scopes
        return {
            "gmail.users.getProfile": lambda: self.gmail.profile(box),
            "gmail.users.labels.list": lambda: self.gmail.labels(box),
            "gmail.users.labels.get": lambda: self.gmail.label(box, asked["id"]),
            "gmail.users.messages.list": lambda: self.gmail.list(box, asked, scopes, fault),
            "gmail.users.messages.get": lambda: self.gmail.get(box, asked, scopes),
            "gmail.users.history.list": lambda: self.gmail.history(box, asked, fault),
            "people.people.connections.list": lambda: self.people.connections(box, asked, fault),
            "calendar.events.list": lambda: self.calendar.events(box, asked, fault),
            "calendar.events.get": lambda: self.calendar.event(box, asked),
        }

    def _batch(self, request: Request, grant: Grant) -> Answer:
        """Answer every part by itself; the fault plan strikes parts like any other request."""
        parts = list(_parts(request))
        if len(parts) > MOST_IN_A_BATCH:
            return Refusal(400, "badRequest", "The batch is too large.").answer()
        told = []
        for content_id, part in parts:
            self.parts.append(part)
            told.append(_part(content_id, self._struck(part, grant)))
        body = b"".join(b"--lab\r\n" + one + b"\r\n" for one in told) + b"--lab--\r\n"
        return Answer(body=body, headers={"Content-Type": "multipart/mixed; boundary=lab"})

    def _struck(self, part: Request, grant: Grant) -> Answer:
        fault = self.lab.faults.strike(part.method, part.path)
        if fault and fault.moment is Moment.INSTEAD:
            return Answer(status=fault.status, body=fault.body, headers=fault.headers)
        return self._one(replace(part, fault=fault), grant)


def _check(method: Method, answer: dict[str, Any]) -> None:
    """Fail the lab itself when it answers what Google could not."""
    try:
        method.check_answer(answer)
    except Wrong as wrong:
        raise AssertionError(f"the lab is wrong: {wrong}") from wrong


def _parts(request: Request) -> Iterator[tuple[str, Request]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    for part in BytesParser().parsebytes(head + request.body).get_payload():
        assert not isinstance(part, str)
        text = str(part.get_payload())
        line, _, rest = text.partition("\n")
        verb, target, _ = line.split(" ")
        url = urlsplit(target)
        inner = BytesParser().parsebytes(rest.encode())
        yield (
            str(part["Content-ID"]),
            Request(
                method=verb,
                host=request.host,
                path=url.path,
                query=tuple(parse_qsl(url.query, keep_blank_values=True)),
                headers={name.lower(): str(value) for name, value in inner.items()},
                body=b"",
            ),
        )


def _part(content_id: str, answer: Answer) -> bytes:
    inside = content_id.strip("<>")
    lines = [
        "Content-Type: application/http",
        f"Content-ID: <response-{inside}>",
        "",
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
        f"Content-Length: {len(answer.body)}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + answer.body
