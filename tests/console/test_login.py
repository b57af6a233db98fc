"""Logging in by password: who gets in, for how long, and what nobody can tell from outside."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from guardian.console.attempts import Limits
from guardian.console.entrance import Entrance, Refusal
from guardian.console.passwords import Passwords, refuse_weak
from guardian.domain.errors import UserError
from guardian.ports.accounts import Role
from tests.console.browser import Answer
from tests.console.memory_people import PASSWORD, MemoryAccounts, MemorySessions, person, quick_passwords
from tests.console.office_room import ADMIN, AUDITOR, REVIEWER, OfficeRoom, Tab, served_office
from tests.console.test_mail_link import HandClock
from tests.guard.fakes import NOW

SESSION = "__Host-guardian-session"


@pytest.fixture
def room() -> Iterator[OfficeRoom]:
    with served_office() as served:
        yield served


def gets_in(tab: Tab) -> bool:
    return tab.get("/holds").status_code == 200


def test_whoever_is_not_logged_in_is_sent_to_the_log_in_page_and_from_there_where_he_wanted(room: OfficeRoom) -> None:
    tab = room.tab()
    place = f"/holds/{room.hold.id}"
    for path in ("/", "/holds", place, f"{place}/release", "/history", "/statistics", "/people"):
        answer = tab.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=%2F")
    tab.get(tab.get(place).headers["location"])
    answer = tab.send("/login", address=REVIEWER, password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert tab.get(place).status_code == 200


def test_the_cookie_is_for_this_host_only_and_for_no_script(room: OfficeRoom) -> None:
    answer = room.tab().log_in(REVIEWER)
    (kept,) = [one for one in answer.cookies if one.startswith(SESSION)]
    told = {part.strip().lower() for part in kept.split(";")[1:]}
    assert told == {"httponly", "path=/", "samesite=lax", "secure"}
    assert answer.headers["cache-control"] == "no-store"


def test_without_https_the_cookie_still_works_on_this_machine() -> None:
    with served_office(url="http://127.0.0.1:8460") as room:
        tab = room.tab(REVIEWER)
        assert set(tab.cookies) == {"guardian-session"}
        assert gets_in(tab)


@pytest.mark.parametrize(
    ("address", "password"),
    [
        (REVIEWER, "another password"),
        (REVIEWER, ""),
        (REVIEWER, PASSWORD[:-1]),
        ("nobody@acme.example", PASSWORD),
        ("no address", PASSWORD),
        ("a\x00b@acme.example", PASSWORD),
        ("", ""),
        ("x" * 2000 + "@acme.example", PASSWORD),
        ("closed@acme.example", PASSWORD),
        ("sso@acme.example", PASSWORD),
    ],
)
def test_whoever_is_wrong_unknown_or_closed_gets_the_very_same_answer(
    room: OfficeRoom, address: str, password: str
) -> None:
    room.accounts.add(replace(person("closed@acme.example", Role.REVIEWER), disabled=True))
    room.accounts.add(person("sso@acme.example", Role.REVIEWER, password=None))
    tab = room.tab()
    answer = tab.log_in(address, password)
    reference = room.tab().log_in(REVIEWER, "surely wrong")
    assert (answer.status_code, _without_csrf(answer)) == (401, _without_csrf(reference))
    assert not gets_in(tab)
    assert room.sessions.kept == {}


def _without_csrf(answer: Answer) -> str:
    return re.sub(r'name="csrf" value="[^"]*"', "", answer.text)


def test_an_unknown_person_costs_the_same_work_as_a_known_one() -> None:
    passwords = quick_passwords()
    compared: list[str] = []
    hasher = passwords._hasher
    verify = hasher.verify

    class Counting:
        hash = hasher.hash

        def verify(self, kept: str, password: bytes) -> bool:
            compared.append(kept.rpartition("$")[0].rpartition("$")[0])
            return bool(verify(kept, password))

    passwords._hasher = Counting()  # type: ignore[assignment]
    known = passwords.hash(PASSWORD)
    assert passwords.agrees(PASSWORD, known)
    assert not passwords.agrees("wrong", known)
    assert not passwords.agrees(PASSWORD, None)
    assert len(compared) == 3
    assert len(set(compared)) == 1, "the same parameters"


def test_the_same_password_typed_on_another_keyboard_is_the_same() -> None:
    passwords = quick_passwords()
    assert passwords.agrees("contrasen\u0303a muy larga", passwords.hash("contraseña muy larga"))


def test_a_password_is_kept_as_argon2id_with_enough_memory() -> None:
    kept = Passwords().hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in kept


@pytest.mark.parametrize("weak", ["short", "a" * 12, "jefa-jefa-jefa-1", "x" * 1001])
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(UserError, match="Choose a password"):
        refuse_weak(weak, REVIEWER)
    refuse_weak(PASSWORD, REVIEWER)


def test_a_password_that_is_changed_while_it_is_compared_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = MemorySessions()
    accounts, passwords = MemoryAccounts(sessions), quick_passwords()
    accounts.add(person(REVIEWER, Role.REVIEWER))
    compare = passwords.agrees

    def slowly(password: str, kept: str | None) -> bool:
        agrees = compare(password, kept)
        accounts.change(person(REVIEWER, Role.REVIEWER, password="otras cuatro palabras"))
        return agrees

    monkeypatch.setattr(passwords, "agrees", slowly)
    entrance = Entrance(accounts=accounts, sessions=sessions, clock=HandClock(), passwords=passwords)
    assert entrance.by_password(REVIEWER, PASSWORD, "192.0.2.1") is Refusal.WRONG
    assert sessions.kept == {}


def test_a_form_from_elsewhere_logs_nobody_in(room: OfficeRoom) -> None:
    tab = room.tab()
    for fields in ({}, {"csrf": ""}, {"csrf": "x" * 43}):
        assert tab.post("/login", address=REVIEWER, password=PASSWORD, **fields).status_code == 403
    tab.get("/login")
    fields = {"address": REVIEWER, "password": PASSWORD}
    for site in ("cross-site", "same-site"):
        csrf = {"csrf": _csrf(tab)}
        answer = tab.post("/login", headers={"Sec_Fetch_Site": site}, **fields, **csrf)
        assert answer.status_code == 403
        tab.get("/login")
    stolen = _csrf(room.tab(), look=True)
    assert tab.post("/login", csrf=stolen, **fields).status_code == 403
    assert room.sessions.kept == {}


def _csrf(tab: Tab, *, look: bool = False) -> str:
    text = tab.get("/login").text if look else tab.last.text
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/mail/x",
        "/logout",
        "holds",
        "/holds/../x",
        "%0d%0a",
    ],
)
def test_nobody_is_sent_elsewhere_after_logging_in(room: OfficeRoom, place: str) -> None:
    assert room.tab().log_in(REVIEWER, place=place).headers["location"] == "/holds"


def test_a_new_log_in_is_a_new_session_and_ends_the_one_before(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    before = tab.cookies[SESSION]
    stale = Tab(room.browser, {SESSION: before})
    assert gets_in(stale)
    csrf = _csrf(other := room.tab(), look=True)
    tab.cookies |= other.cookies
    tab.post("/login", address=REVIEWER, password=PASSWORD, csrf=csrf)
    assert tab.cookies[SESSION] != before
    assert gets_in(tab)
    assert not gets_in(stale)
    assert len(room.sessions.kept) == 1


def test_a_cookie_that_somebody_made_up_is_no_session_even_after_logging_in(room: OfficeRoom) -> None:
    planted = "A" * 43
    tab = room.tab()
    tab.cookies[SESSION] = planted
    tab.log_in(REVIEWER)
    assert tab.cookies[SESSION] != planted
    for made_up in (planted, "", "x", "é", "'; --", "A" * 5000):
        assert not gets_in(Tab(room.browser, {SESSION: made_up} if made_up.isascii() else {}))


def test_the_store_holds_nothing_that_would_let_a_reader_of_it_in(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    (key,) = room.sessions.kept
    assert key.hex() not in tab.cookies[SESSION]
    assert tab.cookies[SESSION].encode() not in key


def test_whoever_logs_out_is_out_everywhere_that_cookie_is(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    copy = Tab(room.browser, dict(tab.cookies))
    tab.get("/holds")
    assert tab.post("/logout").status_code == 403, "without the form's token nobody is logged out"
    tab.get("/holds")
    answer = tab.send("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert SESSION not in tab.cookies
    assert not gets_in(copy)


def test_a_session_ends_when_nothing_is_asked_for_a_while(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    for minutes in (29, 58):
        room.clock.time = NOW + timedelta(minutes=minutes)
        assert gets_in(tab)
    room.clock.time = NOW + timedelta(minutes=58 + 30)
    assert not gets_in(tab)
    room.clock.time = NOW + timedelta(minutes=58)
    assert not gets_in(tab), "what is over stays over"


def test_a_session_ends_at_last_however_busy_somebody_is(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    for minutes in range(20, 600, 20):
        room.clock.time = NOW + timedelta(minutes=minutes)
        assert gets_in(tab)
    room.clock.time = NOW + timedelta(hours=10)
    assert not gets_in(tab)


def test_not_every_request_writes_to_the_store(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    for seconds in range(0, 120, 5):
        room.clock.time = NOW + timedelta(seconds=seconds)
        tab.get("/holds")
    assert room.sessions.written == 1


def test_whoever_is_shut_out_is_out_at_once(room: OfficeRoom) -> None:
    tab = room.tab(REVIEWER)
    room.accounts.people[REVIEWER] = replace(room.accounts.people[REVIEWER], disabled=True)
    assert not gets_in(tab)


def test_after_a_few_wrong_passwords_not_even_the_right_one_gets_in_from_there(room: OfficeRoom) -> None:
    tab = room.tab()
    answers = [tab.log_in(REVIEWER, "wrong").status_code for _ in range(5)]
    assert answers == [401] * 5
    assert tab.log_in(REVIEWER).status_code == 429
    assert "Demasiados intentos" in tab.last.text
    assert room.tab().log_in(AUDITOR).status_code == 303, "others do"
    room.clock.time = NOW + timedelta(minutes=15)
    assert tab.log_in(REVIEWER).status_code == 303


def test_unknown_people_are_limited_as_known_ones_are(room: OfficeRoom) -> None:
    tab = room.tab()
    answers = [tab.log_in("nobody@acme.example", "wrong").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_one_place_cannot_try_everybody() -> None:
    with served_office(limits=Limits(same=5, person=30, place=6)) as room:
        tab = room.tab()
        for number in range(6):
            assert tab.log_in(f"nobody{number}@acme.example", "wrong").status_code == 401
        assert tab.log_in(ADMIN).status_code == 429


def test_getting_it_right_forgets_what_was_wrong(room: OfficeRoom) -> None:
    tab = room.tab()
    for _ in range(4):
        for _ in range(4):
            assert tab.log_in(REVIEWER, "wrong").status_code == 401
        assert tab.log_in(REVIEWER).status_code == 303
        tab.get("/holds")
        tab.send("/logout")


def test_a_form_as_large_as_a_film_is_not_read(room: OfficeRoom) -> None:
    tab = room.tab()
    tab.get("/login")
    assert tab.post("/login", address="x" * 200_000).status_code == 413
    chunked = room.browser.request("POST", "/login", b"0\r\n\r\n", Transfer_Encoding="chunked")
    assert chunked.status_code == 413


def test_the_log_in_page_speaks_the_language_of_the_browser(room: OfficeRoom) -> None:
    assert "Entrar en Guardian" in room.tab(language="es-ES,es;q=0.9").get("/login").text
    assert "Log in to Guardian" in room.tab(language="en-GB,en;q=0.9,es;q=0.8").get("/login").text
    assert "Entrar en Guardian" in room.tab(language="de-DE,fr;q=0.5").get("/login").text
