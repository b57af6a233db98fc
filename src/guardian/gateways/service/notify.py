"""Telling systemd how the service is (sd_notify(3)); without systemd nothing happens."""

import contextlib
import os
import socket


def tell_systemd(state: str, environment: "os._Environ[str] | dict[str, str] | None" = None) -> bool:
    """Send a state such as READY=1 or WATCHDOG=1 and return whether anybody listens."""
    where = (environment if environment is not None else os.environ).get("NOTIFY_SOCKET", "")
    if not where.startswith(("/", "@")):
        return False
    address = "\0" + where[1:] if where.startswith("@") else where
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out, contextlib.suppress(OSError):
        out.connect(address)
        out.sendall(state.encode())
        return True
    return False


def watchdog_seconds(environment: "os._Environ[str] | dict[str, str] | None" = None) -> float | None:
    """Return how often systemd wants to hear from us (half its limit), or None."""
    text = (environment if environment is not None else os.environ).get("WATCHDOG_USEC", "")
    return int(text) / 2e6 if text.isascii() and text.isdigit() and int(text) else None
