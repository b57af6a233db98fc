"""A shelf of things that counts its changes, so that any delta can be told from it."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[Item]):
    """What happened to one item of a shelf: `before` and `after` are None where it came or went."""

    number: int
    ref: str
    before: Item | None
    after: Item | None


@dataclass(slots=True)
class Shelf(Generic[Item]):
    """Items by reference, and every change to them, numbered from 1; references are never used again."""

    name: str
    items: dict[str, Item] = field(default_factory=dict)
    log: list[Change[Item]] = field(default_factory=list)

    @property
    def now(self) -> int:
        """The number of the latest change."""
        return len(self.log)

    def add(self, item: Item) -> str:
        """Put a new item on the shelf and return its reference."""
        ref = f"{self.name}-{self.now + 1}"
        self._change(ref, item)
        return ref

    def change(self, ref: str, item: Item) -> None:
        """Replace an item."""
        assert ref in self.items
        self._change(ref, item)

    def remove(self, ref: str) -> None:
        """Take an item away for good."""
        self._change(ref, None)

    def since(self, number: int) -> list[Change[Item]]:
        """Return the changes after a number, in order."""
        return self.log[number:]

    def at(self, number: int) -> dict[str, Item]:
        """Return what lay on the shelf when it had counted that many changes."""
        items: dict[str, Item] = {}
        for change in self.log[:number]:
            if change.after is None:
                items.pop(change.ref, None)
            else:
                items[change.ref] = change.after
        return items

    def _change(self, ref: str, item: Item | None) -> None:
        self.log.append(Change(number=self.now + 1, ref=ref, before=self.items.get(ref), after=item))
        if item is None:
            del self.items[ref]
        else:
            self.items[ref] = item
