"""How an administrator writes where mail leaves and whom it comes from."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from guardian.domain.addresses import normalise_address

_NAMED = re.compile(r'(?:"(?P<quoted>[^"<>]*)"|(?P<name>[^"<>]*?))\s*<(?P<address>[^<>]*)>')


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server, and who we are there."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def read_server(url: str) -> MailServer:
    """Return the server of `smtp://host:port` or `smtps://user:password@host`; ValueError for anything else.

    No error tells what was written: a password is a part of it.
    """
    wrong = ValueError("write the mail server as smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise wrong
    tls = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if tls else 25),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def read_sender(text: str) -> tuple[str, str]:
    """Return the name, if any, and the address of `Name <local@domain>` or `local@domain`; ValueError for less."""
    named = _NAMED.fullmatch(text.strip())
    name, address = ((named["quoted"] or named["name"] or "").strip(), named["address"]) if named else ("", text)
    address = address.strip()
    if not _can_send(name, address):
        raise ValueError(
            f"{text[:80]!r} is not a mail address; write it as guardian@acme.example or Name <guardian@acme.example>"
        )
    return name, address


def _can_send(name: str, address: str) -> bool:
    """Say whether a header can name somebody so."""
    from email.errors import MessageError
    from email.headerregistry import Address

    if normalise_address(address) is None:
        return False
    try:
        Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError):
        return False
    return True
