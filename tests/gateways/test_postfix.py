"""The whole way through a real Postfix: what is held is not delivered, what passes is delivered byte for byte."""

import os
import smtplib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.gateways.postfix.drain import Drained, drain
from guardian.gateways.postfix.offer import GateConnection
from guardian.gateways.postfix.queue import HoldQueue
from guardian.gateways.service.address import ListenAt
from tests.gateways.conftest import RunningGateway, no_postfix, short_place, wait_for
from tests.gateways.ports import free_port
from tests.gateways.postfix import ROOT, Postfix, postfix, recommended, release_service
from tests.gateways.sink import Delivered, Sink

RELEASE_PORT = free_port()
MIME = ROOT.parent / "shared" / "mime"
CLIENT, COLLEAGUE = "luis@cliente.example", "eva@acme.example"
HEAD = (
    b"From: ana@acme.example\r\nTo: x@cliente.example\r\nSubject: Oferta\r\nDate: Tue, 10 Nov 2026 10:00:00 +0100\r\n"
)


@pytest.fixture(scope="module")
def standing() -> Iterator[tuple[Path, Sink, Postfix]]:
    """A Postfix for all tests of this page, with its next hop, and the folder where it looks for the gateway."""
    no_postfix()
    with short_place() as place, Sink() as next_hop:
        settings = recommended() | {
            "smtpd_milters": f"unix:{place / 'm.sock'}",
            "message_drop_headers": "",
            "message_size_limit": "52428800",
        }
        with postfix(next_hop.port, settings, release_service(RELEASE_PORT)) as instance:
            yield place, next_hop, instance
        next_hop.shutdown()


@pytest.fixture
def sink(standing: tuple[Path, Sink, Postfix]) -> Sink:
    """The next hop, empty."""
    standing[1].mails.clear()
    return standing[1]


@pytest.fixture
def mta(standing: tuple[Path, Sink, Postfix]) -> Postfix:
    """Postfix, its queues empty."""
    standing[2].run("postsuper", "-d", "ALL")
    return standing[2]


@pytest.fixture
def gateway(gateway: RunningGateway, standing: tuple[Path, Sink, Postfix]) -> RunningGateway:
    """A gateway where this Postfix looks for it."""
    gateway.address = f"unix:{standing[0] / 'm.sock'}"
    return gateway


def submit(mta: Postfix, body: bytes, *to: str, options: tuple[str, ...] = (), asked: tuple[str, ...] = ()) -> None:
    with smtplib.SMTP("127.0.0.1", mta.port) as client:
        client.ehlo()
        client.sendmail(
            "ana@acme.example", to or (CLIENT,), HEAD + b"\r\n" + body, mail_options=options, rcpt_options=asked
        )


def drain_now(mta: Postfix, gateway: RunningGateway) -> Drained:
    return drain(
        HoldQueue(mta.config), lambda: GateConnection(ListenAt(path=Path(gateway.address.removeprefix("unix:"))))
    )


def test_a_clean_mail_is_delivered_byte_for_byte_and_an_insult_never(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    gateway.start()
    body = b"caf\xc3\xa9\r\n..punto\r\n" + b"x" * 3000 + b"\r\n\r\n"
    submit(mta, body, CLIENT, COLLEAGUE)
    submit(mta, b"eres un cretino\r\n", CLIENT, COLLEAGUE, options=("BODY=8BITMIME", "RET=HDRS", "ENVID=a+2Bb"))
    wait_for(lambda: len(sink.mails) == 1)
    assert sink.mails[0].content == HEAD + b"\r\n" + body
    (hold,) = gateway.holds.list()
    assert gateway.holds.raw(hold.id) == HEAD + b"\r\neres un cretino\r\n"
    assert hold.envelope.recipients == (CLIENT, COLLEAGUE)
    assert hold.envelope.mail_args == ("BODY=8BITMIME", "RET=HDRS", "ENVID=a+2Bb")
    time.sleep(0.5)
    assert mta.queue() == []
    assert len(sink.mails) == 1


def test_mail_handed_to_the_sendmail_command_is_asked_about_too(
    gateway: RunningGateway, mta: Postfix, sink: Sink, tmp_path: Path
) -> None:
    gateway.start()
    mail = tmp_path / "mail"
    mail.write_bytes(b"Subject: x\n\neres un cretino\n")
    os.system(f"sendmail -C {mta.config} -f ana@acme.example {CLIENT} < {mail}")
    wait_for(lambda: len(gateway.holds.list()) == 1)
    assert sink.mails == []


def test_recipients_that_stand_in_the_header_only_are_asked_about_and_drained_too(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    def send(*to: str) -> None:
        mail = f"From: ana@acme.example\nTo: {', '.join(to)}\nSubject: x\n\neres un cretino\n"
        command = ["sendmail", "-C", str(mta.config), "-f", "ana@acme.example", "-t"]
        subprocess.run(command, input=mail.encode(), check=True, timeout=20)

    send(CLIENT)
    wait_for(lambda: len(mta.queue("hold")) == 1)
    gateway.start()
    assert drain_now(mta, gateway) == Drained(passed=0, held=1, left=0)
    send(COLLEAGUE, f"otro-{CLIENT}")
    wait_for(lambda: len(gateway.holds.list()) == 2)
    time.sleep(0.5)
    assert sink.mails == []


def test_a_drained_mail_is_judged_by_where_it_really_goes(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    mta.run(
        "postconf",
        "-e",
        "mydestination = acme.example",
        f"virtual_alias_maps = inline:{{todos@acme.example={CLIENT}}}",
    )
    mta.run("postfix", "reload")
    try:
        submit(mta, b"eres un cretino\r\n", "luis%cliente.example@acme.example")
        submit(mta, b"eres otro cretino\r\n", "todos@acme.example")
    finally:
        mta.run("postconf", "-e", "mydestination =", "virtual_alias_maps =")
        mta.run("postfix", "reload")
    wait_for(lambda: len(mta.queue("hold")) == 2)
    gateway.start()
    assert drain_now(mta, gateway) == Drained(passed=0, held=2, left=0)
    assert sink.mails == []


def test_without_the_gateway_everything_waits_on_hold_and_is_drained_after(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    submit(mta, b"un saludo\r\n", options=("RET=HDRS", "ENVID=abc"), asked=("NOTIFY=NEVER",))
    submit(mta, b"eres un cretino\r\n", CLIENT, COLLEAGUE)
    submit(mta, b"entre nosotros\r\n", COLLEAGUE)
    assert len(mta.queue("hold")) == 3
    gateway.start()
    assert drain_now(mta, gateway) == Drained(passed=2, held=1, left=0)
    wait_for(lambda: len(sink.mails) == 2)
    assert {mail.content for mail in sink.mails} == {
        HEAD + b"\r\nun saludo\r\n",
        HEAD + b"\r\nentre nosotros\r\n",
    }
    assert any(b"ENVID=abc RET=HDRS" in mail.mail_from for mail in sink.mails)
    (hold,) = gateway.holds.list()
    assert gateway.holds.raw(hold.id) == HEAD + b"\r\neres un cretino\r\n"
    wait_for(lambda: mta.queue() == [])


def test_a_mail_kept_before_the_answer_was_lost_meets_its_hold_when_drained(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    offered = {"options": ("BODY=8BITMIME", "ENVID=a+2Bb", "RET=FULL"), "asked": ("NOTIFY=FAILURE,SUCCESS",)}
    gateway.start()
    submit(mta, b"ca\xc3\xb1a, cretino\r\n", CLIENT, COLLEAGUE, **offered)
    gateway.stop()
    submit(mta, b"ca\xc3\xb1a, cretino\r\n", CLIENT, COLLEAGUE, **offered)
    gateway.start()
    assert drain_now(mta, gateway) == Drained(passed=0, held=1, left=0)
    assert len(gateway.holds.list()) == 1
    assert sink.mails == []
    assert mta.queue() == []


def test_what_cannot_be_decided_stays_on_hold(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    submit(mta, b"REVIENTA\r\n")
    gateway.start()
    assert drain_now(mta, gateway) == Drained(passed=0, held=0, left=1)
    assert len(mta.queue("hold")) == 1
    assert sink.mails == []


def test_a_requeue_does_not_ask_the_milter_which_is_why_nobody_may_use_it(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    submit(mta, b"eres un cretino\r\n")
    gateway.start()
    mta.run("postsuper", "-r", "ALL", "hold")
    wait_for(lambda: len(sink.mails) == 1)
    assert gateway.holds.list() == []


def test_addresses_in_quotes_and_with_routes_are_who_they_deliver_to(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    gateway.start()
    for path in ('"luis"@cliente.example', "@relay.example:luis@cliente.example", "LUIS@Cliente.Example."):
        with smtplib.SMTP("127.0.0.1", mta.port) as client:
            client.ehlo()
            client.docmd("MAIL", "FROM:<ana@acme.example>")
            code, _ = client.docmd("RCPT", f"TO:<{path}>")
            if code == 250:
                client.data(HEAD + b"\r\ncretino " + path.encode() + b"\r\n")
    time.sleep(0.5)
    assert sink.mails == []
    assert {one.envelope.recipients for one in gateway.holds.list()} == {(CLIENT,)}


@pytest.mark.slow
@pytest.mark.skipif(not MIME.is_dir(), reason="no folder shared/mime beside the checkout")
def test_of_all_nasty_mail_each_byte_comes_through_or_is_kept(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    gateway.start()
    mails = {number: path.read_bytes() for number, path in enumerate(sorted(MIME.rglob("*.*"))) if path.is_file()}
    offered = set()
    for port, way in ((RELEASE_PORT, "plain"), (mta.port, "asked")):
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            for number, raw in mails.items():
                try:
                    client.sendmail(f"{way}-{number}@acme.example", [CLIENT], raw)
                    offered.add((way, number))
                except smtplib.SMTPResponseException:
                    client.rset()
    wait_for(lambda: not mta.queue(), 120)
    came = {mail.mail_from.partition(b"@")[0].strip(b"<").decode(): mail.content for mail in sink.mails}
    for hold in gateway.holds.list():
        came[hold.envelope.sender.partition("@")[0]] = Delivered(
            mail_from=b"", recipients=(), raw=gateway.holds.raw(hold.id)
        ).content
    both = [number for number in mails if {("plain", number), ("asked", number)} <= offered]
    assert len(both) > 400
    differing = [number for number in both if came[f"plain-{number}"] != came[f"asked-{number}"]]
    headers_only = [number for number in differing if came[f"asked-{number}"] == came[f"plain-{number}"] + b"\r\n"]
    assert differing == headers_only
    assert len(differing) < 20


@pytest.mark.slow
def test_a_mail_of_forty_megabytes_and_one_to_a_thousand_people_are_kept_whole(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    gateway.start()
    large = b"eres un cretino\r\n" + b"una linea como todas las demas\r\n" * 1_250_000
    submit(mta, large)
    everybody = [f"persona{number}@cliente.example" for number in range(1000)]
    submit(mta, b"todos unos cretinos\r\n", *everybody)
    holds = {len(hold.envelope.recipients): gateway.holds.raw(hold.id) for hold in gateway.holds.list()}
    assert holds == {1: HEAD + b"\r\n" + large, 1000: HEAD + b"\r\ntodos unos cretinos\r\n"}
    assert sink.mails == []


def test_international_addresses_reach_the_hold_as_they_were(
    gateway: RunningGateway, mta: Postfix, sink: Sink
) -> None:
    gateway.start()
    with smtplib.SMTP("127.0.0.1", mta.port) as client:
        client.ehlo()
        client.command_encoding = "utf-8"
        client.docmd("MAIL", "FROM:<ñu@acme.example> SMTPUTF8 BODY=8BITMIME")
        client.docmd("RCPT", "TO:<josé@cliente.example>")
        client.data("Subject: Oferta ñ\r\n\r\ncretino\r\n".encode())
    (hold,) = gateway.holds.list()
    assert hold.envelope.recipients == ("josé@cliente.example",)
    assert hold.envelope.mail_args == ("BODY=8BITMIME", "SMTPUTF8")
    assert sink.mails == []


def test_mail_sent_in_chunks_is_judged_like_any_other(gateway: RunningGateway, mta: Postfix, sink: Sink) -> None:
    gateway.start()
    with smtplib.SMTP("127.0.0.1", mta.port) as client:
        client.ehlo()
        client.docmd("MAIL", "FROM:<ana@acme.example> BODY=BINARYMIME")
        client.docmd("MAIL", "FROM:<ana@acme.example>")
        client.docmd("RCPT", f"TO:<{CLIENT}>")
        first, second = HEAD + b"\r\neres un cre", b"tino\r\n"
        client.send(f"BDAT {len(first)}\r\n".encode() + first)
        assert client.getreply()[0] == 250
        client.send(f"BDAT {len(second)} LAST\r\n".encode() + second)
        assert client.getreply()[0] == 250
    (hold,) = gateway.holds.list()
    assert gateway.holds.raw(hold.id) == HEAD + b"\r\neres un cretino\r\n"
