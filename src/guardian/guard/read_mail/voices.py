"""Whose words a quoted text holds: those that can give us away, or the client's, which cannot."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from guardian.domain.addresses import domain_of, is_public_mail, is_within, mailbox_of
from guardian.domain.mail import Voice
from guardian.guard.read_mail.naming import Roster, bears_surname, surnames, words_of
from guardian.guard.read_mail.quoted_authors import UNNAMED, Author
from guardian.guard.read_mail.recipients import Recipients
from guardian.guard.read_mail.signer import LONGEST_NAME, Signer

_SHORTEST = 3  # letters of a name by which somebody is greeted
_GREETING = 60  # characters in which that is done
_GREETED = re.compile(r"[,:;!?](?!\S)|\s[-\u2013\u2014]\s|\n$")
_MOST_GREETED = 5  # words: "Good morning dear Mr. Gil"


class Whose(NamedTuple):
    """Whose words these are, with the address where it is known; `unsure` where they may be the client's, too."""

    voice: Voice
    address: str | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """Who is who in one mail: its sender, how to tell our own addresses, and whom its header shows.

    `shown` are the (name, address) of sender and recipients, `spoken_to` the addresses in To, `colleagues` those of
    ours who get the mail, shown or not. `readers` are the mailboxes that the header shows as recipients; `is_exempt`
    tells who else that is not ours may be quoted unjudged.
    """

    sender: str | None
    sender_name: str
    is_own: Callable[[str], bool]
    shown: tuple[tuple[str, str], ...]
    spoken_to: tuple[str, ...]
    readers: frozenset[str]
    is_exempt: Callable[[str], bool]
    colleagues: tuple[str, ...] = ()
    signer: Signer = field(init=False, repr=False, compare=False)
    recipients: Recipients = field(init=False, repr=False, compare=False)
    _roster: Roster = field(init=False, repr=False, compare=False)
    _addressed: Roster = field(init=False, repr=False, compare=False)
    _hidden: Roster = field(init=False, repr=False, compare=False)
    _speaks_to_outsiders: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make ready what every author is looked for in."""
        to = frozenset(self.spoken_to)
        signer = Signer(self.sender_name[:LONGEST_NAME], self.sender)
        object.__setattr__(self, "signer", signer)
        object.__setattr__(self, "recipients", Recipients(self.shown, signer))
        object.__setattr__(self, "_roster", Roster(self.shown))
        object.__setattr__(self, "_addressed", Roster([one for one in self.shown if one[1] in to]))
        object.__setattr__(self, "_hidden", Roster([("", address) for address in self.colleagues]))
        object.__setattr__(self, "_speaks_to_outsiders", bool(to) and not any(map(self.is_own, to)))

    def voice_of(self, author: Author, greeting: str = "") -> Whose:
        """Return whose words those of an author are; `greeting` is how the mail begins.

        An author who cannot be told counts as one of us: to overlook our own insult further down costs the client. So
        does one of whom nothing but a first name says that he is the client, or whose address is neither ours, nor a
        client's, nor a reader's (a colleague's private one, a carrier's); but that is unsure. Where a mail speaks to
        nobody but outsiders, lines behind marks that nobody is named for are theirs, as are those of whom it greets.
        """
        told, guessed = ([author.address], []) if author.address else self._named(author.name)
        ours = [address for address in (*told, *guessed) if address == self.sender or self.is_own(address)]
        theirs = [address for address in told if address not in ours]
        if ours:
            return Whose(Voice.OWN_QUOTED, ours[0], unsure=bool(theirs))
        strangers = [address for address in theirs if not self._may_be_quoted(address)]
        if strangers:
            return Whose(Voice.OWN_QUOTED, strangers[0], unsure=True)
        if theirs:
            return Whose(Voice.CLIENT_QUOTED, theirs[0])
        if guessed or not self._speaks_to_outsiders:
            return Whose(Voice.OWN_QUOTED, unsure=bool(guessed))
        greeted = self._greeted(greeting, author.name)
        if author is UNNAMED or greeted & (surnames(author.name) or greeted):
            return Whose(Voice.CLIENT_QUOTED, self.spoken_to[0] if len(self.spoken_to) == 1 else None)
        return Whose(Voice.OWN_QUOTED, unsure=bool(greeted))

    def _may_be_quoted(self, address: str) -> bool:
        """Say whether somebody outside may be quoted unjudged: he gets the mail, or is known as a client's."""
        return mailbox_of(address) in self.readers or self.is_exempt(address)

    def _named(self, name: str) -> tuple[list[str], list[str]]:
        """Return whom a name means, and whom else it may mean by nothing but a first name."""
        exactly = self._roster.shown_as(name) if name else []
        if exactly:
            return exactly, []
        found = self._roster.named(name)
        told = [address for shown, address in found if bears_surname(name, shown, address)]
        hidden = [address for _, address in self._hidden.named(name) if bears_surname(name, "", address)]
        guessed = dict.fromkeys(address for _, address in found if address not in told)
        return list(dict.fromkeys([*told, *hidden])), [*guessed]

    def _greeted(self, greeting: str, name: str) -> frozenset[str]:
        """Return the words of a name with which somebody is greeted who may bear it."""
        greeted = _greeted_words(greeting) & {*words_of(name)}
        return frozenset() if greeted and self._addressed.has_another(name) else greeted


def _greeted_words(greeting: str) -> frozenset[str]:
    """Return the words by which somebody is greeted at the beginning of a line."""
    end = _GREETED.search(greeting[: _GREETING + 1] + "\n")
    greeted = words_of(greeting[: end.start()]) if end else ()
    return frozenset(word for word in greeted if len(word) >= _SHORTEST and len(greeted) <= _MOST_GREETED)


def own_test(own_domains: Collection[str], sender: str | None) -> Callable[[str], bool]:
    """Return a test for our own addresses; without own domains, who shares the sender's company domain is ours."""
    home = domain_of(sender or "")
    ours = own_domains or ({home} if home and not is_public_mail(home) else ())
    return lambda address: is_within(domain_of(address), ours)
