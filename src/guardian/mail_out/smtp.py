"""Handing mail to a mail server over SMTP, byte for byte."""

import smtplib
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.ports.mailer import Receipt

TIMEOUT_S = 60.0
# ESMTP parameters that may be repeated only where the next server offers their extension.
_EXTENSIONS = {"SIZE": "size", "BODY": "8bitmime", "SMTPUTF8": "smtputf8", "RET": "dsn", "ENVID": "dsn"}
_RCPT_EXTENSIONS = {"NOTIFY": "dsn", "ORCPT": "dsn"}


class SmtpMailer:
    """Sends through `smtp://HOST:PORT`, or `smtps://USER:PASSWORD@HOST:PORT` with TLS from the start."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        if self._url.scheme not in ("smtp", "smtps") or not self._url.hostname:
            raise UserError(f"{url} is no mail server; write it as smtp://127.0.0.1:25.")

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Hand over one mail; TryLater when the server cannot take it now, UserError when it never will."""
        try:
            with _connect(self._url) as server:
                return _converse(server, envelope, raw)
        except smtplib.SMTPResponseException as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error) from refused
        except (OSError, smtplib.SMTPException) as broken:
            raise TryLater(f"The mail server {self._url.hostname} does not answer: {broken}.") from broken


def _connect(url: SplitResult) -> smtplib.SMTP:
    host = url.hostname or ""
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT_S)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=TIMEOUT_S)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


def _converse(server: smtplib.SMTP, envelope: Envelope, raw: bytes) -> Receipt:
    server.ehlo_or_helo_if_needed()
    offers = server.has_extn
    _expect(*server.mail(envelope.sender, _offered(envelope.mail_args, _EXTENSIONS, offers)))
    args = envelope.rcpt_args or ((),) * len(envelope.recipients)
    refusals: dict[str, tuple[int, bytes]] = {}
    for address, given in zip(envelope.recipients, args, strict=True):
        code, reply = server.rcpt(address, _offered(given, _RCPT_EXTENSIONS, offers))
        if code >= 400:
            refusals[address] = (code, reply)
    if refusals:
        # All or nobody: half a release could not be told from a whole one.
        server.rset()
        later = [one for one in refusals.values() if one[0] < 500]
        raise _refusal(*(later or list(refusals.values()))[0])
    code, reply = server.data(raw)
    _expect(code, reply)
    return Receipt(reply=f"{code} {reply.decode('utf-8', 'replace')}")


def _offered(args: tuple[str, ...], extensions: dict[str, str], offers: Callable[[str], bool]) -> list[str]:
    """Return the parameters that the next server understands; SIZE is left to it."""
    names = [(arg, arg.partition("=")[0].upper()) for arg in args]
    return [arg for arg, name in names if name != "SIZE" and name in extensions and offers(extensions[name])]


def _expect(code: int, reply: bytes) -> None:
    if code >= 400:
        raise _refusal(code, reply)


def _refusal(code: int, reply: bytes | str) -> TryLater | UserError:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    line = " ".join(text.split())[:200]
    if code < 500:
        return TryLater(f"The mail server said {code}: {line}.")
    return UserError(f"The mail server refuses this mail for good, {code}: {line}.")
