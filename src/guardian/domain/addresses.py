"""Mail addresses and domains, normalised once, here; everything else compares plain strings."""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from guardian.domain.marks import in_form

MAX_ADDRESS = 320  # RFC 5321 4.5.3.1: 64 + "@" + 255

# Providers whose domain says nothing about the company behind an address.
PUBLIC_MAIL_DOMAINS = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.es hotmail.com hotmail.es hotmail.co.uk hotmail.fr live.com
    live.com.mx live.com.ar msn.com yahoo.com yahoo.es yahoo.com.mx yahoo.com.ar yahoo.co.uk yahoo.fr
    ymail.com rocketmail.com icloud.com me.com mac.com aol.com gmx.com gmx.es gmx.net gmx.de web.de mail.com
    protonmail.com proton.me pm.me tutanota.com zoho.com yandex.com yandex.ru mail.ru telefonica.net terra.es
    terra.com ono.com orange.es movistar.es prodigy.net.mx uol.com.br bol.com.br btinternet.com sky.com
    virginmedia.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net
    earthlink.net shaw.ca bigpond.com optusnet.com.au rediffmail.com qq.com 163.com 126.com fastmail.com
    hey.com
    """.split()
)

_ROLE_LOCAL_PARTS = frozenset(
    """
    info admin administracion administration contacto contact hola hello ventas sales compras purchasing
    pedidos orders facturas facturacion invoices billing accounts contabilidad accounting soporte support help
    ayuda atencion clientes customerservice service servicio office oficina recepcion reception mail correo
    general rrhh hr jobs empleo marketing prensa press webmaster postmaster hostmaster abuse team equipo
    """.split()
)
_ROBOT_LOCAL_PART = re.compile(
    r"^(?:no|do[-_.]?not|not)[-_.]?(?:reply|responder|responda|contestar|response)"
    r"|[-_.](?:no|do[-_.]?not)[-_.]?reply$|[-_.](?:notifications?|notificaciones|newsletter|alerts?|alertas)$"
    r"|^(?:mailer-daemon|postmaster|bounces?)\b"
    r"|^(?:noreply|donotreply|notifications?|notificaciones|newsletter|alerts?|alertas|mailer|daemon|mailrobot)"
    r"(?:[-_.+].*)?$"
)

_FULL_STOPS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))  # UTS 46
_KEPT_LETTERS = frozenset("ßς")
_NOT_IN_ADDRESS = re.compile(r"[\s<>,;]")
_NOT_IN_DOMAIN = re.compile(r"[\s<>,;@]")
_HOST_NAME = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})+")
_AROUND_DOMAIN = re.compile(r"(?:[a-z]{2,10}://)?(?:\*?@|\*\.)?([^/]*)/?", re.IGNORECASE)
_LOCAL_DOMAINS = frozenset(("localhost", "localdomain", "local", "lan", "home", "corp", "internal", "intranet"))
_BOUNCE_TAG = re.compile(r"^(?:prvs|btv1)=[^=]*=+")


def normalise_domain(text: str) -> str:
    """Return a domain in lower case, with A-labels for international names (UTS 46), without a final dot."""
    if text.isascii():
        return text.strip().strip(".").lower()
    name = in_form("NFC", text).strip().translate(_FULL_STOPS).strip(".").lower()
    if name.isascii():
        return name
    try:
        return ".".join(map(_a_label, name.split(".")))
    except UnicodeError:
        return name


def is_domain(text: str) -> bool:
    """Say whether a normalised text can be a company's domain: two labels or more, as hosts have them."""
    return bool(_HOST_NAME.fullmatch(text))


def is_local_domain(text: str) -> bool:
    """Say whether a normalised text is a domain of one label that stands for this host or a company's own network.

    RFC 6761 and 6762, and the names that routers and mail servers use.
    """
    return text in _LOCAL_DOMAINS


def read_domain(text: str) -> str | None:
    """Return the domain that somebody means, normalised; None where it is none, or more than one.

    However it is written: `@acme.example`, `*.acme.example` (sub-domains count wherever a domain does), or the
    address of a web site, whose `www.` no mail address has.
    """
    written = _AROUND_DOMAIN.fullmatch(text.strip())
    domain = normalise_domain(written[1]) if written else ""
    site = domain.removeprefix("www.")
    return site if is_domain(site) else domain if is_domain(domain) else None


def domains_of_site(address: str) -> tuple[str, ...]:
    """Return the domain of a company by the address of its web site; empty where that tells none."""
    host = re.sub(r"^[a-z]+://", "", address.strip().lower()).partition("/")[0].partition("?")[0]
    domain = normalise_domain(host.rpartition("@")[2].partition(":")[0].removeprefix("www."))
    return (domain,) if is_domain(domain) and not is_public_mail(domain) else ()


def _a_label(label: str) -> str:
    """Return a label as mail servers look it up; ß and ς, which `idna` unmakes, are their own letters (RFC 5894)."""
    if not label:
        raise UnicodeError("an empty label")
    if _KEPT_LETTERS & set(label):
        return "xn--" + unicodedata.normalize("NFKC", label).lower().encode("punycode").decode("ascii")
    return label.encode("idna").decode("ascii")


def normalise_address(text: str) -> str | None:
    """Return `local@domain` as Guardian compares it, or None when the text is no address.

    Trimmed, NFC, lower case throughout (delivery treats the local part so everywhere that matters), the domain
    as A-labels. Display names and angle brackets must be gone before.
    """
    address = in_form("NFC", text).strip().strip("<>").strip("'\"").strip()
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or len(address) > MAX_ADDRESS or _NOT_IN_ADDRESS.search(address):
        return None
    normal = normalise_domain(domain)
    # An A-label of odd letters may come out with blanks in it.
    return f"{local.lower()}@{normal}" if normal and not _NOT_IN_DOMAIN.search(normal) else None


def mailbox_of(address: str) -> str:
    """Return whose mailbox an address leads to: without sub-address (ana+ventas@), quotes, bounce tag (prvs=…=ana@).

    Two addresses of one owner come out alike, whatever their case (RFC 5233; BATV).
    """
    local, _, domain = (normalise_address(address) or address.strip().lower()).rpartition("@")
    name = _BOUNCE_TAG.sub("", local.replace('"', "").replace("\\", ""))
    return f"{name.partition('+')[0]}@{domain}"


def domain_of(address: str) -> str:
    """Return the part behind the last @, or an empty string."""
    return address.rpartition("@")[2] if "@" in address else ""


def parents(domain: str) -> list[str]:
    """Return the domain and every domain above it that has at least two labels, nearest first."""
    labels = domain.split(".")
    return [".".join(labels[i:]) for i in range(max(len(labels) - 1, 1))]


def is_within(domain: str, domains: Collection[str]) -> bool:
    """Say whether a domain is one of these or a sub-domain of one."""
    if isinstance(domains, frozenset):
        return _is_within(domain, domains)
    return any(parent in domains for parent in parents(domain))


@lru_cache(maxsize=65_536)  # the same few thousand domains are asked about for every mail
def _is_within(domain: str, domains: frozenset[str]) -> bool:
    return any(parent in domains for parent in parents(domain))


@lru_cache(maxsize=65_536)
def is_address_within(address: str, domains: frozenset[str]) -> bool:
    """Say whether an address is at one of these domains or below; remembered, as whole pages ask it of few people."""
    return _is_within(domain_of(address), domains)


def is_public_mail(domain: str) -> bool:
    """Say whether anybody can get an address at this domain, so that it names no company."""
    return domain in PUBLIC_MAIL_DOMAINS


def is_shared_address(address: str) -> bool:
    """Say whether an address stands for a role (info@, ventas@) and so must never merge two people."""
    return address.partition("@")[0].partition("+")[0] in _ROLE_LOCAL_PARTS


def is_robot_address(address: str) -> bool:
    """Say whether an address belongs to a machine (no-reply@, mailer-daemon@)."""
    return bool(_ROBOT_LOCAL_PART.search(address.partition("@")[0]))
