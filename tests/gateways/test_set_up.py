"""The set-up script on a plain Postfix: afterwards it asks Guardian, and released mail comes back in."""

import smtplib
import subprocess
from pathlib import Path

import pytest

from guardian.guard.postfix_settings import Fault
from guardian.settings import Settings
from guardian.wiring.postfix import examine_postfix_at
from tests.gateways.conftest import RunningGateway, no_postfix, wait_for
from tests.gateways.ports import free_port
from tests.gateways.postfix import ROOT, Postfix, recommended
from tests.gateways.sink import Sink


@pytest.fixture
def plain(sink: Sink, short_folder: Path) -> Postfix:
    """A Postfix laid out as its package does, not started."""
    no_postfix()
    instance = Postfix(short_folder, sink.port, {"smtpd_milters": "inet:127.0.0.1:8891"})
    instance.lay_out()
    return instance


def set_up(mta: Postfix, *words: str) -> str:
    command = [str(ROOT / "deploy" / "postfix" / "set-up"), "--config", str(mta.config), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_every_recommended_setting_is_made_and_other_milters_stay_behind_ours(plain: Postfix) -> None:
    set_up(plain)
    once = (plain.config / "main.cf").read_text(), (plain.config / "master.cf").read_text()
    set_up(plain)
    assert once == ((plain.config / "main.cf").read_text(), (plain.config / "master.cf").read_text())
    wanted = recommended() | {"smtpd_milters": "unix:guardian/milter.sock, inet:127.0.0.1:8891"}
    wanted["non_smtpd_milters"] = "unix:guardian/milter.sock"
    for name, value in wanted.items():
        assert plain.run("postconf", "-h", name) == value
    assert "inet:127.0.0.1:8891" in (plain.config / "main.cf.before-guardian").read_text()


def test_another_milter_of_a_similar_name_is_not_taken_for_ours(plain: Postfix) -> None:
    plain.run("postconf", "-e", "smtpd_milters = unix:guardian/milter.sock.old")
    set_up(plain)
    assert plain.run("postconf", "-h", "smtpd_milters").split(", ")[0] == "unix:guardian/milter.sock"
    assert plain.run("postconf", "-h", "non_smtpd_milters").split(", ")[0] == "unix:guardian/milter.sock"


def test_a_second_run_with_another_socket_and_port_replaces_the_first(plain: Postfix) -> None:
    set_up(plain)
    set_up(plain, "--socket", "inet:127.0.0.1:8899", "--release-port", "10027")
    assert plain.run("postconf", "-h", "smtpd_milters") == "inet:127.0.0.1:8899, inet:127.0.0.1:8891"
    assert plain.run("postconf", "-h", "non_smtpd_milters") == "inet:127.0.0.1:8899"
    services = plain.run("postconf", "-M")
    assert "127.0.0.1:10027" in services
    assert "127.0.0.1:10026" not in services


def milters(mta: Postfix) -> list[str]:
    return [mta.run("postconf", "-h", name) for name in ("smtpd_milters", "non_smtpd_milters")]


@pytest.mark.parametrize("words", [(), ("--socket", "inet:127.0.0.1:8899", "--release-port", "10027")])
def test_switching_off_and_on_again_leaves_the_other_milters_as_they_were(
    plain: Postfix, words: tuple[str, ...]
) -> None:
    others = ["inet:localhost:8891", "inet:localhost:8891 { inet:localhost:8892, default_action = accept }"]
    plain.run("postconf", "-e", f"smtpd_milters = {others[0]}", f"non_smtpd_milters = {others[1]}")
    set_up(plain, *words)
    on = milters(plain)
    ours = words[1] if words else "unix:guardian/milter.sock"
    assert on == [f"{ours}, {one}" for one in others]
    for _ in range(2):
        assert "hold queue" in set_up(plain, "--off")
        assert milters(plain) == others
    set_up(plain)
    assert milters(plain) == on


def test_switching_off_leaves_entries_whole_whose_settings_stand_in_braces(plain: Postfix) -> None:
    other = "{ inet:localhost:8891, { default_action = accept } }"
    ours = "{ unix:guardian/milter.sock, { default_action = quarantine } }"
    set_up(plain)
    plain.run("postconf", "-e", f"smtpd_milters = {other}, {ours}", f"non_smtpd_milters = {ours} {other}")
    set_up(plain, "--off")
    assert milters(plain) == [other, other]


def test_switching_off_finds_guardian_wherever_it_stands(plain: Postfix) -> None:
    set_up(plain)
    ours = "unix:guardian/milter.sock"
    smtpd = f"inet:localhost:8891, {{ {ours}, default_action = accept }}"
    plain.run("postconf", "-e", f"smtpd_milters = {smtpd}", f"non_smtpd_milters = {ours}.old {ours}")
    set_up(plain, "--off")
    assert milters(plain) == ["inet:localhost:8891", f"{ours}.old"]


MACROS = ("milter_mail_macros", "milter_rcpt_macros")
ONCE_WRITTEN = {"milter_mail_macros": "i {mail_addr} {auth_authen}", "milter_rcpt_macros": "i {rcpt_addr}"}


def macros(mta: Postfix) -> list[str]:
    return [mta.run("postconf", "-h", name) for name in MACROS]


def set_up_as_once(mta: Postfix) -> None:
    """Set it up as earlier versions did, which put macros for Guardian alone in place of everybody's."""
    set_up(mta)
    mta.run("postconf", "-e", *(f"{name} = {value}" for name, value in ONCE_WRITTEN.items()))


def test_other_milters_keep_the_macros_by_which_they_know_who_logged_in(plain: Postfix) -> None:
    set_up(plain)
    assert macros(plain) == [plain.run("postconf", "-dh", name) for name in MACROS]
    assert "{auth_type}" in macros(plain)[0]
    own = ["i {mail_addr} {client_addr}", "i, {rcpt_addr}, {rcpt_host}"]
    plain.run("postconf", "-e", *(f"{name} = {value}" for name, value in zip(MACROS, own, strict=True)))
    for words in ((), ("--off",)):
        set_up(plain, *words)
        assert macros(plain) == own


@pytest.mark.parametrize("words", [(), ("--off",)])
def test_macros_that_an_earlier_version_took_from_the_others_are_given_back(
    plain: Postfix, words: tuple[str, ...]
) -> None:
    set_up_as_once(plain)
    set_up(plain, *words)
    assert macros(plain) == [plain.run("postconf", "-dh", name) for name in MACROS]
    main = (plain.config / "main.cf").read_text()
    assert not any(name in main for name in MACROS)


@pytest.mark.parametrize("words", [(), ("--off",)])
def test_lists_of_macros_that_stood_there_before_guardian_come_back(plain: Postfix, words: tuple[str, ...]) -> None:
    own = ["i {mail_addr} {client_addr} {auth_type}", "i {rcpt_addr} {rcpt_host}"]
    plain.run("postconf", "-e", *(f"{name} = {value}" for name, value in zip(MACROS, own, strict=True)))
    set_up_as_once(plain)
    set_up(plain, *words)
    assert macros(plain) == own


def test_a_list_of_macros_without_the_resolved_recipient_gets_it_until_guardian_is_switched_off(
    plain: Postfix,
) -> None:
    plain.run("postconf", "-e", "milter_rcpt_macros = i {rcpt_host}")
    for _ in range(2):
        set_up(plain)
        assert macros(plain)[1] == "i {rcpt_host} {rcpt_addr}"
    for _ in range(2):
        set_up(plain, "--off")
        assert macros(plain)[1] == "i {rcpt_host}"
    set_up(plain)
    assert macros(plain)[1] == "i {rcpt_host} {rcpt_addr}"


def faults(mta: Postfix, *words: str) -> set[Fault | None]:
    """Set Postfix up and return what the doctor finds."""
    set_up(mta, *words)
    return {one.fault for one in examine_postfix_at(mta.config, Settings())}


@pytest.mark.parametrize("words", [(), ("--socket", "inet:127.0.0.1:8899")])
def test_the_doctor_knows_guardian_by_what_set_up_was_told_and_that_it_was_switched_off(
    plain: Postfix, words: tuple[str, ...]
) -> None:
    assert faults(plain, *words) == {None}
    plain.run("postconf", "-e", "mua_milters = inet:127.0.0.1:8891")
    plain.run("postconf", "-M", "submission/inet=submission inet n - n - - smtpd -o smtpd_milters=$mua_milters")
    assert faults(plain) == {None, Fault.WAY_ROUND}
    plain.run(
        "postconf", "-P", f"submission/inet/smtpd_milters={words[-1] if words else 'unix:guardian/milter.sock'}"
    )
    assert faults(plain) == {None}
    assert faults(plain, "--off") >= {Fault.NO_MILTER, Fault.LOCAL_MAIL_PASSES}


def test_what_was_never_set_up_cannot_be_switched_off(plain: Postfix) -> None:
    command = [str(ROOT / "deploy" / "postfix" / "set-up"), "--config", str(plain.config), "--off"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "nothing to switch off" in done.stderr) == (2, True)


def test_a_mail_is_held_and_its_release_passes(
    plain: Postfix, gateway: RunningGateway, sink: Sink, short_folder: Path
) -> None:
    port = free_port()
    plain.run("postconf", "-e", "smtpd_milters =")
    set_up(plain, "--socket", f"unix:{short_folder}/m.sock", "--release-port", str(port))
    gateway.start()
    try:
        plain.start()
        for number in (plain.port, port):
            with smtplib.SMTP("127.0.0.1", number) as client:
                client.sendmail("ana@acme.example", ["luis@cliente.example"], b"Subject: x\r\n\r\ncretino\r\n")
        wait_for(lambda: len(sink.mails) == 1)
        assert len(gateway.holds.list()) == 1
        assert sink.mails[0].content == b"Subject: x\r\n\r\ncretino\r\n"
    finally:
        plain.stop()
