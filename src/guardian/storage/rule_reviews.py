"""Reviewing what is stored by the present rules (`ports.rule_review.RuleReviewStore`)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, case, distinct, func, select

from guardian.domain.activity import Kind, Role
from guardian.domain.facts import read_activity
from guardian.domain.people import IdentityKind
from guardian.ports.rule_review import StoredCopy
from guardian.storage.belonging import load_belonging
from guardian.storage.bulk import among
from guardian.storage.chunks import rows_in
from guardian.storage.copies import as_told_now, tell_anew
from guardian.storage.erased_seats import UNKNOWN
from guardian.storage.hearing import unhear
from guardian.storage.identities import OwnTest
from guardian.storage.interaction_query import clients_of, seat_rows
from guardian.storage.sync_tables import SyncTables
from guardian.storage.tables import client, excluded, identity, interaction, occurrence, participation
from guardian.storage.weighed_copies import Wanted

CHUNK = 2_000  # copies in memory at a time, and the rest of the last one's interaction
AT_ONCE = 500  # interactions that are told anew in one transaction

_PLACING = ("direction", "outsiders", "addressed")
_BEGINNERS = frozenset({Role.FROM, Role.ORGANIZER})


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
            seats, belonging = seat_rows(connection, interaction_ids), load_belonging(connection)
            return {one: tuple(names[of] for of in clients_of(those, belonging)) for one, those in seats.items()}

    def told_otherwise(self) -> Iterator[Sequence[int]]:
        """Yield some of the interactions after the other that stand otherwise between us and the client by now."""
        after, query = 0, select(interaction.c.id).order_by(interaction.c.id).limit(AT_ONCE)
        while True:
            with self._database.reading() as connection:
                ids = list(connection.scalars(query.where(interaction.c.id > after)))
                found = _placed_otherwise(connection, ids, self._own)
            if not ids:
                return
            yield found
            after = ids[-1]

    def any_told_otherwise(self) -> bool:
        """Say whether any mail is among them; it takes seconds for a million of them, where to tell them all is long.

        Looks at those alone whose people outside are not as many by now as they were, which the database counts.
        """
        after = 0
        with self._database.reading() as connection:
            query = _counted_otherwise(connection, self._own)
            while ids := connection.scalars(query.where(participation.c.interaction_id > after)).all():
                if _placed_otherwise(connection, ids, self._own):
                    return True
                after = ids[-1]
        return False

    def tell_anew(self, interaction_ids: Sequence[int]) -> None:
        """Make interactions anew from their stored copies, in one transaction."""
        with self._database.writing(alone=True) as connection:
            tell_anew(connection, interaction_ids, self._own)
            unhear(connection, interaction_ids)

    def excluded_by_rule(self) -> Mapping[str, int]:
        """Return how many items each rule leaves out now."""
        query = select(excluded.c.rule, func.count().label("items")).group_by(excluded.c.rule)
        with self._database.reading() as connection:
            return {row.rule: row.items for row in connection.execute(query)}


def _counted_otherwise(connection: Connection, own: OwnTest) -> Select[int]:
    """Return the query for mails among mail addresses alone of which others than were counted are outside by now."""
    emails = select(identity.c.id, identity.c.value, identity.c.own).where(identity.c.kind == IdentityKind.EMAIL)
    turned = [row.id for row in connection.execute(emails) if own.address(row.value) != row.own]
    is_own = identity.c.own != among(connection, identity.c.id, turned) if turned else identity.c.own
    outside = func.count(distinct(case((~is_own, identity.c.id))))
    others = func.count(case((identity.c.kind != IdentityKind.EMAIL, 1)))
    mail = participation.c.interaction_id
    return (
        select(mail)
        .join(interaction, interaction.c.id == mail)
        .join(identity, identity.c.id == participation.c.identity_id)
        .where(interaction.c.kind == Kind.EMAIL)
        .group_by(mail)
        .having(outside != func.max(interaction.c.outsiders), others == 0)
        .order_by(mail)
        .limit(AT_ONCE)
    )


def _placed_otherwise(connection: Connection, ids: Sequence[int], own: OwnTest) -> list[int]:
    """Return those whose row is not placed as their copies are now: they were weighed with other own domains."""
    wanted = as_told_now(connection, ids, own)
    table = interaction.c
    query = select(table.id, table.key, table.content_hash, *(table[name] for name in _PLACING))
    return [
        row.id
        for row in rows_in(connection, query, table.id, ids)
        if row.key in wanted and not _lost_its_author(row, wanted[row.key])
        if any(getattr(row, name) != wanted[row.key].row[name] for name in _PLACING)
    ]


def _lost_its_author(row: Row[Any], one: Wanted) -> bool:
    """Say whether who began it was forgotten: only the row still tells which way it went."""
    return row.content_hash == UNKNOWN and not any(p.role in _BEGINNERS for p in one.merged.participants)


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
