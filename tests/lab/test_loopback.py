"""The guard lets nobody out, and everybody to loopback."""

import socket

import pytest

from tests.lab.loopback import LeftLoopback, only_loopback


def test_nobody_gets_out() -> None:
    with only_loopback(), socket.socket() as one, pytest.raises(LeftLoopback):
        one.connect(("192.0.2.1", 443))


def test_loopback_is_reached_and_the_guard_goes_afterwards() -> None:
    before = socket.socket.connect
    with socket.create_server(("127.0.0.1", 0)) as server, only_loopback(), socket.socket() as one:
        one.connect(server.getsockname())
    assert socket.socket.connect is before
