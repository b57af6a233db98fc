"""A guard at the socket: whoever tries to leave loopback is stopped, so a test cannot reach a real provider."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any


class LeftLoopback(Exception):
    """A test tried to reach another machine."""


def is_loopback(address: Any) -> bool:
    """Say whether a socket address stays on this machine."""
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def only_loopback() -> Iterator[None]:
    """Let no socket connect to another machine while the block lasts."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not is_loopback(address):
            raise LeftLoopback(str(address))
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not is_loopback(address):
            raise LeftLoopback(str(address))
        return connect_ex(self, address)

    socket.socket.connect, socket.socket.connect_ex = guarded, guarded_ex  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect, socket.socket.connect_ex = connect, connect_ex  # type: ignore[method-assign]
