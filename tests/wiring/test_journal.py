"""What gets into the log never names a person whole."""

import json
from collections.abc import Callable, Iterator

import pytest
import structlog

from guardian.wiring.journal import set_up_logging


@pytest.fixture
def journal(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    set_up_logging(service=True)
    yield lambda: capsys.readouterr().err
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("550 5.1.1 <ana.ruiz@acme.example>: Recipient address rejected", "550 5.1.1 <…@acme.example>: Recipient"),
        ('"ana ruiz"@acme.example, ñandú+x@acmé.example', "…@acme.example, …@acmé.example"),
        ("250 2.0.0 queued as 4XyZ@", "250 2.0.0 queued as 4XyZ@"),
    ],
)
def test_what_a_mail_server_says_of_a_person_is_told_without_his_name(
    journal: Callable[[], str], why: str, told: str
) -> None:
    structlog.get_logger().warning("guard.notice_refused", why=why, hold="h1")
    line = json.loads(journal())
    assert line["why"].startswith(told)
    assert (line["event"], line["hold"]) == ("guard.notice_refused", "h1")


def test_neither_does_the_story_of_an_error(journal: Callable[[], str]) -> None:
    try:
        raise ValueError("ana@acme.example")
    except ValueError:
        structlog.get_logger().exception("gateway.bug", facts={"to": ["ana@acme.example"]})
    said = journal()
    assert "ValueError" in said
    assert "ana@" not in said
