"""What Guardian wrote about somebody who is to be forgotten: it lies in a CRM, where only people can delete it.

The records' ids stay, so that it can be said which they are, and so that no sync brings them back.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from guardian.domain.people import IdentityKind
from guardian.storage.bulk import among
from guardian.storage.chunks import chunked
from guardian.storage.erased_people import Whom
from guardian.storage.tables import connector_account, interaction, mailbox, participation, tombstone
from guardian.storage.tombstones import tombstone_hash
from guardian.storage.write_back_tables import written_back

Written = tuple[str, str]  # connection and id of a record


def mark_written(connection: Connection, gone: Whom) -> None:
    """Note which records are about him, while it is still known what he took part in; none is about one of ours."""
    if gone.own:
        return
    his = (
        select(interaction.c.key)
        .join(participation, participation.c.interaction_id == interaction.c.id)
        .where(participation.c.identity_id.in_(gone.ids))
    )
    records = [value for kind, value in gone.names if kind == IdentityKind.CRM]
    about_him = or_(written_back.c.key.in_(his), written_back.c.who.in_(records))
    mark = tombstone_hash(gone.address)
    connection.execute(update(written_back).where(about_him).values(forgotten=mark, who=None))


def close_written(connection: Connection, gone: Whom, now: datetime) -> tuple[Written, ...]:
    """Leave only the id of records whose interaction went with him; return all records that are about him."""
    of_him = written_back.c.forgotten == tombstone_hash(gone.address)
    lost = select(written_back).where(of_him, written_back.c.key.not_in(select(interaction.c.key)))
    for row in connection.execute(lost).all():
        _leave_the_id(connection, row, now)
    told = (
        select(connector_account.c.name, written_back.c.record)
        .join(connector_account, connector_account.c.id == written_back.c.connector_id)
        .where(of_him, written_back.c.record.is_not(None), written_back.c.problem.is_(None))
        .order_by(connector_account.c.name, written_back.c.record)
    )
    return tuple((row.name, row.record) for row in connection.execute(told))


def _leave_the_id(connection: Connection, row: Row[Any], now: datetime) -> None:
    here = (written_back.c.connector_id == row.connector_id) & (written_back.c.key == row.key)
    if row.record is None or row.problem is not None:  # refused, or deleted there: nothing of it is left
        connection.execute(delete(written_back).where(here))
        return
    if not row.key.startswith(_NO_KEY):
        digest = hashlib.sha256(row.key.encode("utf-8", "surrogatepass")).hexdigest()
        connection.execute(update(written_back).where(here).values(key=f"{_NO_KEY}{digest}", problem=None))
    mark = tombstone_hash(row.record)
    if connection.scalar(select(tombstone.c.hash).where(tombstone.c.hash == mark)) is None:
        connection.execute(insert(tombstone).values(hash=mark, at=now))


_NO_KEY = "forgotten:"


def drop_deleted(connection: Connection, mailbox_id: int, item_ids: frozenset[str]) -> None:
    """Forget the records about forgotten people that the CRM no longer has."""
    for chunk in chunked(item_ids):
        owner = select(mailbox.c.connector_id).where(mailbox.c.id == mailbox_id).scalar_subquery()
        records = among(connection, written_back.c.record, chunk)
        gone = written_back.c.connector_id == owner, written_back.c.forgotten.is_not(None), records
        connection.execute(delete(written_back).where(*gone))
