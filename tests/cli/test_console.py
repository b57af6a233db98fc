"""`guardian console` serves its pages on this machine only unless told otherwise; `users` says who may log in."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode

import pytest

from guardian.settings import KEY_FILE, load
from tests.cli.conftest import Shop

PASSWORD = "cuatro palabras bien largas"


def test_init_makes_a_key_that_only_its_user_may_read(shop: Shop) -> None:
    key = shop.folder / KEY_FILE
    assert key.stat().st_mode & 0o777 in {0o600, 0o644}, "a copy; the mode is tested on a fresh one"
    fresh = shop.folder / "fresh"
    assert shop.run("init", str(fresh), "--own-domain", "acme.example").code == 0
    assert (fresh / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert len((fresh / KEY_FILE).read_text()) > 40
    assert (fresh / KEY_FILE).read_text() != key.read_text()
    assert load(fresh / "guardian.toml").guard.link_key == f"file:{KEY_FILE}"
    assert (fresh / KEY_FILE).read_text().strip() not in (fresh / "guardian.toml").read_text()


def test_without_an_address_to_reach_it_there_is_no_console(shop: Shop) -> None:
    ran = shop.run("console")
    assert ran.code == 2
    assert "guard.console_url" in ran.err


def test_the_console_answers_and_writes_no_link_anywhere(shop: Shop) -> None:
    served, port = _served(shop, GUARDIAN_GUARD__CONSOLE_URL="https://guardian.acme.example/")
    try:
        status, headers = _patiently(port, "/mail/a-secret-link")
        assert status == 404
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
        assert _patiently(port, "/login")[0] == 200
        status, headers = _patiently(port, "/holds/h1")
        assert (status, headers["location"]) == (303, "/login?next=%2Fholds%2Fh1")
    finally:
        served.send_signal(signal.SIGINT)
        out, err = served.communicate(timeout=30)
    assert "a-secret-link" not in out + err


def test_a_place_is_what_a_proxy_that_was_named_says_and_nobody_else(shop: Shop) -> None:
    """Who is behind the proxy at 127.0.0.2 is told apart; whoever else says where he is stays where he is."""
    served, port = _served(
        shop, GUARDIAN_GUARD__CONSOLE_URL="http://127.0.0.1/", GUARDIAN_CONSOLE__PROXIES="127.0.0.2, 127.0.0.4/30"
    )
    try:
        _patiently(port, "/login")
        assert [_guess(port, by="127.0.0.2", place="192.0.2.1") for _ in range(6)] == [401] * 5 + [429]
        assert _guess(port, by="127.0.0.2", place="192.0.2.2") == 401
        assert _guess(port, by="127.0.0.5", place="192.0.2.1") == 429
        assert [_guess(port, by="127.0.0.1", place=f"192.0.2.{n}") for n in range(10, 16)] == [401] * 5 + [429]
    finally:
        served.send_signal(signal.SIGINT)
        _, err = served.communicate(timeout=30)
    (warning,) = [line for line in err.splitlines() if "console.forwarded_ignored" in line]
    assert "127.0.0.1" in warning
    assert "192.0.2." not in err


def _guess(port: int, *, by: str, place: str) -> int:
    """Log in with a wrong password, as whoever connects from `by` and says that it is for `place`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(by, 0))
    told = {"X-Forwarded-For": place}
    connection.request("GET", "/login", headers=told)
    answer = connection.getresponse()
    csrf = re.search(r'name="csrf" value="([^"]*)"', answer.read().decode())
    assert csrf
    told |= {"Cookie": str(answer.headers["set-cookie"]), "Content-Type": "application/x-www-form-urlencoded"}
    form = urlencode({"address": "jefa@acme.example", "password": "wrong", "csrf": csrf[1]})
    connection.request("POST", "/login", form, told)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _served(shop: Shop, **environment: str) -> tuple["subprocess.Popen[str]", int]:
    """Start the console, and return it with its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-m", "guardian", "console", "--port", str(port)],
        cwd=shop.folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return served, port


def _patiently(port: int, path: str) -> tuple[int, dict[str, str]]:
    for _ in range(300):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the console never answered")


def test_people_are_added_listed_shut_out_and_let_in_again(shop: Shop) -> None:
    users = ("console", "users")
    added = shop.run(
        *users, "add", "Eva@Acme.example", "--role", "reviewer", "--role", "admin", typed=f"{PASSWORD}\n"
    )
    assert added.code == 0
    assert PASSWORD not in added.out + added.err
    (eva,) = shop.run(*users, "list", "--json").lines()
    assert eva["address"] == "eva@acme.example"
    assert (eva["roles"], eva["password"], eva["provider"], eva["disabled"]) == (
        ["admin", "reviewer"],
        True,
        False,
        False,
    )
    assert shop.run(*users, "disable", "eva@acme.example").code == 0
    assert "shut out" in shop.run(*users, "list").out
    assert shop.run(*users, "enable", "eva@acme.example").code == 0
    assert shop.run(*users, "passwd", "eva@acme.example", typed="otras cuatro palabras\n").code == 0
    (after,) = shop.run(*users, "list", "--json").lines()
    assert after == eva


@pytest.mark.parametrize(
    ("words", "typed", "complaint"),
    [
        (("add", "eva@acme.example", "--role", "reviewer"), "short\n", "at least 12 characters"),
        (("add", "eva@acme.example", "--role", "reviewer"), "", "at least 12 characters"),
        (("add", "eva@acme.example", "--role", "boss"), "cuatro palabras bien largas\n", "A role is one of"),
        (("add", "eva", "--role", "reviewer"), "cuatro palabras bien largas\n", "is no mail address"),
        (("add", "eva@acme.example", "--role", "reviewer", "--oidc"), "", "everybody needs a password"),
        (("passwd", "eva@acme.example"), "cuatro palabras bien largas\n", "has no account"),
        (("disable", "eva@acme.example"), "", "has no account"),
    ],
)
def test_what_cannot_be_says_what_to_mend(shop: Shop, words: tuple[str, ...], typed: str, complaint: str) -> None:
    ran = shop.run("console", "users", *words, typed=typed)
    assert ran.code == 2
    assert complaint in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("locale", [{"PYTHONIOENCODING": "utf-8:strict"}, {"LC_ALL": "C.UTF-8"}])
@pytest.mark.parametrize(
    "words", [("add", "eva@acme.example", "--role", "reviewer"), ("passwd", "luis@acme.example")]
)
def test_a_password_in_another_encoding_is_refused_and_not_kept_with_question_marks(
    shop: Shop, words: tuple[str, ...], locale: dict[str, str]
) -> None:
    luis = ("console", "users", "add", "luis@acme.example", "--role", "reviewer")
    assert shop.run(*luis, typed=f"{PASSWORD}\n").code == 0
    before = shop.run("console", "users", "list", "--json").out
    ran = subprocess.run(
        [sys.executable, "-m", "guardian", "console", "users", *words],
        cwd=shop.folder,
        input="contraseña bien larga 1234\n".encode("latin-1"),
        capture_output=True,
        check=False,
        env=os.environ | locale,
    )
    assert ran.returncode == 2
    assert b"is not text in utf-8" in ran.stderr.lower()
    assert b"Traceback" not in ran.stderr
    assert shop.run("console", "users", "list", "--json").out == before


def test_a_password_is_no_argument(shop: Shop) -> None:
    help_text = shop.run("console", "users", "add", "--help").out
    assert "--password" not in help_text
