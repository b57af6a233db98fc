"""The pages behind the log-in: who sees what, what a decision needs, and what stands in the trail."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment, meta
from structlog.testing import capture_logs

from guardian.console.desk import BY_LINK
from guardian.console.look import LANGUAGES
from guardian.domain.mail import Envelope
from guardian.domain.verdict import ReasonCode
from guardian.guard import Choice
from guardian.guard.holds import discard, release
from guardian.guard.tally import Expected
from guardian.ports.accounts import Role
from guardian.ports.holds import OVER, Hold, HoldEvent, HoldState
from tests.console.memory_people import person
from tests.console.office_room import ADMIN, AUDITOR, REVIEWER, SENDER, OfficeRoom, Tab, served_office
from tests.guard.fakes import NOW, FullHolds, eml
from tests.guard.test_holds import ENVELOPE, RAW, held

WHY = "Lo he hablado con el cliente"
TEMPLATES = Path(__file__).parents[2] / "src" / "guardian" / "console" / "templates" / "office"


@pytest.fixture
def room() -> Iterator[OfficeRoom]:
    with served_office() as served:
        yield served


def page_of(room: OfficeRoom, hold: Hold | None = None) -> str:
    return f"/holds/{(hold or room.hold).id}"


def words(text: str) -> str:
    """Return what a page shows, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def another(room: OfficeRoom, raw: bytes, **changes: object) -> Hold:
    return held(room.holds, replace(ENVELOPE, **changes), raw)  # type: ignore[arg-type]


# --- the list ---


def test_the_list_shows_the_oldest_first_with_who_whom_why_and_how_long(room: OfficeRoom) -> None:
    newer = another(room, eml("Otro cretino.", subject="Segunda"), sender="otro@acme.example")
    room.holds.holds[newer.id] = replace(newer, held_at=NOW + timedelta(hours=1))
    room.clock.time = NOW + timedelta(hours=2)
    text = room.tab(REVIEWER).get("/holds").text
    shown = words(text)
    assert shown.index("Oferta") < shown.index("Segunda")
    for told in (
        "ana@acme.example",
        "Cliente",
        "insulto",
        "2026-03-05 10:00 UTC",
        "Quedan 46 h 0 min",
        "Quedan 47 h",
    ):
        assert told in shown
    assert f'href="{page_of(room)}"' in text
    assert "cretino" not in text, "a list is no place to read mail"


@pytest.mark.parametrize(
    ("sender", "told"),
    [("ana@acme.example", "Se acabó el tiempo"), ("", "Espera hasta que alguien decida")],
)
def test_mail_whose_time_is_over_or_never_ends_says_so(room: OfficeRoom, sender: str, told: str) -> None:
    room.holds.holds[room.hold.id] = replace(room.hold, envelope=replace(ENVELOPE, sender=sender))
    room.clock.time = NOW + timedelta(hours=50)
    assert told in words(room.tab(REVIEWER).get("/holds").text)


@pytest.mark.parametrize("what", ["return_refused", "return_unanswered"])
def test_mail_that_could_not_be_given_back_waits_for_a_person(room: OfficeRoom, what: str) -> None:
    room.holds.note(HoldEvent(hold_id=room.hold.id, at=NOW, what=what, by="guardian"))
    assert "Espera hasta que alguien decida" in words(room.tab(REVIEWER).get("/holds").text)


def test_after_a_refusal_the_time_left_counts_anew_and_after_no_answer_it_never_ends(room: OfficeRoom) -> None:
    room.clock.time = NOW + timedelta(hours=47)
    decided = HoldEvent(hold_id=room.hold.id, at=NOW + timedelta(hours=46), what="release", by=REVIEWER)
    failed = HoldEvent(hold_id=room.hold.id, at=NOW + timedelta(hours=46), what="refused", by="guardian")
    room.holds.note(decided)
    room.holds.note(failed)
    assert "47 h 0 min" in words(room.tab(REVIEWER).get("/holds").text)
    room.holds.note(decided)
    room.holds.note(replace(failed, what="unanswered"))
    assert "Espera hasta que alguien decida" in words(room.tab(REVIEWER).get("/holds").text)


def test_of_mail_that_may_have_been_sent_it_says_so_before_somebody_decides(room: OfficeRoom) -> None:
    warned = "Puede que ya lo hayan recibido algunos destinatarios, también el cliente"
    assert warned not in words(room.tab(REVIEWER).get(page_of(room)).text)
    room.holds.note(HoldEvent(hold_id=room.hold.id, at=NOW, what="restored", by="guardian"))
    assert warned in words(room.tab(REVIEWER).get(page_of(room)).text)
    assert "Espera hasta que alguien decida" in words(room.tab(REVIEWER).get("/holds").text)


def test_the_list_is_filtered_by_state(room: OfficeRoom) -> None:
    release(room.holds, room.hold.id, by=REVIEWER, why=WHY, now=NOW)
    tab = room.tab(REVIEWER)
    assert "Ningún correo espera" in tab.get("/holds").text
    assert "Ningún correo espera" in tab.get("/holds?state=nonsense").text
    assert "Va a todos" in words(tab.get("/holds?state=on_its_way").text)
    assert "Oferta" in tab.get("/holds?state=open").text


# --- one mail ---


def test_a_reviewer_reads_the_new_words_with_the_offending_ones_marked(room: OfficeRoom) -> None:
    answer = room.tab(REVIEWER).get(page_of(room))
    assert answer.status_code == 200
    assert "Qué <mark>cretino</mark> el cliente." in answer.text
    assert "«cretino»: insulto sobre el cliente." in answer.text
    shown = words(answer.text)
    for told in ("Ana Ruiz <ana@acme.example>", "Luis <luis@cliente.example>", "eva@acme.example", "m1@acme.example"):
        assert told in shown


def test_quoted_text_and_signatures_are_folded_unless_they_are_what_it_is_held_for(room: OfficeRoom) -> None:
    body = "Mira esto, cretino.\n\nEl 3/3/2026, Luis <luis@cliente.example> escribió:\n> ¿Para cuándo el pedido?\n"
    quoting = another(room, eml(body))
    text = room.tab(REVIEWER).get(page_of(room, quoting)).text
    details = re.findall(r"<details(.*?)>(.*?)</details>", text, re.DOTALL)
    assert [(state, "¿Para cuándo el pedido?" in inner) for state, inner in details] == [("", True)]
    below = "Te reenvío lo de abajo.\n\nEl 3/3/2026, Eva <eva@acme.example> escribió:\n> Son unos cretinos.\n"
    ours = another(room, eml(below))
    text = room.tab(REVIEWER).get(page_of(room, ours)).text
    assert re.search(r"<details open>.*<mark>cretino</mark>s\..*</details>", text, re.DOTALL)


@pytest.mark.parametrize(
    ("author", "told"),
    [
        ("eva@acme.example", "Citado: eva@acme.example, de los nuestros"),
        ("paco@translogis.example", "Citado: paco@translogis.example, quizá de los nuestros"),
        ("luis@cliente.example", "Citado: luis@cliente.example"),
    ],
)
def test_whose_words_are_quoted_is_told_as_the_guard_judges_them(room: OfficeRoom, author: str, told: str) -> None:
    quoting = another(room, eml(f"Mira, cretino.\n\nEl 3/3/2026, {author} escribió:\n> Mañana llega.\n"))
    assert f"<summary>{told}</summary>" in room.tab(REVIEWER).get(page_of(room, quoting)).text


def test_every_viewing_stands_in_the_trail(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    for _ in range(3):
        tab.get(page_of(room))
    assert room.trail()[1:] == [("viewed", REVIEWER, "console password")] * 3
    shown = words(tab.last.text)
    assert shown.count(f"Leído · {REVIEWER} · en la consola") == 3, "the present one, too"
    assert room.state() is HoldState.HELD


@pytest.mark.parametrize("who", [AUDITOR, ADMIN])
def test_who_is_no_reviewer_sees_everything_but_what_the_mail_says(room: OfficeRoom, who: str) -> None:
    answer = room.tab(who).get(page_of(room))
    shown = words(answer.text)
    assert answer.status_code == 200
    assert "cretino" not in answer.text
    assert "Only reviewers read held mail." in shown
    assert "insult" in shown
    assert "Decide" not in shown
    assert [one[0] for one in room.trail()] == ["held"], "nothing was read"


@pytest.mark.parametrize("who", [AUDITOR, ADMIN])
@pytest.mark.parametrize("choice", Choice)
def test_who_is_no_reviewer_decides_nothing(room: OfficeRoom, who: str, choice: Choice) -> None:
    tab = room.tab(who)
    path = f"{page_of(room)}/{choice}"
    assert tab.get(path).status_code == 403
    tab.get("/holds")
    csrf = re.search(r'name="csrf" value="([^"]+)"', tab.last.text)
    assert csrf is not None
    assert tab.post(path, csrf=csrf[1], why=WHY).status_code == 403
    assert room.state() is HoldState.HELD


def test_no_attachment_is_served(room: OfficeRoom) -> None:
    raw = (
        b"From: ana@acme.example\r\nTo: luis@cliente.example\r\nSubject: x\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nUn cretino.\r\n"
        b"--b\r\nContent-Type: application/pdf; name=secret.pdf\r\nContent-Disposition: attachment\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi1TRUNSRVQ=\r\n--b--\r\n"
    )
    hold = another(room, raw)
    tab = room.tab(REVIEWER)
    text = tab.get(page_of(room, hold)).text
    assert "cretino" in text
    assert "PDF-SECRET" not in text
    assert "JVBER" not in text
    for path in ("raw", "attachment", "0", "secret.pdf"):
        assert tab.get(f"{page_of(room, hold)}/{path}").status_code == 404


def test_what_stands_in_a_mail_never_becomes_markup(room: OfficeRoom) -> None:
    hostile = '</div><script>alert(1)</script><img src=x onerror=y> cretino " \u202e'
    hold = another(room, eml(hostile, subject="=?utf-8?q?=3Cscript=3Ecretino=3C/script=3E?="))
    room.holds.note(HoldEvent(hold_id=hold.id, at=NOW, what="<b>", by="<b>", why="<b>", via="<b>"))
    for path in (page_of(room, hold), "/holds", f"{page_of(room, hold)}/release"):
        text = room.tab(REVIEWER).get(path).text
        assert "<script" not in text
        assert "<img" not in text
        assert "<b>" not in text
        assert "\u202e" not in text


def test_halves_of_characters_keep_no_page_from_being_shown(room: OfficeRoom) -> None:
    envelope = replace(ENVELOPE, recipients=("\udce9@cliente.example", "eva@acme.example"))
    room.holds.holds[room.hold.id] = replace(room.hold, envelope=envelope, subject="\ud800")
    tab = room.tab(REVIEWER)
    for path in ("/holds", page_of(room), f"{page_of(room)}/release"):
        assert tab.get(path).status_code == 200


def test_marks_take_no_letter_away(room: OfficeRoom) -> None:
    hold = another(room, RAW + b".", sender="otro@acme.example")
    overlapping = tuple(
        replace(hold.verdict.reasons[0], span=span) for span in ("Qué   cretino", "cretino el", "CLIENTE", "", "(")
    )
    room.holds.holds[hold.id] = replace(hold, verdict=replace(hold.verdict, reasons=overlapping))
    text = room.tab(REVIEWER).get(page_of(room, hold)).text
    assert "<mark>Qué cretino</mark><mark> el</mark> <mark>cliente</mark>." in text


@pytest.mark.parametrize(
    ("reader", "gone"),
    [
        (REVIEWER, "Su texto se borró al decidirse sobre él."),
        (ADMIN, "Its text was erased when it was decided about."),
    ],
)
def test_a_mail_whose_text_went_with_the_decision_says_so_and_nobody_read_it(
    room: OfficeRoom, reader: str, gone: str
) -> None:
    room.accounts.change(person(reader, Role.REVIEWER))
    discard(room.holds, room.hold.id, by=REVIEWER, why="", now=NOW)
    page = room.tab(reader).get(page_of(room)).text
    assert gone in page
    assert f"<h1>{room.hold.id}</h1>" in page
    assert "“”" not in page
    assert "«»" not in page
    assert [one[0] for one in room.trail()] == ["held", "discard"]


def test_history_names_a_decided_mail_by_its_id(room: OfficeRoom) -> None:
    discard(room.holds, room.hold.id, by=REVIEWER, why="", now=NOW)
    assert f">{room.hold.id}</a></h2>" in room.tab(AUDITOR).get("/history").text


@pytest.mark.parametrize("name", ["none", "%00", "a'b", "x" * 41, "..%2Fholds"])
def test_a_mail_that_is_not_there_is_not_there(room: OfficeRoom, name: str) -> None:
    for path in (f"/holds/{name}", f"/holds/{name}/release"):
        assert room.tab(REVIEWER).get(path).status_code == 404


# --- deciding ---


@pytest.mark.parametrize(
    ("choice", "state", "step"),
    [
        (Choice.RELEASE, HoldState.RELEASE_REQUESTED, "release"),
        (Choice.INTERNAL, HoldState.INTERNAL_REQUESTED, "release_internal"),
        (Choice.RETURN, HoldState.RETURN_REQUESTED, "return"),
        (Choice.DISCARD, HoldState.DISCARDED, "discard"),
    ],
)
def test_a_reviewer_decides_in_two_steps(room: OfficeRoom, choice: Choice, state: HoldState, step: str) -> None:
    tab, path = room.tab(REVIEWER), f"{page_of(room)}/{choice}"
    assert f'href="{path}"' in tab.get(page_of(room)).text
    assert tab.get(path).status_code == 200
    assert room.state() is HoldState.HELD, "looking changes nothing"
    answer = tab.send(path, why=f"  {WHY}  ")
    assert answer.status_code == 200
    assert "Hecho" in answer.text
    assert room.state() is state
    assert room.trail()[-1] == (step, REVIEWER, "console password")
    assert room.holds.trail[-1].why == WHY
    room.browser.close()
    assert room.rounds == ["round"]


@pytest.mark.parametrize("why", ["", "   ", "porque sí", "ok       "])
def test_nothing_goes_to_the_client_without_a_justification(room: OfficeRoom, why: str) -> None:
    tab, path = room.tab(REVIEWER), f"{page_of(room)}/release"
    tab.get(path)
    answer = tab.send(path, why=why)
    assert answer.status_code == 400
    assert "justificación más larga" in answer.text
    assert room.state() is HoldState.HELD
    assert tab.send(path, why=WHY).status_code == 200, "what was typed can be mended at once"


@pytest.mark.parametrize("choice", list(Choice))
def test_nobody_writes_down_what_stands_for_forgotten_words(room: OfficeRoom, choice: Choice) -> None:
    tab, path = room.tab(REVIEWER), f"{page_of(room)}/{choice}"
    tab.get(path)
    answer = tab.send(path, why="sha256:porque lo digo yo")
    assert answer.status_code == 400
    assert "debe empezar de otra manera" in answer.text
    assert room.state() is HoldState.HELD
    assert tab.send(path, why=WHY).status_code == 200, "what was typed can be mended at once"


def test_only_a_digest_shows_as_forgotten(room: OfficeRoom) -> None:
    kept = ("sha256:because I say so", "sha256:" + "a" * 64, "sha256:" + "a" * 65)
    for why in kept:
        room.holds.note(HoldEvent(hold_id=room.hold.id, at=NOW, what="discard", by=REVIEWER, why=why))
    text = room.tab(AUDITOR).get(page_of(room)).text
    assert [f"<q>{why}</q>" in text for why in kept] == [True, False, True]
    assert text.count("<q>(forgotten)</q>") == 1


def test_what_an_administrator_has_to_mend_is_said_to_be_that_and_told_to_the_log() -> None:
    with served_office(holds=FullHolds()) as room, capture_logs() as logs:
        tab, path = room.tab(REVIEWER), f"{page_of(room)}/discard"
        tab.get(path)
        for answer in (tab.send(path, why=WHY), tab.get(page_of(room))):
            assert answer.status_code == 503
            assert "de administración arregle algo" in answer.text
            assert "disk" not in answer.text
            assert answer.headers["content-security-policy"].startswith("default-src 'none';")
        assert room.state() is HoldState.HELD
        assert [one["why"] for one in logs if one["event"] == "console.has_to_be_mended"] == [
            "The disk below the database is full: make room there."
        ] * 2


@pytest.mark.parametrize("author", ["ana@acme.example", "ANA+x@Acme.example"])
def test_nobody_releases_his_own_mail_whatever_page_he_asks(room: OfficeRoom, author: str) -> None:
    room.holds.holds[room.hold.id] = replace(room.hold, envelope=replace(ENVELOPE, sender=author))
    tab, path = room.tab(SENDER), f"{page_of(room)}/release"
    text = tab.get(page_of(room)).text
    assert path not in text
    assert "otra persona tiene que liberarlo" in text
    answer = tab.get(path)
    assert (answer.status_code, "<textarea" in answer.text) == (409, False)
    assert tab.post(path, csrf=_csrf(tab), why=WHY).status_code == 409
    assert room.state() is HoldState.HELD
    safe = f"{page_of(room)}/discard"
    tab.get(safe)
    assert tab.send(safe).status_code == 200, "the safe choices are his"


def test_whoever_wrote_it_by_the_header_does_not_release_it_either(room: OfficeRoom) -> None:
    hold = another(room, eml("Un cretino.", From="ana@acme.example"), sender="rebotes@acme.example")
    tab, path = room.tab(SENDER), f"{page_of(room, hold)}/release"
    assert tab.get(path).status_code == 409
    assert tab.post(path, csrf=_csrf(tab), why=WHY).status_code == 409
    assert room.holds.holds[hold.id].state is HoldState.HELD


def test_what_cannot_be_done_is_not_offered_and_says_why(room: OfficeRoom) -> None:
    alone = another(
        room, RAW + b"!", sender="luis@cliente.example", recipients=("luis@cliente.example",), rcpt_args=((),)
    )
    tab = room.tab(REVIEWER)
    text = tab.get(page_of(room, alone)).text
    offered = re.findall(rf'href="{page_of(room, alone)}/(\w+)"', text)
    assert set(offered) == {"release", "discard"}
    nobody = "No hay ningún compañero entre aquellos a quienes Guardian enviaría este correo."
    for choice, told in (("internal", nobody), ("return", "remitente nuestro")):
        assert told in text
        assert tab.get(f"{page_of(room, alone)}/{choice}").status_code == 409
        assert tab.post(f"{page_of(room, alone)}/{choice}", csrf=_csrf(tab)).status_code == 409
    assert room.holds.holds[alone.id].state is HoldState.HELD


HOSTED = eml("Un cretino.", To="luis@cliente.example", Cc="Eva <eva@acme.example>")
IN_SEVERAL = eml("Un cretino.", To="luis@cliente.example, marta@cliente.example")


@pytest.mark.parametrize(
    ("raw", "language", "said"),
    [
        (HOSTED, "es", "Puede que los compañeros que figuran en Para o Cc ya lo tengan."),
        (HOSTED, "en", "Colleagues whom the mail names in To or Cc may have it already."),
        (IN_SEVERAL, "es", "Puede que otras personas que figuran en Para o Cc ya lo tengan."),
        (IN_SEVERAL, "en", "Others whom the mail names in To or Cc may have it already."),
    ],
)
def test_a_mail_that_others_may_have_says_so_and_so_does_every_decision_about_it(
    room: OfficeRoom, raw: bytes, language: str, said: str
) -> None:
    hold = another(room, raw, recipients=("luis@cliente.example",), rcpt_args=((),))
    room.accounts.people[ADMIN] = person(ADMIN, Role.REVIEWER)
    tab = room.tab({"es": REVIEWER, "en": ADMIN}[language])
    assert said in words(tab.get(page_of(room, hold)).text)
    for choice in ("return", "discard"):
        text = words(tab.get(f"{page_of(room, hold)}/{choice}").text)
        assert said in text
        assert not re.search(r"Nobody (else )?gets it|No lo recibe nadie|Nadie más lo recibe", text)


def test_of_a_mail_that_came_whole_it_is_said_that_nobody_gets_it(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    assert "ya lo tengan" not in words(tab.get(page_of(room)).text)
    for choice, said in (("return", "Nadie más lo recibe."), ("discard", "No lo recibe nadie")):
        assert said in words(tab.get(f"{page_of(room)}/{choice}").text)


@pytest.mark.parametrize(
    ("choice", "promise", "instead"),
    [
        ("internal", "El cliente no lo recibe nunca", "Los compañeros lo reciben tal cual. Guardian no lo envía a"),
        ("return", "Nadie más lo recibe", "Guardian no lo envía a nadie más."),
        ("discard", "No lo recibe nadie", "Guardian no lo envía a nadie y no se puede recuperar."),
    ],
)
def test_of_a_mail_that_some_have_got_it_is_not_said_that_nobody_gets_it(
    room: OfficeRoom, choice: str, promise: str, instead: str
) -> None:
    release(room.holds, room.hold.id, by=REVIEWER, why=WHY, now=NOW)
    for state, what in ((HoldState.SENDING, "part_sent"), (HoldState.HELD, "refused")):
        room.holds.move(room.holds.holds[room.hold.id], state, event_of(room, what))
    text = words(room.tab(REVIEWER).get(f"{page_of(room)}/{choice}").text)
    assert instead in text
    assert promise not in text


def event_of(room: OfficeRoom, what: str) -> HoldEvent:
    return HoldEvent(hold_id=room.hold.id, at=NOW, what=what, by="guardian", why="1 250 ok")


def test_a_decision_made_meanwhile_wins(room: OfficeRoom) -> None:
    tab, path = room.tab(REVIEWER), f"{page_of(room)}/discard"
    tab.get(path)
    release(room.holds, room.hold.id, by="otra@acme.example", why=WHY, now=NOW)
    answer = tab.send(path)
    assert (answer.status_code, "Ya está decidido" in answer.text) == (409, True)
    assert room.state() is HoldState.RELEASE_REQUESTED
    assert room.rounds == []


def test_a_form_from_elsewhere_decides_nothing(room: OfficeRoom) -> None:
    tab, path = room.tab(REVIEWER), f"{page_of(room)}/discard"
    other = room.tab(SENDER)
    other.get(path)
    for csrf in ("", "x", _csrf(other)):
        assert tab.post(path, csrf=csrf).status_code == 403
    tab.get(path)
    assert tab.post(path, csrf=_csrf(tab), headers={"Sec_Fetch_Site": "cross-site"}).status_code == 403
    assert room.tab().post(path, csrf=_csrf(tab)).status_code == 303, "whoever is nobody is asked to log in"
    assert room.state() is HoldState.HELD


def test_a_form_with_a_file_in_it_is_no_form_of_ours(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    body = b'--b\r\nContent-Disposition: form-data; name="why"; filename="x"\r\n\r\nx\r\n--b--\r\n'
    headers = {"Content_Type": "multipart/form-data; boundary=b", "Cookie": f"x={'y'}"}
    answer = tab.browser.request("POST", f"{page_of(room)}/discard", body, **headers)
    assert answer.status_code in (303, 400, 403)
    assert answer.headers["x-frame-options"] == "DENY"
    assert room.state() is HoldState.HELD


def _csrf(tab: Tab) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', tab.last.text)
    assert found is not None
    return found[1]


# --- what was decided, and figures ---


def test_history_tells_what_was_decided_by_whom_and_why_newest_first(room: OfficeRoom) -> None:
    for number in range(53):
        hold = another(room, RAW + str(number).encode())
        room.holds.holds[hold.id] = replace(
            hold,
            id=hold.id,
            subject=f"Correo {number}",
            state=HoldState.RELEASED if number % 2 else HoldState.DISCARDED,
            held_at=NOW + timedelta(minutes=number),
            decided_by=REVIEWER,
            decided_why=f"Motivo {number}",
            decided_at=NOW + timedelta(hours=number),
        )
    tab = room.tab(AUDITOR)
    first = tab.get("/history")
    shown = words(first.text)
    assert shown.index("Correo 52") < shown.index("Correo 51") < shown.index("Correo 3")
    for told in ("Discarded", "Sent to everybody", REVIEWER, "Motivo 52"):
        assert told in shown
    assert not re.search(r"Correo 2\b", shown), "50 a page"
    (older,) = re.findall(r'href="(/history\?[^"]*before=[^"]*)"', first.text)
    assert re.findall(r"Correo (\d+)", words(tab.get(unescape(older)).text)) == ["2", "1", "0"]
    assert set(re.findall(r"Correo (\d+)", words(tab.get("/history?state=released").text))) == {
        str(number) for number in range(1, 53, 2)
    }
    assert tab.get("/history?state=nonsense&before=%00").status_code == 200


def test_statistics_are_those_of_the_command_line() -> None:
    rows = [
        Expected(language=language, threshold=threshold, mails=2000, holds=30)
        for language in ("", "es")
        for threshold in (0.3, 0.4)
    ]
    with served_office(expected=rows) as room:
        shown = words(room.tab(AUDITOR).get("/statistics?days=90").text)
        assert "All languages: 2000 mails Threshold Held Per 1,000 0.3 30 15.0 0.4 30 15.0" in shown
        assert "De cada 1.000 0,3 30 15,0" in words(room.tab(REVIEWER).get("/statistics?days=x").text)


def test_statistics_before_any_mail_say_so(room: OfficeRoom) -> None:
    assert "has seen no mail" in room.tab(AUDITOR).get("/statistics").text


# --- people ---


def test_an_admin_sees_everybody_and_shuts_somebody_out(room: OfficeRoom) -> None:
    victim = room.tab(REVIEWER)
    tab = room.tab(ADMIN)
    shown = words(tab.get("/people").text)
    for told in (REVIEWER, AUDITOR, "reviewer", "auditor", "administrator", "by password"):
        assert told in shown
    assert "argon2" not in tab.last.text
    assert tab.post("/people", csrf=_csrf(tab), address=ADMIN).status_code == 404, "not oneself"
    assert tab.post("/people", csrf="x", address=REVIEWER).status_code == 403
    tab.get("/people")
    assert tab.post("/people", csrf=_csrf(tab), address=REVIEWER).status_code == 303
    assert "no: shut out" in words(tab.get("/people").text)
    assert victim.get("/holds").status_code == 303


@pytest.mark.parametrize("who", [REVIEWER, AUDITOR])
def test_nobody_else_sees_people(room: OfficeRoom, who: str) -> None:
    tab = room.tab(who)
    assert tab.get("/people").status_code == 403
    tab.get("/holds")
    assert "/people" not in tab.last.text
    assert tab.post("/people", csrf=_csrf(tab), address=ADMIN).status_code == 403
    assert not room.accounts.people[ADMIN].disabled


# --- all pages alike ---


def every_page(room: OfficeRoom) -> list[str]:
    done = another(room, RAW + b"?")
    room.holds.holds[done.id] = replace(done, state=HoldState.DISCARDED, decided_by=REVIEWER, decided_at=NOW)
    return [
        "/holds",
        page_of(room),
        page_of(room, done),
        *(f"{page_of(room)}/{choice}" for choice in Choice),
        "/history",
        "/statistics",
        "/people",
        "/nothing",
        "/holds/none",
    ]


def test_every_page_has_the_headers_and_a_style_that_browsers_show_and_no_script(room: OfficeRoom) -> None:
    room.accounts.people[REVIEWER] = person(REVIEWER, *Role)
    tab, stranger = room.tab(REVIEWER), room.tab()
    for answer in [*(tab.get(path) for path in every_page(room)), stranger.get("/login")]:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        assert style is not None
        assert f"'sha256-{base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()}'" in policy
        assert not re.search(r"<script|src=|style=|\son\w+=", answer.text)
        assert '<meta name="viewport"' in answer.text
        for form in re.findall(r"<form.*?</form>", answer.text, re.DOTALL):
            assert 'name="csrf" value="' in form


def test_every_page_works_below_a_path_of_the_proxy() -> None:
    with served_office(url="https://intranet.acme.example/guardian") as room:
        room.accounts.people[REVIEWER] = person(REVIEWER, *Role)
        tab = Tab(room.browser)
        tab.get("/login")
        answer = tab.post("/login", csrf=_csrf(tab), address=REVIEWER, password="cuatro palabras bien largas")
        assert answer.headers["location"] == "/guardian/holds"
        for path in every_page(room):
            for link in re.findall(r'(?:href|action)="([^"]*)"', tab.get(path).text):
                assert link.startswith("/guardian/"), f"{path} -> {link}"


def test_both_languages_say_the_same_things() -> None:
    environment = Environment(autoescape=True)
    macros = [
        set(re.findall(r"{% macro (\w+\([^)]*\))", (TEMPLATES / f"{one}.j2").read_text(encoding="utf-8")))
        for one in LANGUAGES
    ]
    assert macros[0] == macros[1]
    for one in TEMPLATES.glob("*.html.j2"):
        meta.find_undeclared_variables(environment.parse(one.read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_state_step_and_choice_has_words(language: str) -> None:
    from guardian.console.look import _environment

    say = _environment().get_template(f"office/{language}.j2").module
    steps = {"held", "viewed", "expire", "sending", "sent", "part_sent", "recipients_refused", "put_back", "refused"}
    steps |= {
        "restored",
        "unanswered",
        "return_unanswered",
        "sender_not_told",
        "reviewer_not_told",
        "reviewer_not_reminded",
    }
    steps |= {"telling_failure", "failure_told", "failure_not_told_yet", "failure_not_told"}
    steps |= {"return_refused", "possible_duplicate", "release", "release_internal", "return", "discard"}
    steps |= {"telling_sender", "sender_told", "sender_not_told_yet", "reviewer_told", "reviewer_reminded"}
    for name, values in (
        ("kind", ReasonCode),
        ("state", HoldState),
        ("choice", Choice),
        ("question", Choice),
        ("step", steps),
        ("hurdle", ("decided", "own", "no_colleagues", "no_sender", "no_why", "forgotten_why")),
        ("problem", ("wrong", "too_often", "unknown", "unproved", "stale")),
        ("filter", ("waiting", "on_its_way", "open", "all", *OVER)),
        ("voice", ()),
    ):
        for value in values:
            told = str(getattr(say, name)(str(value))).strip()
            assert told, f"{name} {value}"
            assert "_" not in told, f"{name} {value}"
    for name, whole in ((name, whole) for name in ("consequence", "done") for whole in (True, False)):
        assert all(str(getattr(say, name)(one.value, whole)).strip() for one in Choice), name


def test_the_envelope_sender_shows_where_the_header_names_somebody_else(room: OfficeRoom) -> None:
    envelope = Envelope(sender="rebotes@acme.example", recipients=ENVELOPE.recipients)
    hold = held(room.holds, envelope, RAW)
    assert "Enviado por rebotes@acme.example" in words(room.tab(REVIEWER).get(page_of(room, hold)).text)


@pytest.mark.parametrize("named", ["mariana@acme.example", '"ana@acme.example" <mariana@acme.example>'])
def test_the_envelope_sender_shows_although_the_header_names_an_address_with_his_in_it(
    room: OfficeRoom, named: str
) -> None:
    hold = another(room, eml("Un cretino.", From=named))
    assert "Enviado por ana@acme.example" in words(room.tab(REVIEWER).get(page_of(room, hold)).text)


@pytest.mark.parametrize("named", ["Ana Ruiz <ANA@Acme.example>", ""])
def test_the_envelope_sender_is_not_told_twice(room: OfficeRoom, named: str) -> None:
    hold = another(room, eml("Un cretino.", From=named))
    text = words(room.tab(REVIEWER).get(page_of(room, hold)).text)
    assert "ana@acme.example" in text
    assert "Enviado por" not in text


@pytest.mark.parametrize(("language", "by_link"), [("es", "por enlace"), ("en", "by link")])
def test_codes_that_the_trail_keeps_are_put_into_words(room: OfficeRoom, language: str, by_link: str) -> None:
    for step in (
        HoldEvent(hold_id=room.hold.id, at=NOW, what="telling_sender", by="guardian", why="sender"),
        HoldEvent(hold_id=room.hold.id, at=NOW, what="sender_told", by="guardian", why="sender 250 ok"),
    ):
        assert room.holds.move(room.hold, HoldState.HELD, step) is not None
    discard(room.holds, room.hold.id, by="ana@acme.example", why=BY_LINK, now=NOW, via="link")
    reader = REVIEWER if language == "es" else AUDITOR
    trail = room.tab(reader).get(page_of(room)).text
    assert "<q>250 ok</q>" in trail
    assert "<q>sender" not in trail
    assert words(trail).count(by_link) == 1
    history = words(room.tab(reader).get("/history").text)
    assert by_link in history
    assert ("by link" in history) == (language == "en")


def test_times_on_pages_are_those_of_the_readers_own_zone(room: OfficeRoom) -> None:
    assert "2026-03-05 10:00 UTC" in words(room.tab(REVIEWER).get("/holds").text)
    room.zone = ZoneInfo("Europe/Madrid")
    assert "2026-03-05 11:00 CET" in words(room.tab(REVIEWER).get("/holds").text)
    assert "2026-03-05 11:00 CET" in words(room.tab(REVIEWER).get(page_of(room)).text)
