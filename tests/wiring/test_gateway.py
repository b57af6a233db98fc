"""What keeps the gateway from starting, and what does not; and what its counts may cost."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError

from guardian import settings
from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.gateways.milter.gate import Gate
from guardian.gateways.milter.outcome import Outcome
from guardian.gateways.milter.session import Offer
from guardian.guard import Guard, Policy, SnapshotDirectory, write_directory
from guardian.settings import Settings
from guardian.storage.engine import Database
from guardian.storage.schema import upgrade
from guardian.wiring import gateway, judging
from guardian.wiring.gatehouse import Gatehouse
from guardian.wiring.gateway import Counter, Gateway
from guardian.wiring.layout import lay_out
from guardian.wiring.tenant import Tenant
from tests.gateways.conftest import wait_for
from tests.guard.fakes import WordJudge, eml
from tests.wiring.test_gatehouse import HandClock

TO_CLIENT = Envelope(sender="ana@acme.example", recipients=("luis@cliente.example",))
FRIENDLY = Offer(envelope=TO_CLIENT, raw=eml("Gracias por el pedido."), queue_id="1")


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


@pytest.fixture
def tenant(told: Settings) -> Iterator[Tenant]:
    made = Tenant(told, HandClock())
    upgrade(made.bare_database)
    yield made
    made.bare_database.engine.dispose()


def gate_with(counter: Counter, tenant: Tenant) -> Gate:
    directory = SnapshotDirectory(own_domains=["acme.example"], domains={"cliente.example": "Cliente"})
    guard = Guard(WordJudge(), directory, Policy(mode="enforce"))
    return Gate(guard=guard, holds=tenant.holds, clock=tenant.clock, count=counter.count, at_end=counter.close)


def when_counts_are_due(tenant: Tenant) -> None:
    assert isinstance(tenant.clock, HandClock)
    tenant.clock.time += timedelta(seconds=31)


def counted(tenant: Tenant) -> int:
    return sum(tenant.tallies.since(0).values())


def test_mail_passes_at_once_while_a_sync_writes_and_is_counted_afterwards(tenant: Tenant) -> None:
    gate, sync = gate_with(Counter(Gatehouse(tenant)), tenant), Tenant(tenant.settings)
    when_counts_are_due(tenant)
    with sync.database.writing(alone=True):
        started = time.monotonic()
        for _ in range(3):
            assert gate.decide(FRIENDLY).outcome is Outcome.PASSED
            when_counts_are_due(tenant)
        assert time.monotonic() - started < 1
    wait_for(lambda: counted(tenant) >= 1)
    gate.close(5)
    assert counted(tenant) == 3


def test_counts_that_could_not_be_kept_are_kept_the_next_time(tenant: Tenant) -> None:
    gate = gate_with(Counter(Gatehouse(tenant)), tenant)
    place = tenant.settings.folder / "guardian.db"
    tenant.bare_database.engine.dispose()
    place.rename(place.with_name("away"))
    place.mkdir()
    when_counts_are_due(tenant)
    assert gate.decide(FRIENDLY).outcome is Outcome.PASSED
    gate.close(5)
    place.rmdir()
    place.with_name("away").rename(place)
    when_counts_are_due(tenant)
    assert gate.decide(FRIENDLY).outcome is Outcome.PASSED
    wait_for(lambda: counted(tenant) == 2)


def test_a_gate_that_ends_waits_no_longer_for_its_counts_than_it_may(tenant: Tenant) -> None:
    gate, sync = gate_with(Counter(Gatehouse(tenant)), tenant), Tenant(tenant.settings)
    gate.decide(FRIENDLY)
    with sync.database.writing(alone=True):
        started = time.monotonic()
        gate.close(0.2)
        assert time.monotonic() - started < 1
    gate.close(5)
    assert counted(tenant) == 1


TO_LIST = Envelope(sender="ana@acme.example", recipients=("ventas@acme.example",))


def written(path: Path, text: str) -> None:
    """Write a file a minute ago: nobody is at it any more."""
    path.write_text(text)
    os.utime(path, (time.time() - 60,) * 2)


@pytest.fixture
def listed(told: Settings) -> Settings:
    """Settings with one list, which has none but colleagues on it."""
    written(told.folder / "virtual", "ventas@acme.example  eva@acme.example\n")
    return told.model_copy(update={"gateway": told.gateway.model_copy(update={"lists": ("virtual",)})})


def test_a_client_put_on_a_list_is_known_without_a_restart(listed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "judge_for", lambda _settings: WordJudge())
    clients = [("@cliente.example", "Cliente")]
    write_directory(listed.folder / listed.gateway.directory_file, clients, now=datetime.now(UTC))
    gate = Gateway(lambda: listed).open_gate()
    assert not gate.needs_reading(TO_LIST)
    written(listed.folder / "virtual", "ventas@acme.example  eva@acme.example, luis@cliente.example\n")
    wait_for(lambda: gate.needs_reading(TO_LIST))
    gate.close(5)


def test_people_are_told_about_held_mail_though_the_lists_cannot_be_read_any_more(listed: Settings) -> None:
    listed = listed.model_copy(update={"mail": listed.mail.model_copy(update={"smtp": "folder:notices"})})
    tenant, gateway = Tenant(listed), Gateway(lambda: listed)
    upgrade(tenant.bare_database)
    gate = gate_with(Counter(Gatehouse(tenant)), tenant)
    for number in (1, 2):
        gate.decide(replace(FRIENDLY, raw=eml(f"Qué cretino, el {number}.")))
        gateway.carry_out()
        assert len(list((listed.folder / "notices").glob("*.eml"))) == number
        (listed.folder / "virtual").unlink(missing_ok=True)
    gate.close(5)
    tenant.bare_database.engine.dispose()
