"""`guardian holds` as a reviewer or administrator types it."""

from tests.cli.conftest import Shop


def test_stats_are_a_table_or_lines_even_before_any_mail(shop: Shop) -> None:
    ran = shop.run("holds", "stats", "--json")
    assert ran.code == 0
    assert {one["threshold"] for one in ran.lines()} == {0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}
    assert "no mail to a client" in shop.run("holds", "stats").err
