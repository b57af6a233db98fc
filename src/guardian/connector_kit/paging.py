"""Cutting a stream of items into pages, each with the cursor that resumes behind it."""

from guardian.domain.activity import Activity
from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Cursor, DeadLetter, Page, Record

MOST_RECORDS = 500  # a page
KEPT_RAW = 65_536  # bytes of a dead letter

COUNTED = (Activity, Company, Contact, Colleague)


def dead_letter(item_id: str, why: str, raw: bytes, *, about: str = "") -> DeadLetter:
    """Return a dead letter that keeps no more of the raw item than the port allows."""
    return DeadLetter(item_id=item_id[:500], why=why, raw=raw[:KEPT_RAW], about=about)


class Batch:
    """Collects the records and dead letters of the page under way."""

    def __init__(self, *, walk: bool) -> None:
        self.walk = walk
        self._records: list[Record] = []
        self._dead: list[DeadLetter] = []

    def add(self, *items: Record | DeadLetter) -> None:
        """Put items on the page, in the provider's order."""
        for item in items:
            if isinstance(item, DeadLetter):
                self._dead.append(item)
            else:
                self._records.append(item)

    @property
    def full(self) -> bool:
        """Say whether the page must be handed on."""
        return len(self._records) + len(self._dead) >= MOST_RECORDS

    def page(self, cursor: Cursor, *, closes_round: bool = False, done: int = 0, total: int = 0) -> Page:
        """Return the page and start the next; `read` leaves out what was only said to be gone or present."""
        records, dead = tuple(self._records), tuple(self._dead)
        self._records, self._dead = [], []
        return Page(
            records=records,
            cursor=cursor,
            read=sum(isinstance(record, COUNTED) for record in records) + len(dead),
            dead_letters=dead,
            walk=self.walk,
            closes_round=closes_round,
            done=done,
            total=total,
        )
