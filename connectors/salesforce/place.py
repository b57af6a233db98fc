"""Where a feed stands: the connector's cursor, as JSON with a version."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from guardian.domain.errors import CursorExpired
from guardian.ports.connector import Cursor


class Job(BaseModel):
    """A Bulk query under way: which page of its results, and how many rows of that were told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    locator: str = ""
    told: int = 0


class Place(BaseModel):
    """Where a feed stands.

    At rest only the times are set: up to when changes and deletions were told, when the last day-long look back and
    the last sweep of ids began. On the way `stage` says what is being read, `high` up to when, `at` and `last` the
    last row told. `shape` is a digest of what is asked for: where it
    changes, everything must be read anew.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    stage: Literal["rest", "walk", "sweep", "deleted", "related", "changes"]
    shape: str
    told_until: AwareDatetime
    deleted_until: AwareDatetime
    looked_back: AwareDatetime
    swept: AwareDatetime
    low: AwareDatetime | None = None
    high: AwareDatetime | None = None
    at: str = ""
    last: str = ""
    done: int = 0
    total: int = 0
    walk: bool = False
    job: Job | None = None

    def cursor(self) -> Cursor:
        """Return the cursor that carries this place."""
        return Cursor(token=self.model_dump_json(exclude_none=True))

    def moved(self, **changes: object) -> "Place":
        """Return the place with some of its parts changed."""
        return Place.model_validate({**self.model_dump(), **changes})


def told_until(cursors: Iterable[Cursor | None]) -> datetime | None:
    """Return up to when all of these feeds have told what changed; None when one has not ended a round."""
    places = [read_place(one) if one else None for one in cursors]
    ended = [place.told_until for place in places if place is not None and place.stage == "rest"]
    return min(ended) if ended and len(ended) == len(places) else None


def read_place(cursor: Cursor) -> Place:
    """Return the place in a cursor; CursorExpired when it is none of this connector."""
    try:
        return Place.model_validate_json(cursor.token)
    except ValidationError as wrong:
        raise CursorExpired("the cursor is not one of this connector") from wrong
