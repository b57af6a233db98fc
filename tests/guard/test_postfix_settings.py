"""What the guard needs of a Postfix, told by postconf's own output."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from guardian.guard.postfix_settings import DEFAULTS, Fault, Finding, examine_postfix, read_postconf
from guardian.guard.postfix_words import finding_sentence

GOOD = """\
enable_long_queue_ids = yes
local_header_rewrite_clients =
message_drop_headers =
milter_default_action = quarantine
milter_protocol = 6
myhostname = guard-test.example
non_smtpd_milters = $smtpd_milters
smtp_line_length_limit = 0
smtpd_forbid_bare_newline = normalize
smtpd_forbid_bare_newline_exclusions =
smtpd_milters = unix:/run/guardian/milter.sock
"""
SERVICES = """\
smtp       inet  n       -       y       -       -       smtpd
127.0.0.1:10026 inet n - n - - smtpd
    -o smtpd_milters= -o { receive_override_options = no_milters, no_unknown_recipient_checks }
pickup     unix  n       -       n       60      1       pickup
"""
SOCKETS = ("unix:/run/guardian/milter.sock",)


def faults(main: str = GOOD, services: str = SERVICES, port: str = "10026") -> list[Fault]:
    found = examine_postfix(read_postconf(main + services), free_port=port, sockets=SOCKETS)
    return [one.fault for one in found if one.fault is not None]


def test_the_recipe_is_well() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("non_smtpd_milters = $smtpd_milters", "", Fault.LOCAL_MAIL_PASSES),
        ("non_smtpd_milters = $smtpd_milters", "non_smtpd_milters = inet:localhost:8891", Fault.LOCAL_MAIL_PASSES),
        ("milter_protocol = 6", "milter_protocol = 6\nsmtpd_milter_maps = cidr:/etc/x", Fault.MILTERS_BY_CLIENT),
        ("milter_default_action = quarantine", "milter_default_action = accept", Fault.FAILS_OPEN),
        ("milter_default_action = quarantine", "", Fault.FAILS_OPEN),
        ("milter_protocol = 6", "milter_protocol = 6\nreceive_override_options = no_milters", Fault.ALL_PASSES),
        ("milter_protocol = 6", "milter_protocol = 2", Fault.OLD_PROTOCOL),
        ("smtpd_forbid_bare_newline = normalize", "", Fault.SMUGGLING),
        ("smtpd_forbid_bare_newline = normalize", "smtpd_forbid_bare_newline = no", Fault.SMUGGLING),
        ("smtpd_forbid_bare_newline_exclusions =", "", Fault.SMUGGLING_INSIDE),
        ("enable_long_queue_ids = yes", "", Fault.SHORT_QUEUE_IDS),
        ("smtp_line_length_limit = 0", "", Fault.LINES_FOLDED),
        ("message_drop_headers =", "", Fault.HEADERS_DROPPED),
        ("message_drop_headers =", "message_drop_headers = bcc, return-path", Fault.HEADERS_DROPPED),
        ("local_header_rewrite_clients =", "", Fault.HEADERS_REWRITTEN),
    ],
)
def test_each_dangerous_setting_is_found_alone(was: str, now: str, fault: Fault) -> None:
    changed = "\n".join(now if line.rstrip() == was else line for line in GOOD.splitlines()) + "\n"
    assert changed.split() != GOOD.split()
    assert faults(changed) == [fault]


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("127.0.0.1:10026", "10026", Fault.FREE_PORT_OPEN),
        ("127.0.0.1:10026", "0.0.0.0:10026", Fault.FREE_PORT_OPEN),
        (
            "-o smtpd_milters= -o { receive_override_options = no_milters, no_unknown_recipient_checks }",
            "-o smtpd_tls_security_level=none",
            Fault.FREE_PORT_FILTERED,
        ),
        ("pickup  ", "submission inet n - n - - smtpd -o smtpd_milters=\npickup  ", Fault.WAY_ROUND),
        ("pickup  ", "465 inet n - n - - smtpd -o receive_override_options=no_milters\npickup  ", Fault.WAY_ROUND),
    ],
)
def test_each_dangerous_service_is_found_alone(was: str, now: str, fault: Fault) -> None:
    changed = SERVICES.replace(was, now)
    assert changed != SERVICES
    assert faults(services=changed) == [fault]


def test_released_mail_that_goes_to_another_port_than_the_free_one_is_found() -> None:
    assert faults(port="10027") == [Fault.NO_FREE_PORT, Fault.WAY_ROUND_HERE]


@pytest.mark.parametrize(
    "milters", ["", "inet:127.0.0.1:8891", "DISABLE", "{ inet:127.0.0.1:8891, connect_timeout=5s }"]
)
def test_milters_without_the_guard_let_all_mail_pass(milters: str) -> None:
    off = GOOD.replace(SOCKETS[0], milters)
    assert faults(off) == [Fault.NO_MILTER, Fault.LOCAL_MAIL_PASSES]


@pytest.mark.parametrize(
    "service",
    [
        "submission inet n - y - - smtpd -o smtpd_milters=inet:127.0.0.1:8891",
        "submission inet n - y - - smtpd -o smtpd_milters=$mua_milters",
        "submission inet n - y - - smtpd -o {smtpd_milters={ inet:127.0.0.1:8891, default_action=accept }}",
        "submission inet n - y - - smtpd -o smtpd_milters=DISABLE",
        "smtpd pass - - y - - smtpd -o smtpd_milters=",
        "smtpd pass - - y - - smtpd -o receive_override_options=no_milters",
        "628 inet n - y - - qmqpd -o receive_override_options=no_milters",
        "other unix n - y 60 1 pickup -o receive_override_options=no_address_mappings,no_milters",
        "cleanup unix n - y - 0 cleanup -o non_smtpd_milters=",
        "cleanup unix n - y - 0 cleanup -o { non_smtpd_milters = inet:127.0.0.1:8891 }",
        "cleanup unix n - y - 0 cleanup -o smtpd_milters=",
        "other unix n - y 60 1 pickup -o cleanup_service_name=x\nx unix n - y - 0 cleanup -o non_smtpd_milters=",
    ],
)
def test_every_service_that_takes_mail_in_past_the_guard_is_a_way_round(service: str) -> None:
    main = GOOD + "mua_milters = inet:127.0.0.1:8891\n"
    assert faults(main, f"{SERVICES}{service}\n") == [Fault.WAY_ROUND]


@pytest.mark.parametrize(
    "service",
    [
        "submission inet n - y - - smtpd -o smtpd_milters=unix:/run/guardian/milter.sock,inet:127.0.0.1:8891",
        "submission inet n - y - - smtpd -o smtpd_milters=$mua_milters",
        "smtpd pass - - y - - smtpd -o smtpd_milter_maps=",
        "cleanup unix n - y - 0 cleanup",
        # What came in by SMTP has met smtpd's milters, whichever cleanup it goes to.
        "late unix n - y - 0 cleanup -o non_smtpd_milters=",
        "submission inet n - y - - smtpd -o cleanup_service_name=late",
    ],
)
def test_a_service_that_asks_the_guard_in_its_own_way_is_well(service: str) -> None:
    main = GOOD + f"mua_milters = inet:127.0.0.1:8891, {SOCKETS[0]}\n"
    assert faults(main, f"{SERVICES}{service}\n") == []


@pytest.mark.parametrize("option", ["smtpd_milters=inet:127.0.0.1:8891", "receive_override_options=no_milters"])
def test_a_way_round_for_programs_of_this_machine_is_something_to_look_at(option: str) -> None:
    service = f"127.0.0.1:587 inet n - y - - smtpd -o {option}\n"
    assert faults(services=SERVICES + service) == [Fault.WAY_ROUND_HERE]


@pytest.mark.parametrize(
    "written", ["inet:gate.acme.example:8891", "$nowhere", "${stress?{}:{inet:127.0.0.1:8891}}", "fifo:/x"]
)
def test_milters_of_which_nobody_can_tell_are_something_to_look_at(written: str) -> None:
    found = examine_postfix(
        read_postconf(GOOD.replace(SOCKETS[0], written)), free_port="10026", sockets=("inet:0.0.0.0:8891",)
    )
    assert [one.fault for one in found][:2] == [Fault.UNCERTAIN, Fault.UNCERTAIN]
    service = f"submission inet n - y - - smtpd -o {{smtpd_milters={written}}}\n"
    main = GOOD.replace(SOCKETS[0], "inet:127.0.0.1:8891")
    found = examine_postfix(
        read_postconf(main + SERVICES + service), free_port="10026", sockets=("inet:0.0.0.0:8891",)
    )
    assert [(one.name, one.fault) for one in found if one.fault] == [("submission", Fault.UNCERTAIN)]


def test_tables_that_choose_milters_by_client_are_something_to_look_at() -> None:
    service = "submission inet n - y - - smtpd -o smtpd_milter_maps=cidr:/etc/x\n"
    assert faults(services=SERVICES + service) == [Fault.MILTERS_BY_CLIENT]
    everywhere = GOOD + "smtpd_milter_maps = cidr:/etc/x\n"
    half = SERVICES.replace("-o { receive_override_options = no_milters, no_unknown_recipient_checks }", "")
    assert faults(services=half) == []
    assert faults(everywhere, half) == [Fault.MILTERS_BY_CLIENT, Fault.FREE_PORT_FILTERED]


@pytest.mark.parametrize("setting", ["default_action=accept", "{ default_action = tempfail }"])
def test_an_action_of_the_guards_own_entry_is_not_overlooked(setting: str) -> None:
    entry = f"{{ {SOCKETS[0]}, connect_timeout=5s, {setting} }}"
    assert faults(GOOD.replace(SOCKETS[0], entry)) == [Fault.ENTRY_FAILS_OPEN, Fault.ENTRY_FAILS_OPEN]
    service = f"submission inet n - y - - smtpd -o {{smtpd_milters={entry}}}\n"
    assert faults(services=SERVICES + service) == [Fault.ENTRY_FAILS_OPEN]
    assert faults(GOOD.replace(SOCKETS[0], f"{{ {SOCKETS[0]}, default_action=quarantine }}")) == []
    other = f"{SOCKETS[0]}, {{ inet:127.0.0.1:8891, {setting} }}"
    assert faults(GOOD.replace(SOCKETS[0], other)) == []


def test_a_free_port_that_demands_tls_lets_nothing_out() -> None:
    everywhere = GOOD + "smtpd_tls_security_level = encrypt\n"
    assert faults(everywhere) == [Fault.FREE_PORT_DEMANDS_TLS]
    own = SERVICES.replace("-o smtpd_milters=", "-o smtpd_milters= -o smtpd_tls_security_level=none")
    assert faults(everywhere, own) == []
    assert faults(GOOD, own.replace("level=none", "level=encrypt")) == [Fault.FREE_PORT_DEMANDS_TLS]


def test_dropping_only_what_must_stay_secret_is_well() -> None:
    assert faults(GOOD.replace("message_drop_headers =", "message_drop_headers = bcc, resent-bcc")) == []


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_is_a_whole_sentence_that_says_what_to_do(fault: Fault, language: str) -> None:
    finding = Finding(name="port 10026", value="accept", fault=fault)
    said = finding_sentence(finding, language)
    assert re.fullmatch(r"[A-ZÁÉÍÓÚ][^{}]+: [^{}]+\.", said)
    assert said != finding_sentence(finding, "es" if language == "en" else "en")


@pytest.mark.skipif(shutil.which("postconf") is None, reason="Postfix is not installed")
def test_a_real_postfix_is_read(tmp_path: Path) -> None:
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\n" + GOOD, encoding="utf-8")
    (tmp_path / "master.cf").write_text(SERVICES, encoding="utf-8")

    def told() -> str:
        asked = [["postconf", "-c", str(tmp_path), *DEFAULTS], ["postconf", "-M", "-c", str(tmp_path)]]
        return "".join(subprocess.run(one, capture_output=True, text=True, check=True).stdout for one in asked)

    def found() -> list[Finding]:
        return list(examine_postfix(read_postconf(told()), free_port="10026", sockets=SOCKETS))

    assert [one.fault for one in found() if one.fault] == []
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\n", encoding="utf-8")
    (tmp_path / "master.cf").write_text(SERVICES.replace("127.0.0.1:10026", "10026"), encoding="utf-8")
    wrong = {one.fault for one in found()}
    assert wrong >= {Fault.NO_MILTER, Fault.LOCAL_MAIL_PASSES, Fault.FAILS_OPEN, Fault.SMUGGLING_INSIDE}
    assert wrong >= {Fault.SHORT_QUEUE_IDS, Fault.LINES_FOLDED, Fault.HEADERS_DROPPED, Fault.FREE_PORT_OPEN}


@pytest.mark.parametrize("option", ["milter_default_action=accept", "{ milter_default_action = tempfail }"])
def test_a_service_that_does_not_wait_while_the_guard_is_down_is_named(option: str) -> None:
    submission = f"submission inet n - y - - smtpd\n    -o {option}\n"
    assert faults(services=SERVICES + submission) == [Fault.SERVICE_FAILS_OPEN]
    calm = "submission inet n - y - - smtpd\n    -o milter_default_action=quarantine\n"
    assert faults(services=SERVICES + calm) == []
    local = f"cleanup unix n - y - 0 cleanup\n    -o {option}\n"
    assert faults(services=SERVICES + local) == [Fault.SERVICE_FAILS_OPEN]
