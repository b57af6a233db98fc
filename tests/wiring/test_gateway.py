"""What keeps the gateway from starting, and what does not."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError

from guardian import settings
from guardian.domain.errors import UserError
from guardian.settings import Settings
from guardian.storage.engine import Database
from guardian.wiring import gateway
from guardian.wiring.gateway import Gateway
from guardian.wiring.layout import lay_out
from guardian.wiring.tenant import Tenant


@pytest.fixture
def told(tmp_path: Path) -> Settings:
    return settings.load(lay_out(tmp_path, own_domains=["acme.example"], language="es"))


def where_the_database_says(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("connect", None, Exception(said))

    engine = create_engine("sqlite://")
    event.listen(engine, "do_connect", fail)

    def tenant(of: Settings) -> Tenant:
        made = Tenant(of)
        made.__dict__["bare_database"] = Database(engine)
        return made

    monkeypatch.setattr(gateway, "Tenant", tenant)


@pytest.mark.parametrize(
    "said", ["failed to resolve host 'db': Temporary failure in name resolution", "failed: No route to host"]
)
def test_a_database_that_cannot_be_reached_now_does_not_keep_it_from_starting(
    told: Settings, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    where_the_database_says(said, monkeypatch)
    Gateway(lambda: told)._check(told)


def test_a_wrong_password_has_to_be_mended_first(told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    where_the_database_says('FATAL:  password authentication failed for user "guardian"', monkeypatch)
    with pytest.raises(UserError, match="cannot be used"):
        Gateway(lambda: told)._check(told)
