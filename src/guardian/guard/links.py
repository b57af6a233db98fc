"""Links in notices: signed, for one person, one mail and one choice, with an end; what uses them up is the store.

Whoever holds the link may do what it says, so it can do only what spares the client. Addresses do not stand in it:
links pass through logs.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from guardian.domain.addresses import mailbox_of
from guardian.guard.keys import Key

PLACE = "/mail/"
HOLD_PAGE = "/holds/"  # behind it whoever logs in reads a mail and decides about it
_TOKEN = re.compile(
    r"(?P<hold>[A-Za-z0-9_-]{1,40})\.(?P<choice>internal|return|discard|release)\.(?P<who>[A-Za-z0-9_-]{22})\.(?P<until>[0-9]{1,11})"
    r"\.(?P<signature>[A-Za-z0-9_-]{43})"
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
        said = f"{hold_id}.{choice}.{self.tag(by)}.{int(until.timestamp())}"
        return f"{self.url}{PLACE}{said}.{self.key.sign(said.encode())}"

    def page(self, hold_id: str) -> str:
        """Return the address of the page of a hold, which asks people to log in."""
        return f"{self.url}{HOLD_PAGE}{hold_id}"

    def read(self, token: str) -> Claim | None:
        """Return what a link says, or None for one that was not made with this key."""
        match = _TOKEN.fullmatch(token)
        said = token.rpartition(".")[0]
        if match is None or not self.key.agrees(match["signature"], said.encode()):
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
        return self.key.sign(b"who", mailbox_of(address).encode("utf-8", "replace"))[:22]
