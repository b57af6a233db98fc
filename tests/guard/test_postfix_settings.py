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


def faults(main: str = GOOD, services: str = SERVICES, port: str = "10026") -> list[Fault]:
    found = examine_postfix(read_postconf(main + services), free_port=port)
    return [one.fault for one in found if one.fault is not None]


def test_the_recipe_is_well() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("smtpd_milters = unix:/run/guardian/milter.sock", "smtpd_milters =", Fault.NO_MILTER),
        ("non_smtpd_milters = $smtpd_milters", "", Fault.LOCAL_MAIL_PASSES),
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
        ("127.0.0.1:10026", "127.0.0.1:10027", Fault.NO_FREE_PORT),
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

    assert [one.fault for one in examine_postfix(read_postconf(told()), free_port="10026") if one.fault] == []
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\n", encoding="utf-8")
    (tmp_path / "master.cf").write_text(SERVICES.replace("127.0.0.1:10026", "10026"), encoding="utf-8")
    found = {one.fault for one in examine_postfix(read_postconf(told()), free_port="10026")}
    assert found >= {Fault.NO_MILTER, Fault.LOCAL_MAIL_PASSES, Fault.FAILS_OPEN, Fault.SMUGGLING_INSIDE}
    assert found >= {Fault.SHORT_QUEUE_IDS, Fault.LINES_FOLDED, Fault.HEADERS_DROPPED, Fault.FREE_PORT_OPEN}


@pytest.mark.parametrize("option", ["milter_default_action=accept", "{ milter_default_action = tempfail }"])
def test_a_service_that_does_not_wait_while_the_guard_is_down_is_named(option: str) -> None:
    submission = f"submission inet n - y - - smtpd\n    -o {option}\n"
    assert faults(services=SERVICES + submission) == [Fault.SERVICE_FAILS_OPEN]
    calm = "submission inet n - y - - smtpd\n    -o milter_default_action=quarantine\n"
    assert faults(services=SERVICES + calm) == []
