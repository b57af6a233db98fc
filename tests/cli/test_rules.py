"""Rules that are set later, on the command line: first said, then applied."""

from tests.cli.conftest import Shop


def test_it_says_what_would_go_and_takes_it_only_when_told_to(shop: Shop) -> None:
    shop.write_mail(1)
    shop.write_mail(2)
    shop.run("sync")
    toml = shop.folder / "guardian.toml"
    toml.write_text(toml.read_text() + '\n[exclude]\ndomains = ["bermeo.example"]\n')
    said = shop.run("connectors", "rules", "--json")
    assert said.code == 0
    by_rule = {one["rule"]: one for one in said.lines() if "copies" in one and "rule" in one}
    assert by_rule["blocked_domain"] == {
        "rule": "blocked_domain", "interactions": 2, "copies": 2, "left_out": 0, "back": 0,
    }  # fmt: skip
    assert {"client": "Bermeo", "rule": "blocked_domain", "interactions": 2} in said.lines()
    assert len(shop.run("timeline", "--all", "--json").lines()) == 2
    applied = shop.run("connectors", "rules", "--apply")
    assert "2 interactions and 2 copies were taken" in applied.err
    assert shop.run("timeline", "--all", "--json").lines() == []
    again = shop.run("connectors", "rules", "--apply", "--json").lines()[-1]
    assert (again["applied"], again["interactions"], again["copies"]) == (True, 0, 0)
    toml.write_text(toml.read_text().replace('["bermeo.example"]', "[]"))
    back = shop.run("connectors", "rules")
    assert "2 items come back with `guardian sync --full`" in back.err
    shop.run("sync", "--full")
    assert len(shop.run("timeline", "--all", "--json").lines()) == 2
