"""Reviewing what is stored by the present rules (`ports.rule_review.RuleReviewStore`)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, func, select

from guardian.domain.facts import read_activity
from guardian.ports.rule_review import StoredCopy
from guardian.storage.belonging import load_belonging
from guardian.storage.chunks import rows_in
from guardian.storage.interaction_query import clients_of_rows
from guardian.storage.sync_tables import SyncTables
from guardian.storage.tables import client, excluded, interaction, occurrence

CHUNK = 2_000  # copies in memory at a time, and the rest of the last one's interaction


class StoredRuleReview(SyncTables):
    """The store as a review of the rules sees it."""

    def copies_by_interaction(self) -> Iterator[Sequence[StoredCopy]]:
        """Yield all copies of one interaction after the other; between two chunks no transaction stays open."""
        after = 0
        while True:
            with self._database.reading() as connection:
                rows = _chunk(connection, after)
            for _, copies in groupby(rows, key=attrgetter("interaction_id")):
                yield [_copy(row) for row in copies]
            if not rows:
                return
            after = rows[-1].interaction_id

    def clients_of(self, interaction_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        """Return the names of the clients that interactions are with."""
        with self._database.reading() as connection:
            names = {row.id: row.name for row in connection.execute(select(client.c.id, client.c.name))}
            rows = list(rows_in(connection, select(interaction.c.id), interaction.c.id, interaction_ids))
            told = clients_of_rows(connection, [row.id for row in rows], load_belonging(connection))
            return {one: tuple(names[of] for of in clients) for one, clients in told.items()}

    def excluded_by_rule(self) -> Mapping[str, int]:
        """Return how many items each rule leaves out now."""
        query = select(excluded.c.rule, func.count().label("items")).group_by(excluded.c.rule)
        with self._database.reading() as connection:
            return {row.rule: row.items for row in connection.execute(query)}


def _chunk(connection: Connection, after: int) -> Sequence[Row[Any]]:
    """Return the copies of the next interactions, those of the last of them to the end."""
    some = (
        select(occurrence.c.interaction_id)
        .where(occurrence.c.interaction_id > after)
        .order_by(occurrence.c.interaction_id)
        .limit(CHUNK)
        .subquery()
    )
    until = connection.scalar(select(func.max(some.c.interaction_id)))
    if until is None:
        return ()
    columns = (
        occurrence.c.mailbox_id,
        occurrence.c.item_id,
        occurrence.c.interaction_id,
        occurrence.c.facts,
        occurrence.c.content_hash,
    )
    between = occurrence.c.interaction_id > after, occurrence.c.interaction_id <= until
    query = select(*columns).where(*between).order_by(occurrence.c.interaction_id, occurrence.c.id)
    return list(connection.execute(query))


def _copy(row: Row[Any]) -> StoredCopy:
    return StoredCopy(
        mailbox_id=row.mailbox_id,
        interaction_id=row.interaction_id,
        hash=bytes(row.content_hash),
        activity=read_activity(row.item_id, row.facts),
    )
