"""SmtpMailer against a real SMTP server on this machine."""

import asyncio
import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.guard.notifier import Notifier
from guardian.guard.outbox import Outbox
from guardian.mail_out.smtp import ANSWER_S, DATA_S, NAMING_S, SmtpMailer
from guardian.ports.mailer import LONGEST, MaybeSent, Refused
from tests.guard.fakes import KeepingMailer, MemoryHolds, StoppedClock, letters
from tests.mail_out.servers import SmallServer, serving

ENVELOPE = Envelope(sender="ana@acme.example", recipients=("luis@cliente.example", "eva@acme.example"))
RAW = b"Subject: hola\r\n\r\nuno\r\n.dos\r\n..\r\n.\r\ntres\r\n"


class Inbox:
    """An SMTP server's side: keeps what it got, refuses whom it is told to."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuse: dict[str, str] = {}
        self.answer = "250 2.0.0 Ok: queued as 4XYZ"
        self.thinks_s = 0.0

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.refuse.get(address or "<>", "250 OK")

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.append(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.thinks_s)
        if self.answer.startswith("250"):
            self.mails.append(envelope)
        return self.answer


class _Loopback(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="localhost", enable_SMTPUTF8=True)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mailer(inbox: Inbox) -> Iterator[SmtpMailer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = _Loopback(inbox, hostname="127.0.0.1", port=port)
    server.start()
    yield SmtpMailer(f"smtp://127.0.0.1:{port}", timeout_s=5)
    server.stop()


def test_the_bytes_arrive_as_they_were_dots_and_all(mailer: SmtpMailer, inbox: Inbox) -> None:
    receipt = mailer.send(ENVELOPE, RAW)
    assert inbox.mails[0].content == RAW
    assert inbox.mails[0].mail_from == "ana@acme.example"
    assert inbox.mails[0].rcpt_tos == list(ENVELOPE.recipients)
    assert "queued as 4XYZ" in receipt.reply
    assert receipt.refused == ()


@pytest.mark.parametrize(
    ("raw", "arrived"),
    [
        (b"a: b\n\nuno\ndos\n", b"a: b\r\n\r\nuno\r\ndos\r\n"),
        (b"a: b\r\n\r\nno end of line", b"a: b\r\n\r\nno end of line\r\n"),
        (b"a: b\r\n\r\n\xf1\xff caf\xc3\xa9\r\n", b"a: b\r\n\r\n\xf1\xff caf\xc3\xa9\r\n"),
        (b"a: b\n\nsmuggled\n.\r\nMAIL FROM:<x>\n", b"a: b\r\n\r\nsmuggled\r\n.\r\nMAIL FROM:<x>\r\n"),
    ],
)
def test_line_ends_become_what_smtp_needs(mailer: SmtpMailer, inbox: Inbox, raw: bytes, arrived: bytes) -> None:
    mailer.send(ENVELOPE, raw)
    assert [mail.content for mail in inbox.mails] == [arrived]


def test_addresses_are_said_as_they_were_written(mailer: SmtpMailer, inbox: Inbox) -> None:
    people = ('"ana \\\\ \\"b\\""@cliente.example', "luis@cliente.example")
    written = (("ana@acme.example", "Ana@acme.example"), ("luis@cliente.example", "Luis@cliente.example"))
    mailer.send(Envelope(sender="ana@acme.example", recipients=people, spellings=written), RAW)
    assert inbox.mails[0].mail_from == "Ana@acme.example"
    assert inbox.mails[0].rcpt_tos == [people[0], "Luis@cliente.example"]


@pytest.mark.parametrize(
    "address", ['"a"b c@d.example', '"a\r\nDATA"@d.example', '"a\\"b c@d.example', '"a"@d x.example']
)
def test_an_address_that_is_none_is_not_said(mailer: SmtpMailer, inbox: Inbox, address: str) -> None:
    with pytest.raises(Refused):
        mailer.send(Envelope(sender="ana@acme.example", recipients=(address,)), RAW)
    assert inbox.mails == []


def test_the_null_sender_stays_null(mailer: SmtpMailer, inbox: Inbox) -> None:
    mailer.send(Envelope(sender="", recipients=("ana@acme.example",)), RAW)
    assert inbox.mails[0].mail_from in {"", "<>"}


def test_arguments_are_repeated_where_the_server_knows_them(mailer: SmtpMailer, inbox: Inbox) -> None:
    envelope = Envelope(
        sender="josé@acme.example",
        recipients=("luis@cliente.example",),
        mail_args=("BODY=8BITMIME", "SMTPUTF8", "RET=HDRS", "ENVID=g1", "SIZE=1", "AUTH=<>"),
        rcpt_args=(("NOTIFY=NEVER",),),
    )
    mailer.send(envelope, RAW)
    assert inbox.mails[0].mail_from == "josé@acme.example"
    options = inbox.mails[0].mail_options
    assert {"BODY=8BITMIME", "SMTPUTF8", f"SIZE={len(RAW)}"} <= set(options)
    assert not any(option.startswith(("RET", "ENVID", "AUTH")) for option in options)
    assert inbox.mails[0].rcpt_options == [[]]


def test_arguments_cannot_smuggle_commands(mailer: SmtpMailer, inbox: Inbox) -> None:
    envelope = Envelope(
        sender="a@b.example", recipients=("c@d.example",), mail_args=("BODY=8BITMIME\r\nRCPT TO:<x@y>",)
    )
    mailer.send(envelope, RAW)
    assert inbox.mails[0].rcpt_tos == ["c@d.example"]
    with pytest.raises(Refused):
        mailer.send(Envelope(sender="a@b.example", recipients=("c@d.example>\r\nDATA",)), RAW)


def test_a_recipient_refused_for_good_is_named_and_the_others_get_the_mail(mailer: SmtpMailer, inbox: Inbox) -> None:
    inbox.refuse["luis@cliente.example"] = "550 5.1.1 no such user"
    receipt = mailer.send(ENVELOPE, RAW)
    assert receipt.refused == ("luis@cliente.example",)
    assert inbox.mails[0].rcpt_tos == ["eva@acme.example"]


def test_a_recipient_to_be_tried_later_keeps_the_mail_from_everybody(mailer: SmtpMailer, inbox: Inbox) -> None:
    inbox.refuse["eva@acme.example"] = "451 4.7.1 try later"
    with pytest.raises(TryLater):
        mailer.send(ENVELOPE, RAW)
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("answer", "error"), [("451 4.3.0 busy", TryLater), ("554 5.6.0 unwanted", Refused), ("421 closing", TryLater)]
)
def test_the_answer_to_the_mail_decides(
    mailer: SmtpMailer, inbox: Inbox, answer: str, error: type[Exception]
) -> None:
    inbox.answer = answer
    with pytest.raises(error, match=answer[:3]):
        mailer.send(ENVELOPE, RAW)


def test_all_recipients_refused_is_a_refusal(mailer: SmtpMailer, inbox: Inbox) -> None:
    inbox.refuse = {address: "550 no" for address in ENVELOPE.recipients}
    with pytest.raises(Refused, match="550 no"):
        mailer.send(ENVELOPE, RAW)


@pytest.mark.parametrize("said", ["554 5.7.1 <x>: Relay access denied", "530 5.7.0 Must issue a STARTTLS", "535 no"])
def test_a_refusal_of_whoever_asks_is_no_refusal_of_the_mail(mailer: SmtpMailer, inbox: Inbox, said: str) -> None:
    inbox.refuse = {address: said for address in ENVELOPE.recipients}
    with pytest.raises(TryLater, match=said[:3]):
        mailer.send(ENVELOPE, RAW)


def test_a_recipient_whom_this_sender_may_not_write_to_keeps_it_from_nobody_else(
    mailer: SmtpMailer, inbox: Inbox
) -> None:
    inbox.refuse["luis@cliente.example"] = "550 5.7.1 you may not write to him"
    assert mailer.send(ENVELOPE, RAW).refused == ("luis@cliente.example",)


@contextmanager
def _server_saying(answers: dict[str, str]) -> Iterator[int]:
    """A server that agrees to everything but what it was told to answer otherwise; its greeting goes by no name."""
    usual = {
        "": "220 hello",
        "EHLO": "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN",
        "AUTH": "235 ok",
        "DATA": "354 go",
    }
    listener = socket.create_server(("", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            said = answers.get("", usual[""])
            connection.sendall(f"{said}\r\n".encode())
            for line in lines:
                verb = line[:8].split()[0].decode().upper()
                said = answers.get(verb, usual.get(verb, "250 fine"))
                connection.sendall(f"{said}\r\n".encode())

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    thread.join(5)
    listener.close()


@pytest.mark.parametrize("code", ["550 5.7.1 no", "554 no", "530 5.7.0 log in first", "535 5.7.8 wrong password"])
@pytest.mark.parametrize("step", ["", "EHLO", "STARTTLS", "AUTH", "MAIL", "DATA"])
def test_what_is_refused_before_anybody_is_named_is_no_refusal_of_the_mail(step: str, code: str) -> None:
    answers = {step: code} | ({"HELO": code} if step == "EHLO" else {})
    host = "127.0.0.2" if step == "STARTTLS" else "127.0.0.1"  # on this machine nobody needs TLS
    with _server_saying(answers) as port, pytest.raises(TryLater, match=code[:3]) as caught:
        SmtpMailer(f"smtp://ana:secret@{host}:{port}", timeout_s=5).send(ENVELOPE, RAW)
    assert not isinstance(caught.value, MaybeSent)


def _log_ins(offered: str) -> SmallServer:
    return SmallServer(extensions=(offered,))


def test_a_password_with_letters_of_any_language_logs_in() -> None:
    with serving(_log_ins("AUTH LOGIN PLAIN")) as server:
        SmtpMailer(f"smtp://ana:contrase%C3%B1a%E2%82%AC@127.0.0.1:{server.port}").send(ENVELOPE, RAW)
    (said,) = server.mails[0].of("AUTH")
    assert base64.b64decode(said.removeprefix("AUTH PLAIN ")) == "\0ana\0contraseña€".encode()


def test_a_password_that_the_server_cannot_be_told_is_named_with_its_setting() -> None:
    server = _log_ins("AUTH CRAM-MD5 LOGIN")
    with serving(server), pytest.raises(UserError, match=r"ASCII.*mail\.smtp or guard\.reinject") as told:
        SmtpMailer(f"smtp://ana:contrase%C3%B1a@127.0.0.1:{server.port}").send(ENVELOPE, RAW)
    assert "contrase" not in str(told.value)
    assert server.mails == []


def test_a_wrong_password_in_letters_of_any_language_is_for_later() -> None:
    with _server_saying({"AUTH": "535 5.7.8 no"}) as port, pytest.raises(TryLater, match="535"):
        SmtpMailer(f"smtp://ana:contrase%C3%B1a@127.0.0.1:{port}", timeout_s=5).send(ENVELOPE, RAW)


def test_a_mail_that_is_too_large_for_the_server_is_refused_for_good() -> None:
    with _server_saying({"MAIL": "552 5.3.4 message size exceeds fixed limit"}) as port, pytest.raises(Refused):
        SmtpMailer(f"smtp://127.0.0.1:{port}", timeout_s=5).send(ENVELOPE, RAW)


def test_a_server_that_thinks_about_a_mail_for_longer_than_about_a_command_is_heard_out(
    mailer: SmtpMailer, inbox: Inbox
) -> None:
    inbox.thinks_s = 1.0
    patient = SmtpMailer(f"smtp://127.0.0.1:{mailer._port}", timeout_s=0.4)
    assert patient.send(ENVELOPE, RAW).reply.startswith("250")
    with pytest.raises(MaybeSent):
        SmtpMailer(f"smtp://127.0.0.1:{mailer._port}", data_s=0.4).send(ENVELOPE, RAW)


def test_ten_minutes_are_waited_for_the_answer_to_a_mail_and_all_of_it_ends_before_another_may_send_it() -> None:
    assert DATA_S >= 600  # RFC 5321 4.5.3.2.6
    commands = (
        12 * ANSWER_S
    )  # address, greeting, EHLO, STARTTLS and its handshake, EHLO, AUTH thrice, MAIL, DATA, QUIT
    assert timedelta(seconds=commands + NAMING_S + ANSWER_S + 2 * DATA_S) <= LONGEST
    holds, mailer, clock = MemoryHolds(), KeepingMailer(), StoppedClock()
    assert Outbox(holds=holds, mailer=mailer, letters=letters(), clock=clock).lease >= LONGEST
    assert Notifier(holds=holds, mailer=mailer, letters=letters(), clock=clock).lease >= LONGEST


def test_where_naming_recipients_takes_too_long_those_named_get_the_mail_and_the_others_another(
    mailer: SmtpMailer, inbox: Inbox
) -> None:
    hurried = SmtpMailer(f"smtp://127.0.0.1:{mailer._port}", naming_s=0.0)
    assert hurried.send(ENVELOPE, RAW).settled == 1
    assert [one.rcpt_tos for one in inbox.mails] == [["luis@cliente.example"]]


def test_nobody_listening_is_for_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(TryLater, match="cannot be reached"):
        SmtpMailer(f"smtp://127.0.0.1:{port}", timeout_s=1).send(ENVELOPE, RAW)


@contextmanager
def _server_that(*, hangs_up_at: bytes) -> Iterator[int]:
    """A server that agrees to everything and hangs up when it reads certain bytes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        in_body = False
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            for line in lines:
                if line.startswith(hangs_up_at):
                    return
                if not in_body:
                    in_body = line.upper().startswith(b"DATA")
                    connection.sendall(b"354 go on\r\n" if in_body else b"250 fine\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    thread.join(5)
    listener.close()


def test_a_line_cut_before_the_answer_says_that_nobody_knows() -> None:
    with _server_that(hangs_up_at=b".\r\n") as port, pytest.raises(MaybeSent):
        SmtpMailer(f"smtp://127.0.0.1:{port}", timeout_s=5).send(ENVELOPE, RAW.replace(b"\n.\r", b"\n!\r"))


def test_a_line_cut_before_the_body_is_for_later() -> None:
    with _server_that(hangs_up_at=b"RCPT") as port, pytest.raises(TryLater) as caught:
        SmtpMailer(f"smtp://127.0.0.1:{port}", timeout_s=5).send(ENVELOPE, RAW)
    assert not isinstance(caught.value, MaybeSent)


@pytest.mark.parametrize("url", ["", "localhost:25", "http://host", "smtp://", "smtp://host:port"])
def test_a_wrong_server_address_says_how_to_write_it(url: str) -> None:
    with pytest.raises(UserError, match="smtp://HOST:PORT"):
        SmtpMailer(url)
