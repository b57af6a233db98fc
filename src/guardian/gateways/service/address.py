"""Where a gate listens, as mail servers write it: unix:PATH or inet:PORT@HOST."""

import contextlib
import fcntl
import os
import re
import shutil
import socket
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guardian.domain.errors import UserError

BACKLOG = 1024
LEAVING_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenAt:
    """A parsed address; `path` for a unix socket, else `host` and `port`."""

    path: Path | None = None
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        return f"unix:{self.path}" if self.path else f"inet:{self.port}@{self.host}"


def parse_address(text: str, folder: Path = Path()) -> ListenAt:
    """Return the address that a text names, relative paths below `folder`; UserError says how to write one."""
    kind, _, rest = text.partition(":")
    if kind in {"unix", "local"} and rest:
        return ListenAt(path=folder / rest)
    found = re.fullmatch(r"(\d{1,5})(?:@(.+))?", rest) if kind in {"inet", "inet6"} else None
    if found is None or not 0 <= int(found[1]) < 65536:
        raise UserError(f"{text!r} is no socket address; write unix:PATH or inet:PORT@HOST.")
    return ListenAt(host=(found[2] or "127.0.0.1").strip("[]"), port=int(found[1]))


def listen(address: ListenAt, *, mode: int = 0o660, group: str = "") -> socket.socket:
    """Return a listening socket; UserError when the address is taken or not ours to take.

    `mode` and `group` say who may connect to a unix socket. A socket file that nobody listens on is replaced.
    """
    return _listen_unix(address.path, mode, group) if address.path else _listen_inet(address)


def mark_of(path: Path | None) -> tuple[int, int] | None:
    """Return what tells a socket's file from one that is made in its place later."""
    with contextlib.suppress(OSError):
        if path is not None:
            status = path.stat()
            return status.st_ino, status.st_mtime_ns
    return None


def stop_listening(listener: socket.socket, path: Path | None, made: tuple[int, int] | None) -> None:
    """Close a socket and remove its file, unless another has taken its place since `made`."""
    listener.close()
    if path is None or made is None:
        return
    with contextlib.suppress(OSError), _alone_in(path.parent):
        if mark_of(path) == made:
            path.unlink()


def _listen_unix(path: Path, mode: int, group: str) -> socket.socket:
    try:
        _make_folder(path.parent)
        with _alone_in(path.parent):
            if _answers_still(path):
                raise UserError(f"Another program listens on {path} already; stop it, or choose another --socket.")
            return _bind_unix(path, mode, group)
    except OSError as wrong:
        raise UserError(f"The socket {path} cannot be made: {wrong}.") from wrong


def _make_folder(folder: Path) -> None:
    """Make a folder that the mail server may pass through, whatever the umask; who may connect the socket says."""
    before = os.umask(0o022)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    finally:
        os.umask(before)


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep others who start or stop here waiting, so that nobody takes away a socket made a moment ago."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _bind_unix(path: Path, mode: int, group: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        with contextlib.suppress(FileNotFoundError):
            if stat.S_ISSOCK(path.lstat().st_mode):
                path.unlink()
        listener.bind(str(path))
        if group:
            shutil.chown(path, group=group)
        path.chmod(mode)
    except (OSError, LookupError) as wrong:
        listener.close()
        raise UserError(f"The socket {path} cannot be made: {wrong}.") from wrong
    finally:
        os.umask(before)
    listener.listen(BACKLOG)
    return listener


def _answers_still(path: Path) -> bool:
    """Say whether somebody listens; the processes of a killed supervisor get a moment to notice."""
    until = time.monotonic() + LEAVING_S
    while answered := _answers(path):
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    return answered


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _listen_inet(address: ListenAt) -> socket.socket:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, place = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as wrong:
        raise UserError(f"{address.host} is no address of this machine: {wrong}.") from wrong
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
    except OSError as wrong:
        listener.close()
        raise UserError(f"{address} cannot be listened on: {wrong.strerror}.") from wrong
    return listener
