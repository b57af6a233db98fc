"""A model that the customer runs: asked only in doubt, without names, in time, never trusted beyond that."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from guardian.domain.mail import Audience, Mail
from guardian.domain.verdict import Opinion, Reason, ReasonCode
from guardian.nlp.own_model import Endpoint, OwnModelJudge

TEXT = (
    "Hola, le mando la factura 20261125 a pagos@aridosnorte.example. Helena es de las que no distinguen un albarán."
)
THRESHOLD = 0.6


class Unsure:
    """A judge with one opinion about everything."""

    def __init__(self, score: float = 0.55) -> None:
        self.score = score

    def judge(self, mail: Mail, audience: Audience) -> Opinion:
        return Opinion(
            score=self.score,
            threshold=THRESHOLD,
            language="es",
            reasons=(Reason(code=ReasonCode.CONTEMPT, span="no distinguen", score=0.5),),
        )


class Endpoints:
    """A server that speaks the protocol, answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.content: Any = json.dumps({"hostile": True, "sentence": 2, "code": "contempt"})
        self.status, self.delay, self.asked = 200, 0.0, list[dict[str, Any]]()
        self.keys: list[str | None] = []

    @contextmanager
    def serving(self) -> Iterator[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                told.asked.append(json.loads(body) | {"path": self.path})
                told.keys.append(self.headers.get("authorization"))
                time.sleep(told.delay)
                reply = json.dumps({"choices": [{"message": {"content": told.content}}]}).encode()
                self.send_response(told.status)
                self.send_header("content-length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def endpoints() -> Endpoints:
    return Endpoints()


@pytest.fixture
def url(endpoints: Endpoints) -> Iterator[str]:
    with endpoints.serving() as url:
        yield url


def judge_with(url: str, *, score: float = 0.55, deadline: float = 5.0, key: str = "") -> OwnModelJudge:
    endpoint = Endpoint(url=url, model="small", key=key, deadline=deadline)
    return OwnModelJudge(Unsure(score), endpoint, band=0.2)


def test_what_the_model_finds_is_held_with_the_words_as_written(url: str, write_mail: Any) -> None:
    opinion = judge_with(url).judge(*write_mail(TEXT))
    assert opinion.score >= opinion.threshold
    assert opinion.reasons[0].code is ReasonCode.CONTEMPT
    assert opinion.reasons[0].span == "Helena es de las que no distinguen un albarán."
    assert opinion.degraded == ()


def test_what_the_model_finds_harmless_passes(endpoints: Endpoints, url: str, write_mail: Any) -> None:
    endpoints.content = json.dumps({"hostile": False, "sentence": 0, "code": "insult"})
    assert judge_with(url, score=0.7).judge(*write_mail(TEXT)).score < THRESHOLD


def test_what_the_model_was_not_shown_it_cannot_call_harmless(
    endpoints: Endpoints, url: str, write_mail: Any
) -> None:
    endpoints.content = json.dumps({"hostile": False, "sentence": 0, "code": "insult"})
    padded = "Adjunto el informe del mes. " * 200 + TEXT
    assert judge_with(url, score=0.7).judge(*write_mail(padded)).score == 0.7


def test_no_name_address_or_number_leaves_the_house(endpoints: Endpoints, url: str, write_mail: Any) -> None:
    judge_with(url).judge(*write_mail(TEXT))
    asked = json.dumps(endpoints.asked, ensure_ascii=False)
    assert "[CLIENT] es de las que no distinguen" in asked
    for secret in ("Helena", "aridosnorte", "20261125", "acme"):
        assert secret not in asked


@pytest.mark.parametrize("score", [0.05, 0.95])
def test_it_is_not_asked_where_our_own_judge_is_sure(
    endpoints: Endpoints, url: str, write_mail: Any, score: float
) -> None:
    assert judge_with(url, score=score).judge(*write_mail(TEXT)).score == score
    assert endpoints.asked == []


def test_it_is_not_asked_about_mail_without_a_client(endpoints: Endpoints, url: str, write_mail: Any) -> None:
    mail, _ = write_mail(TEXT)
    judge_with(url).judge(mail, Audience(internal=("ana@acme.example",), clients=(), others=()))
    assert endpoints.asked == []


@pytest.mark.parametrize(
    "content",
    [
        "no JSON at all",
        "[]",
        "{}",
        json.dumps({"hostile": "yes", "sentence": 1, "code": "insult"}),
        json.dumps({"hostile": True, "sentence": 99, "code": "insult"}),
        json.dumps({"hostile": True, "sentence": 1, "code": "unheard_of"}),
        None,
        "[" * 100_000,
    ],
)
def test_an_answer_that_is_none_leaves_our_own_verdict_and_says_so(
    endpoints: Endpoints, url: str, write_mail: Any, content: Any
) -> None:
    endpoints.content = content
    opinion = judge_with(url).judge(*write_mail(TEXT))
    assert opinion.score == 0.55
    assert opinion.degraded == ("own_model",)


def test_an_error_leaves_our_own_verdict(endpoints: Endpoints, url: str, write_mail: Any) -> None:
    endpoints.status = 500
    assert judge_with(url).judge(*write_mail(TEXT)).degraded == ("own_model",)


def test_nobody_at_home_leaves_our_own_verdict(write_mail: Any) -> None:
    assert judge_with("http://127.0.0.1:9/v1").judge(*write_mail(TEXT)).degraded == ("own_model",)


def test_a_late_answer_is_no_answer(endpoints: Endpoints, url: str, write_mail: Any) -> None:
    endpoints.delay = 1.5
    opinion = judge_with(url, deadline=0.2).judge(*write_mail(TEXT))
    assert opinion.score == 0.55
    assert opinion.degraded == ("own_model",)


def test_the_protocol_is_the_usual_one(endpoints: Endpoints, url: str, write_mail: Any) -> None:
    judge_with(url, key="a-key").judge(*write_mail(TEXT))
    (asked,) = endpoints.asked
    assert asked["path"] == "/v1/chat/completions"
    assert asked["model"] == "small"
    assert asked["response_format"]["json_schema"]["strict"] is True
    assert endpoints.keys == ["Bearer a-key"]
