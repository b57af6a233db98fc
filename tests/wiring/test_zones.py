"""Whose clock it is."""

from pathlib import Path

import pytest

from guardian import settings
from guardian.wiring.digests import Digests
from guardian.wiring.gatehouse import Gatehouse
from guardian.wiring.layout import lay_out
from guardian.wiring.tenant import Tenant

HERE, THERE = "ana@acme.example", "luis@acme.example"


@pytest.fixture
def tenant(tmp_path: Path) -> Tenant:
    extra = f'[reps."{HERE}"]\nname = "Ana"\n[reps."{THERE}"]\ntimezone = "America/Bogota"\n'
    path = lay_out(tmp_path, own_domains=["acme.example"], language="en", extra=extra)
    written = path.read_text(encoding="utf-8")
    assert 'timezone = "Europe/Madrid"' in written
    path.write_text(written.replace("Europe/Madrid", "Europe/London"), encoding="utf-8")
    return Tenant(settings.load(path))


@pytest.mark.parametrize(
    ("address", "zone"), [(HERE, "Europe/London"), (THERE, "America/Bogota"), ("new@acme.example", "Europe/London")]
)
def test_everybody_lives_in_the_tenants_zone_but_who_was_given_his_own(
    tenant: Tenant, address: str, zone: str
) -> None:
    assert Gatehouse(tenant).letters.zone_of(address) == Gatehouse(tenant).zone_of(address)
    assert Gatehouse(tenant).zone_of(address).key == zone
    if address in (HERE, THERE):
        (rep,) = Digests(tenant).reps(address, at=tenant.clock.now())
        assert rep.timezone == zone
