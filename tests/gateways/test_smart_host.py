"""A Postfix as smart host of a mail service: who may hand in mail, in whose name, and that releases still leave."""

import os
import smtplib
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.domain.mail import Envelope
from guardian.mail_out.smtp import SmtpMailer
from tests.gateways.conftest import no_postfix, wait_for
from tests.gateways.ports import free_port
from tests.gateways.postfix import ROOT, Postfix
from tests.gateways.sink import Sink
from tests.lab.certificates import Certificates, make_certificates

DEPLOY = ROOT / "deploy" / "postfix"
SERVICE, STRANGER = "127.0.0.2", "127.0.0.3"  # a host of the mail service, and one of anybody else
MAIL = b"Subject: Oferta\r\n\r\nun saludo\r\n"


def run(script: str, *words: str | Path, path: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run one of the scripts, with the programs of a folder in place of the machine's."""
    command = [str(DEPLOY / script), *map(str, words)]
    environment = os.environ | ({"PATH": f"{path}:{os.environ['PATH']}"} if path else {})
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


@pytest.fixture
def certificates(short_folder: Path) -> Certificates:
    """A certificate for the smart host's name."""
    return make_certificates(short_folder)


@pytest.fixture
def host(sink: Sink, short_folder: Path, certificates: Certificates) -> Iterator[tuple[Postfix, int]]:
    """A running smart host, and its port for released mail."""
    no_postfix()
    ranges, release_port = short_folder / "ranges", free_port()
    ranges.write_text(f"{SERVICE}/32 OK\n")
    tls = "tlsmgr unix - - n 1000? 1 tlsmgr\n"
    instance = Postfix(short_folder, sink.port, {"mynetworks": "127.0.0.1/32"}, tls)
    instance.lay_out()
    done = run("set-up", "--config", instance.config, "--release-port", str(release_port))
    assert done.returncode == 0, done.stderr
    instance.run("postconf", "-e", "smtpd_milters =")
    words: list[str | Path] = [
        "--service",
        ranges,
        "--domain",
        "acme.example",
        "--listen",
        f"127.0.0.1:{instance.port}/inet",
    ]
    words += ["--cert", certificates.server_chain, "--key", certificates.server_chain, "--config", instance.config]
    for _ in range(2):  # again, as an administrator does who adds a domain
        done = run("smart-host", *words, "--no-reload")
        assert done.returncode == 0, done.stderr
    try:
        instance.start()
        yield instance, release_port
    finally:
        instance.stop()


def hand_in(mta: Postfix, trusted: Certificates, *, via: str, sender: str = "ana@acme.example") -> None:
    """Hand in a mail from an address of loopback, over TLS."""
    with smtplib.SMTP("127.0.0.1", mta.port, timeout=30, source_address=(via, 0)) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(trusted.ca_bundle)))
        client.sendmail(sender, ["luis@cliente.example"], MAIL)


def test_it_takes_mail_from_the_service_in_our_name_over_tls_and_no_other(
    host: tuple[Postfix, int], sink: Sink, certificates: Certificates
) -> None:
    mta, _ = host
    for sender in ("ana@acme.example", "ana@mail.acme.example", ""):
        hand_in(mta, certificates, via=SERVICE, sender=sender)
    wait_for(lambda: len(sink.mails) == 3)
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="554"):
        hand_in(mta, certificates, via=STRANGER)
    for other in ("spy@other.example", "spy@notacme.example"):
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="554"):
            hand_in(mta, certificates, via=SERVICE, sender=other)
    with (
        smtplib.SMTP("127.0.0.1", mta.port, timeout=30, source_address=(SERVICE, 0)) as client,
        pytest.raises(smtplib.SMTPSenderRefused, match="530"),
    ):
        client.sendmail("ana@acme.example", ["luis@cliente.example"], MAIL)
    assert len(sink.mails) == 3


def test_what_is_released_leaves_though_the_world_has_to_use_tls(host: tuple[Postfix, int], sink: Sink) -> None:
    _, release_port = host
    mailer = SmtpMailer(f"smtp://127.0.0.1:{release_port}")
    mailer.send(Envelope(sender="eva@elsewhere.example", recipients=("luis@cliente.example",)), MAIL)
    wait_for(lambda: len(sink.mails) == 1)


def test_without_set_up_or_a_certificate_nothing_is_changed(
    sink: Sink, short_folder: Path, certificates: Certificates
) -> None:
    no_postfix()
    instance = Postfix(short_folder, sink.port)
    instance.lay_out()
    before = (instance.config / "main.cf").read_text()
    words: list[str | Path] = [
        "--service",
        "exchange",
        "--domain",
        "acme.example",
        "--config",
        instance.config,
        "--no-reload",
    ]
    chain = str(certificates.server_chain)
    for more, why in (
        (["--cert", chain, "--key", chain], "set-up first"),
        (["--cert", "/no.pem", "--key", chain], "no file"),
        ([], "--cert"),
    ):
        done = run("smart-host", *words, *more)
        assert done.returncode == 2
        assert why in done.stderr
    assert (instance.config / "main.cf").read_text() == before


RETURNING = ("relayhost", "smtp_tls_security_level", "smtp_tls_cert_file", "smtp_tls_key_file")


def test_the_way_back_over_tls_stays_until_it_is_ended(
    sink: Sink, short_folder: Path, certificates: Certificates
) -> None:
    no_postfix()
    mta, chain = Postfix(short_folder, sink.port), certificates.server_chain
    mta.lay_out()
    mta.run("postconf", "-X", "relayhost")
    (short_folder / "ranges").write_text(f"{SERVICE}/32 OK\n{STRANGER}/32 OK\n")
    assert run("set-up", "--config", mta.config, "--no-reload").returncode == 0

    def told(*words: str) -> list[str]:
        given = ["--service", short_folder / "ranges", "--domain", "acme.example", "--cert", chain, "--key", chain]
        listen = f"127.0.0.1:{mta.port}/inet"
        done = run("smart-host", *given, "--config", mta.config, "--listen", listen, "--no-reload", *words)
        assert done.returncode == 0, done.stderr
        return [mta.run("postconf", "-h", name) for name in RETURNING]

    returning = ["[mail.example]:25", "encrypt", str(chain), str(chain)]
    assert told("--return", "mail.example:25") == returning
    assert told() == returning
    plain = ["", "may", "", "$smtp_tls_cert_file"]  # what Postfix has by itself
    assert told("--return", "none") == plain
    assert told() == plain
    mta.run("postconf", "-e", "smtp_tls_security_level = verify")
    assert told()[1] == "verify"
    assert told("--return", "other.example:587")[:2] == ["[other.example]:587", "verify"]


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A folder of TXT records by name, and a `dig` that answers from it."""
    dig = tmp_path / "dig"
    dig.write_text(f"#!/bin/sh\nfor name; do :; done\ncat '{tmp_path}'/\"$name\" 2>/dev/null\n")
    dig.chmod(0o755)
    (tmp_path / "_spf.google.com").write_text(
        '"google-site-verification=x"\n"v=spf1 include:_a.google.com include:" "_b.google.com ~all"\n'
    )
    (tmp_path / "_a.google.com").write_text('"v=spf1 ip4:192.0.2.0/24 ip4:198.51" ".100.7 ~all"\n')
    (tmp_path / "_b.google.com").write_text('"v=spf1 ip6:2001:db8:4000::/36 ip4:192.0.2.0/24 ~all"\n')
    return tmp_path


def test_published_ranges_are_followed_through_their_includes(answers: Path) -> None:
    out = answers / "out"
    assert run("ranges", "google", out, "--no-reload", path=answers).returncode == 0
    lines = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    assert lines == ["192.0.2.0/24 OK", "198.51.100.7 OK", "2001:db8:4000::/36 OK"]
    told = run("ranges", "google", out, "--no-reload", path=answers).stdout
    assert told == "", "nothing changed"


@pytest.mark.parametrize(
    "record",
    [
        None,
        "",
        '"v=spf1 ~all"',
        '"v=spf1 ip4:0.0.0.0/0 ~all"',
        '"v=spf1 ip6:::/0 ~all"',
        '"v=spf1 ip4:192.0.2.0/24;x ~all"',
        '"v=spf1 include:_b.google.com ~all"',
    ],
)
def test_an_answer_that_is_not_whole_leaves_the_old_list(answers: Path, record: str | None) -> None:
    out, there = answers / "out", answers / "_b.google.com"
    out.write_text("203.0.113.0/24 OK\n")
    there.unlink()
    if record is not None:
        there.write_text(f"{record}\n")
    if record == '"v=spf1 ~all"':  # whole, but hardly anything
        (answers / "_a.google.com").write_text('"v=spf1 ip4:192.0.2.7 ~all"\n')
    done = run("ranges", "google", out, "--no-reload", path=answers)
    assert done.returncode != 0
    assert out.read_text() == "203.0.113.0/24 OK\n"
    assert not list(answers.glob("out.*"))
