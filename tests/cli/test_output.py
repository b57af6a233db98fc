"""How commands word what they count."""

import pytest

from guardian.cli.output import counted
from tests.cli.conftest import Shop


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
