"""What was heard in a mail: kept with each of its copies, and once for the mail that the copies are of."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from guardian.domain.activity import Direction
from guardian.domain.complaint import Heard, InboundKind
from guardian.domain.facts import read_activity
from guardian.domain.hearings import Hearing, read_hearing, to_be_bettered, write_hearing
from guardian.ports.sync_store import CopyToWrite
from guardian.storage.bulk import among, insert_rows
from guardian.storage.chunks import chunked, rows_in
from guardian.storage.complaint_tables import complaint, complaint_decision
from guardian.storage.tables import interaction, occurrence

Row = dict[str, Any]
NOBODY_WAITS_LONGER = timedelta(days=100)
SURE = 0.5  # how sure the listener must be that a word wants no answer
SURELY_ALL = 200  # characters: a longer snippet may be only how a mail begins, where nothing says that it was all
_WANTS_NONE = (InboundKind.THANKS, InboundKind.SMALLTALK)
_NAMES = ("severity", "settled", "score", "degraded", "words")


def heard_now(written: CopyToWrite, before: str | None, facts: str) -> str | None:
    """Return what is heard in a copy that is written anew; `before` is what was heard in it as `facts` told it.

    That stays where nobody is there to listen now, but goes with any of its words that privacy takes away.
    """
    if not written.unasked or before is None:
        return written.heard
    was, now = read_activity(written.activity.item_id, facts), written.activity
    taken = (was.subject and now.subject is None) or (was.snippet and now.snippet is None)
    return None if taken else to_be_bettered(before)


def complaint_row(copies: Iterable[str | None], by_provider: Heard | None = None) -> Row | None:
    """Return what the copies of one mail say together, or None where it neither complains nor is settled.

    The copy of which most could be read knows best; of equals the gravest counts, whatever their order. What the
    provider told of it (in its newest copy) outdoes them all.
    """
    heard = copies if by_provider is None else [write_hearing(Hearing(heard=by_provider))]
    told = [read_hearing(text)[0] for text in heard if text]
    if not told:
        return None
    _, kind, severity, score, settled, degraded, spans = max(told, key=lambda one: (one[0], one[2], one[4], one))
    if kind != InboundKind.COMPLAINT and not settled:
        return None
    values = (severity, settled, score, degraded, json.dumps(spans, ensure_ascii=True, separators=(",", ":")))
    return dict(zip(_NAMES, values, strict=True))


def wanting_no_answer(connection: Connection, *, until: datetime) -> list[int]:
    """Return the mails of the last hundred days that only thank or chat, and ask nothing.

    The copy of which most could be read knows best; a mail that could be read only in part may ask in the other.
    """
    perhaps = or_(*(occurrence.c.heard.contains(f'"{kind}"', autoescape=True) for kind in _WANTS_NONE))
    late = (
        select(occurrence.c.interaction_id)
        .join(interaction, interaction.c.id == occurrence.c.interaction_id)
        .where(interaction.c.occurred_at > until - NOBODY_WAITS_LONGER, interaction.c.occurred_at <= until, perhaps)
    )
    query = (
        select(occurrence.c.interaction_id, occurrence.c.heard, interaction.c.subject, interaction.c.snippet)
        .join(interaction, interaction.c.id == occurrence.c.interaction_id)
        .where(occurrence.c.interaction_id.in_(late), occurrence.c.heard.is_not(None))
    )
    found: dict[int, tuple[int, bool]] = {}
    for of, heard, subject, snippet in connection.execute(query):
        (letters, kind, severity, score, *_), whole = read_hearing(heard)
        asks = kind not in _WANTS_NONE or severity > 0 or score < SURE or "?" in f"{subject or ''}{snippet or ''}"
        asks = asks or not (bool(snippet) and len(snippet) < SURELY_ALL if whole is None else whole)
        found[of] = max(found.get(of, (-1, True)), (letters, asks))
    return [of for of, (_, asks) in found.items() if not asks]


def write_complaints(connection: Connection, wanted: Mapping[int, Row | None]) -> None:
    """Make the complaints of these interactions what they are wanted to be; writes only what differs."""
    known = {row.interaction_id: row for row in rows_in(connection, select(complaint), _OF, wanted)}
    rows = {of: row for of, row in wanted.items() if row is not None}
    insert_rows(connection, complaint, [{"interaction_id": of, **row} for of, row in rows.items() if of not in known])
    changed = [
        {"row_id": of, **{f"new_{name}": row[name] for name in _NAMES}}
        for of, row in rows.items()
        if of in known and any(getattr(known[of], name) != row[name] for name in _NAMES)
    ]
    if changed:
        update = complaint.update().where(complaint.c.interaction_id == bindparam("row_id"))
        connection.execute(update.values({name: bindparam(f"new_{name}") for name in _NAMES}), changed)
    erase_complaints(connection, [of for of in known if wanted[of] is None], decisions=False)


def erase_complaints(connection: Connection, ids: Sequence[int], *, decisions: bool = True) -> None:
    """Remove what was heard in these interactions, and (unless the mail stays) what was decided about it."""
    for chunk in chunked(ids):
        for column in (complaint_decision.c.interaction_id, _OF)[0 if decisions else 1 :]:
            connection.execute(column.table.delete().where(among(connection, column, chunk)))


def unhear(connection: Connection, ids: Iterable[int]) -> None:
    """Remove what was heard in those of these mails that turned out to be no client's words.

    What a provider told of one itself stays with it.
    """
    query = select(occurrence.c.id, occurrence.c.interaction_id, occurrence.c.item_id, occurrence.c.facts)
    query = query.join(interaction, interaction.c.id == occurrence.c.interaction_id)
    query = query.where(occurrence.c.heard.is_not(None), interaction.c.direction != Direction.IN)
    rows = rows_in(connection, query, interaction.c.id, ids)
    ours = [row for row in rows if read_activity(row.item_id, row.facts).told is None]
    for chunk in chunked(row.id for row in ours):
        here = among(connection, occurrence.c.id, chunk)
        connection.execute(occurrence.update().where(here).values(heard=None))
    erase_complaints(connection, sorted({row.interaction_id for row in ours}), decisions=False)


def leave(connection: Connection, stale: Sequence[int], homes: Mapping[int | None, int | None]) -> None:
    """Leave interactions that nothing wants any more: what was decided about one goes where its copies lie now."""
    column = complaint_decision.c.interaction_id
    for row in rows_in(connection, select(complaint_decision.c.id, column), column, stale):
        home = homes.get(row.interaction_id)
        if home is not None:
            here = complaint_decision.c.id == row.id
            connection.execute(complaint_decision.update().where(here).values(interaction_id=home))
    erase_complaints(connection, stale)


_OF = complaint.c.interaction_id
