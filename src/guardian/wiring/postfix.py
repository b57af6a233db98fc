"""Asking a live Postfix for its settings."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from guardian.domain.errors import UserError
from guardian.settings import Settings

if TYPE_CHECKING:
    from guardian.guard.postfix_settings import Finding

_SECONDS = 30
_SET_UP = "guardian.set-up"  # deploy/postfix/set-up keeps here, first, the socket at which Postfix asks Guardian


def examine_postfix_at(place: Path, settings: Settings) -> "list[Finding]":
    """Return what matters to the guard about a Postfix: its configuration folder, or a file of what postconf said.

    UserError when neither can be read.
    """
    from guardian.guard.postfix_settings import DEFAULTS, examine_postfix, read_postconf

    if place.is_dir():
        # Asked by name, Postfix tells its own version's defaults, too; those of the administrator, it does not.
        main = _postconf("-n", "-c", str(place)) + _postconf("-c", str(place), *DEFAULTS)
        told = main + _postconf("-M", "-c", str(place))
    else:
        told = _read(place)
    port = _port(settings.guard.reinject)
    return list(examine_postfix(read_postconf(told), free_port=port, sockets=list(_sockets(place, settings))))


def _sockets(place: Path, settings: Settings) -> Iterator[str]:
    """Yield where the gateway listens, as Postfix writes it: as set-up was told, and as the settings say."""
    from guardian.gateways.service.address import parse_address

    with suppress(OSError, IndexError):
        yield (place / _SET_UP).read_text(encoding="utf-8", errors="replace").split()[0]
    at = parse_address(settings.gateway.socket, settings.folder)
    yield f"unix:{at.path}" if at.path else f"inet:{f'[{at.host}]' if ':' in at.host else at.host}:{at.port}"


def _postconf(*words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and a name of our own
            ["postconf", *words],  # noqa: S607 - wherever the system has it
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as missing:
        raise UserError(
            "postconf cannot be run here; give a file with the output of `postconf -n; postconf -M` instead."
        ) from missing
    if done.returncode and not done.stdout:
        raise UserError(f"postconf says nothing: {done.stderr.strip()[:200]}")
    return done.stdout


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as wrong:
        raise UserError(f"{path} cannot be read: {wrong.strerror}.") from wrong


def _port(reinject: str) -> str:
    try:
        return str(urlsplit(reinject).port or 25)
    except ValueError as wrong:
        raise UserError("Write guard.reinject as smtp://host:port.") from wrong
