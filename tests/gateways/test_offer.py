"""The drain's line to the gate, whatever the gate listens on."""

import socket
import struct
import threading
from pathlib import Path

import pytest

from guardian.domain.errors import TryLater
from guardian.gateways.milter.codec import packet
from guardian.gateways.postfix.offer import GateConnection
from guardian.gateways.service.address import ListenAt, listen, parse_address
from tests.gateways.ports import free_port


def answering(listener: socket.socket) -> threading.Thread:
    """Agree to whatever the first who connects proposes."""

    def answer() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65536)
            line.sendall(packet(b"O", struct.pack(">III", 6, 0, 0)))
            line.recv(1)

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


@pytest.mark.parametrize("kind", ["inet:{port}@127.0.0.1", "inet6:{port}@[::1]", "unix:gate.sock"])
def test_the_gate_is_reached_by_every_kind_of_address(kind: str, tmp_path: Path) -> None:
    gate = parse_address(kind.format(port=free_port()), tmp_path)
    with listen(gate) as listener:
        thread = answering(listener)
        with GateConnection(gate):
            pass
        thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.mark.parametrize("kind", ["inet:1@127.0.0.1", "inet6:1@[::1]", "unix:nobody.sock"])
def test_a_gate_that_is_away_is_for_later(kind: str, tmp_path: Path) -> None:
    gate: ListenAt = parse_address(kind, tmp_path)
    with pytest.raises(TryLater, match="does not answer"):
        GateConnection(gate)
