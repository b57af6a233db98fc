"""Links in digests: signed, for one rep, one client, one digest and one action, for two weeks; and to stop them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from guardian.digest.material import Rep
from guardian.domain.addresses import normalise_address
from guardian.domain.keys import Key
from guardian.domain.notes import NoteKind
from guardian.domain.signed_links import TAG, SignedLinks

PLACE = "/client/"
STOP_PLACE = "/digest/"
SORTS = ("digest", "rollup")  # the mails that somebody may stop
LIFE_DAYS = 14  # after the day of the digest
_SAID = re.compile(
    rf"(?P<client>[0-9]{{1,18}})\.(?P<kind>{'|'.join(NoteKind)})\.(?P<day>[0-9]{{8}})\.(?P<who>[A-Za-z0-9_-]{{22}})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionClaim:
    """What a link says, its signature proved; `once` names its use, whoever follows it and however often."""

    client_id: int
    kind: NoteKind
    digest: date
    who: str
    once: str

    @property
    def until(self) -> datetime:
        """The moment from which the link leads nowhere any more."""
        return datetime.combine(self.digest + timedelta(days=LIFE_DAYS + 1), time(), UTC)


_STOP = re.compile(rf"stop\.(?P<sort>{'|'.join(SORTS)})\.(?P<who>[A-Za-z0-9_-]{{22}})")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopClaim:
    """What a link that stops mails says, its signature proved: which sort, and whose (as `ActionLinks.tag` does)."""

    sort: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLinks:
    """Makes and reads links; `url` is where the console is reached from outside."""

    key: Key
    url: str

    def link(self, client_id: int, kind: NoteKind, rep: str, digest: date) -> str:
        """Return the address of the page where a rep confirms one action on a client that a day's digest showed."""
        return self._signed.link(f"{client_id}.{kind}.{digest:%Y%m%d}.{self.tag(rep)}")

    def read(self, token: str) -> ActionClaim | None:
        """Return what a link says, or None for one that was not made with this key."""
        said = self._signed.read(token) or ""
        match = _SAID.fullmatch(said)
        if match is None:
            return None
        return ActionClaim(
            client_id=int(match["client"]),
            kind=NoteKind(match["kind"]),
            digest=date.fromisoformat(match["day"]),
            who=match["who"],
            once=f"digest {said}",
        )

    def stop_link(self, sort: str, address: str) -> str:
        """Return the address by which somebody stops a sort of mail; it never ends, as mail programs may keep it."""
        return self._stops.link(f"stop.{sort}.{self.tag(address)}")

    def read_stop(self, token: str) -> StopClaim | None:
        """Return which mails a link stops, and whose, or None for one that was not made with this key."""
        match = _STOP.fullmatch(self._stops.read(token) or "")
        return StopClaim(sort=match["sort"], who=match["who"]) if match else None

    def tag(self, address: str) -> str:
        """Return what stands for a rep in a link, his `+tag` included; nobody without the key can tell whom."""
        own = normalise_address(address) or address.strip().lower()
        return self.key.sign(b"rep", own.encode("utf-8", "replace"))[:TAG]

    def whose(self, who: str, reps: Sequence[Rep]) -> Rep | None:
        """Return for which of the reps a link is that names `who`; None where it is for none, or nobody can tell."""
        named = next((one for one in reps if self.tag(one.address) == who), None)
        if named is not None:
            return named
        # Links of earlier versions name the mailbox alone. Those that stop mails never end, so they are still read.
        sharing = [one for one in reps if self._signed.tag(one.address) == who]
        return sharing[0] if len(sharing) == 1 else None

    @property
    def _signed(self) -> SignedLinks:
        return SignedLinks(key=self.key, url=self.url, place=PLACE)

    @property
    def _stops(self) -> SignedLinks:
        return SignedLinks(key=self.key, url=self.url, place=STOP_PLACE)
