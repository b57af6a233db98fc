"""The mails of tests/mails: what must be read out of each, and its verdict, stands in a .json beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from guardian.domain.mail import Envelope
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import WordJudge

MAILS = sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))
CLIENTS = SnapshotDirectory(
    own_domains=["acme.example"], domains={"cliente.example": "Cliente SA", "client.example": "Client Ltd"}
)


def expected(path: Path) -> dict[str, Any]:
    """Return what stands beside a mail."""
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_is_read_as_written_beside_it(path: Path) -> None:
    mail = read_mail(path.read_bytes(), own_domains=("acme.example",))
    told = expected(path)
    assert [
        {"voice": one.voice, "place": one.place, "author": one.author, "text": one.text} for one in mail.passages
    ] == told["passages"]
    assert [why.value for why in mail.unscannable] == told["unscannable"]


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_is_held_for_our_own_words_only(path: Path) -> None:
    told = expected(path)
    raw = path.read_bytes()
    mail = read_mail(raw)
    envelope = Envelope(
        sender="ana.ruiz@acme.example", recipients=tuple(address for _, address in (*mail.to, *mail.cc))
    )
    judge = WordJudge(*(told["words"] or ("cretino", "muppets")))
    verdict = Guard(judge, CLIENTS, Policy()).check(envelope, raw)
    assert verdict.action.value == told["verdict"]


def test_there_are_mails() -> None:
    assert len(MAILS) >= 14
