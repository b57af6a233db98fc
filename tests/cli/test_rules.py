"""Rules that are set later, on the command line: first said, then applied."""

import pytest

from guardian.cli import doctor
from guardian.cli.doctor import examine
from guardian.settings import load
from guardian.wiring.tenant import Tenant
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


def what_is_stored(shop: Shop) -> tuple[bool, str]:
    """Return what `guardian doctor` says of it."""
    [found] = [one for one in examine(Tenant(load(shop.folder / "guardian.toml"))) if one.name == "what is stored"]
    return found.ok, found.text


def test_mail_of_a_domain_that_became_ours_is_told_as_ours(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_judge", lambda: "not loaded here")
    mail = shop.write_mail(1)
    mail.write_text(mail.read_text().replace("From: Luis Bermeo <luis@bermeo.example>", "From: b@iberia.example"))
    mail.write_text(
        mail.read_text().replace("To: Ana <ana@acme.example>", "To: luis@bermeo.example, ana@acme.example")
    )
    shop.run("sync")
    toml = shop.folder / "guardian.toml"
    toml.write_text(toml.read_text().replace('["acme.example"]', '["acme.example", "iberia.example"]'))
    assert "own_domains were others" in shop.run("sync").err
    assert "connectors rules --apply" in what_is_stored(shop)[1]
    said = shop.run("connectors", "rules")
    assert "1 interaction would be told anew, for own_domains have changed." in said.err
    assert "Run it again with --apply" in said.err
    assert [one["direction"] for one in shop.run("timeline", "--all", "--json").lines()] == ["in"]
    applied = shop.run("connectors", "rules", "--apply")
    assert "1 interaction was told anew" in applied.err
    assert [one["direction"] for one in shop.run("timeline", "--all", "--json").lines()] == ["out"]
    assert shop.run("connectors", "rules", "--apply", "--json").lines()[-1]["told_anew"] == 0
    assert "own_domains" not in shop.run("sync").err
    assert what_is_stored(shop) == (True, "told by the present own_domains")
