"""Whose words a quoted text holds: ours, which can give us away, or the client's, which cannot."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from guardian.domain.addresses import domain_of, is_public_mail, is_within
from guardian.domain.mail import Voice
from guardian.guard.read_mail.naming import addresses_named, is_another, words_of
from guardian.guard.read_mail.quoted_authors import UNNAMED, Author

_SHORTEST = 3  # letters of a name by which somebody is greeted
_GREETING = 60  # characters in which that is done
_GREETED = re.compile(r"[,:;!?](?!\S)|\s[-\u2013\u2014]\s|\n$")
_MOST_GREETED = 5  # words: "Good morning dear Mr. Gil"


@dataclass(frozen=True, slots=True)
class People:
    """Who is who in one mail: its sender, how to tell our own addresses, and whom its header shows.

    `shown` are the (name, address) of sender and recipients, `spoken_to` the addresses in To.
    """

    sender: str | None
    sender_name: str
    is_own: Callable[[str], bool]
    shown: tuple[tuple[str, str], ...]
    spoken_to: tuple[str, ...]

    def voice_of(self, author: Author, greeting: str = "") -> tuple[Voice, str | None]:
        """Return the voice and, where known, the address of an author; `greeting` is how the mail begins.

        An author who cannot be told counts as one of us: to judge a client's harmless words costs a few milliseconds,
        to overlook our own insult further down costs the client. Where a mail speaks to nobody but outsiders, lines
        behind marks that nobody is named for are theirs, as are those of whom it greets by name.
        """
        named = [author.address] if author.address else self._named(author.name)
        if named:
            ours = [address for address in named if address == self.sender or self.is_own(address)]
            address = (ours or named)[0]
            return (Voice.OWN_QUOTED if ours else Voice.CLIENT_QUOTED), address
        if self._speaks_to_outsiders() and (author is UNNAMED or self._is_greeted(greeting, author.name)):
            return Voice.CLIENT_QUOTED, self.spoken_to[0] if len(self.spoken_to) == 1 else None
        return Voice.OWN_QUOTED, None

    def _named(self, name: str) -> list[str]:
        exactly = [address for shown, address in self.shown if shown and shown.casefold() == name.casefold()]
        return exactly[:1] or addresses_named(name, self.shown)

    def _is_greeted(self, greeting: str, name: str) -> bool:
        others = any([is_another(name, shown) for shown, address in self.shown if address in self.spoken_to])
        return not others and _greets(greeting, name)

    def _speaks_to_outsiders(self) -> bool:
        return bool(self.spoken_to) and not any(map(self.is_own, self.spoken_to))


def _greets(greeting: str, name: str) -> bool:
    """Say whether somebody of this name is greeted in the first words of a line."""
    end = _GREETED.search(greeting[: _GREETING + 1] + "\n")
    greeted = words_of(greeting[: end.start()]) if end else ()
    return len(greeted) <= _MOST_GREETED and any(len(word) >= _SHORTEST for word in {*greeted} & {*words_of(name)})


def own_test(own_domains: Collection[str], sender: str | None) -> Callable[[str], bool]:
    """Return a test for our own addresses; without own domains, who shares the sender's company domain is ours."""
    home = domain_of(sender or "")
    ours = own_domains or ({home} if home and not is_public_mail(home) else ())
    return lambda address: is_within(domain_of(address), ours)
