"""The page behind a link: looking changes nothing, confirming acts once, and the client never gets a mail by link."""

import base64
import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from guardian.console.app import create_app
from guardian.console.desk import Desk
from guardian.domain.errors import TryLater
from guardian.domain.keys import key_for
from guardian.domain.mail import Envelope
from guardian.guard import Choice, Links, release
from guardian.ports.holds import Hold, HoldEvent, HoldState
from guardian.storage.engine import open_database
from guardian.storage.holds import StoredHolds
from guardian.storage.schema import upgrade
from tests.console.browser import Browser
from tests.guard.fakes import NOW, SECRET, FullHolds, MemoryHolds, eml
from tests.guard.test_holds import ENVELOPE, RAW, held

URL = "https://guardian.acme.example"
LINKS = Links(key=key_for("link", SECRET), url=URL)
SENDER, REVIEWER = ENVELOPE.sender, "jefa@acme.example"
SAFE = (Choice.INTERNAL, Choice.RETURN, Choice.DISCARD)


def is_ours(address: str) -> bool:
    return address.endswith("@acme.example")


@dataclass
class HandClock:
    """Stands still until it is set."""

    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


@dataclass
class Room:
    """A console with one held mail."""

    holds: MemoryHolds = field(default_factory=MemoryHolds)
    clock: HandClock = field(default_factory=HandClock)
    rounds: list[str] = field(default_factory=list)
    shut_out: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hold = held(self.holds)
        desk = Desk(
            holds=self.holds,
            links=LINKS,
            clock=self.clock,
            is_ours=is_ours,
            reviewers=(REVIEWER,),
            shut_out=lambda: self.shut_out,
        )
        app = create_app(
            desk,
            language_of=lambda by: "en" if by == REVIEWER else "es",
            after=lambda: self.rounds.append("round"),
        )
        self.browser = Browser(app)

    def link(self, choice: Choice, by: str = SENDER, hold: Hold | None = None) -> str:
        hold = hold or self.hold
        return LINKS.link(hold.id, choice, by, hold.held_at + timedelta(hours=48)).removeprefix(URL)

    def state(self) -> HoldState:
        return self.holds.holds[self.hold.id].state


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.browser.close()


@pytest.mark.parametrize("choice", SAFE)
def test_looking_changes_nothing_however_often(room: Room, choice: Choice) -> None:
    before = list(room.holds.trail)
    for _ in range(3):
        answer = room.browser.get(room.link(choice))
        assert answer.status_code == 200
        assert '<form method="post">' in answer.text
        assert "«cretino»: insulto sobre el cliente." in answer.text
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
        assert room.browser.request(method, room.link(choice)).status_code == 405
    assert room.holds.trail == before
    assert (room.state(), room.rounds) == (HoldState.HELD, [])


@pytest.mark.parametrize("by", [SENDER, REVIEWER])
@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (Choice.INTERNAL, HoldState.INTERNAL_REQUESTED),
        (Choice.RETURN, HoldState.RETURN_REQUESTED),
        (Choice.DISCARD, HoldState.DISCARDED),
    ],
)
def test_confirming_does_what_the_link_says_in_its_readers_name(
    room: Room, by: str, choice: Choice, state: HoldState
) -> None:
    answer = room.browser.post(room.link(choice, by))
    assert answer.status_code == 200
    assert ("Done" if by == REVIEWER else "Hecho") in answer.text
    assert room.state() is state
    last = room.holds.trail[-1]
    assert (last.by, last.why) == (by, "by link")
    room.browser.close()
    assert room.rounds == ["round"]


def test_a_link_works_once_and_no_other_after_it(room: Room) -> None:
    assert room.browser.post(room.link(Choice.RETURN)).status_code == 200
    trail = list(room.holds.trail)
    for choice in SAFE:
        for ask in (room.browser.get, room.browser.post):
            answer = ask(room.link(choice))
            assert answer.status_code == 409
            assert "El correo vuelve a quien lo escribió." in answer.text
    assert room.holds.trail == trail


def test_a_used_link_stays_used_when_the_mail_is_held_again(room: Room) -> None:
    room.browser.post(room.link(Choice.INTERNAL))
    hold = room.holds.holds[room.hold.id]
    room.holds.move(hold, HoldState.HELD, HoldEvent(hold_id=hold.id, at=NOW, what="refused", by="guardian"))
    answer = room.browser.post(room.link(Choice.INTERNAL))
    assert (answer.status_code, room.state()) == (409, HoldState.HELD)
    assert "ya se usó" in answer.text
    assert room.browser.post(room.link(Choice.INTERNAL, REVIEWER)).status_code == 200


@pytest.mark.parametrize("by", [SENDER, REVIEWER])
def test_no_link_sends_a_mail_to_the_client(room: Room, by: str) -> None:
    for ask in (room.browser.get, room.browser.post):
        answer = ask(room.link(Choice.RELEASE, by))
        assert answer.status_code == 403
        assert f"guardian holds release {room.hold.id} --by {by}" in answer.text
    assert room.state() is HoldState.HELD


def test_a_link_ends_with_the_time_to_decide(room: Room) -> None:
    room.clock.time = NOW + timedelta(hours=48) - timedelta(seconds=1)
    assert room.browser.get(room.link(Choice.DISCARD)).status_code == 200
    room.clock.time = NOW + timedelta(hours=48)
    for ask in (room.browser.get, room.browser.post):
        assert ask(room.link(Choice.DISCARD)).status_code == 410
    assert room.state() is HoldState.HELD


def test_an_ended_link_of_a_mail_that_still_waits_leads_to_its_page(room: Room) -> None:
    room.clock.time = NOW + timedelta(hours=49)
    for by, told in ((SENDER, "sigue retenido"), (REVIEWER, "is still held")):
        answer = room.browser.get(room.link(Choice.DISCARD, by))
        assert answer.status_code == 410
        assert told in answer.text
        assert f'<a href="{LINKS.page(room.hold.id)}">' in answer.text


def test_whoever_has_no_say_any_more_has_no_link_either(room: Room) -> None:
    for by in ("eva@acme.example", "luis@cliente.example", "former@acme.example"):
        assert room.browser.post(room.link(Choice.DISCARD, by)).status_code == 404
    assert room.state() is HoldState.HELD


@pytest.mark.parametrize("choice", SAFE)
def test_a_reviewer_who_is_shut_out_neither_reads_nor_decides_by_his_links(room: Room, choice: Choice) -> None:
    before = list(room.holds.trail)
    room.shut_out = {REVIEWER}
    for ask in (room.browser.get, room.browser.post):
        answer = ask(room.link(choice, REVIEWER))
        assert answer.status_code == 404
        assert "Aquí no hay nada" in answer.text
        assert "cretino" not in answer.text
    assert room.holds.trail == before
    room.shut_out = set()
    assert room.browser.post(room.link(choice, REVIEWER)).status_code == 200


def test_a_sender_who_is_shut_out_as_a_reviewer_keeps_the_links_about_his_own_mail(room: Room) -> None:
    room.shut_out = {SENDER, REVIEWER}
    assert room.browser.post(room.link(Choice.DISCARD)).status_code == 200
    assert room.state() is HoldState.DISCARDED


@pytest.mark.parametrize(
    "path", ["/", "/mail/", "/mail/x", "/docs", "/openapi.json", "/mail/a.discard.b.1.c", "/mail/%00", "/static/../x"]
)
def test_everything_else_is_a_page_that_says_nothing(room: Room, path: str) -> None:
    answer = room.browser.get(path)
    assert answer.status_code == 404
    assert "Aquí no hay nada" in answer.text


def test_a_slash_too_many_sends_the_link_nowhere(room: Room) -> None:
    for ask in (room.browser.get, room.browser.post):
        answer = ask(room.link(Choice.DISCARD) + "/")
        assert (answer.status_code, answer.headers.get("location")) == (404, None)


def test_a_link_for_one_mail_is_none_for_another(room: Room) -> None:
    other = held(room.holds, replace(ENVELOPE, sender="otro@acme.example"))
    forged = room.link(Choice.DISCARD).replace(room.hold.id, other.id)
    assert room.browser.post(forged).status_code == 404


def test_what_cannot_be_done_says_why(room: Room) -> None:
    alone = held(room.holds, replace(ENVELOPE, recipients=("luis@cliente.example",), rcpt_args=((),)))
    for ask in (room.browser.get, room.browser.post):
        answer = ask(room.link(Choice.INTERNAL, hold=alone))
        assert answer.status_code == 409
        assert "No hay ningún compañero entre aquellos a quienes Guardian enviaría este correo." in answer.text


HOSTED = eml("Un cretino.", To="luis@cliente.example", Cc="Eva <eva@acme.example>")
IN_SEVERAL = eml("Un cretino.", To="luis@cliente.example, marta@cliente.example")


@pytest.mark.parametrize(
    ("by", "choice", "raw", "said"),
    [
        (SENDER, Choice.DISCARD, HOSTED, "Guardian no lo envía a nadie y no se puede recuperar."),
        (SENDER, Choice.DISCARD, HOSTED, "Puede que los compañeros que figuran en Para o Cc ya lo tengan."),
        (SENDER, Choice.RETURN, IN_SEVERAL, "Guardian no lo envía a nadie más."),
        (SENDER, Choice.RETURN, IN_SEVERAL, "Puede que otras personas que figuran en Para o Cc ya lo tengan."),
        (REVIEWER, Choice.DISCARD, IN_SEVERAL, "Guardian sends it to nobody, and it cannot be brought back."),
        (REVIEWER, Choice.DISCARD, IN_SEVERAL, "Others whom the mail names in To or Cc may have it already."),
        (REVIEWER, Choice.RETURN, HOSTED, "Guardian sends it to nobody else."),
        (REVIEWER, Choice.RETURN, HOSTED, "Colleagues whom the mail names in To or Cc may have it already."),
    ],
)
def test_whoever_decides_is_told_who_may_have_it_all_the_same(
    room: Room, by: str, choice: Choice, raw: bytes, said: str
) -> None:
    hold = held(room.holds, Envelope(sender=SENDER, recipients=("luis@cliente.example",)), raw)
    text = room.browser.get(room.link(choice, by, hold)).text
    assert said in text
    assert not re.search(r"Nobody (else )?gets it|No lo recibe nadie|Nadie más lo recibe", text)


@pytest.mark.parametrize(
    ("by", "said", "done"),
    [
        (
            SENDER,
            "Los compañeros lo reciben tal cual. Guardian no lo envía a nadie más.",
            "Guardian envía el correo solo a los compañeros.",
        ),
        (
            REVIEWER,
            "Colleagues get it as it is. Guardian sends it to nobody else.",
            "Guardian sends the mail to colleagues only.",
        ),
    ],
)
def test_sending_one_copy_to_colleagues_promises_nothing_of_the_clients_other_copies(
    room: Room, by: str, said: str, done: str
) -> None:
    link = room.link(Choice.INTERNAL, by, held(room.holds, ENVELOPE, IN_SEVERAL))
    assert said in room.browser.get(link).text
    answer = room.browser.post(link).text
    assert done in answer
    assert not re.search(r"El cliente no lo recibe|The client does not get it", answer)


def test_of_a_mail_that_came_whole_nobody_else_is_said_to_get_it(room: Room) -> None:
    text = room.browser.get(room.link(Choice.DISCARD, REVIEWER)).text
    assert "Nobody gets it, and it cannot be brought back." in text
    assert "may have it" not in text


def test_a_decision_made_between_look_and_confirm_wins(room: Room) -> None:
    room.browser.get(room.link(Choice.DISCARD))
    release(room.holds, room.hold.id, by=REVIEWER, why="Hablado con el cliente", now=NOW)
    answer = room.browser.post(room.link(Choice.DISCARD))
    assert answer.status_code == 409
    assert "El correo va a todos los destinatarios." in answer.text
    assert room.state() is HoldState.RELEASE_REQUESTED


@pytest.mark.parametrize("path", ["link", "/nothing"])
def test_pages_can_neither_be_framed_nor_kept_nor_betray_the_link(room: Room, path: str) -> None:
    answer = room.browser.get(room.link(Choice.DISCARD) if path == "link" else path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy, "a browser would not show the style"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers
    assert not re.search(r"<script|src=|href=|style=|\son\w+=", answer.text)


def test_what_stands_in_a_mail_never_becomes_markup(room: Room) -> None:
    hostile = '<script>alert(1)</script>"><img src=x>'
    room.holds.holds[room.hold.id] = replace(room.hold, subject=hostile)
    text = room.browser.get(room.link(Choice.DISCARD)).text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text
    assert "<img" not in text


class ShutHolds(MemoryHolds):
    """A store that does not answer."""

    shut = False

    def get(self, hold_id: str) -> Hold | None:
        if self.shut:
            raise TryLater("The database does not answer now.")
        return super().get(hold_id)


def test_a_database_that_does_not_answer_is_said_to_be_for_later() -> None:
    holds = ShutHolds()
    room = Room(holds=holds)
    holds.shut = True
    answer = room.browser.post(room.link(Choice.DISCARD))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    room.browser.close()
    holds.shut = False
    assert room.state() is HoldState.HELD


def test_a_link_that_a_full_disk_kept_from_working_is_not_said_to_be_used() -> None:
    room = Room(holds=FullHolds())
    answer = room.browser.post(room.link(Choice.DISCARD))
    assert answer.status_code == 503
    assert "de administración arregle algo" in answer.text
    assert (room.state(), room.rounds) == (HoldState.HELD, [])
    room.browser.close()


def test_of_many_confirmations_at_once_exactly_one_acts(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    holds = StoredHolds(database)
    kept = holds.keep(held(MemoryHolds()), RAW)
    desk = Desk(holds=holds, links=LINKS, clock=HandClock(), is_ours=is_ours, reviewers=(REVIEWER,))
    browser = Browser(create_app(desk, language_of=lambda _by: "es", after=lambda: None))
    link = LINKS.link(kept.id, Choice.RETURN, SENDER, NOW + timedelta(hours=1)).removeprefix(URL)
    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(lambda _n: browser.post(link).status_code, range(8)))
    assert answers == [200] + [409] * 7
    assert [one.what for one in holds.events(kept.id)] == ["held", "return"]
    browser.close()
    database.engine.dispose()
