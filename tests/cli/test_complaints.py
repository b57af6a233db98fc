"""`guardian complaints` as a person types it, over mail that was really synced."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Shop

COMPLAINT = """\
From: Luis Bermeo <luis@bermeo.example>
To: Ana <ana@acme.example>
Subject: {subject}
Date: {date}
Message-ID: <{id}@bermeo.example>

{text}
"""
BROKEN = "Es la tercera vez que el pedido llega roto. Exijo una solución hoy."
SAYS = ("--by", "ana@acme.example", "--why", "Cambiada la bomba")


def write(shop: Shop, number: int, text: str, *, ago: float, subject: str = "Bomba") -> Path:
    at = datetime.now(UTC) - timedelta(days=ago)
    path = shop.folder / "exports" / "mail" / f"{number}.eml"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = COMPLAINT.format(subject=subject, date=f"{at:%a, %d %b %Y %H:%M:%S +0000}", id=number, text=text)
    path.write_text(told, encoding="utf-8")
    return path


@pytest.fixture
def complained(shop: Shop) -> Shop:
    """A tenant to whom a client has complained, all of whose mail may be read; remarks count, too."""
    toml = shop.folder / "guardian.toml"
    text = toml.read_text(encoding="utf-8").replace("min_severity = 2", "min_severity = 1")
    toml.write_text(
        text if "min_severity = 1" in text else text + "\n[complaints]\nmin_severity = 1\n", encoding="utf-8"
    )
    assert shop.run("connectors", "set", "exports", "privacy=full").code == 0
    write(shop, 1, "Buenos días, os paso el pedido de siempre.", ago=20)
    write(shop, 2, BROKEN, ago=3)
    assert shop.run("sync").code == 0
    return shop


def test_an_open_complaint_is_listed_with_its_words_and_makes_the_client_angry(complained: Shop) -> None:
    (told,) = complained.run("complaints", "list", "--json").lines()
    assert (told["client"], told["state"], told["mails"], told["waiting_days"]) == (
        "Bermeo",
        "open",
        1,
        told["working_days"],
    )
    assert told["words"]
    assert all(words in BROKEN for words in told["words"])
    assert told["words"][0][:20] in complained.run("complaints", "list", COLUMNS="300").out
    (angry,) = complained.run("clients", "--state", "angry", "--json").lines()
    assert [why["code"] for why in angry["reasons"]] == ["complaint_open", "complaint_unanswered"]


def test_what_was_solved_is_over_and_stays_listed_with_who_and_why(complained: Shop) -> None:
    (told,) = complained.run("complaints", "list", "--json").lines()
    ran = complained.run("complaints", "solve", str(told["id"]), *SAYS)
    assert (ran.code, f"{told['id']}: solved" in ran.err) == (0, True)
    assert complained.run("complaints", "list", "--json").lines() == []
    (past,) = complained.run("complaints", "list", "--all", "--json").lines()
    assert (past["state"], past["ended_by"], past["why"]) == ("solved", "ana@acme.example", "Cambiada la bomba")
    again = complained.run("complaints", "solve", str(told["id"]), *SAYS)
    assert (again.code, "no open complaint" in again.err) == (2, True)


def test_a_dismissed_one_never_was(complained: Shop) -> None:
    (told,) = complained.run("complaints", "list", "--json").lines()
    assert complained.run("complaints", "dismiss", str(told["id"]), *SAYS).code == 0
    (past,) = complained.run("complaints", "list", "--all", "--json").lines()
    assert past["state"] == "dismissed"
    day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    assert complained.run("complaints", "list", "--as-of", day, "--json").lines()[0]["state"] == "open"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("solve", "999999", *SAYS), "There is no open complaint 999999"),
        (("solve", "{id}", "--by", "x@else.example", "--why", "ja"), "who of your own people"),
        (("dismiss", "{id}", "--by", "ana@acme.example", "--why", "  "), "--why"),
    ],
)
def test_what_cannot_be_says_what_to_mend(complained: Shop, words: tuple[str, ...], problem: str) -> None:
    (told,) = complained.run("complaints", "list", "--json").lines()
    ran = complained.run("complaints", *(word.format(id=told["id"]) for word in words))
    assert (ran.code, problem in ran.err) == (2, True), ran.err


def test_where_nobody_shall_listen_nothing_is_heard(shop: Shop) -> None:
    assert shop.run("connectors", "set", "exports", "privacy=full").code == 0
    write(shop, 2, BROKEN, ago=3)
    assert shop.run("sync", GUARDIAN_COMPLAINTS__LISTEN="false").code == 0
    assert shop.run("complaints", "list", "--all", "--json").lines() == []
