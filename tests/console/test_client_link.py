"""The page behind a link in a digest: looking changes nothing, confirming notes one thing once, and can be undone."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from jinja2 import nodes

from guardian.console import look as looks
from guardian.console.app import create_app
from guardian.console.client_desk import ClientDesk
from guardian.console.desk import Desk
from guardian.console.pages import client_link
from guardian.digest import ActionLinks, Rep
from guardian.digest.links import PLACE
from guardian.domain.errors import TryLater
from guardian.domain.keys import key_for
from guardian.domain.notes import CONTACTS, Note, NoteKind, Reach, owner_of
from guardian.domain.people import Client
from guardian.domain.signed_links import SignedLinks
from guardian.guard import Links
from guardian.storage.engine import open_database
from guardian.storage.notes import StoredNotes
from guardian.storage.schema import upgrade
from tests.console.browser import Answer, Browser, title
from tests.console.test_mail_link import HandClock
from tests.digest.stores import MemoryNotes
from tests.guard.fakes import SECRET, MemoryHolds
from tests.stores.world import World

URL = "https://guardian.acme.example"
LINKS = ActionLinks(key=key_for("digest link", SECRET), url=URL)
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DAY = NOW.date()
ANA = Rep(address="ana@acme.example", name="Ana Ruiz", language="es", timezone="Europe/Madrid")
BEN = Rep(address="ben@acme.example", name="Ben Hale", language="en-GB", timezone="America/Mexico_City")
ZOE = Rep(address="zoe@acme.example", name="Zoe Gil", language="es", timezone="Europe/Madrid")
NORA = Rep(address="ventas+norte@acme.example", name="Nora Norte", language="es", timezone="Europe/Madrid")
SAUL = Rep(address="ventas+sur@acme.example", name="Saúl Sur", language="es", timezone="Europe/Madrid")
BERMEO = Client(id=7, name="Talleres Bermeo", owner=ANA.address)
ASKING: dict[NoteKind, dict[str, str]] = {
    NoteKind.SNOOZE: {"span": "week"},
    NoteKind.WRONG_OWNER: {"owner": "unknown"},
    NoteKind.CHANNEL: {"channel": "mail"},
}
SIMPLE = [kind for kind in NoteKind if kind not in ASKING]


def app_of(desk: Desk, clients: ClientDesk) -> FastAPI:
    pages = [client_link.router(clients, lambda: "es")]
    return create_app(desk, language_of=lambda _by: "es", after=lambda: None, more=pages)


@dataclass
class Room:
    """A console that knows three reps and one client."""

    notes: MemoryNotes = field(default_factory=MemoryNotes)
    clock: HandClock = field(default_factory=lambda: HandClock(NOW))
    clients: dict[int, Client] = field(default_factory=lambda: {7: BERMEO})
    reps: list[Rep] = field(default_factory=lambda: [ANA, BEN, ZOE])
    complained_at: datetime | None = None

    def __post_init__(self) -> None:
        guard = Links(key=key_for("link", SECRET), url=URL)
        desk = Desk(holds=MemoryHolds(), links=guard, clock=self.clock, is_ours=bool)
        clients = ClientDesk(
            notes=self.notes,
            links=LINKS,
            clock=self.clock,
            reps=lambda: self.reps,
            client_of=lambda client_id: self.clients.get(client_id),
            complained_at=lambda _client: self.complained_at,
        )
        self.browser = Browser(
            create_app(
                desk,
                language_of=lambda _by: "es",
                after=lambda: None,
                more=[client_link.router(clients, lambda: "es")],
            )
        )

    def link(self, kind: NoteKind, rep: Rep = ANA, *, client: int = 7, digest: date = DAY) -> str:
        return LINKS.link(client, kind, rep.address, digest).removeprefix(URL)

    def look(self, kind: NoteKind, rep: Rep = ANA) -> Answer:
        return self.browser.get(self.link(kind, rep))

    def follow(self, kind: NoteKind, **form: str) -> Answer:
        return self.browser.post(self.link(kind), **form)

    @property
    def said(self) -> list[Note]:
        return list(self.notes.known(until=self.clock.now()))


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.browser.close()


@pytest.mark.parametrize("kind", list(NoteKind))
def test_looking_changes_nothing_however_often_and_by_whatever_method(room: Room, kind: NoteKind) -> None:
    for _ in range(3):
        answer = room.look(kind)
        assert answer.status_code == 200
        assert '<form method="post">' in answer.text
        assert "Talleres Bermeo" in title(answer)
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
        assert room.browser.request(method, room.link(kind)).status_code == 405
    assert room.notes.said == []


@pytest.mark.parametrize("kind", SIMPLE)
def test_confirming_notes_what_the_link_says_in_its_reps_name(room: Room, kind: NoteKind) -> None:
    answer = room.follow(kind)
    assert (answer.status_code, title(answer)) == (200, "Anotado")
    [note] = room.said
    assert (note.client_id, note.rep, note.kind, note.at) == (7, ANA.address, kind, NOW)
    assert (note.digest, note.day) == (DAY, DAY)
    assert (note.until is not None) is (kind in CONTACTS)


def test_each_rep_is_spoken_to_in_his_own_language(room: Room) -> None:
    assert title(room.look(NoteKind.CALLED)) == "¿Anotar que has hablado por teléfono con Talleres Bermeo?"
    assert title(room.look(NoteKind.CALLED, BEN)) == "Note that you spoke with Talleres Bermeo on the phone?"
    assert "dated 25 November." in room.browser.post(room.link(NoteKind.CALLED, BEN)).text
    assert "con fecha del 25 de noviembre." in room.follow(NoteKind.CALLED).text


def test_a_second_use_is_answered_politely_and_changes_nothing(room: Room) -> None:
    room.follow(NoteKind.CALLED)
    before = room.said
    room.clock.time = NOW + timedelta(days=1)
    for answer in (room.look(NoteKind.CALLED), room.follow(NoteKind.CALLED)):
        assert (answer.status_code, title(answer)) == (409, "Ya estaba anotado")
        assert "Lo anotaste el 25 de noviembre con este mismo enlace." in answer.text
    assert room.said == before


def test_the_links_of_one_digest_do_not_use_up_each_other(room: Room) -> None:
    room.follow(NoteKind.CALLED)
    assert room.follow(NoteKind.SNOOZE, span="week").status_code == 200
    assert room.browser.post(room.link(NoteKind.CALLED, digest=DAY - timedelta(days=7))).status_code == 200
    assert len(room.said) == 3


def test_what_was_said_can_be_undone_and_said_again(room: Room) -> None:
    room.follow(NoteKind.NOT_CLIENT)
    undone = room.follow(NoteKind.NOT_CLIENT, undo="yes")
    assert (undone.status_code, title(undone)) == (200, "Deshecho")
    assert room.said == []
    assert title(room.follow(NoteKind.NOT_CLIENT, undo="yes")).startswith("¿Anotar")
    assert room.said == []
    assert title(room.follow(NoteKind.NOT_CLIENT)) == "Anotado"
    assert len(room.said) == 1


def test_a_link_ends_two_weeks_after_its_digest(room: Room) -> None:
    room.clock.time = datetime(2026, 12, 9, 23, 59, 59, tzinfo=UTC)
    assert room.look(NoteKind.FINE).status_code == 200
    room.clock.time += timedelta(seconds=1)
    for answer in (room.look(NoteKind.FINE), room.follow(NoteKind.FINE)):
        assert (answer.status_code, title(answer)) == (410, "Este enlace ha caducado")
    assert room.notes.said == []


class TestContact:
    def test_a_contact_is_of_the_reps_own_day(self, room: Room) -> None:
        room.clock.time = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)  # the 25th, 21:00, in Mexico
        room.browser.post(room.link(NoteKind.CALLED, BEN))
        [note] = room.said
        assert (note.day, note.since) == (DAY, datetime(2026, 11, 25, 6, 0, tzinfo=UTC))
        assert note.until == datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
        assert note.happened_at == room.clock.time

    def test_a_day_of_25_hours_is_told_of_whole(self, room: Room) -> None:
        room.clock.time = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
        room.browser.post(room.link(NoteKind.MET, digest=date(2026, 10, 25)))
        [note] = room.said
        assert note.until is not None
        assert note.until - note.since == timedelta(hours=25)

    def test_it_may_have_been_on_one_of_the_last_thirty_days(self, room: Room) -> None:
        assert room.follow(NoteKind.MET, day="2026-10-26").status_code == 200
        [note] = room.said
        assert note.day == date(2026, 10, 26)
        assert note.happened_at == datetime(2026, 10, 26, 11, 0, tzinfo=UTC)  # noon in Madrid

    @pytest.mark.parametrize("day", ["2026-11-26", "2026-10-25", "ayer", "2026-02-30"])
    def test_no_other_day_is_taken(self, room: Room, day: str) -> None:
        answer = room.follow(NoteKind.CALLED, day=day)
        assert answer.status_code == 422
        assert "Elige uno de los últimos 30 días." in answer.text
        assert room.said == []


class TestSnooze:
    @pytest.mark.parametrize(("span", "day"), [("week", date(2026, 12, 2)), ("month", date(2026, 12, 25))])
    def test_for_a_week_or_a_month(self, room: Room, span: str, day: date) -> None:
        room.follow(NoteKind.SNOOZE, span=span)
        [note] = room.said
        assert (note.day, note.until) == (
            day,
            datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=1),
        )

    def test_until_a_day(self, room: Room) -> None:
        answer = room.follow(NoteKind.SNOOZE, day="2027-01-07")
        assert "Talleres Bermeo queda pospuesto hasta el 7 de enero de 2027." in answer.text
        [note] = room.said
        assert note.day == date(2027, 1, 7)

    @pytest.mark.parametrize(
        "form", [{}, {"day": "2026-11-25"}, {"day": "2027-11-26"}, {"day": "x"}, {"span": "decade"}]
    )
    def test_not_without_a_day_ahead(self, room: Room, form: dict[str, str]) -> None:
        answer = room.follow(NoteKind.SNOOZE, **form)
        assert answer.status_code == 422
        assert "Elige un día entre mañana y dentro de un año." in answer.text
        assert room.said == []


class TestChannel:
    @pytest.mark.parametrize("reach", list(Reach))
    def test_it_says_how_the_client_wants_to_be_reached(self, room: Room, reach: Reach) -> None:
        assert f'<option value="{reach}">' in room.look(NoteKind.CHANNEL).text
        answer = room.follow(NoteKind.CHANNEL, channel=reach.value)
        assert answer.status_code == 200
        assert [(note.kind, note.channel) for note in room.said] == [(NoteKind.CHANNEL, reach)]
        assert "Talleres Bermeo" in answer.text

    @pytest.mark.parametrize("channel", ["", "fax", "ANY"])
    def test_no_other_way_is_taken(self, room: Room, channel: str) -> None:
        answer = room.follow(NoteKind.CHANNEL, channel=channel)
        assert answer.status_code == 422
        assert "Elige una vía de la lista." in answer.text
        assert room.said == []

    def test_in_english_too(self, room: Room) -> None:
        room.clients[7] = replace(BERMEO, owner=BEN.address)
        assert "How does Talleres Bermeo want to be reached?" in room.look(NoteKind.CHANNEL, BEN).text


class TestSharedMailbox:
    """Two reps get their digests in one mailbox, each under a tag of his own."""

    @pytest.fixture(autouse=True)
    def _reps(self, room: Room) -> None:
        room.reps = [ANA, NORA, SAUL]

    def test_what_one_of_them_says_is_noted_as_said_by_him(self, room: Room) -> None:
        assert room.browser.post(room.link(NoteKind.CALLED, SAUL)).status_code == 200
        assert room.browser.post(room.link(NoteKind.CALLED, NORA)).status_code == 200
        assert [note.rep for note in room.said] == [SAUL.address, NORA.address]

    @pytest.mark.parametrize("rep", [NORA, SAUL], ids=["nora", "saul"])
    def test_a_client_handed_over_goes_to_whom_the_form_names(self, room: Room, rep: Rep) -> None:
        [value] = re.findall(rf'<option value="([^"]+)">{rep.name}<', room.look(NoteKind.WRONG_OWNER).text)
        assert f"Talleres Bermeo pasa a {rep.name}." in room.follow(NoteKind.WRONG_OWNER, owner=value).text
        assert room.said[0].owner == rep.address

    def test_a_link_of_an_earlier_version_says_nothing_for_either(self, room: Room) -> None:
        signed = SignedLinks(key=LINKS.key, url="", place=PLACE)
        old = signed.link(f"7.called.{DAY:%Y%m%d}.{signed.tag(SAUL.address)}")
        assert room.browser.post(old).status_code == 404
        assert room.said == []
        room.reps.remove(NORA)
        assert room.browser.post(old).status_code == 200
        assert [note.rep for note in room.said] == [SAUL.address]


class TestWrongOwner:
    def test_it_says_whose_it_is(self, room: Room) -> None:
        page = room.look(NoteKind.WRONG_OWNER).text
        assert f'<option value="{LINKS.tag(BEN.address)}">Ben Hale</option>' in page
        assert f'value="{LINKS.tag(ANA.address)}"' not in page
        answer = room.follow(NoteKind.WRONG_OWNER, owner=LINKS.tag(BEN.address))
        assert "Talleres Bermeo pasa a Ben Hale." in answer.text
        [note] = room.said
        assert (note.owner, note.instead_of) == (BEN.address, ANA.address)

    def test_or_that_nobody_knows(self, room: Room) -> None:
        assert "queda sin responsable" in room.follow(NoteKind.WRONG_OWNER, owner="unknown").text
        assert room.said[0].owner is None

    def test_no_address_of_a_colleague_shows_without_log_in(self, room: Room) -> None:
        asked = room.look(NoteKind.WRONG_OWNER).text
        told = room.follow(NoteKind.WRONG_OWNER, owner=LINKS.tag(BEN.address)).text
        room.reps.remove(BEN)
        left = room.look(NoteKind.WRONG_OWNER).text
        assert "Talleres Bermeo pasa a alguien que ya no está" in left
        for text in (asked, told, left):
            assert BEN.address not in text

    @pytest.mark.parametrize(
        "owner", ["", "ana@acme.example", "ben@acme.example", LINKS.tag(ANA.address), "eve@elsewhere.example"]
    )
    def test_nobody_else_can_be_named(self, room: Room, owner: str) -> None:
        answer = room.follow(NoteKind.WRONG_OWNER, owner=owner)
        assert answer.status_code == 422
        assert "Elige a alguien de la lista." in answer.text
        assert room.said == []

    @pytest.mark.parametrize("owner", ["unknown", LINKS.tag(BEN.address), LINKS.tag(ZOE.address)])
    def test_a_client_that_the_records_gave_to_a_colleague_stays_with_him(self, room: Room, owner: str) -> None:
        room.clients[7] = replace(BERMEO, owner=ZOE.address)
        for answer in (room.look(NoteKind.WRONG_OWNER), room.follow(NoteKind.WRONG_OWNER, owner=owner)):
            assert (answer.status_code, title(answer)) == (409, "Este cliente ya es de otra persona")
            assert "No se ha anotado nada: sale en los resúmenes de quien lo lleva ahora." in answer.text
            assert "<form" not in answer.text
        assert room.said == []

    def test_so_does_one_that_was_handed_over_before_by_another_digest(self, room: Room) -> None:
        room.follow(NoteKind.WRONG_OWNER, owner=LINKS.tag(BEN.address))
        earlier = room.link(NoteKind.WRONG_OWNER, digest=DAY - timedelta(days=7))
        assert room.browser.post(earlier, owner="unknown").status_code == 409
        assert [note.owner for note in room.said] == [BEN.address]

    def test_whoever_got_it_by_a_colleagues_word_may_hand_it_over_in_turn(self, room: Room) -> None:
        room.follow(NoteKind.WRONG_OWNER, owner=LINKS.tag(BEN.address))
        room.clock.time += timedelta(minutes=1)
        answer = room.browser.post(room.link(NoteKind.WRONG_OWNER, BEN), owner=LINKS.tag(ZOE.address))
        assert answer.status_code == 200
        assert owner_of(BERMEO, room.said) == ZOE.address
        overtaken = room.browser.post(room.link(NoteKind.WRONG_OWNER, BEN, digest=DAY - timedelta(days=7)))
        assert title(overtaken) == "This client is somebody else's already"
        assert "Nothing was noted: whoever looks after them now has them in the digests." in overtaken.text

    def test_a_client_that_nobody_has_is_given_to_whom_somebody_knows_later(self, room: Room) -> None:
        room.follow(NoteKind.WRONG_OWNER, owner="unknown")
        room.clock.time += timedelta(minutes=1)
        earlier = room.link(NoteKind.WRONG_OWNER, digest=DAY - timedelta(days=7))
        assert room.browser.post(earlier, owner=LINKS.tag(BEN.address)).status_code == 200
        assert owner_of(BERMEO, room.said) == BEN.address

    def test_a_word_that_was_overtaken_can_still_be_undone(self, room: Room) -> None:
        room.follow(NoteKind.WRONG_OWNER, owner=LINKS.tag(BEN.address))
        room.clients[7] = replace(BERMEO, owner=ZOE.address)
        assert title(room.follow(NoteKind.WRONG_OWNER, undo="yes")) == "Deshecho"
        assert room.said == []

    @pytest.mark.parametrize("kind", CONTACTS)
    def test_what_a_rep_did_for_it_is_noted_all_the_same(self, room: Room, kind: NoteKind) -> None:
        room.clients[7] = replace(BERMEO, owner=ZOE.address)
        assert room.follow(kind).status_code == 200
        assert [note.kind for note in room.said] == [kind]

    @pytest.mark.parametrize("kind", [kind for kind in NoteKind if kind not in CONTACTS])
    def test_nobody_puts_the_client_of_a_colleague_away(self, room: Room, kind: NoteKind) -> None:
        room.clients[7] = replace(BERMEO, owner=ZOE.address)
        answer = room.follow(kind, **ASKING.get(kind, {}))
        assert (answer.status_code, title(answer)) == (409, "Este cliente ya es de otra persona")
        assert room.said == []
        room.clients[7] = replace(BERMEO, owner=None)
        assert room.follow(kind, **ASKING.get(kind, {})).status_code == 200, "nobody's is anybody's to speak of"


class TestSolved:
    @pytest.mark.parametrize("complained_at", [None, datetime(2026, 11, 25, 22, 59, 59, tzinfo=UTC)])
    def test_what_was_complained_of_up_to_the_day_of_the_digest_can_be_solved(
        self, room: Room, complained_at: datetime | None
    ) -> None:
        room.complained_at = complained_at
        room.clock.time += timedelta(days=2)
        assert room.follow(NoteKind.SOLVED).status_code == 200
        [note] = room.said
        assert note.told_until == datetime(2026, 11, 25, 23, tzinfo=UTC), "the rep's midnight"

    @pytest.mark.parametrize(
        ("rep", "headline", "words"),
        [
            (ANA, "Después ha vuelto a quejarse", "este resumen es anterior a su última queja"),
            (replace(ANA, language="en"), "They have complained again since", "older than their last complaint"),
        ],
    )
    def test_a_complaint_that_the_digest_did_not_know_cannot(
        self, room: Room, rep: Rep, headline: str, words: str
    ) -> None:
        room.reps[0] = rep
        room.complained_at = datetime(2026, 11, 25, 23, tzinfo=UTC)
        room.clock.time += timedelta(days=2)
        for answer in (room.look(NoteKind.SOLVED), room.follow(NoteKind.SOLVED)):
            assert (answer.status_code, title(answer)) == (409, headline)
            assert words in answer.text
            assert "<form" not in answer.text
        assert room.said == []
        assert room.follow(NoteKind.DONE).status_code == 200
        later = room.link(NoteKind.SOLVED, digest=DAY + timedelta(days=1))
        assert room.browser.post(later).status_code == 200


def test_whoever_left_has_no_link_either(room: Room) -> None:
    room.reps.remove(BEN)
    answer = room.browser.post(room.link(NoteKind.CALLED, BEN))
    assert (answer.status_code, title(answer)) == (404, "Aquí no hay nada")
    assert room.said == []


def test_a_client_that_is_gone_is_said_to_be(room: Room) -> None:
    room.clients.clear()
    answer = room.follow(NoteKind.CALLED)
    assert (answer.status_code, title(answer)) == (410, "Este cliente ya no está")


def test_a_link_for_one_client_or_action_is_none_for_another(room: Room) -> None:
    room.clients[8] = Client(id=8, name="Otro")
    real = room.link(NoteKind.SNOOZE)
    for forged in (
        real.replace("/7.", "/8."),
        real.replace("snooze", "not_client"),
        real.replace("20261125", "20261225"),
        real[:-1] + ("A" if real[-1] != "A" else "B"),
        "/client/",
        "/client/x",
    ):
        assert room.browser.post(forged, span="week").status_code == 404
    assert room.said == []


def test_a_link_of_the_guard_is_none_of_the_digest_and_the_other_way_round(room: Room) -> None:
    token = room.link(NoteKind.FINE).rpartition("/")[2]
    assert room.browser.post(f"/mail/{token}").status_code == 404
    guard = ActionLinks(key=key_for("link", SECRET), url="")
    assert room.browser.post(guard.link(7, NoteKind.FINE, ANA.address, DAY)).status_code == 404
    assert room.said == []


def test_a_form_of_more_fields_than_ours_says_nothing(room: Room) -> None:
    answer = room.browser.request("POST", room.link(NoteKind.SNOOZE), b"span=week&" * 30)
    assert answer.status_code == 422
    assert room.said == []


def test_a_form_too_long_is_refused(room: Room) -> None:
    assert room.follow(NoteKind.CALLED, day="x" * 5_000).status_code == 413
    assert room.said == []


@pytest.mark.parametrize("kind", list(NoteKind))
def test_pages_can_neither_be_framed_nor_kept_nor_run_anything(room: Room, kind: NoteKind) -> None:
    room.clients[7] = Client(id=7, name='<script>alert(1)</script>"><img src=x>', owner=ANA.address)
    form = ASKING.get(kind, {})
    for answer in (room.look(kind), room.follow(kind, **form)):
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'none';")
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert not re.search(r"<script|<img|src=|href=|style=|\son\w+=", answer.text.replace("src=x", ""))


class ShutNotes(MemoryNotes):
    """A store that does not answer."""

    def told(self, once: str) -> Note | None:
        raise TryLater("The database does not answer now.")


def test_a_database_that_does_not_answer_is_said_to_be_for_later() -> None:
    room = Room(notes=ShutNotes())
    answer = room.follow(NoteKind.FINE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    room.browser.close()


def test_of_many_confirmations_at_once_exactly_one_counts(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    with database.writing() as connection:
        client = World(connection).client("Bermeo")
    notes = StoredNotes(database)
    desk = ClientDesk(
        notes=notes,
        links=LINKS,
        clock=HandClock(NOW),
        reps=lambda: [ANA],
        client_of=lambda client_id: Client(id=client_id, name="Bermeo"),
        complained_at=lambda _client: None,
    )
    guard = Desk(
        holds=MemoryHolds(), links=Links(key=key_for("link", SECRET), url=URL), clock=HandClock(NOW), is_ours=bool
    )
    browser = Browser(
        create_app(
            guard, language_of=lambda _by: "es", after=lambda: None, more=[client_link.router(desk, lambda: "es")]
        )
    )
    link = LINKS.link(client, NoteKind.CALLED, ANA.address, DAY).removeprefix(URL)
    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(lambda _n: browser.post(link).status_code, range(8)))
    assert answers == [200] + [409] * 7
    assert len(notes.known(until=NOW)) == 1
    browser.close()
    database.engine.dispose()


def test_both_languages_have_the_same_sentences() -> None:
    environment = looks._environment()
    loader = environment.loader
    assert loader

    def macros(language: str) -> dict[str, list[str]]:
        tree = environment.parse(loader.get_source(environment, f"client_{language}.j2")[0])
        return {macro.name: [arg.name for arg in macro.args] for macro in tree.find_all(nodes.Macro)}

    assert macros("es") == macros("en")
