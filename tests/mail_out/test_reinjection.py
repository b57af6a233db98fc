"""What is released is what was offered: bytes, envelope and arguments, whatever the mail."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.mail_out.smtp import SmtpMailer
from tests.mail_out.servers import EVERYTHING, SmallServer, serving

NASTY = Path(__file__).parents[2] / ".." / "shared" / "mime"
ENVELOPE = Envelope(sender="ana@acme.example", recipients=("luis@cliente.example",))
CRLF = re.compile(rb"\r?\n")


def sent(server: SmallServer, envelope: Envelope, raw: bytes) -> bytes:
    SmtpMailer(f"smtp://127.0.0.1:{server.port}", timeout_s=60).send(envelope, raw)
    return server.mails[-1].content


def as_offered(raw: bytes) -> bytes:
    """Return the bytes of a file as a mail server would offer them to the guard: lines that end in CRLF."""
    whole = CRLF.sub(b"\r\n", raw)
    return whole if whole.endswith(b"\r\n") or not whole else whole + b"\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[SmallServer]:
    with serving(SmallServer()) as running:
        yield running


PIECES = st.sampled_from([b"\r\n", b".", b"..", b"\r\n.\r\n", b"\x00", b"\xff", b"\r", b"a" * 1200, b"\r\n.", b"x"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=12).map(b"".join).map(as_offered))
@example(b"")
@example(b".\r\n")
@example(b"a\r\n.\r\n..\r\nb\rc\r\n")
def test_any_bytes_arrive_as_they_were(server: SmallServer, raw: bytes) -> None:
    raw = raw.replace(b"\r.", b"\r!")  # what looks like an end to some is tested below
    assert sent(server, ENVELOPE, raw) == (raw or b"\r\n")


def test_a_false_end_is_no_end_for_any_server(server: SmallServer) -> None:
    arrived = sent(server, ENVELOPE, b"a\r.\rMAIL FROM:<x@y.example>\r.\r\nb\r\n")
    assert b"\r.\r" not in arrived.replace(b"\r\n", b"|")


@pytest.mark.skipif(not NASTY.is_dir(), reason="the folder shared/mime is not beside the checkout")
def test_nasty_mail_arrives_as_it_was(server: SmallServer) -> None:
    files = [one for one in NASTY.rglob("*") if one.is_file()]
    assert len(files) > 500
    assert [one.name for one in files if not _arrives_unchanged(server, one)] == []


def _arrives_unchanged(server: SmallServer, path: Path) -> bool:
    raw = as_offered(path.read_bytes())
    arrived = sent(server, ENVELOPE, raw)
    server.mails.clear()
    if b"\r.\r" in raw.replace(b"\r\n", b"\n"):
        return arrived.replace(b"\r\n", b"\r") == raw.replace(b"\r\n", b"\r")
    return arrived == (raw or b"\r\n")


def test_fifty_megabytes_arrive_as_they_were(server: SmallServer) -> None:
    line = random.Random(1).randbytes(1500).replace(b"\n", b"x").replace(b"\r", b"x") + b"\r\n"
    raw = b"Subject: grande\r\n\r\n" + line * (50_000_000 // len(line))
    assert sent(server, ENVELOPE, raw) == raw
    server.mails.clear()


def test_every_recipient_keeps_his_own_delivery_arguments(server: SmallServer) -> None:
    envelope = Envelope(
        sender="ana@acme.example",
        recipients=("luis@cliente.example", "eva@acme.example", "leo@acme.example"),
        mail_args=("BODY=8BITMIME", "RET=HDRS", "ENVID=a+3Db", "SIZE=1"),
        rcpt_args=(("NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;l+2Buis@cliente.example"), ("NOTIFY=NEVER",), ()),
    )
    sent(server, envelope, b"a: b\r\n\r\n\xf1\r\n")
    taken = server.mails[-1]
    assert taken.of("MAIL") == ["MAIL FROM:<ana@acme.example> BODY=8BITMIME RET=HDRS ENVID=a+3Db SIZE=11"]
    assert taken.of("RCPT") == [
        "RCPT TO:<luis@cliente.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;l+2Buis@cliente.example",
        "RCPT TO:<eva@acme.example> NOTIFY=NEVER",
        "RCPT TO:<leo@acme.example>",
    ]


def test_international_addresses_go_to_a_server_that_takes_them_only(server: SmallServer) -> None:
    envelope = replace(ENVELOPE, recipients=("josé@cliente.example",))
    sent(server, envelope, b"a: b\r\n\r\nc\r\n")
    assert server.mails[-1].of("MAIL") == ["MAIL FROM:<ana@acme.example> SMTPUTF8 SIZE=11"]
    assert server.mails[-1].of("RCPT") == ["RCPT TO:<josé@cliente.example>"]
    with serving(SmallServer(extensions=tuple(one for one in EVERYTHING if one != "SMTPUTF8"))) as old:
        for wanted in (envelope, replace(ENVELOPE, mail_args=("SMTPUTF8",))):
            with pytest.raises(UserError, match="SMTPUTF8"):
                sent(old, wanted, b"a: b\r\n\r\nc\r\n")
        assert old.mails == []


@pytest.mark.parametrize("too_many", ["452 4.5.3 Error: too many recipients", "552 Too many recipients"])
def test_the_first_thousand_of_many_recipients_are_settled_and_the_rest_is_said_to_be_left(too_many: str) -> None:
    everybody = tuple(f"r{number}@acme.example" for number in range(1500))
    with serving(SmallServer(limit=1000, too_many=too_many)) as server:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}", timeout_s=60)
        receipt = mailer.send(replace(ENVELOPE, recipients=everybody), b"a: b\r\n\r\nc\r\n")
        assert receipt.settled == 1000
        rest = mailer.send(replace(ENVELOPE, recipients=everybody[1000:]), b"a: b\r\n\r\nc\r\n")
        assert rest.settled == 500
        named = [line for mail in server.mails for line in mail.of("RCPT")]
    assert named == [f"RCPT TO:<{one}>" for one in everybody]
