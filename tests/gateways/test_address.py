"""Where a gate listens, as people write it."""

import os
import socket
import stat
from pathlib import Path

import pytest

from guardian.domain.errors import UserError
from guardian.gateways.service.address import ListenAt, listen, parse_address
from guardian.gateways.service.notify import tell_systemd, watchdog_seconds


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("unix:m.sock", ListenAt(path=Path("/srv/m.sock"))),
        ("unix:/run/m.sock", ListenAt(path=Path("/run/m.sock"))),
        ("local:/run/m.sock", ListenAt(path=Path("/run/m.sock"))),
        ("inet:8891", ListenAt(host="127.0.0.1", port=8891)),
        ("inet:8891@mx.acme.example", ListenAt(host="mx.acme.example", port=8891)),
        ("inet6:8891@[::1]", ListenAt(host="::1", port=8891)),
    ],
)
def test_both_ways_of_writing_an_address_are_read(text: str, address: ListenAt) -> None:
    assert parse_address(text, Path("/srv")) == address


@pytest.mark.parametrize("text", ["", "m.sock", "unix:", "inet:", "inet:x", "inet:70000", "tcp:1@x"])
def test_anything_else_has_to_be_mended(text: str) -> None:
    with pytest.raises(UserError, match="unix:PATH or inet:PORT@HOST"):
        parse_address(text)


def test_a_socket_left_behind_is_replaced_and_its_rights_are_as_told(tmp_path: Path) -> None:
    path = tmp_path / "m.sock"
    listen(ListenAt(path=path), mode=0o600).close()
    with listen(ListenAt(path=path), mode=0o660):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "m.sock").write_text("precious")
    with pytest.raises(UserError, match="cannot be made"):
        listen(ListenAt(path=tmp_path / "m.sock"))
    assert (tmp_path / "m.sock").read_text() == "precious"


def test_a_port_in_use_and_an_unknown_group_have_to_be_mended(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UserError, match="cannot be listened on"):
        listen(ListenAt(host="127.0.0.1", port=taken.getsockname()[1]))
    with pytest.raises(UserError, match="cannot be made"):
        listen(ListenAt(path=tmp_path / "m.sock"), group="nobodys-group")


def test_systemd_is_told_where_it_listens_and_nobody_otherwise(tmp_path: Path) -> None:
    assert not tell_systemd("READY=1", {})
    assert not tell_systemd("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nowhere")})
    name = f"@guardian-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name[1:])
        assert tell_systemd("READY=1", {"NOTIFY_SOCKET": name})
        assert heard.recv(20) == b"READY=1"
    assert watchdog_seconds({"WATCHDOG_USEC": "3000000"}) == 1.5
    assert watchdog_seconds({}) is None
