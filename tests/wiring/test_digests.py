"""One tenant's digests from end to end: a link of a mail is followed in the console, and everything else hears it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from structlog.testing import capture_logs

from guardian import settings
from guardian.cli.tenant import as_of_moment
from guardian.digest import Outcome
from guardian.digest.formats import language_of
from guardian.digest.gather import story_of, survey
from guardian.domain.activity import Role
from guardian.domain.errors import UserError
from guardian.domain.standing import State
from guardian.storage.complaint_tables import complaint
from guardian.storage.tables import identity
from guardian.wiring.ageing import clients_to_win_back, report
from guardian.wiring.console import console_app
from guardian.wiring.digests import Digests
from guardian.wiring.layout import lay_out
from guardian.wiring.nightly import Nightly
from guardian.wiring.standings import ageing_policy
from guardian.wiring.tenant import Tenant
from tests.console.browser import Browser
from tests.stores.world import World
from tests.wiring.test_gatehouse import HandClock

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)  # a Wednesday
MORE = """
[guard]
link_key = "file:guardian.key"
console_url = "https://guardian.acme.example"
[mail]
smtp = "folder:sent"
[digest]
managers = ["Jefa@acme.example"]
[reps."ana@acme.example"]
name = "Ana Ruiz"
[reps."ben@acme.example"]
name = "Ben Hale"
language = "en"
workdays = ["sat"]
days_off = [2026-12-25]
"""


@dataclass
class Office:
    """A tenant in a folder of its own, with one silent client of Ana's."""

    folder: Path

    def __post_init__(self) -> None:
        path = lay_out(self.folder, own_domains=["acme.example"], language="es")
        head = path.read_text(encoding="utf-8").split("[guard]")[0]
        path.write_text(head + MORE, encoding="utf-8")
        self.clock = HandClock(NOW)
        self.tenant = Tenant(settings.load(path), self.clock)
        self.digests = Digests(self.tenant)
        with self.tenant.database.writing() as connection:
            world = World(connection)
            self.client = world.client("Bermeo", domains=["bermeo.example"], owner_address="ana@acme.example")
            ana, luis = world.identity("ana@acme.example", own=True), world.identity("luis@bermeo.example")
            for days in range(100, 300, 10):
                seats = [(Role.FROM, luis), (Role.TO, ana)]
                world.interaction(NOW - timedelta(days=days), seats, direction="in")
                world.interaction(NOW - timedelta(days=days - 1), seats[::-1], direction="out")
        self.browser = Browser(console_app(self.tenant))

    def standing(self, as_of: datetime | None = None) -> tuple[State, str | None]:
        [one] = self.tenant.standings(as_of or self.clock.now())
        return one.assessment.state, one.client.owner

    def send(self) -> list[Outcome]:
        now = self.clock.now()
        self.tenant.keep(self.tenant.standings(now), at=now)
        return [one.outcome for one in self.digests.send(now, rep=None, unasked=True)]

    def last(self) -> EmailMessage:
        """Return the last mail that was sent."""
        last = max((self.folder / "sent").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        message = message_from_bytes(last.read_bytes(), policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        return message

    def links(self) -> dict[str, str]:
        """Return the links of the last digest by what they offer."""
        body = self.last().get_body(("plain",))
        assert body
        found = re.findall(r"https://guardian\.acme\.example(/client/\d+\.(\w+)\.\S+)", body.get_content())
        return {kind: link for link, kind in found}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.browser.close()


def test_a_call_that_a_rep_tells_of_by_a_link_is_heard_everywhere(office: Office) -> None:
    assert office.standing()[0] is State.AT_RISK
    assert office.send() == [Outcome.SENT, Outcome.DAY_OFF]
    link = office.links()["called"]
    assert office.browser.get(link).status_code == 200
    assert office.standing()[0] is State.AT_RISK, "looking changes nothing"
    office.clock.time = NOW + timedelta(hours=3)
    assert office.browser.post(link).status_code == 200
    assert office.standing()[0] is not State.AT_RISK
    assert office.standing(NOW + timedelta(hours=2))[0] is State.AT_RISK, "nobody knew it then"
    told = list(office.tenant.timelines.interactions(office.client, now=office.clock.now()))[-1]
    assert (told.kind, told.occurred_at) == ("call", NOW + timedelta(hours=3))
    office.clock.time = NOW + timedelta(days=1)
    assert office.send()[0] is Outcome.NOTHING_NEW


def test_a_link_solves_the_complaint_of_its_digest_and_no_newer_one(office: Office) -> None:
    def complain(at: datetime) -> None:
        with office.tenant.database.writing() as connection:
            world = World(connection)
            world.numbers = count(int(at.timestamp()))
            known = {row.value: row.id for row in connection.execute(select(identity))}
            mail = world.received(at, known["luis@bermeo.example"], known["ana@acme.example"])
            heard = {"severity": 2, "settled": False, "score": 1.0, "degraded": False, "words": "[]"}
            connection.execute(insert(complaint).values(interaction_id=mail, **heard))

    complain(NOW - timedelta(days=1))
    office.send()
    link = office.links()["solved"]
    assert office.browser.get(link).status_code == 200
    complain(NOW + timedelta(days=1))
    office.clock.time = NOW + timedelta(days=2)
    assert office.browser.post(link).status_code == 409
    assert office.standing()[0] is State.ANGRY
    office.send()
    assert office.browser.post(office.links()["solved"]).status_code == 200
    assert office.standing()[0] is not State.ANGRY


def test_a_client_who_is_another_reps_goes_to_him(office: Office) -> None:
    office.send()
    page = office.browser.get(office.links()["wrong_owner"]).text
    offered = re.search(r'<option value="([^"]+)">Ben Hale</option>', page)
    assert offered
    office.clock.time = NOW + timedelta(hours=3)
    assert office.browser.post(office.links()["wrong_owner"], owner=offered[1]).status_code == 200
    assert office.standing() == (State.AT_RISK, "ben@acme.example")
    assert office.standing(NOW) == (State.AT_RISK, "ana@acme.example")
    office.clock.time = NOW + timedelta(days=3)  # Saturday, Ben's working day
    assert office.send() == [Outcome.DAY_OFF, Outcome.SENT]


def test_a_client_nobody_owns_is_unreachable_and_in_the_roll_up(office: Office) -> None:
    office.send()
    assert office.browser.post(office.links()["wrong_owner"], owner="unknown").status_code == 200
    assert office.standing() == (State.UNREACHABLE, None)
    [sent] = office.digests.send_rollups(NOW, manager=None, unasked=True)
    assert (sent.rep, sent.outcome) == ("jefa@acme.example", Outcome.SENT)
    [again] = office.digests.send_rollups(NOW + timedelta(days=1), manager=None, unasked=True)
    assert again.outcome is Outcome.SENT_BEFORE
    [html, text, _eml] = office.digests.preview_rollups(
        NOW, manager="jefa@acme.example", folder=office.folder / "out"
    )
    assert "1 cliente no tiene responsable." in text.read_text(encoding="utf-8")
    assert html.name == "rollup-jefa@acme.example.html"


def test_a_mail_says_how_it_is_stopped_and_whoever_stops_it_gets_none_until_he_resumes(office: Office) -> None:
    office.send()
    message = office.last()
    link = re.search(r"<https://guardian\.acme\.example(/digest/\S+)>", message["List-Unsubscribe"])
    assert link
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in ("plain", "html"):
        body = message.get_body((part,))
        assert body
        assert link[1] in body.get_content()
    assert office.browser.post(link[1]).status_code == 200
    office.clock.time = NOW + timedelta(days=7)
    assert office.send()[0] is Outcome.STOPPED
    office.digests.stop("Ana@acme.example", "digest", resume=True)
    assert office.send()[0] is Outcome.SENT


def test_a_manager_stops_the_roll_up_and_nothing_else(office: Office) -> None:
    office.digests.send_rollups(NOW, manager=None, unasked=True)
    link = re.search(r"(/digest/stop\.rollup\.\S+)>", office.last()["List-Unsubscribe"])
    assert link
    assert office.browser.post(link[1]).status_code == 200
    [sent] = office.digests.send_rollups(NOW + timedelta(days=7), manager=None, unasked=True)
    assert sent.outcome is Outcome.STOPPED
    assert office.tenant.stops.stopped("digest") == frozenset()
    with pytest.raises(UserError, match="nothing to stop"):
        office.digests.stop("ana@acme.example", "rollup", resume=False)


def test_no_client_and_snoozed_are_states_and_both_can_be_undone(office: Office) -> None:
    office.send()
    links = office.links()
    assert office.browser.post(links["snooze"], span="month").status_code == 200
    assert office.standing()[0] is State.SNOOZED
    office.clock.time = NOW + timedelta(minutes=1)
    assert office.browser.post(links["not_client"]).status_code == 200
    assert office.standing()[0] is State.NOT_CLIENT
    office.clock.time = NOW + timedelta(minutes=2)
    assert office.browser.post(links["not_client"], undo="yes").status_code == 200
    assert office.standing()[0] is State.SNOOZED
    assert office.browser.post(links["snooze"], undo="yes").status_code == 200
    assert office.standing()[0] is State.AT_RISK


def test_without_a_console_there_are_digests_without_links(office: Office) -> None:
    guard = office.tenant.settings.guard.model_copy(update={"console_url": ""})
    tenant = Tenant(office.tenant.settings.model_copy(update={"guard": guard}), office.clock)
    digests = Digests(tenant)
    assert (digests.links, digests.client_desk()) == (None, None)
    office.tenant.keep(office.tenant.standings(NOW), at=NOW)
    [_html, text, _eml] = digests.preview(NOW, rep=None, folder=office.folder / "out")
    said = text.read_text(encoding="utf-8")
    assert "Dejará esta lista" in said
    assert "http" not in said


def test_each_rep_is_as_the_settings_tell(office: Office) -> None:
    ben = office.digests.rep("ben@acme.example")
    assert (ben.name, language_of(ben.language), ben.workdays, ben.days_off) == (
        "Ben Hale",
        "en",
        frozenset({5}),
        frozenset({date(2026, 12, 25)}),
    )
    nobody = office.digests.rep("nobody@acme.example")
    assert (nobody.workdays, nobody.language) == (frozenset(range(5)), "es-ES"), "dates as in Madrid"


def test_a_colleague_at_another_of_our_domains_is_nobody_to_call_at_a_client(office: Office) -> None:
    domains = ["acme.example", "acme-group.example"]
    tenant = Tenant(office.tenant.settings.model_copy(update={"own_domains": domains}), office.clock)
    with tenant.database.writing() as connection:
        world = World(connection)
        world.numbers = count(1_000)
        client = world.client("Sanz", domains=["sanz.example"], owner_address="ben@acme.example", value=5e5)
        ben, boss = (world.identity(one, own=True) for one in ("ben@acme.example", "jefe@acme-group.example"))
        seats = [(Role.FROM, ben), (Role.TO, boss), (Role.TO, world.identity("luz@sanz.example"))]
        world.interaction(NOW - timedelta(days=100), seats, direction="out", outsiders=1)
    digests = Digests(tenant)
    rep = digests.rep("ben@acme.example")
    told = survey([rep], digests.sources, now=NOW)
    story = story_of(next(one for one in tenant.clients(NOW) if one.id == client), rep, told)
    assert (story.contact_address, story.colleagues) == ("luz@sanz.example", ("jefe@acme-group.example",))


def test_the_digest_of_a_past_day_is_of_that_day_and_keeps_the_next_one_from_nobody(office: Office) -> None:
    office.clock.time = NOW - timedelta(hours=2)  # in Madrid the 25th, and no digest of it yet
    chosen = date(2026, 11, 24)
    at = as_of_moment(chosen.isoformat(), office.clock.now())
    office.tenant.keep(office.tenant.standings(at), at=at)
    [sent] = office.digests.send(at, rep="ana@acme.example", unasked=False, day=chosen)
    assert (sent.outcome, sent.day) == (Outcome.SENT, chosen)
    assert office.last()["Message-ID"].startswith("<digest.20261124.")
    body = office.last().get_body(("plain",))
    assert body
    assert body.get_content().startswith("24 de noviembre de 2026")
    office.clock.time = NOW + timedelta(days=7)
    assert office.send()[0] is Outcome.SENT
    past = date(2026, 11, 25)
    [again] = office.digests.send(as_of_moment(str(past), NOW), rep="ana@acme.example", unasked=False, day=past)
    assert again.outcome is not Outcome.SENT_BEFORE, "its own digest of that day"


def test_the_roll_up_of_a_past_sunday_is_of_the_week_that_it_ends(office: Office) -> None:
    sunday = date(2026, 11, 15)
    [sent] = office.digests.send_rollups(as_of_moment(str(sunday), NOW), manager=None, unasked=False, day=sunday)
    assert (sent.outcome, sent.day) == (Outcome.SENT, sunday)
    assert office.last()["Message-ID"].startswith("<rollup.20261109.")


def test_on_a_public_holiday_of_the_tenant_nobody_works(office: Office) -> None:
    settings = office.tenant.settings
    ageing = settings.ageing.model_copy(update={"holidays": "ES-CT"})
    tenant = Tenant(settings.model_copy(update={"ageing": ageing}), office.tenant.clock)
    off = Digests(tenant).rep("ben@acme.example").days_off
    year = tenant.clock.now().year
    assert {date(year, 9, 11), date(year, 12, 8), date(year + 1, 1, 6), date(2026, 12, 25)} <= off
    assert (date(year, 9, 11) - date(1970, 1, 1)).days in ageing_policy(tenant, tenant.clock.now()).days_off


def test_nobody_else_is_a_rep_or_a_manager(office: Office) -> None:
    with pytest.raises(UserError, match="owns no client"):
        office.digests.reps("luis@bermeo.example", at=NOW)
    with pytest.raises(UserError, match=r"digest\.managers"):
        office.digests.managers("ana@acme.example")


@pytest.mark.parametrize("told", [Tenant.standings, clients_to_win_back, report])
def test_the_list_of_clients_is_worked_out_once_whatever_is_asked_of_it(
    office: Office, told: Callable[[Tenant, datetime], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    times, timelines = count(), office.tenant.timelines
    worked_out = timelines.clients
    monkeypatch.setattr(timelines, "clients", lambda at=None: (next(times), worked_out(at))[1])
    told(office.tenant, NOW)
    assert next(times) == 1


def test_a_night_says_in_its_log_what_keeps_every_digest_from_leaving(office: Office) -> None:
    (office.folder / "sent").touch()
    with capture_logs() as logged:
        Nightly(office.tenant).afterwards(NOW)
    [told] = [one for one in logged if one["event"] == "night.digests_not_sent"]
    assert told["log_level"] == "error"
    assert "sent: File exists" in told["why"]
