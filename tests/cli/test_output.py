"""How commands word what they count."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from guardian.cli import app
from guardian.cli.output import counted
from tests.cli.conftest import Shop
from tests.guard.fakes import WordJudge


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((0, "message"), "0 messages"),
        ((1, "message"), "1 message"),
        ((2, "message"), "2 messages"),
        ((1, "copy", "copies"), "1 copy"),
        ((2, "copy", "copies"), "2 copies"),
    ],
)
def test_one_thing_is_not_told_as_many(words: tuple[int, str, str], said: str) -> None:
    assert counted(*words) == said


def test_one_message_and_one_client_are_told_as_one(shop: Shop) -> None:
    mail = shop.write_mail(1, "Mon, 10 Nov 2025 10:00:00 +0100")
    assert "1 message, 0 would be held." in shop.run("guard", "scan", str(mail), "--own-domain", "acme.example").err
    shop.run("sync")
    assert "1 client assessed as of " in shop.run("ageing").err


def test_a_scan_counts_messages_and_says_what_was_no_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardian.wiring.gatehouse.shipped_judge", WordJudge)
    (tmp_path / "a.eml").write_text("From: ana@acme.example\nTo: luis@bermeo.example\n\nHola\n")
    for number in range(7):
        (tmp_path / f"{number}.pdf").write_bytes(b"%PDF-1.7")
    ran = CliRunner().invoke(app, ["guard", "scan", str(tmp_path), "--own-domain", "acme.example", "--json"])
    assert (ran.exit_code, len(ran.stdout.splitlines())) == (0, 1)
    shown = ", ".join(str(tmp_path / f"{number}.pdf") for number in range(5))
    assert ran.stderr == f"7 files are no mail and were left out: {shown}, …\n1 message, 0 would be held.\n"
