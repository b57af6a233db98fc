"""Links in notices: signed, for one person, one mail and one choice, with an end; what uses them up is the store.

Whoever holds the link may do what it says, so it can do only what spares the client.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from guardian.domain.keys import Key
from guardian.domain.signed_links import SignedLinks

PLACE = "/mail/"
HOLD_PAGE = "/holds/"  # behind it whoever logs in reads a mail and decides about it
_SAID = re.compile(
    r"(?P<hold>[A-Za-z0-9_-]{1,40})\.(?P<choice>internal|return|discard|release)"
    r"\.(?P<who>[A-Za-z0-9_-]{22})\.(?P<until>[0-9]{1,11})"
)


class Choice(StrEnum):
    """What a link offers; `release` only explains where that is done."""

    INTERNAL = "internal"
    RETURN = "return"
    DISCARD = "discard"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a link says, its signature proved; `once` names its use, whoever follows it and however often."""

    hold_id: str
    choice: Choice
    who: str
    until: datetime
    once: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Makes and reads links; `url` is where the console is reached from outside."""

    key: Key
    url: str

    def link(self, hold_id: str, choice: Choice, by: str, until: datetime) -> str:
        """Return the address of the page where one person confirms one choice about one mail, up to a moment."""
        return self._signed.link(f"{hold_id}.{choice}.{self.tag(by)}.{int(until.timestamp())}")

    def page(self, hold_id: str) -> str:
        """Return the address of the page of a hold, which asks people to log in."""
        return f"{self.url}{HOLD_PAGE}{hold_id}"

    def read(self, token: str) -> Claim | None:
        """Return what a link says, or None for one that was not made with this key."""
        said = self._signed.read(token) or ""
        match = _SAID.fullmatch(said)
        if match is None:
            return None
        return Claim(
            hold_id=match["hold"],
            choice=Choice(match["choice"]),
            who=match["who"],
            until=datetime.fromtimestamp(int(match["until"]), UTC),
            once=f"link {said}",
        )

    def tag(self, address: str) -> str:
        """Return what stands for a person in a link; nobody without the key can tell whom."""
        return self._signed.tag(address)

    @property
    def _signed(self) -> SignedLinks:
        return SignedLinks(key=self.key, url=self.url, place=PLACE)
