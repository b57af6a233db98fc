"""A mailer that speaks SMTP (RFC 5321) with the next server, repeating the envelope as it was first given."""

import base64
import re
import smtplib
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.domain.sending import read_server
from guardian.ports.mailer import MaybeSent, Receipt, Refused

# Which ESMTP keyword lets a parameter through; AUTH= is ours to give, SIZE= is said anew.
_MAIL_KEYWORD = {"BODY": "8bitmime", "SMTPUTF8": "smtputf8", "RET": "dsn", "ENVID": "dsn", "REQUIRETLS": "requiretls"}
_RCPT_KEYWORD = {"NOTIFY": "dsn", "ORCPT": "dsn"}
_PARAMETER = re.compile(r"[A-Za-z0-9-]+(?:=[^\s\x00-\x20=\ud800-\udfff][^\s\x00-\x20\ud800-\udfff]*)?")
_SAFE_ADDRESS = re.compile(
    r'(?:"(?:[^\x00-\x1f\x7f"\\\ud800-\udfff]|\\[^\x00-\x1f\x7f\ud800-\udfff])*"(?=@))?'  # blanks in quotes only
    r"[^\s\x00-\x20\x7f<>\ud800-\udfff]*"
)
_LINE_END = re.compile(rb"\r?\n")
# A CR alone is a byte like any other, except where a server that takes it for a line end would see the mail's end.
_FALSE_END = re.compile(rb"\r(?=\.\r)")
_ABOUT_US = re.compile(rb"5\.7\.\d")  # who may send at all, by way of whom (RFC 3463 3.8)
_LOG_IN = frozenset({530, 534, 535, 538})  # RFC 4954 6
_TOO_MANY = re.compile(rb"4\.5\.3|5\.5\.3|too many", re.IGNORECASE)
ANSWER_S = 60.0
DATA_S = 600.0  # to send a mail, and again for the answer: who gives up earlier sends it twice (RFC 5321 4.5.3.2.6)
NAMING_S = 300.0  # to name recipients; those left over get another mail
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SmtpMailer:
    """Sends to the server of a URL: `smtp://host:port`, `smtps://user:password@host`.

    A password never goes over a line in clear: STARTTLS comes first, except to this machine. Line ends become CRLF,
    as SMTP needs, and the last line gets one; nothing else of the bytes changes.
    """

    def __init__(
        self, url: str, *, timeout_s: float = ANSWER_S, data_s: float = DATA_S, naming_s: float = NAMING_S
    ) -> None:
        self._timeout, self._data_s, self._naming_s = timeout_s, data_s, naming_s
        try:
            told = read_server(url)
        except ValueError as problem:
            raise UserError(f"Mail cannot be sent: {problem}.") from problem
        self._host, self._port, self._tls = told.host, told.port, told.tls
        self._user, self._password = told.user, told.password

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Hand over one mail; TryLater, MaybeSent and Refused as `ports.mailer` has them."""
        data = _FALSE_END.sub(b"\r\n", _LINE_END.sub(b"\r\n", raw))
        with self._session() as server:
            self._open_envelope(server, envelope, len(data))
            settled, refused = self._name_recipients(server, envelope)
            code, reply = server.docmd("DATA")
            if code != 354:
                raise _not_now(code, reply)
            return Receipt(reply=self._body(server, data), refused=refused, settled=settled)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connect()
        except smtplib.SMTPResponseException as problem:
            raise _not_now(problem.smtp_code, problem.smtp_error) from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise TryLater(f"The mail server {self._host}:{self._port} cannot be reached ({problem}).") from problem
        try:
            yield server
        except (OSError, smtplib.SMTPException) as problem:
            raise TryLater(f"The mail server {self._host} broke off ({problem}).") from problem
        finally:
            _leave(server)

    def _connect(self) -> smtplib.SMTP:
        if self._tls:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        """Say who we are, and prove it where we have a password."""
        server.ehlo_or_helo_if_needed()
        if self._user:
            if not self._tls and self._host not in _LOOPBACK:
                server.starttls(context=ssl.create_default_context())
            self._log_in(server)

    def _log_in(self, server: smtplib.SMTP) -> None:
        """Prove who we are; UserError where the server cannot be told this password."""
        if self._user.isascii() and self._password.isascii():
            server.login(self._user, self._password)
            return
        server.ehlo_or_helo_if_needed()
        if "PLAIN" not in server.esmtp_features.get("auth", "").upper().split():
            raise UserError(
                f"The mail server {self._host} takes log-ins in ASCII only: choose a user and a password without"
                " accents or other letters of that kind for mail.smtp or guard.reinject."
            )
        # RFC 4616; smtplib knows ASCII only.
        proof = base64.b64encode(f"\0{self._user}\0{self._password}".encode("utf-8", "replace")).decode()
        code, reply = server.docmd("AUTH", f"PLAIN {proof}")
        if code not in (235, 503):  # 503: we are logged in already
            raise smtplib.SMTPAuthenticationError(code, reply)

    def _open_envelope(self, server: smtplib.SMTP, envelope: Envelope, size: int) -> None:
        """Say who sends, and how."""
        server.command_encoding = "utf-8"  # the same as ASCII, unless the envelope needs SMTPUTF8
        international = not all(one.isascii() for one in (envelope.sender, *envelope.recipients))
        asked = any(arg.upper() == "SMTPUTF8" for arg in envelope.mail_args)
        if (international or asked) and not server.has_extn("smtputf8"):
            raise Refused(f"The mail server {self._host} does not take international mail (SMTPUTF8).")
        args = _offered(server, envelope.mail_args, _MAIL_KEYWORD)
        if international and not asked:
            args.append("SMTPUTF8")
        if server.has_extn("size"):
            args.append(f"SIZE={size}")
        code, reply = server.docmd("MAIL", " ".join([f"FROM:<{_address(envelope.spelled(envelope.sender))}>", *args]))
        if code == 552:  # too large, as it was just told (RFC 1870 6.1)
            raise _refusal(code, reply)
        if not 200 <= code < 300:
            raise _not_now(code, reply)

    def _name_recipients(self, server: smtplib.SMTP, envelope: Envelope) -> tuple[int, tuple[str, ...]]:
        """Say who gets it; return how many are settled, from the first, and those of them refused for good.

        Nothing is sent where one must be tried later. The server's limit for one mail is no such case, nor is our
        patience: those before it get theirs now (RFC 5321 4.5.3.1.10).
        """
        refused: list[tuple[str, int, bytes]] = []
        settled, spelled, until = 0, dict(envelope.spellings), time.monotonic() + self._naming_s
        for place, recipient in enumerate(envelope.recipients):
            if time.monotonic() > until and place > len(refused):
                break
            given = envelope.rcpt_args[place] if place < len(envelope.rcpt_args) else ()
            line = " ".join(
                [f"TO:<{_address(spelled.get(recipient, recipient))}>", *_offered(server, given, _RCPT_KEYWORD)]
            )
            code, reply = server.docmd("RCPT", line)
            if code in (452, 552) and _TOO_MANY.search(reply) and place > len(refused):
                break
            if not 200 <= code < 300:
                refused.append((recipient, code, reply))
            settled += 1
        postponed = [one for one in refused if one[1] < 500]
        if postponed or len(refused) == settled:
            _, code, reply = (postponed or refused or [("", 554, b"no recipients")])[0]
            about_us = bool(refused) and all(_is_about_us(code, reply) for _, code, reply in refused)
            raise _not_now(code, reply) if postponed or about_us else _refusal(code, reply)
        return settled, tuple(recipient for recipient, _, _ in refused)

    def _body(self, server: smtplib.SMTP, data: bytes) -> str:
        stuffed = re.sub(rb"(?m)^\.", b"..", data)
        _be_patient(server, self._data_s)
        server.send(stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"))
        try:
            code, reply = server.getreply()
        except (OSError, smtplib.SMTPException) as problem:
            raise MaybeSent(f"The mail server {self._host} did not say whether it took the mail.") from problem
        _be_patient(server, self._timeout)
        if not 200 <= code < 300:
            raise _refusal(code, reply)
        return f"{code} {_words(reply)}"


def _be_patient(server: smtplib.SMTP, seconds: float) -> None:
    """Wait so long, from now on, for a server to take what it is sent, and to answer."""
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _offered(server: smtplib.SMTP, args: Iterable[str], keywords: dict[str, str]) -> list[str]:
    """Return the parameters that this server understands, as they were given."""
    return [
        arg
        for arg in args
        if _PARAMETER.fullmatch(arg) and server.has_extn(keywords.get(arg.partition("=")[0].upper(), "?"))
    ]


def _address(text: str) -> str:
    if not _SAFE_ADDRESS.fullmatch(text):
        raise Refused("This mail cannot be sent: an address of its envelope holds blanks or brackets.")
    return text


def _is_about_us(code: int, reply: bytes) -> bool:
    """Say whether a refusal to a recipient means who asks: many servers keep that until a recipient is named."""
    return code in _LOG_IN or bool(_ABOUT_US.match(reply))


def _refusal(code: int, reply: bytes | str) -> TryLater | Refused:
    """Return what an answer about one mail or one recipient means."""
    if 500 <= code < 600:
        return Refused(f"The mail server refused the mail for good: {code} {_words(reply)}")
    return _not_now(code, reply)


def _not_now(code: int, reply: bytes | str) -> TryLater:
    """Return what any other answer means: a connection that is refused says nothing of the mail, nor for how long."""
    return TryLater(f"The mail server cannot take the mail now: {code} {_words(reply)}")


def _words(reply: bytes | str) -> str:
    text = reply if isinstance(reply, str) else reply.decode("utf-8", "replace")
    return " ".join(text.split())[:500]


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; whether that is heard does not matter any more."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
