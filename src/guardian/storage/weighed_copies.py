"""What the copies of one key say together: the interactions that they want, each with its row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from guardian.domain.activity import Activity, Direction, Kind
from guardian.domain.facts import fact_hash, read_activity, write_activity
from guardian.domain.merging import group_copies, merge_copies
from guardian.domain.placing import place
from guardian.ports.sync_store import CopyToWrite
from guardian.storage.identities import OwnTest

# So many of the copies that say the same make the same interaction as all of them; one would not, since a copy alone
# is taken as it is, and several are put in order.
_ENOUGH = 2


@dataclass(slots=True)
class Copy:
    """One live copy: its row (None while new), where it lies, what it tells, and the interaction it is part of."""

    row: int | None
    mailbox_id: int
    item_id: str
    facts: str
    interaction_id: int | None = None
    heard: str | None = None
    was: str | None = None  # the direction of that interaction
    activity: Activity | None = None
    written: CopyToWrite | None = None
    like: "Copy | None" = None  # a copy, perhaps itself, with the same facts

    def tell(self) -> Activity:
        """Return what it tells, reading what several copies say only once."""
        if self.activity is None:
            if self.like is None or self.like is self:
                self.activity = read_activity(self.item_id, self.facts)
            else:
                self.activity = replace(self.like.tell(), item_id=self.item_id)
        return self.activity


@dataclass(slots=True)
class Wanted:
    """An interaction as its copies want it, and what they tell, each thing at least once."""

    key: str
    merged: Activity
    copies: list[Copy]
    told: Sequence[Activity]
    row: dict[str, Any] = field(default_factory=dict)
    id: int | None = None


def weigh(key: str, copies: Sequence[Copy], own: OwnTest) -> Iterator[Wanted]:
    """Yield the interactions that all copies of a key want."""
    for one in _grouped(key, copies):
        one.row = _row(one, own)
        yield one


def _grouped(key: str, copies: Sequence[Copy]) -> Iterable[Wanted]:
    if not copies:
        return
    if len(copies) == 1:  # nearly always
        told = copies[0].tell()
        yield Wanted(key=key, merged=told, copies=[*copies], told=[told])
        return
    alike = _alike(copies)
    some = [(same, copy.tell()) for same in alike for copy in _enough_of(same)]
    for group in group_copies([told for _, told in some]):
        members = [some[i] for i in group.members]
        told_here = [told for _, told in members]
        merged = merge_copies(told_here)
        name = group.key if merged.kind is Kind.EMAIL else key
        mine = {id(same): same for same, _ in members}.values()
        yield Wanted(
            key=name, merged=merged, copies=sorted((c for same in mine for c in same), key=_place), told=told_here
        )


def _alike(copies: Iterable[Copy]) -> list[list[Copy]]:
    """Return the copies by what they say, in the order of their places: a mail to everybody lies in every mailbox."""
    found: dict[tuple[str, bool], list[Copy]] = defaultdict(list)
    for copy in sorted(copies, key=_place):
        found[copy.facts, copy.written is None].append(copy)
    return list(found.values())


def _enough_of(same: Sequence[Copy]) -> Sequence[Copy]:
    # Of what is equally new the lowest item id leads (`domain.merging`).
    return sorted(same, key=lambda copy: copy.item_id)[:_ENOUGH]


def _place(copy: Copy) -> tuple[int, str]:
    return copy.mailbox_id, copy.item_id


def _row(one: Wanted, own: OwnTest) -> dict[str, Any]:
    was = next((Direction(copy.was) for copy in one.copies if copy.was), None)
    merged, placed = one.merged, place(one.merged, own, was=was)
    facts = one.copies[0].facts if len(one.copies) == 1 else write_activity(merged)
    return {
        "key": one.key,
        "kind": str(merged.kind),
        "occurred_at": merged.occurred_at,
        "direction": str(placed.direction),
        "signals": " ".join(sorted(merged.signals)),
        "subject": merged.subject,
        "snippet": merged.snippet,
        "duration_s": merged.duration_s,
        "outsiders": placed.outsiders,
        "addressed": placed.addressed,
        "content_hash": fact_hash(f"{placed.direction}{placed.outsiders}{placed.addressed}{facts}"),
    }
