"""`guardian gateway` with the shipped judge and a synced timeline: who is a client is known, an insult is held."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Shop
from tests.gateways.conftest import no_postfix
from tests.gateways.wire import MailServer

INSULT = "Eva, este Luis es un imbécil y un ladrón, no lo aguanto más.\r\n".encode()


@contextmanager
def running(shop: Shop, *words: str) -> Iterator[Path]:
    """Run the gateway in the shop and yield its socket."""
    command = [sys.executable, "-m", "guardian", "gateway", "--socket", "unix:m.sock", "--processes", "1", *words]
    with (shop.folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=shop.folder, stdout=log, stderr=log)
    (shop.folder / "pid").write_text(str(process.pid))
    try:
        until = time.monotonic() + 60
        while "gateway.ready" not in (shop.folder / "log").read_text():
            assert process.poll() is None, (shop.folder / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        yield shop.folder / "m.sock"
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_an_insult_to_a_client_of_the_timeline_is_held_and_listed(shop: Shop) -> None:
    shop.write_mail(1)
    assert shop.run("sync").code == 0
    toml = shop.folder / "guardian.toml"
    toml.write_text(toml.read_text().replace('mode = "observe"', 'mode = "enforce"'))
    with running(shop) as path, MailServer(path) as server:
        assert server.offer(b"", "eva@acme.example") == b"a"
        assert server.offer(b"Hola Luis, te mando la oferta.\r\n", "luis@bermeo.example") == b"a"
        assert server.offer(INSULT, "luis@bermeo.example", "eva@acme.example") == b"d"
    (held,) = shop.run("holds", "list", "--json").lines()
    assert held["recipients"] == ["luis@bermeo.example", "eva@acme.example"]
    assert len(held["clients"]) == 1


def test_while_it_only_observes_nothing_is_held(shop: Shop) -> None:
    shop.write_mail(1)
    assert shop.run("sync").code == 0
    with running(shop) as path, MailServer(path) as server:
        assert server.offer(INSULT, "luis@bermeo.example", "eva@acme.example") == b"a"
    assert shop.run("holds", "list", "--json").lines() == []
    assert "gateway.would_hold" in (shop.folder / "log").read_text()


def test_wrong_settings_at_a_reload_leave_the_old_ones_in_place(shop: Shop) -> None:
    with running(shop) as path, MailServer(path) as server:
        good = (shop.folder / "guardian.toml").read_text()
        (shop.folder / "guardian.toml").write_text(good + "[guard]\nmode = 3\n")
        supervisor = int((shop.folder / "pid").read_text())
        os.kill(supervisor, signal.SIGHUP)
        until = time.monotonic() + 60
        while "gateway.reload_failed" not in (shop.folder / "log").read_text():
            assert time.monotonic() < until
            time.sleep(0.1)
        assert server.offer(b"", "eva@acme.example") == b"a"


def test_a_wrong_address_and_an_outdated_database_have_to_be_mended(shop: Shop) -> None:
    wrong = shop.run("gateway", "--socket", "milter.sock")
    assert (wrong.code, "unix:PATH" in wrong.err) == (2, True)
    (shop.folder / "guardian.db").unlink()
    assert shop.run("gateway").code == 2


def test_a_drain_without_postfix_says_what_to_do(shop: Shop) -> None:
    done = shop.run("gateway", "drain", PATH=str(shop.folder))
    assert (done.code, "Postfix" in done.err) == (2, True)


def other_postfix(folder: Path) -> Path:
    """Lay out settings of Postfix that name a showq which leaves a trace, and return the place of the trace."""
    folder.mkdir()
    (folder / "showq").write_text(f"#!/bin/sh\ntouch {folder}/ran\n")
    (folder / "showq").chmod(0o755)
    daemons = f"daemon_directory = {folder}\nqueue_directory = {folder}\n"
    (folder / "main.cf").write_text(f"compatibility_level = 3.6\n{daemons}multi_instance_enable = no\n")
    return folder / "ran"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_root_runs_nothing_that_the_settings_of_another_account_name(shop: Shop) -> None:
    no_postfix()
    trace = other_postfix(shop.folder / "etc")
    for path in (shop.folder / "etc", *(shop.folder / "etc").iterdir()):
        os.chown(path, 12345, 12345)
    done = shop.run("gateway", "drain", GUARDIAN_GATEWAY__POSTFIX_CONFIG="etc")
    assert (done.code, trace.exists()) == (2, False), done.err
    assert "Others than root may change" in done.err
    assert len(done.err.strip().splitlines()) == 1
