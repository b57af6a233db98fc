"""Who may log in, as an administrator arranges it."""

from pathlib import Path
from typing import Any

import pytest

from guardian.domain.errors import UserError
from guardian.ports.accounts import Role
from guardian.settings import Settings
from guardian.wiring.people import People
from guardian.wiring.tenant import Tenant

PASSWORD = "cuatro palabras bien largas"
OIDC = {
    "discovery_url": "https://login.acme.example/.well-known/openid-configuration",
    "client_id": "console",
    "client_secret": "file:oidc.secret",
}


def people(folder: Path, **values: Any) -> People:
    guard = {"console_url": "https://guardian.acme.example/x", "reviewers": values.pop("reviewers", ())}
    settings = Settings(own_domains=("acme.example",), folder=folder, guard=guard, **values)  # type: ignore[arg-type]
    tenant = Tenant(settings)
    tenant.upgrade_database()
    return People(tenant)


def test_without_a_provider_everybody_needs_a_password(tmp_path: Path) -> None:
    here = people(tmp_path)
    assert here.provider is None
    with pytest.raises(UserError, match="needs a password"):
        here.add("eva@acme.example", [Role.REVIEWER], None)
    with pytest.raises(UserError, match="no mail address"):
        here.add("eva", [Role.REVIEWER], PASSWORD)


def test_whom_the_provider_lets_in_has_an_address_of_ours(tmp_path: Path) -> None:
    (tmp_path / "oidc.secret").write_text("hush\n", encoding="utf-8")
    here = people(tmp_path, console={"oidc": OIDC})
    with pytest.raises(UserError, match="own_domains"):
        here.add("eva@else.example", [Role.REVIEWER], None)
    assert here.add("eva@sub.acme.example", [Role.REVIEWER], None).password is None
    assert here.who_gets_in() == "reviewers: 1; others: 0"
    provider = here.provider
    assert provider is not None
    assert (provider.client_secret, provider.return_to, provider.label) == (
        "hush",
        "https://guardian.acme.example/x/login/provider/return",
        "login.acme.example",
    )


def test_whoever_can_log_in_by_nothing_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "oidc.secret").write_text("hush", encoding="utf-8")
    people(tmp_path, console={"oidc": OIDC}).add("eva@acme.example", [Role.REVIEWER], None)
    with pytest.raises(UserError, match="No reviewer can log in"):
        people(tmp_path).who_gets_in()


def test_reviewers_who_are_told_but_cannot_log_in_are_named(tmp_path: Path) -> None:
    here = people(tmp_path, reviewers=("eva@acme.example", "jefa@acme.example"))
    here.add("eva@acme.example", [Role.REVIEWER], PASSWORD)
    with pytest.raises(UserError, match=r"jefa@acme\.example"):
        here.who_gets_in()


def test_letting_in_again_lets_the_provider_name_somebody_anew(tmp_path: Path) -> None:
    here = people(tmp_path)
    here.add("eva@acme.example", [Role.REVIEWER], PASSWORD)
    assert here.accounts.bind("eva@acme.example", "https://login.acme.example 17")
    assert here.disable("EVA@acme.example").subject == "https://login.acme.example 17"
    after = here.enable("eva@acme.example")
    assert (after.disabled, after.subject) == (False, None)


def test_a_new_password_is_another_hash(tmp_path: Path) -> None:
    here = people(tmp_path)
    before = here.add("eva@acme.example", [Role.REVIEWER], PASSWORD).password
    assert here.set_password("eva@acme.example", PASSWORD).password != before
    with pytest.raises(UserError, match="does not hold the address"):
        here.set_password("eva@acme.example", "aaaaaaaaaaaaaaaa")


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"discovery_url": "http://login.acme.example/x"}, "https://"),
        ({"client_secret": "hush"}, "never stands here itself"),
        ({"client_id": ""}, "belong together"),
    ],
)
def test_settings_that_would_give_a_secret_away_or_do_nothing_are_refused(
    changed: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Settings(console={"oidc": OIDC | changed})  # type: ignore[arg-type]
