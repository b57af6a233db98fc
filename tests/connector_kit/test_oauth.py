"""Tokens: asked for once, renewed in time, and every refusal a sentence for people."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.connector_kit.http import Http, Pace
from guardian.connector_kit.oauth import Bearer, Token, request_token, token_refusal
from guardian.domain.errors import TryLater, UserError
from tests.lab import faults
from tests.lab.faults import FaultPlan
from tests.lab.serving import Answer, Lab, Request, json_answer, running_lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    def issue(request: Request) -> Answer:
        return json_answer({"access_token": f"for {request.form['grant_type']}", "expires_in": 600})

    with running_lab(tmp_path) as lab:
        lab.mount("/token", issue)
        yield lab


@pytest.fixture
def http(lab: Lab) -> Http:
    return Http(lab.url, ca_bundle=lab.ca_bundle, refusal=token_refusal, pace=Pace(sleep=lambda _: None))


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    now, asked = [0.0], []

    def fetch(fresh: bool) -> Token:
        asked.append(fresh)
        return Token(value=f"t{len(asked)}", lasts_s=600)

    bearer = Bearer(fetch, clock=lambda: now[0])
    assert bearer.headers(fresh=False) == bearer.headers(fresh=False) == {"Authorization": "Bearer t1"}
    now[0] = 481.0
    assert bearer.headers(fresh=False) == {"Authorization": "Bearer t2"}
    assert bearer.headers(fresh=True) == {"Authorization": "Bearer t3"}
    assert asked == [False, False, True]


def test_a_token_never_shows_in_a_repr() -> None:
    assert "secret" not in repr(Token(value="secret"))


def test_a_login_is_tried_again_when_the_connection_breaks(lab: Lab, http: Http) -> None:
    lab.faults = FaultPlan().lay(faults.dropped_after())
    token = request_token(http, f"{lab.url}/token", {"grant_type": "client_credentials"})
    assert (token.value, token.lasts_s) == ("for client_credentials", 600.0)


@pytest.mark.parametrize(
    ("code", "error", "text"),
    [
        ("invalid_client", UserError, "secret or certificate"),
        ("unauthorized_client", UserError, "does not know this application"),
        ("invalid_grant", UserError, "connect the account again"),
        ("access_denied", UserError, "administrator"),
        ("made_up", UserError, "made_up"),
        ("temporarily_unavailable", TryLater, "just now"),
    ],
)
def test_each_refused_login_says_what_to_do(
    lab: Lab, http: Http, code: str, error: type[Exception], text: str
) -> None:
    lab.faults = FaultPlan().lay(faults.refused(400, json.dumps({"error": code}).encode()), times=99)
    with pytest.raises(error, match=text):
        request_token(http, f"{lab.url}/token", {"grant_type": "x"})
