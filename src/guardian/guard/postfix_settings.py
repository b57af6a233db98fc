"""The settings of a Postfix in front of the guard, as `postconf` tells them, and what is dangerous in them; pure.

Sources: postconf(5), master(5); the Postfix project's note on SMTP smuggling (CVE-2023-51764).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# What Postfix takes for settings that `postconf -n` leaves out; of the oldest version still in use where they differ.
DEFAULTS: Mapping[str, str] = {
    "smtpd_milters": "",
    "non_smtpd_milters": "",
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
_OPTION = re.compile(r"-o\s+(?:\{\s*([^=}]+?)\s*=\s*([^}]*?)\s*\}|([^\s=]+)=(\S*))")


class Fault(StrEnum):
    """What is wrong; each has its sentence in both languages."""

    NO_MILTER = "no_milter"
    LOCAL_MAIL_PASSES = "local_mail_passes"
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

    @property
    def skips_milters(self) -> bool:
        """Say whether mail that comes in here meets no milter."""
        turned_off = _no_milters(self.options.get("receive_override_options", ""))
        return turned_off or self.options.get("smtpd_milters") == ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostfixSettings:
    """What main.cf and master.cf say."""

    main: Mapping[str, str]
    services: Sequence[Service]

    def value(self, name: str) -> str:
        """Return a setting as it is in effect."""
        return self.main.get(name, DEFAULTS.get(name, ""))


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


def examine_postfix(postfix: PostfixSettings, *, free_port: str) -> Iterator[Finding]:
    """Yield every setting that matters to the guard, with its fault; `free_port` is where released mail goes."""
    for name, fault, is_well in _MAIN:
        value = postfix.value(name)
        yield Finding(name=name, value=value, fault=None if is_well(value) else fault)
    servers = [one for one in postfix.services if one.kind == "inet" and one.program == "smtpd"]
    free = [one for one in servers if one.port == free_port]
    yield Finding(
        name=f"port {free_port}", value=", ".join(one.name for one in free), fault=_free_port(free, postfix)
    )
    for server in servers:
        if server.port != free_port:
            yield _server(server)


def _server(server: Service) -> Finding:
    round_us = server.skips_milters and server.host not in _LOOPBACK
    on_failure = server.options.get("milter_default_action", "quarantine")
    if not round_us and on_failure != "quarantine":
        return Finding(name=server.name, value=on_failure, fault=Fault.SERVICE_FAILS_OPEN)
    return Finding(name=server.name, value=server.program, fault=Fault.WAY_ROUND if round_us else None)


def _free_port(services: Sequence[Service], postfix: PostfixSettings) -> Fault | None:
    if not services:
        return Fault.NO_FREE_PORT
    if any(one.host not in _LOOPBACK for one in services):
        return Fault.FREE_PORT_OPEN
    everywhere = postfix.value("smtpd_tls_security_level")
    if any(one.options.get("smtpd_tls_security_level", everywhere) == "encrypt" for one in services):
        return Fault.FREE_PORT_DEMANDS_TLS
    return None if all(one.skips_milters for one in services) else Fault.FREE_PORT_FILTERED


def _set(value: str) -> bool:
    return bool(value)


def _no_milters(overrides: str) -> bool:
    return "no_milters" in re.split(r"[,\s]+", overrides)


def _unset(value: str) -> bool:
    return not value


def _drops_little(value: str) -> bool:
    return {one.lower() for one in re.split(r"[,\s]+", value) if one} <= {"bcc", "resent-bcc"}


_MAIN = (
    ("smtpd_milters", Fault.NO_MILTER, _set),
    ("non_smtpd_milters", Fault.LOCAL_MAIL_PASSES, _set),
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
