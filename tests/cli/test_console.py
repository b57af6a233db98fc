"""`guardian console` serves the links of notices, on this machine only unless told otherwise."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time

from guardian.settings import KEY_FILE, load
from tests.cli.conftest import Shop


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
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-m", "guardian", "console", "--port", str(port)],
        cwd=shop.folder,
        env=os.environ | {"GUARDIAN_GUARD__CONSOLE_URL": "https://guardian.acme.example/"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        status, headers = _patiently(port, "/mail/a-secret-link")
        assert status == 404
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
    finally:
        served.send_signal(signal.SIGINT)
        out, err = served.communicate(timeout=30)
    assert "a-secret-link" not in out + err


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
