"""The guard among the milters of a setting, however its socket is written."""

import pytest

from guardian.guard.postfix_milters import Presence, look_for_guard

QUEUE = "/var/spool/postfix"
BELOW = "unix:/var/spool/postfix/guardian/milter.sock"


def presence(written: str, *sockets: str) -> Presence:
    return look_for_guard(written, sockets, queue=QUEUE).presence


@pytest.mark.parametrize(
    ("written", "socket"),
    [
        ("unix:guardian/milter.sock", "unix:guardian/milter.sock"),
        ("unix:guardian/milter.sock", BELOW),
        ("unix:/guardian/milter.sock", BELOW),  # as a Postfix in its chroot sees it
        (BELOW, "unix:guardian/milter.sock"),
        ("local:/run/guardian//milter.sock", "unix:/run/guardian/milter.sock"),
        ("inet:127.0.0.1:8891", "inet:127.0.0.1:8891"),
        ("inet:localhost:8891", "inet:127.0.0.1:8891"),
        ("inet:8891", "inet:127.0.0.1:8891"),
        ("inet::8891", "inet:127.0.0.1:8891"),
        ("inet:[::1]:8891", "inet:[::1]:8891"),
        ("inet:127.0.0.1:8891", "inet:0.0.0.0:8891"),
        ("inet:Gate.acme.example:8891", "inet:gate.acme.example:8891"),
        ("inet:10.0.0.9:11332, { unix:guardian/milter.sock, { default_action = accept } }", BELOW),
        ("unix:opendkim/opendkim.sock unix:guardian/milter.sock", BELOW),
    ],
)
def test_the_guard_is_known_however_its_socket_is_written(written: str, socket: str) -> None:
    assert presence(written, "unix:/elsewhere/other.sock", socket) is Presence.THERE


@pytest.mark.parametrize(
    ("written", "socket"),
    [
        ("", BELOW),
        ("disable", BELOW),
        ("unix:guardian/milter.sock.old", BELOW),
        ("unix:rspamd/milter.sock", BELOW),
        ("inet:127.0.0.1:8891", BELOW),
        ("unix:guardian/milter.sock", "inet:127.0.0.1:8891"),
        ("inet:127.0.0.1:8892", "inet:127.0.0.1:8891"),
        ("inet:127.0.0.1:8891", "inet:10.0.0.5:8891"),
        ("{ inet:127.0.0.1:8892, { command_timeout = 5s } }", "inet:127.0.0.1:8891"),
    ],
)
def test_another_milter_is_not_taken_for_the_guard(written: str, socket: str) -> None:
    assert presence(written, socket) is Presence.MISSING


@pytest.mark.parametrize(
    ("written", "socket"),
    [
        ("unix:/var/run/guardian/milter.sock", "unix:/run/guardian/milter.sock"),
        ("unix:$data_directory/milter.sock", BELOW),
        ("guardian/milter.sock", BELOW),
        ("inet:gate.acme.example:8891", "inet:10.0.0.5:8891"),
        ("inet:10.0.0.5:8891", "inet:0.0.0.0:8891"),
        ("inet:127.0.0.1:opendkim", "inet:127.0.0.1:8891"),
    ],
)
def test_what_may_be_the_guard_or_another_is_said_to_be_uncertain(written: str, socket: str) -> None:
    assert presence(f"inet:10.9.9.9:1, {written}", socket) is Presence.UNCERTAIN


def test_the_action_of_the_guards_own_entry_is_told_and_no_others() -> None:
    ours = "{ unix:guardian/milter.sock, connect_timeout=5s, default_action=accept }"
    assert look_for_guard(ours, [BELOW], queue=QUEUE).on_failure == "accept"
    other = "unix:guardian/milter.sock, { inet:localhost:8891, default_action=accept }"
    assert look_for_guard(other, [BELOW], queue=QUEUE).on_failure == ""
