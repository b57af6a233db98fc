"""The pages in a real browser: styled, usable on a telephone, without scripts, from the log-in to the decision."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from guardian.guard.tally import Expected
from guardian.ports.accounts import Role
from guardian.ports.holds import HoldState
from tests.console.memory_people import PASSWORD, person
from tests.console.office_room import ADMIN, REVIEWER, SENDER, OfficeRoom, served_office
from tests.guard.fakes import NOW, eml
from tests.guard.test_holds import ENVELOPE, held
from tests.lab.chromium import Chromium, running_chromium

PICTURES = os.environ.get("GUARDIAN_TEST_PICTURES")  # a folder to look at them
WIDTHS = (360, 1000)
EXPECTED = [
    Expected(language=language, threshold=threshold, mails=12_345, holds=int(400 * (1 - threshold)))
    for language in ("", "en", "es")
    for threshold in (0.3, 0.5, 0.7, 0.9)
]
LONG = """Hola Eva:

Otra vez el cretino de Luis con lo de las facturas; ya no sé cuántas veces se lo he explicado.
Mira https://intranet.acme.example/facturas/2026/03/una-direccion-larguisima-que-no-cabe-en-ningun-telefono?x=1
¿Le decimos que sí y luego lo dejamos correr?

Un saludo,
Ana Ruiz
Directora comercial · Acme S.A.

El 3/3/2026, Luis <luis@cliente.example> escribió:
> Buenos días, ¿para cuándo tendremos la factura corregida?
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with running_chromium() as running:
        yield running


@pytest.fixture
def room() -> Iterator[OfficeRoom]:
    with served_office(url="http://127.0.0.1:1", expected=EXPECTED) as served:
        served.accounts.people[REVIEWER] = person(REVIEWER, *Role)
        mail = eml(LONG, subject="Re: Facturas de febrero, marzo y abril: corrección pendiente")
        hold = held(served.holds, replace(ENVELOPE, recipients=("luis@cliente.example", "eva@acme.example")), mail)
        served.hold = hold
        done = held(served.holds, replace(ENVELOPE, sender="otro@acme.example"), mail)
        served.holds.holds[done.id] = replace(
            done,
            state=HoldState.RELEASED,
            decided_by=ADMIN,
            decided_why="Hablado con Luis: es una broma entre amigos",
            decided_at=NOW,
        )
        served.clock.time = NOW + timedelta(hours=3, minutes=20)
        yield served


def log_in(chromium: Chromium, room: OfficeRoom, address: str = REVIEWER, place: str = "/holds") -> None:
    chromium.ask("Network.clearBrowserCookies")
    chromium.go(room.browser.url + place)
    chromium.type("input[name=address]", address)
    chromium.type("input[name=password]", PASSWORD)
    chromium.click("main form button")


def look(chromium: Chromium, name: str, width: int) -> None:
    """Fail for a page that is wider than the screen, or that the browser refuses a part of."""
    if PICTURES:
        chromium.picture(Path(PICTURES) / f"{name}-{width}.png")
    widest = chromium.run("document.documentElement.scrollWidth")
    assert widest <= width, f"{name} is {widest} wide"
    assert chromium.complaints() == []
    assert chromium.run("getComputedStyle(document.body).fontFamily").startswith("Arial"), "the style is refused"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_is_styled(chromium: Chromium, room: OfficeRoom, width: int) -> None:
    chromium.width(width)
    chromium.ask("Network.clearBrowserCookies")
    chromium.go(f"{room.browser.url}/login")
    look(chromium, "login", width)
    log_in(chromium, room)
    places = {
        "holds": "/holds",
        "hold": f"/holds/{room.hold.id}",
        "release": f"/holds/{room.hold.id}/release",
        "history": "/history",
        "statistics": "/statistics",
        "people": "/people",
        "nothing": "/holds/none",
    }
    for name, place in places.items():
        chromium.go(room.browser.url + place)
        look(chromium, name, width)
    chromium.width(width, dark=True)
    chromium.go(f"{room.browser.url}/holds/{room.hold.id}")
    look(chromium, "dark", width)


def test_a_link_in_a_notice_leads_over_the_log_in_to_the_mail_and_on_to_a_decision(
    chromium: Chromium, room: OfficeRoom
) -> None:
    chromium.width(360)
    chromium.ask("Emulation.setScriptExecutionDisabled", value=True)
    log_in(chromium, room, place=f"/holds/{room.hold.id}")
    chromium.ask("Emulation.setScriptExecutionDisabled", value=False)
    assert chromium.run("location.pathname") == f"/holds/{room.hold.id}"
    assert chromium.run("document.querySelector('mark').textContent") == "cretino"
    assert chromium.run("[...document.querySelectorAll('details')].some(one => one.open)") is False
    look(chromium, "hold-from-notice", 360)
    chromium.click("a[href$='/release']")
    chromium.type("textarea", "Hablado con Luis: es una broma entre amigos")
    chromium.click("main form button")
    assert chromium.run("document.querySelector('h1').textContent") == "Hecho"
    look(chromium, "done", 360)
    assert room.state() is HoldState.RELEASE_REQUESTED
    chromium.click("header form button")
    assert chromium.run("location.pathname") == "/login"
    chromium.go(f"{room.browser.url}/holds/{room.hold.id}")
    assert chromium.run("location.pathname") == "/login"


def test_who_wrote_a_mail_is_told_why_he_cannot_release_it(chromium: Chromium, room: OfficeRoom) -> None:
    chromium.width(360)
    log_in(chromium, room, SENDER, f"/holds/{room.hold.id}")
    assert chromium.run("document.querySelector(\"a[href$='/release']\")") is None
    look(chromium, "hold-of-its-writer", 360)


def test_another_site_sends_no_form_in_a_reviewers_name(chromium: Chromium, room: OfficeRoom, tmp_path: Path) -> None:
    log_in(chromium, room)
    evil = tmp_path / "evil.html"
    target = f"{room.browser.url}/holds/{room.hold.id}/discard"
    evil.write_text(f'<form method="post" action="{target}"><button>Win a prize</button></form>', encoding="utf-8")
    chromium.go(evil.as_uri())
    chromium.click("button")
    assert room.state() is HoldState.HELD
