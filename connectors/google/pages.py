"""Making pages, with what they cost at Google."""

from collections.abc import Sequence
from typing import Any

from connectors.google.session import GoogleSession
from guardian.connector_kit.paging import COUNTED
from guardian.ports.connector import Cursor, DeadLetter, Page, Record


def page_of(items: Sequence[Record | DeadLetter], cursor: Cursor, session: GoogleSession, **more: Any) -> Page:
    """Return a page of records and dead letters, with what was spent since the last one."""
    records = tuple(one for one in items if not isinstance(one, DeadLetter))
    dead = tuple(one for one in items if isinstance(one, DeadLetter))
    cost = session.cost.for_page()
    return Page(
        records=records,
        cursor=cursor,
        read=sum(isinstance(one, COUNTED) for one in records) + len(dead),
        dead_letters=dead,
        requests=cost.requests,
        throttled_s=cost.throttled_s,
        **more,
    )
