"""Reading a mail for those who get it: whose quoted words a client has seen already, and whose can give us away."""

from collections.abc import Callable

from guardian.domain.addresses import domain_of, is_public_mail, is_within, mailbox_of
from guardian.domain.mail import Audience, Mail
from guardian.guard.audience import client_name
from guardian.guard.read_mail import read_mail
from guardian.guard.read_mail.voices import own_test
from guardian.ports.directory import Directory


def read_for(audience: Audience, raw: bytes, *, sender: str, directory: Directory) -> Mail:
    """Return a mail as it is judged: of quoted words only a client's and those of outsiders who get it are exempt.

    Who shares the company domain of the envelope's sender, and is no client, is one of us, own domain or not.
    """
    at_home = own_test((), sender)

    def is_own(address: str) -> bool:
        return directory.is_own(address) or (at_home(address) and directory.client_of(address) is None)

    return read_mail(raw, is_own=is_own, colleagues=audience.internal, is_exempt=_exempt_test(audience, directory))


def _exempt_test(audience: Audience, directory: Directory) -> Callable[[str], bool]:
    """Return a test for outsiders: whether they are clients, people of a client who gets the mail, or get it."""
    members = {one for client in audience.clients for one in directory.expand(client.address)}
    clients = {one for one in members if client_name(one, directory) is not None and not directory.is_own(one)}
    readers = frozenset(map(mailbox_of, (*clients, *audience.others)))
    domains = frozenset(domain for domain in map(domain_of, clients) if not is_public_mail(domain))

    def is_exempt(address: str) -> bool:
        heard = mailbox_of(address) in readers or is_within(domain_of(address), domains)
        return heard or directory.client_of(address) is not None

    return is_exempt
