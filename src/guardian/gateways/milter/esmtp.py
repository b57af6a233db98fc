"""ESMTP parameters in one canonical form, so that one mail has one envelope however it reached us.

A mail that Postfix quarantined is offered again from its queue file, which knows the parameters in Postfix's own
words only. Parameters that say nothing to the next server (SIZE, AUTH, BODY=7BIT) are left out. Source: RFC 1870,
3461, 4954, 6152.
"""

import re
from collections.abc import Iterable

_ORDER = ("BODY", "SMTPUTF8", "RET", "ENVID", "NOTIFY", "ORCPT")
_USELESS = frozenset({"SIZE", "AUTH"})
_NOTIFY = ("SUCCESS", "FAILURE", "DELAY")


def mail_parameters(args: Iterable[bytes]) -> tuple[str, ...]:
    """Return the parameters of MAIL in canonical form and order."""
    return _sorted(_canonical(arg) for arg in args)


def rcpt_parameters(args: Iterable[bytes], recipient: str) -> tuple[str, ...]:
    """Return the parameters of RCPT likewise; an ORCPT that only repeats the recipient says nothing."""
    told = _sorted(_canonical(arg) for arg in args)
    return tuple(one for one in told if one.casefold() != f"orcpt=rfc822;{xtext(recipient)}".casefold())


def _canonical(arg: bytes) -> str:
    key, equals, value = arg.decode("utf-8", "surrogateescape").partition("=")
    key = key.upper()
    if key in _USELESS or (key == "BODY" and value.upper() == "7BIT"):
        return ""
    if key in {"BODY", "RET"}:
        value = value.upper()
    elif key == "NOTIFY":
        asked = {one.strip() for one in value.upper().split(",")}
        value = ",".join(one for one in _NOTIFY if one in asked) or "NEVER"
    elif key == "ENVID":
        value = xtext(plain(value))
    elif key == "ORCPT":
        kind, semicolon, address = value.partition(";")
        value = kind.lower() + semicolon + xtext(plain(address))
    return key + equals + value


def _sorted(told: Iterable[str]) -> tuple[str, ...]:
    def place(one: str) -> int:
        key = one.partition("=")[0]
        return _ORDER.index(key) if key in _ORDER else len(_ORDER)

    return tuple(sorted((one for one in told if one), key=place))


def xtext(text: str) -> str:
    """Return a text as xtext (RFC 3461 4): +XX for what is not printable ASCII, + and =."""
    return "".join(letter if "!" <= letter <= "~" and letter not in "+=" else _escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    return "".join(f"+{byte:02X}" for byte in letter.encode("utf-8", "surrogateescape"))


def plain(text: str) -> str:
    """Return what an xtext says; a text that is none stays as it is."""
    raw = re.sub(
        rb"\+([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode("utf-8", "surrogateescape")
    )
    return raw.decode("utf-8", "surrogateescape")
