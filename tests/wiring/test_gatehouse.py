"""One tenant's guard from end to end: settings in, mail held, counted, told, decided and sent."""

import email
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path

import pytest

from guardian import settings
from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.guard import write_directory
from guardian.ports.accounts import Role
from guardian.ports.holds import HoldEvent, HoldState
from guardian.settings import OFF_FILE
from guardian.wiring.console import console_app
from guardian.wiring.directories import stored_directory
from guardian.wiring.gatehouse import Gatehouse
from guardian.wiring.layout import lay_out
from guardian.wiring.people import People
from guardian.wiring.tenant import Tenant
from tests.console.browser import Browser
from tests.console.memory_people import PASSWORD
from tests.console.office_room import Tab
from tests.guard.fakes import WordJudge, eml
from tests.stores.world import written

START = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
HOSTILE, FRIENDLY = eml("Qué cretino es este cliente."), eml("Gracias por el pedido.")
TO_CLIENT = Envelope(sender="ana@acme.example", recipients=("luis@cliente.example", "eva@acme.example"))
MORE = """
[guard]
reinject = "folder:released"
notices_from = "guardian@acme.example"
link_key = "file:guardian.key"
console_url = "https://guardian.acme.example"
reviewers = ["Jefa@acme.example"]
mode = "enforce"
[[guard.policies]]
senders = ["prueba@acme.example"]
mode = "observe"
[mail]
smtp = "folder:notices"
[reps."jefa@acme.example"]
language = "en"
"""


@dataclass
class HandClock:
    """Stands still until it is moved."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time


@dataclass
class House:
    """A tenant in a folder of its own, whose judge knows two words."""

    folder: Path
    clock: HandClock
    gatehouse: Gatehouse
    tenant: Tenant

    def mails(self, name: str) -> list[tuple[list[str], bytes]]:
        files = sorted((self.folder / name).glob("*.eml"))
        return [(json.loads(one.with_suffix(".json").read_text())["recipients"], one.read_bytes()) for one in files]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    path = lay_out(tmp_path, own_domains=["acme.example"], language="es")
    path.write_text('own_domains = ["acme.example"]\nlanguage = "es"\n' + MORE, encoding="utf-8")
    clock = HandClock()
    tenant = Tenant(settings.load(path), clock)
    with written(tenant.database) as world:
        world.client("Cliente", domains=["cliente.example"])
    gatehouse = Gatehouse(tenant)
    gatehouse.__dict__["guard"] = gatehouse.guard_with(WordJudge(), stored_directory(tenant))
    yield House(tmp_path, clock, gatehouse, tenant)
    tenant.database.engine.dispose()


def text_of(raw: bytes) -> str:
    body = email.message_from_bytes(raw, policy=policy.SMTP).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


QUOTING = "Qué cretino.\n\nEl 5/3/26 a las 10:00, {author} escribió:\n> Mañana llega.\n"


@pytest.mark.parametrize("snapshot", ["none", "fresh", "stale"])
def test_a_held_mail_is_read_by_whoever_decides_as_it_was_judged(house: House, snapshot: str) -> None:
    if snapshot != "none":
        made = house.clock.time - timedelta(days=snapshot == "stale")
        write_directory(
            house.folder / house.tenant.settings.gateway.directory_file, [("@cliente.example", "C")], now=made
        )
    for author in ("paco@translogis.example", "jefe@cliente.example", "marta@acme.example"):
        raw = eml(QUOTING.format(author=author))
        hold = house.gatehouse.offer(TO_CLIENT, raw).hold
        assert hold is not None
        assert house.gatehouse.read(hold, raw) == house.gatehouse.guard.examine(TO_CLIENT, raw).mail


def test_from_hold_by_notice_and_link_to_colleagues_only(house: House) -> None:
    told = house.gatehouse.offer(TO_CLIENT, HOSTILE)
    assert told.hold is not None
    first = house.gatehouse.carry_out()
    assert (first.told, first.reminded, first.done) == (2, 0, ())
    notices = house.mails("notices")
    assert [recipients for recipients, _ in notices] == [["ana@acme.example"], ["jefa@acme.example"]]
    assert "insulto sobre el cliente" in text_of(notices[0][1])
    assert "an insult about the client" in text_of(notices[1][1])
    for recipients, raw in notices:
        assert house.gatehouse.stamps is not None
        assert house.gatehouse.stamps.is_ours(Envelope(sender="", recipients=tuple(recipients)), raw)
    links = re.findall(r"https://guardian\.acme\.example(/mail/\S+internal\S+)", text_of(notices[0][1]))
    browser = Browser(console_app(house.tenant))
    assert browser.get(links[0]).status_code == 200
    assert house.mails("released") == []
    assert browser.post(links[0]).status_code == 200
    browser.close()
    assert house.mails("released") == [(["eva@acme.example"], HOSTILE)]
    assert [one.state for one in house.tenant.holds.list()] == [HoldState.RELEASED_INTERNAL]
    assert house.tenant.holds.broken_trails() == []


def test_a_mail_of_which_a_hosted_service_gave_colleagues_their_copies_says_so_everywhere(house: House) -> None:
    raw = eml("Qué cretino es este cliente.", To="luis@cliente.example", Cc="eva@acme.example")
    told = house.gatehouse.offer(replace(TO_CLIENT, recipients=("luis@cliente.example",)), raw)
    house.gatehouse.carry_out()
    (_, to_sender), (_, to_reviewer) = house.mails("notices")
    assert "Puede que los compañeros que figuran en Para o Cc ya lo tengan." in told.notice
    assert "Puede que los compañeros que figuran en Para o Cc ya lo tengan." in text_of(to_sender)
    assert "Colleagues whom the mail names in To or Cc may have it already." in text_of(to_reviewer)
    links = re.findall(r"https://guardian\.acme\.example(/mail/\S+)", text_of(to_reviewer))
    browser = Browser(console_app(house.tenant))
    pages = [browser.get(one).text for one in links]
    browser.close()
    assert len(pages) == 2, "to return it and to discard it; to colleagues it could not go"
    assert all("Colleagues whom the mail names in To or Cc may have it already." in one for one in pages)


def test_from_notice_over_the_log_in_to_the_client(house: House) -> None:
    People(house.tenant).add("jefa@acme.example", [Role.REVIEWER], PASSWORD)
    told = house.gatehouse.offer(TO_CLIENT, HOSTILE)
    assert told.hold is not None
    house.gatehouse.carry_out()
    (place,) = re.findall(r"https://guardian\.acme\.example(/holds/\S+)", text_of(house.mails("notices")[1][1]))
    tab = Tab(Browser(console_app(house.tenant)))
    try:
        assert tab.get(tab.get(place).headers["location"]).status_code == 200
        entered = tab.send("/login", address="jefa@acme.example", password=PASSWORD)
        assert entered.headers["location"] == place
        assert "<mark>cretino</mark>" in tab.get(place).text
        tab.get(f"{place}/release")
        assert tab.send(f"{place}/release", why="Hablado con el cliente").status_code == 200
    finally:
        tab.browser.close()
    assert house.mails("released") == [([*TO_CLIENT.recipients], HOSTILE)]
    trail = [(one.what, one.by, one.via) for one in house.tenant.holds.events(told.hold.id) if one.via]
    assert trail == [(what, "jefa@acme.example", "console password") for what in ("viewed", "release")]
    assert house.tenant.holds.broken_trails() == []


@pytest.mark.parametrize("lost", ["account", "role"])
def test_a_reviewer_who_is_shut_out_has_no_links_and_gets_no_notices(house: House, lost: str) -> None:
    people = People(house.tenant)
    jefa = people.add("jefa@acme.example", [Role.REVIEWER], PASSWORD)
    told = house.gatehouse.offer(TO_CLIENT, HOSTILE)
    assert told.hold is not None
    house.gatehouse.carry_out()
    links = [
        re.findall(r"https://guardian\.acme\.example(/mail/\S+)", text_of(raw)) for _, raw in house.mails("notices")
    ]
    browser = Browser(console_app(house.tenant))
    try:
        assert {browser.get(one).status_code for one in links[1]} == {200}
        if lost == "account":
            people.disable("jefa@acme.example")
        else:
            people.accounts.change(replace(jefa, roles=frozenset({Role.AUDITOR})))
        assert {browser.post(one).status_code for one in links[1]} == {404}
        assert {browser.get(one).status_code for one in links[0]} == {200}, "the sender's own"
    finally:
        browser.close()
    house.clock.time += timedelta(hours=24)
    assert house.gatehouse.carry_out().reminded == 0
    people.accounts.change(jefa)
    assert house.gatehouse.carry_out().reminded == 1


def test_without_a_decision_reviewers_are_reminded_and_the_mail_goes_back(house: House) -> None:
    house.gatehouse.offer(TO_CLIENT, HOSTILE)
    house.gatehouse.carry_out()
    house.clock.time += timedelta(hours=24)
    assert house.gatehouse.carry_out().reminded == 1
    house.clock.time += timedelta(hours=24)
    last = house.gatehouse.carry_out()
    assert ([one.state for one in last.done], last.told) == ([HoldState.RETURNED], 0)
    ((recipients, letter),) = house.mails("released")
    assert recipients == ["ana@acme.example"]
    assert HOSTILE in letter


def test_nobody_outside_is_told_of_a_mail_sent_in_his_name_or_by_a_list_he_is_on(house: House) -> None:
    (house.folder / "lists").write_text("ventas@acme.example eva@acme.example, luis@cliente.example\n")
    gateway = house.tenant.settings.gateway.model_copy(update={"lists": ("lists",)})
    tenant = Tenant(house.tenant.settings.model_copy(update={"gateway": gateway}), house.clock)
    for sender in ("luis@cliente.example", "ventas@acme.example", "ventas+x@acme.example"):
        house.gatehouse.offer(Envelope(sender=sender, recipients=TO_CLIENT.recipients), HOSTILE)
    for hours in (0, 48, 1):
        house.clock.time += timedelta(hours=hours)
        Gatehouse(tenant).carry_out()
    assert {one for recipients, _ in house.mails("notices") for one in recipients} == {"jefa@acme.example"}
    assert house.mails("released") == []
    assert {one.state for one in house.tenant.holds.list()} == {HoldState.HELD}
    tenant.database.engine.dispose()


def listed(house: House, *names: str) -> Tenant:
    """Return the tenant with these files of lists."""
    gateway = house.tenant.settings.gateway.model_copy(update={"lists": names})
    return Tenant(house.tenant.settings.model_copy(update={"gateway": gateway}), house.clock)


def test_a_list_told_by_virtual_and_then_by_aliases_is_not_ours_with_a_client_on_it(house: House) -> None:
    (house.folder / "virtual").write_text("ventas@acme.example  ventas\neva@acme.example  eva\n")
    (house.folder / "aliases").write_text("ventas: ana@interna.example, contact@cliente.example\n")
    gatehouse = Gatehouse(listed(house, "virtual", "aliases"))
    assert not gatehouse.is_ours("ventas@acme.example")
    assert gatehouse.is_ours("eva@acme.example")


def test_a_list_is_not_ours_any_more_once_a_client_was_put_on_it(house: House) -> None:
    (house.folder / "virtual").write_text("ventas@acme.example  eva@acme.example\n")
    gatehouse = Gatehouse(listed(house, "virtual"))
    assert gatehouse.is_ours("ventas@acme.example")
    (house.folder / "virtual").write_text("ventas@acme.example  eva@acme.example, contact@cliente.example\n")
    house.clock.time += timedelta(seconds=2)
    assert not gatehouse.is_ours("ventas@acme.example")


def test_a_scan_of_old_mail_knows_who_is_on_our_lists_as_the_gateway_does(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.wiring.gatehouse.judge_for", lambda _settings: WordJudge())
    (house.folder / "old.eml").write_bytes(eml("Qué cretino.", To="ventas@acme.example"))
    (house.folder / "virtual").write_text("ventas@acme.example  eva@acme.example, contact@cliente.example\n")
    old = [house.folder / "old.eml"]
    assert [one["action"] for one in Gatehouse(house.tenant).scanner().scan(old, print)] == ["pass"]
    [told] = Gatehouse(listed(house, "virtual")).scanner().scan(old, print)
    assert (told["action"], told["clients"]) == ("hold", ["Cliente"])
    with pytest.raises(UserError, match=r"gateway\.lists: .*aliases cannot be read"):
        Gatehouse(listed(house, "aliases")).scanner()


def test_whoever_sent_a_mail_by_an_alias_in_the_lists_cannot_release_it(house: House) -> None:
    (house.folder / "virtual").write_text("a.ruiz@acme.example  ana@acme.example\n", encoding="utf-8")
    gateway = house.tenant.settings.gateway.model_copy(update={"lists": ("virtual",)})
    gatehouse = Gatehouse(Tenant(house.tenant.settings.model_copy(update={"gateway": gateway}), house.clock))
    gatehouse.__dict__["guard"] = house.gatehouse.guard
    envelope = replace(TO_CLIENT, sender="a.ruiz@acme.example")
    hold = gatehouse.offer(envelope, eml("Qué cretino.", From="a.ruiz@acme.example")).hold
    assert hold is not None
    with pytest.raises(UserError, match="somebody else"):
        gatehouse.decide("release", hold.id, by="ana@acme.example", why="Lo he hablado con el cliente.")
    asked = HoldEvent(hold_id=hold.id, at=START, what="release", by="ana@acme.example", why="Lo he hablado.")
    with pytest.raises(UserError, match="sender cannot"):
        house.tenant.holds.move(hold, HoldState.RELEASE_REQUESTED, asked)


def test_whoever_the_provider_also_calls_by_the_senders_address_cannot_release_by_command(house: House) -> None:
    people = People(house.tenant)
    people.add("jefa@acme.example", [Role.REVIEWER], PASSWORD)
    people.accounts.know_as("jefa@acme.example", ["ana@acme.example"])
    hold = house.gatehouse.offer(TO_CLIENT, HOSTILE).hold
    assert hold is not None
    with pytest.raises(UserError, match="sender cannot"):
        house.gatehouse.decide("release", hold.id, by="jefa@acme.example", why="Lo he hablado con el cliente.")
    assert house.gatehouse.decide("discard", hold.id, by="jefa@acme.example", why="").state is HoldState.DISCARDED


def test_a_file_beside_the_settings_lets_everything_pass_until_it_goes(house: House) -> None:
    switch = house.folder / OFF_FILE
    switch.touch()
    assert house.gatehouse.offer(TO_CLIENT, HOSTILE).hold is None
    switch.unlink()
    assert house.gatehouse.offer(TO_CLIENT, HOSTILE).hold is not None


def test_a_policy_for_a_sender_only_watches_him_and_everything_is_counted(house: House) -> None:
    watched = Envelope(sender="prueba@acme.example", recipients=TO_CLIENT.recipients)
    assert house.gatehouse.offer(watched, HOSTILE).hold is None
    assert house.gatehouse.offer(TO_CLIENT, HOSTILE).hold is not None
    assert house.gatehouse.offer(TO_CLIENT, FRIENDLY).hold is None
    house.gatehouse.offer(Envelope(sender="ana@acme.example", recipients=("eva@acme.example",)), HOSTILE)
    found = {(one.language, one.threshold): one for one in house.gatehouse.expected_holds(1)}
    assert (found["", 0.9].mails, found["", 0.9].holds) == (3, 2)
    assert found["es", 0.9].per_thousand == pytest.approx(666.7, abs=0.1)
    house.clock.time += timedelta(days=1)
    assert not any(one.mails for one in house.gatehouse.expected_holds(1))
