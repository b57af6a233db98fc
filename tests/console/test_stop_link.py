"""The link that stops digests: looking changes nothing, a post does, from a person or from his mail program."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import nodes

from guardian.console import look as looks
from guardian.console.app import create_app
from guardian.console.desk import Desk
from guardian.console.pages import stop_link
from guardian.console.stop_desk import StopDesk
from guardian.digest import ActionLinks, Rep
from guardian.digest.links import STOP_PLACE
from guardian.digest.message import ONE_CLICK
from guardian.domain.keys import key_for
from guardian.domain.notes import NoteKind
from guardian.domain.signed_links import SignedLinks
from guardian.guard import Links
from tests.console.browser import Browser, title
from tests.console.test_mail_link import HandClock
from tests.digest.stores import MemoryStops
from tests.guard.fakes import SECRET, MemoryHolds

URL = "https://guardian.acme.example"
LINKS = ActionLinks(key=key_for("digest link", SECRET), url=URL)
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
ANA = Rep(address="ana@acme.example", name="Ana Ruiz", language="es", timezone="Europe/Madrid")
BEN = Rep(address="ben@acme.example", name="Ben Hale", language="en-GB", timezone="Europe/London")

NORA = Rep(address="ventas+norte@acme.example", name="Nora Norte", language="es", timezone="Europe/Madrid")
SAUL = Rep(address="ventas+sur@acme.example", name="Saúl Sur", language="es", timezone="Europe/Madrid")


@dataclass
class Room:
    """A console that knows two reps."""

    stops: MemoryStops = field(default_factory=MemoryStops)
    people: list[Rep] = field(default_factory=lambda: [ANA, BEN])

    def __post_init__(self) -> None:
        clock = HandClock(NOW)
        guard = Links(key=key_for("link", SECRET), url=URL)
        stops = StopDesk(stops=self.stops, links=LINKS, clock=clock, people=lambda: self.people)
        self.browser = Browser(
            create_app(
                Desk(holds=MemoryHolds(), links=guard, clock=clock, is_ours=bool),
                language_of=lambda _by: "es",
                after=lambda: None,
                more=[stop_link.router(stops, lambda: "es")],
            )
        )

    def link(self, sort: str = "digest", rep: Rep = ANA) -> str:
        return LINKS.stop_link(sort, rep.address).removeprefix(URL)


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.browser.close()


@pytest.mark.parametrize("sort", ["digest", "rollup"])
def test_looking_stops_nothing_however_often(room: Room, sort: str) -> None:
    for method in ("GET", "GET", "HEAD", "OPTIONS", "PUT"):
        room.browser.request(method, room.link(sort))
    assert room.browser.get(room.link(sort)).status_code == 200
    assert room.stops.told == {}


def test_a_mail_program_stops_them_with_one_post(room: Room) -> None:
    typed = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = room.browser.request("POST", room.link(), ONE_CLICK.encode(), **typed)
    assert answer.status_code == 200
    assert room.stops.stopped("digest") == {ANA.address}


def test_so_it_does_with_a_form_of_several_parts(room: Room) -> None:
    name, value = ONE_CLICK.split("=")
    body = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--x--\r\n'
    answer = room.browser.request("POST", room.link(), body.encode(), Content_Type="multipart/form-data; boundary=x")
    assert (answer.status_code, room.stops.stopped("digest")) == (200, frozenset({ANA.address}))


def test_so_it_does_with_more_fields_than_any_form_of_ours_has(room: Room) -> None:
    answer = room.browser.request("POST", room.link(), b"a=1&" * 30)
    assert (answer.status_code, room.stops.stopped("digest")) == (200, frozenset({ANA.address}))


def test_it_stops_one_sort_of_one_person_and_says_so_in_his_language(room: Room) -> None:
    assert title(room.browser.get(room.link("rollup", BEN))) == "Stop the weekly mail about the book?"
    assert title(room.browser.post(room.link("rollup", BEN))) == "You will get no more weekly mails"
    assert room.stops.told == {(BEN.address, "rollup"): NOW}
    assert title(room.browser.get(room.link("digest", BEN))) == "Stop the mail about your clients?"


def test_stopping_again_changes_nothing_and_it_can_be_undone(room: Room) -> None:
    room.browser.post(room.link())
    assert title(room.browser.get(room.link())) == "No recibirás más resúmenes"
    assert room.browser.post(room.link()).status_code == 200
    assert title(room.browser.post(room.link(), resume="yes")) == "Volverás a recibir los resúmenes"
    assert room.stops.told == {}


def test_of_those_who_share_a_mailbox_it_stops_the_mails_of_its_own_reader(room: Room) -> None:
    room.people = [NORA, SAUL]
    assert room.browser.post(room.link(rep=SAUL)).status_code == 200
    assert room.stops.stopped("digest") == {SAUL.address}


def test_a_link_of_an_earlier_version_stops_the_mails_of_nobody_else(room: Room) -> None:
    signed = SignedLinks(key=LINKS.key, url="", place=STOP_PLACE)
    old = signed.link(f"stop.digest.{signed.tag(SAUL.address)}")
    room.people = [ANA, NORA, SAUL]
    assert room.browser.post(old).status_code == 404
    assert room.stops.told == {}
    room.people = [ANA, SAUL]
    assert room.browser.post(old).status_code == 200
    assert room.stops.stopped("digest") == {SAUL.address}


def test_a_link_of_an_action_or_a_person_who_left_stops_nothing(room: Room) -> None:
    action = LINKS.link(7, NoteKind.CALLED, ANA.address, NOW.date()).removeprefix(f"{URL}/client/")
    forged = room.link()[:-1] + ("A" if room.link()[-1] != "A" else "B")
    room.people.remove(BEN)
    for path in (f"/digest/{action}", forged, room.link(rep=BEN), "/digest/x"):
        assert room.browser.post(path).status_code == 404
    assert room.stops.told == {}
    assert LINKS.read(room.link().removeprefix("/digest/")) is None, "nor is it an action"


def test_both_languages_have_the_same_sentences() -> None:
    folder = Path(looks.__file__).parent / "templates"
    shapes = []
    for language in ("es", "en"):
        tree = looks._environment().parse((folder / f"stop_{language}.j2").read_text(encoding="utf-8"))
        shapes.append([(one.name, [arg.name for arg in one.args]) for one in tree.find_all(nodes.Macro)])
    assert shapes[0] == shapes[1]
