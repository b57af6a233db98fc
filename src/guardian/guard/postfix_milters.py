"""The milters that a setting of Postfix names, and whether the guard is among them; pure.

Sources: postconf(5), MILTER_README; milter8.c and host_port.c of Postfix for how a socket may be written.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import PurePosixPath
from posixpath import join, normpath

_ENTRY = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}|[^\s,{}]+")
_SOCKET = re.compile(r"[^\s,{}]+")
_ACTION = re.compile(r"\bdefault_action\s*=\s*([^\s,{}]+)")
_ENDPOINT = re.compile(r"(?:(\[[^]]*\]|[^:]*):)?([^:]+)")
_UNIX, _INET = frozenset({"unix", "local"}), "inet"


class Presence(StrEnum):
    """Whether the guard is among the milters of a setting."""

    THERE = "there"
    UNCERTAIN = "uncertain"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a list of milters says of the guard: whether it is there, and what its entry does without an answer."""

    presence: Presence
    on_failure: str = ""  # empty: as milter_default_action says


def names_none(milters: str) -> bool:
    """Say whether a list has no milter at all."""
    return milters.strip().upper() in {"", "DISABLE"}


def look_for_guard(milters: str, sockets: Sequence[str], *, queue: str) -> Sighting:
    """Return what a list of milters says of the guard, which listens at any of `sockets`, as Postfix writes them.

    `queue` is Postfix's queue directory, where relative paths start, and all paths in its chroot.
    """
    best = Sighting(presence=Presence.MISSING)
    for entry in () if names_none(milters) else _ENTRY.findall(milters):
        socket, action = _SOCKET.search(entry), _ACTION.search(entry)
        found = _surest(_compare(socket[0] if socket else "", ours, queue) for ours in sockets)
        if found is Presence.THERE:
            return Sighting(presence=found, on_failure=action[1] if action else "")
        if found is Presence.UNCERTAIN:
            best = Sighting(presence=found)
    return best


def _surest(found: Iterable[Presence]) -> Presence:
    every = set(found)
    return next((one for one in Presence if one in every), Presence.MISSING)


def _compare(written: str, ours: str, queue: str) -> Presence:
    kind, colon, place = written.partition(":")
    our_kind, _, our_place = ours.partition(":")
    if written == ours:
        return Presence.THERE
    if "$" in written or not colon or kind not in {*_UNIX, _INET}:
        return Presence.UNCERTAIN
    if kind in _UNIX and our_kind in _UNIX:
        return _compare_paths(place, our_place, queue)
    if kind == our_kind == _INET:
        return _compare_endpoints(place, our_place)
    return Presence.MISSING


def _compare_paths(written: str, ours: str, queue: str) -> Presence:
    if _places(written, queue) & _places(ours, queue):
        return Presence.THERE
    # Two ways to one folder (/run, /var/run; inside and outside a container) cannot be seen from the text.
    alike = PurePosixPath(written).parts[-2:] == PurePosixPath(ours).parts[-2:]
    return Presence.UNCERTAIN if alike else Presence.MISSING


def _places(path: str, queue: str) -> set[str]:
    """Return the files that a path may mean, without and with chroot."""
    return {normpath(join(queue, path)), normpath(f"{queue}/{path}")}


def _compare_endpoints(written: str, ours: str) -> Presence:
    one, other = _ENDPOINT.fullmatch(written), _ENDPOINT.fullmatch(ours)
    if one is None or other is None:
        return Presence.UNCERTAIN
    if one[2] != other[2]:
        return Presence.MISSING if one[2].isdigit() and other[2].isdigit() else Presence.UNCERTAIN
    return _compare_hosts(one[1] or "", other[1] or "")


def _compare_hosts(written: str, ours: str) -> Presence:
    one, other = _address(written), _address(ours)
    if one is None or other is None:
        return Presence.THERE if written.lower() == ours.lower() else Presence.UNCERTAIN
    if one == other or (one.is_loopback and (other.is_loopback or other.is_unspecified)):
        return Presence.THERE
    return Presence.UNCERTAIN if other.is_unspecified else Presence.MISSING


def _address(host: str) -> IPv4Address | IPv6Address | None:
    bare = host.strip("[]").lower()
    try:
        return ip_address("127.0.0.1" if bare in {"", "localhost"} else bare)
    except ValueError:
        return None
