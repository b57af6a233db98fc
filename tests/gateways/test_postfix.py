"""The whole way through a real Postfix: what is held is not delivered, what passes is delivered byte for byte."""

import os
import smtplib
import time
from pathlib import Path

from guardian.gateways.postfix.drain import Drained, drain
from guardian.gateways.postfix.offer import GateConnection
from guardian.gateways.postfix.queue import HoldQueue
from guardian.gateways.service.address import ListenAt
from tests.gateways.conftest import RunningGateway, wait_for
from tests.gateways.postfix import Postfix
from tests.gateways.sink import Sink

CLIENT, COLLEAGUE = "luis@cliente.example", "eva@acme.example"
HEAD = (
    b"From: ana@acme.example\r\nTo: x@cliente.example\r\nSubject: Oferta\r\nDate: Tue, 10 Nov 2026 10:00:00 +0100\r\n"
)


def submit(mta: Postfix, body: bytes, *to: str, options: tuple[str, ...] = (), asked: tuple[str, ...] = ()) -> None:
    with smtplib.SMTP("127.0.0.1", mta.port) as client:
        client.ehlo()
        client.sendmail(
            "ana@acme.example", to or (CLIENT,), HEAD + b"\r\n" + body, mail_options=options, rcpt_options=asked
        )


def drain_now(mta: Postfix, gateway: RunningGateway) -> Drained:
    return drain(HoldQueue(mta.config), lambda: GateConnection(ListenAt(path=gateway.folder / "m.sock")))


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
