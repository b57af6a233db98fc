"""The settings of a Postfix in front of the guard, as `postconf` tells them, and what is dangerous in them; pure.

Sources: postconf(5), master(5); the Postfix project's note on SMTP smuggling (CVE-2023-51764).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from guardian.guard.postfix_milters import Presence, look_for_guard, names_none

# What Postfix takes for settings that `postconf -n` leaves out; of the oldest version still in use where they differ.
DEFAULTS: Mapping[str, str] = {
    "smtpd_milters": "",
    "non_smtpd_milters": "",
    "smtpd_milter_maps": "",
    "cleanup_service_name": "cleanup",
    "queue_directory": "/var/spool/postfix",
    "milter_default_action": "tempfail",
    "milter_protocol": "6",
    "receive_override_options": "",
    "smtpd_forbid_bare_newline": "no",
    "smtpd_forbid_bare_newline_exclusions": "$mynetworks",
    "enable_long_queue_ids": "no",
    "smtp_line_length_limit": "998",
    "message_drop_headers": "bcc, content-length, resent-bcc, return-path",
    "local_header_rewrite_clients": "permit_inet_interfaces",
}
_LOOPBACK = frozenset({"127.0.0.1", "[127.0.0.1]", "localhost", "[::1]", "::1"})
_OPTION = re.compile(r"-o\s+(?:\{\s*([^={}]+?)\s*=\s*((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*?)\s*\}|([^\s=]+)=(\S*))")
_REFERENCE = re.compile(r"\$(?:\{(\w+)\}|\((\w+)\)|(\w+))")
_DEEPEST = 10  # settings that name settings; what names itself stays as it is
# The setting that says which milters a program asks about mail. pickup and qmqpd leave that to cleanup.
_ASKS = {"smtpd": "smtpd_milters", "cleanup": "non_smtpd_milters"}
_RECEIVES = frozenset({"smtpd", "pickup", "qmqpd"})


class Fault(StrEnum):
    """What is wrong; each has its sentence in both languages."""

    NO_MILTER = "no_milter"
    LOCAL_MAIL_PASSES = "local_mail_passes"
    UNCERTAIN = "uncertain"
    MILTERS_BY_CLIENT = "milters_by_client"
    ENTRY_FAILS_OPEN = "entry_fails_open"
    FAILS_OPEN = "fails_open"
    ALL_PASSES = "all_passes"
    OLD_PROTOCOL = "old_protocol"
    SMUGGLING = "smuggling"
    SMUGGLING_INSIDE = "smuggling_inside"
    SHORT_QUEUE_IDS = "short_queue_ids"
    LINES_FOLDED = "lines_folded"
    HEADERS_DROPPED = "headers_dropped"
    HEADERS_REWRITTEN = "headers_rewritten"
    NO_FREE_PORT = "no_free_port"
    FREE_PORT_FILTERED = "free_port_filtered"
    FREE_PORT_OPEN = "free_port_open"
    FREE_PORT_DEMANDS_TLS = "free_port_demands_tls"
    WAY_ROUND = "way_round"
    WAY_ROUND_HERE = "way_round_here"
    SERVICE_FAILS_OPEN = "service_fails_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One line of master.cf: where it listens, which program answers, with which settings of its own."""

    name: str
    kind: str
    program: str
    options: Mapping[str, str]

    @property
    def port(self) -> str:
        """The port (or service name) it listens on."""
        return self.name.rpartition(":")[2]

    @property
    def host(self) -> str:
        """The address it listens on; empty for all."""
        return self.name.rpartition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostfixSettings:
    """What main.cf and master.cf say."""

    main: Mapping[str, str]
    services: Sequence[Service]

    def value(self, name: str, service: Service | None = None) -> str:
        """Return a setting as it is in effect, everywhere or for a service, the settings that it names filled in."""
        known = {**DEFAULTS, **self.main, **(service.options if service else {})}
        value = known.get(name, "")
        for _ in range(_DEEPEST):
            value = _REFERENCE.sub(lambda named: known.get(named[1] or named[2] or named[3], named[0]), value)
        return value

    def own_value(self, name: str, service: Service) -> str | None:
        """Return a setting as it is in effect for a service; None where main.cf alone decides about it."""
        value = self.value(name, service)
        return value if name in service.options or value != self.value(name) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One setting that was looked at: what it is, and what is wrong about it (None when it is well)."""

    name: str
    value: str
    fault: Fault | None


def read_postconf(text: str) -> PostfixSettings:
    """Return the settings that the output of `postconf -n` and `postconf -M`, one after the other, tells."""
    main: dict[str, str] = {}
    services: list[Service] = []
    for line in _whole_lines(text):
        name, equals, value = line.partition("=")
        words = line.split()
        if equals and re.fullmatch(r"[A-Za-z0-9_]+", name.strip()):
            main[name.strip()] = value.strip()
        elif len(words) >= 8:
            services.append(Service(name=words[0], kind=words[1], program=words[7], options=_options(line)))
    return PostfixSettings(main=main, services=services)


def examine_postfix(postfix: PostfixSettings, *, free_port: str, sockets: Sequence[str]) -> Iterator[Finding]:
    """Yield every setting that matters to the guard, with its fault.

    `free_port` is where released mail goes, `sockets` name where the guard listens, as Postfix writes them.
    """
    for name, missing in (("smtpd_milters", Fault.NO_MILTER), ("non_smtpd_milters", Fault.LOCAL_MAIL_PASSES)):
        value = postfix.value(name)
        yield _milters(Finding(name=name, value=value, fault=missing), postfix, sockets)
    for name, fault, is_well in _MAIN:
        value = postfix.value(name)
        yield Finding(name=name, value=value, fault=None if is_well(value) else fault)
    free = [one for one in postfix.services if (one.kind, one.program, one.port) == ("inet", "smtpd", free_port)]
    yield Finding(
        name=f"port {free_port}", value=", ".join(one.name for one in free), fault=_free_port(free, postfix)
    )
    for service in _ways_in(postfix):
        if service not in free:
            yield _service(service, postfix, sockets)


def _ways_in(postfix: PostfixSettings) -> Iterator[Service]:
    """Yield the services that take mail in, and those that ask milters about mail which did not come by SMTP."""
    local = [one for one in postfix.services if one.program in _RECEIVES and one.program != "smtpd"]
    asked = {postfix.value("cleanup_service_name", one) for one in (None, *local)}
    for one in postfix.services:
        if one.program in _RECEIVES or (one.program == "cleanup" and one.name in asked):
            yield one


def _milters(if_missing: Finding, postfix: PostfixSettings, sockets: Sequence[str]) -> Finding:
    """Return what is to be said of a list of milters: its finding, should the guard not be in there."""
    seen = look_for_guard(if_missing.value, sockets, queue=postfix.value("queue_directory"))
    if seen.presence is Presence.MISSING:
        return if_missing
    if seen.presence is Presence.UNCERTAIN:
        return replace(if_missing, fault=Fault.UNCERTAIN)
    if seen.on_failure not in {"", "quarantine"}:
        return replace(if_missing, value=seen.on_failure, fault=Fault.ENTRY_FAILS_OPEN)
    return replace(if_missing, fault=None)


def _service(service: Service, postfix: PostfixSettings, sockets: Sequence[str]) -> Finding:
    """Return what is wrong with a service beyond what main.cf has wrong for all."""
    way_round = Fault.WAY_ROUND_HERE if service.host in _LOOPBACK else Fault.WAY_ROUND
    found = Finding(name=service.name, value=service.program, fault=None)
    if service.program in _RECEIVES and _no_milters(postfix.own_value("receive_override_options", service) or ""):
        return replace(found, fault=way_round)
    asks = _ASKS.get(service.program, "")
    milters = postfix.own_value(asks, service) if asks else None
    if milters is not None:
        told = _milters(replace(found, value=milters, fault=way_round), postfix, sockets)
        if told.fault is not None:
            return told
    by_client = postfix.own_value("smtpd_milter_maps", service)
    if asks == "smtpd_milters" and by_client:
        return replace(found, value=by_client, fault=Fault.MILTERS_BY_CLIENT)
    on_failure = service.options.get("milter_default_action", "quarantine")
    if asks and on_failure != "quarantine":
        return replace(found, value=on_failure, fault=Fault.SERVICE_FAILS_OPEN)
    return found


def _free_port(services: Sequence[Service], postfix: PostfixSettings) -> Fault | None:
    if not services:
        return Fault.NO_FREE_PORT
    if any(one.host not in _LOOPBACK for one in services):
        return Fault.FREE_PORT_OPEN
    if any(postfix.value("smtpd_tls_security_level", one) == "encrypt" for one in services):
        return Fault.FREE_PORT_DEMANDS_TLS
    return None if all(_skips_milters(one, postfix) for one in services) else Fault.FREE_PORT_FILTERED


def _skips_milters(service: Service, postfix: PostfixSettings) -> bool:
    if _no_milters(postfix.own_value("receive_override_options", service) or ""):
        return True
    # Only what it says itself: main.cf is without milters as long as the guard is switched off.
    milters = postfix.own_value("smtpd_milters", service)
    return milters is not None and names_none(milters) and not postfix.value("smtpd_milter_maps", service)


def _no_milters(overrides: str) -> bool:
    return "no_milters" in re.split(r"[,\s]+", overrides)


def _unset(value: str) -> bool:
    return not value


def _drops_little(value: str) -> bool:
    return {one.lower() for one in re.split(r"[,\s]+", value) if one} <= {"bcc", "resent-bcc"}


_MAIN = (
    ("smtpd_milter_maps", Fault.MILTERS_BY_CLIENT, _unset),
    ("milter_default_action", Fault.FAILS_OPEN, lambda value: value == "quarantine"),
    ("receive_override_options", Fault.ALL_PASSES, lambda value: not _no_milters(value)),
    ("milter_protocol", Fault.OLD_PROTOCOL, lambda value: value == "6"),
    ("smtpd_forbid_bare_newline", Fault.SMUGGLING, lambda value: value in {"normalize", "yes", "reject"}),
    ("smtpd_forbid_bare_newline_exclusions", Fault.SMUGGLING_INSIDE, _unset),
    ("enable_long_queue_ids", Fault.SHORT_QUEUE_IDS, lambda value: value == "yes"),
    ("smtp_line_length_limit", Fault.LINES_FOLDED, lambda value: value == "0"),
    ("message_drop_headers", Fault.HEADERS_DROPPED, _drops_little),
    ("local_header_rewrite_clients", Fault.HEADERS_REWRITTEN, _unset),
)


def _whole_lines(text: str) -> Iterator[str]:
    """Yield lines with those joined that go on the next one, comments left out."""
    whole = ""
    for line in text.splitlines():
        if line.startswith((" ", "\t")) and whole:
            whole += " " + line.strip()
            continue
        if whole:
            yield whole
        whole = "" if line.startswith("#") else line.rstrip()
    if whole:
        yield whole


def _options(line: str) -> dict[str, str]:
    found = _OPTION.finditer(line)
    return {match[1] or match[3]: match[2] if match[1] else match[4] for match in found}
