"""guardian ageing and its report."""

from datetime import UTC, datetime

import pytest

from guardian.cli.tenant import as_of_moment
from guardian.domain.errors import UserError
from tests.cli.conftest import Shop

OURS = """\
From: Ana <ana@acme.example>
To: Luis Bermeo <luis@bermeo.example>
Subject: Pedido
Date: Mon, 9 Nov 2026 10:00:00 +0100
Message-ID: <ours@acme.example>

Luis, ¿cuándo lo necesitas?
"""
ANSWER = """\
From: Luis Bermeo <luis@bermeo.example>
To: Ana <ana@acme.example>
Subject: Re: Pedido
Date: Thu, 12 Nov 2026 10:00:00 +0100
Message-ID: <answer@bermeo.example>
In-Reply-To: <ours@acme.example>

Mañana.
"""
STRANGER = """\
From: Mei <mei@nuevo.example>
To: Ana <ana@acme.example>
Subject: Hola
Date: Mon, 16 Nov 2026 10:00:00 +0100
Message-ID: <new@nuevo.example>

Hola Ana, nos gustaría conocer vuestros precios.
"""


def test_ageing_still_answers_by_itself_and_its_report_beside_it(shop: Shop) -> None:
    for number in range(3):
        shop.write_mail(number, f"Tue, {number + 1:02} Nov 2026 10:00:00 +0100")
    shop.run("sync")
    (client,) = shop.run("ageing", "--as-of", "2026-11-10", "--json").lines()
    assert (client["client"], client["silent_days"]) == ("Bermeo", 7)
    ran = shop.run("ageing", "report", "--as-of", "2026-11-10", "--json")
    lines = ran.lines()
    assert ran.code == 0
    assert [line["what"] for line in lines if line["what"] in ("trust", "thresholds")] == ["trust", "thresholds"]
    assert lines[0]["trust"] == "too_few"
    assert lines[0]["text"].startswith("Con ")
    assert {"what": "coverage", "rep": None, "clients": 1, "reached_30": 0, "reached_90": 0} in lines
    assert sum(line["clients"] for line in lines if line["what"] == "state") == 1
    told = shop.run("ageing", "report", "--as-of", "2026-11-10")
    assert "the whole team" in told.out
    assert shop.run("ageing", "report", "--as-of", "tomorrow").code == 2


def test_a_past_day_shows_only_what_was_known_then(shop: Shop) -> None:
    folder = shop.folder / "exports" / "mail"
    folder.mkdir(parents=True)
    for number, mail in enumerate((OURS, ANSWER, STRANGER)):
        (folder / f"{number}.eml").write_text(mail, encoding="utf-8")
    assert shop.run("sync").code == 0

    def known(*words: str) -> list[tuple[str, float]]:
        return [(line["key"], line["touch"]) for line in shop.run("timeline", *words, "--json").lines()]

    ours, answer = "mid:ours@acme.example", "mid:answer@bermeo.example"
    assert known("--all", "--as-of", "2026-11-12") == [(ours, 1.0), (answer, 1.0)]
    assert known("bermeo.example", "--as-of", "2026-11-11") == [(ours, 0.5)], "not answered yet"

    def clients(*words: str) -> list[str]:
        return sorted(line["client"] for line in shop.run(*words, "--json").lines())

    assert clients("clients") == ["Bermeo", "Nuevo"]
    assert clients("clients", "--as-of", "2026-11-15") == ["Bermeo"]
    assert clients("ageing", "--as-of", "2026-11-15") == ["Bermeo"]
    assert clients("ageing", "--as-of", "2026-11-16") == ["Bermeo", "Nuevo"]
    assert shop.run("timeline", "--all", "--as-of", "yesterday").code == 2


def test_the_clients_to_win_back_come_with_a_plan(shop: Shop) -> None:
    for number in range(3):
        shop.write_mail(number, f"Tue, {number + 1:02} Sep 2026 10:00:00 +0200")
    shop.run("sync")
    assert shop.run("ageing", "win-back", "--json").lines() == [], "nobody owns the client"
    told = shop.run("ageing", "win-back", "--rep", "ana@acme.example")
    assert told.code == 0
    assert "call: Llamarle" in told.out


def test_today_is_told_as_it_is_now_and_no_day_that_is_still_to_come() -> None:
    now = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
    assert as_of_moment("2026-11-24", now) == datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    assert as_of_moment("2026-11-25", now) == now, "what is kept as of then can be read at once"
    with pytest.raises(UserError, match="still to come"):
        as_of_moment("2026-11-26", now)
