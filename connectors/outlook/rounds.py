"""Where a feed of several delta queries stands: folders done and to do, and who was seen to come and leave; pure.

One mailbox is many folders, each with a delta query of its own. A move shows as a removal in one folder and an
arrival in another, in either order; so a removal is only told when the item has not come elsewhere by the time
every folder has been asked again after it.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor

VERSION = 1
MOST_TOLD = 400  # removals on one page
MOST_RESTARTS = 3  # of queries whose place within the round was lost


@dataclass(slots=True)
class Place:
    """The cursor, read. Query ids are folder ids; links are Graph's own, opaque.

    `queue` are the queries still to ask in this round with their next link (empty: from the beginning), `first`
    says that they are asked for the first time in a walk. `came` maps items (digests) to where they were seen in
    this round, `before` in the round before: the removal that belongs to a move may come as late as that. `left`
    maps items (ids) to whether every folder was asked since. `deepest` is how many folders had
    been asked when the last removal was seen.
    """

    shape: str
    links: dict[str, str] = field(default_factory=dict)
    queue: list[list[str]] = field(default_factory=list)
    walk: bool = False
    first: bool = False
    again: bool = False
    settling: bool = False
    asked: int = 0
    restarts: int = 0
    deepest: int = 0
    came: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    left: dict[str, bool] = field(default_factory=dict)
    note: dict[str, str] = field(default_factory=dict)  # the source's own: ids of well-known folders
    done: int = 0
    total: int = 0

    @property
    def open(self) -> bool:
        """Say whether a round is under way."""
        return bool(self.queue) or self.settling

    def begin(self, queries: list[str], *, walk: bool) -> None:
        """Open a round over these queries: those known before in their old order, then the new ones."""
        known = {one: link for one, link in self.links.items() if one in queries and not walk}
        self.links = known
        self.queue = [[one, known.get(one, "")] for one in (*known, *(one for one in queries if one not in known))]
        self.walk = self.first = walk
        self.again, self.settling, self.asked, self.deepest, self.restarts = False, False, 0, 0, 0
        self.before, self.came = self.came, {}
        self.left = {} if walk else dict.fromkeys(self.left, True)

    def comes(self, item_id: str, query: str) -> None:
        """Note that an item is in a folder."""
        self.left.pop(item_id, None)
        if not self.first:
            self.came[digest(item_id)] = query

    def tells(self, query: str) -> bool:
        """Say whether the round has told of an item in this folder; a walk's first look does not note that."""
        return query in self.came.values()

    def leaves(self, item_id: str, query: str) -> None:
        """Note that an item is no longer in a folder."""
        name = digest(item_id)
        if self.came.get(name, self.before.get(name, query)) == query:
            self.left[item_id] = False
            self.deepest = max(self.deepest, self.asked)

    def answered(self, query: str, *, following: str, final: str) -> None:
        """Note where an answer leads: on within the query, or to its next round."""
        if following:
            self.queue[0][1] = following
            return
        self.links[query] = final
        self.queue.pop(0)
        self.asked += 1
        if not self.queue:
            self._turn()

    def _turn(self) -> None:
        """Every folder was asked: ask again where that can still change what is known, else settle."""
        names = list(self.links)
        if self.first:
            # What moved from a folder not yet read to one already read was not seen; one more look finds it.
            self.first, self.asked = False, 0
            self.queue = [[one, self.links[one]] for one in names]
            return
        behind = names[: self.deepest] if not self.again else []
        if not self.again:
            self.left = dict.fromkeys(self.left, True)
        if behind and self.left:
            self.again = True
            self.queue = [[one, self.links[one]] for one in behind]
            return
        self.settling = True

    def settle(self) -> list[str]:
        """Return the items that are gone, as many as fit a page; the round closes with the last of them."""
        gone = [item_id for item_id, ripe in self.left.items() if ripe]
        for item_id in gone[:MOST_TOLD]:
            del self.left[item_id]
        if len(gone) <= MOST_TOLD:
            self.settling = False
        return gone[:MOST_TOLD]

    def cursor(self) -> Cursor:
        """Return the place as a cursor."""
        said = {name: getattr(self, name) for name in Place.__slots__}
        return Cursor(token=json.dumps({"v": VERSION, **said}, separators=(",", ":")))


def read_place(cursor: Cursor, shape: str) -> Place:
    """Return where a cursor stands; CursorExpired when it is none, or of other settings (`shape`)."""
    said = read_token(cursor)
    if said.pop("v", None) != VERSION or set(said) != set(Place.__slots__) or said["shape"] != shape:
        raise CursorExpired("The cursor is of another version of the connector or of other settings.")
    return Place(**said)


def read_token(cursor: Cursor) -> dict[str, Any]:
    """Return the JSON object in a cursor; CursorExpired when there is none."""
    try:
        said = json.loads(cursor.token)
    except ValueError as broken:
        raise CursorExpired("The cursor cannot be read.") from broken
    if not isinstance(said, dict):
        raise CursorExpired("The cursor cannot be read.")
    return said


def digest(item_id: str) -> str:
    """Return 16 characters that stand for an id; Graph's ids differ in case only, so bytes are compared."""
    return urlsafe_b64encode(hashlib.sha256(item_id.encode()).digest()[:12]).decode()
