"""Taking an address out of everything that merely names it: raw mail, held mail and its trail, any text."""

from collections.abc import Sequence

from sqlalchemy import (
    Connection,
    String,
    Table,
    and_,
    case,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from guardian.ports.holds import OVER
from guardian.ports.sync_store import FORGOTTEN
from guardian.storage.account_tables import account_user, console_session
from guardian.storage.chunks import chunked
from guardian.storage.hold_rows import clients_in, erased, with_clients, without_quotes
from guardian.storage.note_tables import client_note, mail_stopped, rollup_sent
from guardian.storage.past_tables import client_past
from guardian.storage.tables import (
    client,
    dead_letter,
    digest_sent,
    digest_shown,
    excluded,
    hold,
    hold_event,
    interaction,
    metadata,
)
from guardian.storage.traces import Trace
from guardian.storage.weighing import HELD_KEY

FEW = 20  # raw mails in memory at a time


def scrub_dead_letters(connection: Connection, trace: Trace) -> int:
    """Remove every unreadable item that names the address anywhere, and note that it stays out; return how many."""
    rows = connection.execute(select(dead_letter).execution_options(yield_per=FEW))
    naming = {
        row.id: trace.in_text(row.item_id)
        for row in rows
        if trace.in_bytes(row.raw) or trace.in_text(row.item_id) or trace.in_text(row.why)
    }
    for row_id, by_its_id in naming.items():
        if not by_its_id:
            _leave_out(connection, row_id)
        connection.execute(delete(dead_letter).where(dead_letter.c.id == row_id))
    return len(naming)


def _leave_out(connection: Connection, row_id: int) -> None:
    """Note of an unreadable item that it stays out: its provider will tell it again."""
    item = dead_letter.c.mailbox_id, dead_letter.c.item_id
    noted = exists().where(excluded.c.mailbox_id == item[0], excluded.c.item_id == item[1])
    this = select(*item, literal(FORGOTTEN)).where(dead_letter.c.id == row_id, ~noted)
    connection.execute(insert(excluded).from_select(["mailbox_id", "item_id", "rule"], this))


def scrub_notes(connection: Connection, trace: Trace) -> int:
    """Remove notes on excluded items whose name holds the address, and return how many; digests to it, too.

    Clients whom its owner looked after have no owner any more, by the records or by the word of anybody.
    """
    for table, name in (
        (digest_shown, "rep"),
        (digest_sent, "rep"),
        (rollup_sent, "manager"),
        (mail_stopped, "address"),
        (client_note, "owner"),
        (client_note, "instead_of"),
    ):
        _delete_naming(connection, table, name, trace)
    owned = select(client.c.id, client.c.owner_address).where(trace.perhaps_in(client.c.owner_address))
    for row in connection.execute(owned).all():
        if trace.in_text(row.owner_address):
            connection.execute(update(client).where(client.c.id == row.id).values(owner_address=None))
    return _delete_naming(connection, excluded, "item_id", trace)


def scrub_holds(connection: Connection, trace: Trace) -> tuple[int, int]:
    """Erase decided held mail that names the address; return how many, and how many still wait for a decision.

    Bytes, subject and quoted words went with the decision. States, times and trails stay, and its Message-ID as long
    as the timeline of others has the mail: without it, that mail would count as sent. Of the clients it is held for
    only those stay that there are still: one that was nobody but him bears his name.
    """
    words = (
        hold.c.envelope,
        hold.c.client_addresses,
        hold.c.written_by,
        hold.c.subject,
        hold.c.verdict,
        hold.c.message_id,
    )
    rows = connection.execute(select(hold.c.id, hold.c.state, hold.c.raw, *words).execution_options(yield_per=FEW))
    naming = {
        row.id: (row.state, row.verdict, trace.in_text(row.client_addresses))
        for row in rows
        if any(trace.in_text(getattr(row, one.name)) for one in words) or trace.in_bytes(row.raw)
    }
    told = exists().where(interaction.c.key == HELD_KEY)
    name = case((told, hold.c.message_id))
    decided = {hold_id: told for hold_id, (state, *told) in naming.items() if state in OVER}
    for hold_id, (verdict, as_client) in decided.items():
        if as_client:
            verdict = with_clients(verdict, _still_there(connection, clients_in(verdict), trace))
        values = {"raw": b"", "subject": "", "message_id": name, "verdict": without_quotes(verdict)}
        connection.execute(update(hold).where(hold.c.id == hold_id).values(values))
    return len(decided), len(naming) - len(decided)


def _still_there(connection: Connection, names: Sequence[str], trace: Trace) -> list[str]:
    """Return the names with the stand-in in the place of those that no client bears, or ever bore."""
    there = {
        name
        for chunk in chunked(names)
        for column in (client.c.name, client_past.c.name)
        for name in connection.scalars(select(column).where(column.in_(chunk)))
    }
    return list(dict.fromkeys(name if name in there else trace.stand_in for name in names))


def scrub_accounts(connection: Connection, trace: Trace) -> None:
    """Remove who logs in by the address, and his sessions."""
    rows = connection.execute(select(account_user.c.id, account_user.c.address)).all()
    naming = [row.id for row in rows if trace.in_text(row.address)]
    connection.execute(delete(console_session).where(console_session.c.account_id.in_(naming)))
    connection.execute(delete(account_user).where(account_user.c.id.in_(naming)))


def scrub_trails(connection: Connection, trace: Trace) -> None:
    """Put digests in the place of who and why where they name the address; the links are made of those digests."""
    naming = or_(trace.perhaps_in(hold_event.c.by), trace.perhaps_in(hold_event.c.why))
    for row in connection.execute(select(hold_event).where(naming)).all():
        told = {"by": row.by, "why": row.why}
        values = {name: erased(words) for name, words in told.items() if trace.in_text(words)}
        if values:
            connection.execute(update(hold_event).where(hold_event.c.id == row.id).values(values))


def scrub_texts(connection: Connection, trace: Trace) -> int:
    """Put the stand-in wherever any other text names the address, open holds apart; return how many rows changed.

    The hashes of facts stay those of the provider's telling, so that reading it again changes nothing back.
    """
    return sum(_scrub_table(connection, table, trace) for table in metadata.sorted_tables if table is not hold_event)


def _scrub_table(connection: Connection, table: Table, trace: Trace) -> int:
    texts = [column for column in table.c if isinstance(column.type, String)]
    if not texts:
        return 0
    only = table.c.state.in_(OVER) if table is hold else true()
    keys = list(table.primary_key)
    rows = connection.execute(select(*keys, *texts).where(only, or_(*map(trace.perhaps_in, texts)))).all()
    changed = 0
    for row in rows:
        told = {column.name: getattr(row, column.name) for column in texts}
        values = {name: trace.without(text) for name, text in told.items() if trace.in_text(text)}
        if values:
            here = and_(*(key == getattr(row, key.name) for key in keys))
            connection.execute(update(table).where(here).values(values))
            changed += 1
    return changed


def _delete_naming(connection: Connection, table: Table, name: str, trace: Trace) -> int:
    column = table.c[name]
    values = connection.scalars(select(column).where(trace.perhaps_in(column)).distinct()).all()
    naming = [value for value in values if trace.in_text(value)]
    return sum(connection.execute(delete(table).where(column == value)).rowcount for value in naming)
