"""Where a gate listens, as people write it."""

import contextlib
import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from guardian.domain.errors import UserError
from guardian.gateways.service.address import ListenAt, listen, mark_of, parse_address, stop_listening
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


def test_a_folder_made_for_the_socket_lets_the_mail_server_through(tmp_path: Path) -> None:
    with listen(ListenAt(path=tmp_path / "run" / "guardian" / "m.sock")):
        assert stat.S_IMODE((tmp_path / "run" / "guardian").stat().st_mode) == 0o755


def test_of_gateways_that_start_at_the_same_moment_one_gets_the_socket(tmp_path: Path) -> None:
    address, start = ListenAt(path=tmp_path / "m.sock"), threading.Barrier(3)
    listening: list[socket.socket] = []

    def one() -> None:
        start.wait()
        with contextlib.suppress(UserError):
            listening.append(listen(address))

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(listening) == 1
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(address.path))
    listening[0].close()
    assert [one.name for one in tmp_path.iterdir()] == ["m.sock"]


def test_a_stop_leaves_the_socket_of_a_successor_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.sock"
    first = listen(ListenAt(path=path))
    made = mark_of(path)
    path.unlink()
    with listen(ListenAt(path=path)):
        stop_listening(first, path, made)
        assert path.exists()
    last = listen(ListenAt(path=path))
    stop_listening(last, path, mark_of(path))
    assert not path.exists()
