"""Whose words a quoted text holds: ours, which can give us away, or the client's, which cannot."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from guardian.domain.addresses import domain_of, is_public_mail, is_within
from guardian.domain.mail import Voice
from guardian.guard.read_mail.reply_marks import Author


@dataclass(frozen=True, slots=True)
class People:
    """Who is who in one mail: the sender, how to tell our own addresses, and the names its header gives addresses."""

    sender: str | None
    sender_name: str
    is_own: Callable[[str], bool]
    names: dict[str, str]

    def voice_of(self, author: Author) -> tuple[Voice, str | None]:
        """Return the voice and, where known, the address of an author.

        An author who cannot be told counts as one of us: to judge a client's harmless words costs a few milliseconds,
        to overlook our own insult further down costs the client.
        """
        address = author.address or self.names.get(author.name.casefold())
        if address is None or address == self.sender or self.is_own(address):
            return Voice.OWN_QUOTED, address
        return Voice.CLIENT_QUOTED, address


def own_test(own_domains: Collection[str], sender: str | None) -> Callable[[str], bool]:
    """Return a test for our own addresses; without own domains, who shares the sender's company domain is ours."""
    home = domain_of(sender or "")
    ours = own_domains or ({home} if home and not is_public_mail(home) else ())
    return lambda address: is_within(domain_of(address), ours)
