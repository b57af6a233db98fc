"""Asking a provider: what is repeated, what is waited for, and what each refusal means for people."""

import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Thread

import pytest

from guardian.connector_kit.http import Http, Pace, Reply
from guardian.domain.errors import CursorExpired, TryLater, UserError
from guardian.ports.connector import Spent
from tests.lab import faults
from tests.lab.faults import FaultPlan
from tests.lab.serving import Answer, Lab, Request, json_answer, running_lab


class Sleeper:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> float:
        return sum(self.slept)


class Badge:
    """A login whose token changes whenever a fresh one is asked for."""

    def __init__(self) -> None:
        self.number = 1

    def headers(self, *, fresh: bool) -> Mapping[str, str]:
        self.number += fresh
        return {"Authorization": f"Bearer t{self.number}"}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with running_lab(tmp_path) as lab:
        lab.mount("/", lambda request: json_answer({"path": request.path, "said": request.body.decode()}))
        yield lab


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def http(lab: Lab, sleeper: Sleeper) -> Http:
    pace = Pace(sleep=sleeper.sleep, clock=sleeper.now)
    return Http(lab.url, ca_bundle=lab.ca_bundle, pace=pace, authority=Badge())


def test_an_answer_comes_with_its_cost(lab: Lab, http: Http) -> None:
    assert http.get(f"{lab.url}/x", params={"$select": "a b"}).json()["path"] == "/x"
    assert lab.asked()[0].param("$select") == "a b"
    assert (http.cost.for_page().requests, http.cost.requests) == (1, 0)


def test_what_was_spent_on_no_page_is_told_once(lab: Lab, http: Http, sleeper: Sleeper) -> None:
    lab.faults = FaultPlan().lay(faults.throttled(7))
    http.get(f"{lab.url}/before")
    http.cost.set_apart()
    http.get(f"{lab.url}/page")
    assert http.cost.for_page() == Spent(requests=1)
    http.get(f"{lab.url}/after")
    assert http.cost.spent() == Spent(requests=3, throttled_s=7)
    assert http.cost.spent() == Spent()


def test_retry_after_is_waited_for_to_the_second(lab: Lab, http: Http, sleeper: Sleeper) -> None:
    lab.faults = FaultPlan().lay(faults.throttled(7), times=2)
    assert http.get(f"{lab.url}/x").status == 200
    assert sleeper.slept == [7.0, 7.0]
    assert (http.cost.requests, http.cost.throttled_s) == (3, 14.0)


def test_retry_after_may_be_a_date(lab: Lab, http: Http, sleeper: Sleeper) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    lab.faults = FaultPlan().lay(faults.unavailable(later))
    http.get(f"{lab.url}/x")
    assert 6 <= sleeper.slept[0] <= 9


def test_a_long_wait_is_not_slept_but_put_off(lab: Lab, http: Http, sleeper: Sleeper) -> None:
    lab.faults = FaultPlan().lay(faults.throttled(600))
    with pytest.raises(TryLater) as put_off:
        http.get(f"{lab.url}/x")
    assert put_off.value.after_seconds == 600
    assert not sleeper.slept


def test_without_retry_after_the_waits_grow_until_the_deadline(lab: Lab, http: Http, sleeper: Sleeper) -> None:
    lab.faults = FaultPlan().lay(faults.unavailable(), times=99)
    with pytest.raises(TryLater):
        http.get(f"{lab.url}/x")
    assert len(lab.asked()) == 6
    assert sleeper.slept[-1] > sleeper.slept[0]


@pytest.mark.parametrize("fault", [faults.dropped(), faults.dropped_after(), faults.truncated(0.5)])
def test_a_broken_connection_is_tried_again(lab: Lab, http: Http, fault: faults.Fault) -> None:
    lab.faults = FaultPlan().lay(fault, times=2)
    assert http.get(f"{lab.url}/x").json() == {"path": "/x", "said": ""}


def test_a_post_is_sent_once_even_when_its_answer_is_lost(lab: Lab, http: Http) -> None:
    lab.faults = FaultPlan().lay(faults.dropped_after())
    with pytest.raises(TryLater):
        http.send("POST", f"{lab.url}/x", body=b"once")
    assert len(lab.asked("POST")) == 1


def test_a_post_that_only_asks_may_be_repeated(lab: Lab, http: Http) -> None:
    lab.faults = FaultPlan().lay(faults.dropped())
    assert http.send("POST", f"{lab.url}/x", body=b"q", repeatable=True).json()["said"] == "q"


def test_a_token_that_ran_out_is_renewed_once(lab: Lab, http: Http) -> None:
    lab.faults = FaultPlan().lay(faults.unauthorized())
    http.get(f"{lab.url}/x")
    assert [one.headers["authorization"] for one in lab.asked()] == ["Bearer t1", "Bearer t2"]


def test_a_login_that_stays_refused_does_not_loop(lab: Lab, http: Http) -> None:
    lab.faults = FaultPlan().lay(faults.unauthorized(), times=99)
    with pytest.raises(UserError, match="refuses our login"):
        http.get(f"{lab.url}/x")
    assert len(lab.asked()) == 2


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (410, CursorExpired, "cursor"),
        (403, UserError, "grant"),
        (404, UserError, "settings"),
        (400, UserError, "HTTP 400"),
        (302, UserError, "settings"),
    ],
)
def test_each_refusal_says_who_must_act(lab: Lab, http: Http, status: int, error: type[Exception], text: str) -> None:
    lab.faults = FaultPlan().lay(faults.refused(status, headers={"Location": f"{lab.url}/elsewhere"}))
    with pytest.raises(error, match=text):
        http.get(f"{lab.url}/x")


def test_the_provider_s_own_rules_come_first(lab: Lab) -> None:
    def refusal(reply: Reply) -> CursorExpired | None:
        return CursorExpired("EXPIRED_SYNC_TOKEN") if b"EXPIRED" in reply.body else None

    http = Http(lab.url, ca_bundle=lab.ca_bundle, refusal=refusal)
    lab.faults = FaultPlan().lay(faults.refused(400, b'{"reason": "EXPIRED"}'))
    with pytest.raises(CursorExpired):
        http.get(f"{lab.url}/x")


def test_a_token_is_never_sent_to_another_host(lab: Lab, http: Http) -> None:
    with pytest.raises(UserError, match="sends us on"):
        http.get("https://localhost:1/x")


def test_a_token_is_never_sent_in_the_clear() -> None:
    with pytest.raises(UserError, match="https"):
        Http("http://localhost:1")


def test_a_certificate_of_somebody_else_is_refused(lab: Lab) -> None:
    with pytest.raises(UserError, match="ca_bundle"):
        Http(lab.url).get(f"{lab.url}/x")


@pytest.fixture
def hung_up() -> Iterator[str]:
    """The address of a server that reads how a handshake begins and closes, as load balancers do on a restart."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    line.recv(65_536)

        Thread(target=hang_up, daemon=True).start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_a_handshake_that_breaks_off_is_a_matter_of_time(hung_up: str, sleeper: Sleeper) -> None:
    http = Http(hung_up, pace=Pace(sleep=sleeper.sleep, clock=sleeper.now, attempts=3))
    with pytest.raises(TryLater, match="SSLError"):
        http.get(f"{hung_up}/x")
    assert http.cost.requests == 3


def test_the_bundle_in_the_settings_beats_the_environment(
    lab: Lab, http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    assert http.get(f"{lab.url}/x").status == 200


def test_an_answer_that_is_no_json_is_a_matter_of_time(lab: Lab, http: Http) -> None:
    def broken(_: Request) -> Answer:
        return Answer(body=b"<html>")

    lab.mount("/html", broken)
    with pytest.raises(TryLater, match="no JSON"):
        http.get(f"{lab.url}/html").json()


def test_a_bundle_that_is_missing_is_named(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.pem"):
        Http(lab.url, ca_bundle=tmp_path / "nowhere.pem")


def test_a_bundle_without_certificates_is_named(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "notes.pem").write_text("to be filled in")
    with pytest.raises(UserError, match=r"notes\.pem"):
        Http(lab.url, ca_bundle=tmp_path / "notes.pem")
