"""Where a CRM files the people and companies of the timeline: the ids of their records in one connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from guardian.domain.facts import read_colleague, read_contact
from guardian.domain.identity import long_crm_id
from guardian.domain.people import IdentityKind
from guardian.ports.write_back import Filing
from guardian.storage.belonging import Belonging, load_belonging
from guardian.storage.tables import client, identity, mailbox, record_copy

_CLIENT_OF_CRM = "crm:"  # how the refs of clients begin that are accounts (domain.clientele)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filings:
    """The records of one connection: contacts by person, our people by address, accounts by client."""

    belonging: Belonging
    persons: Mapping[int, Filing]
    ours: Mapping[str, str]
    accounts: Mapping[int, str]

    def of(self, who: Row[Any]) -> Filing | None:
        """Return where somebody is filed (a row of `belonging.WHOSE`), or None."""
        if who.own:
            record = self.ours.get(who.address or who.value)
            return Filing(record=record) if record else None
        account = self.accounts.get(self.belonging.client_of(who) or 0)
        known = self.persons.get(self.belonging.root(who.person_id) or 0)
        if known is None:
            return Filing(account=account) if account else None
        return Filing(record=known.record, account=known.account or account)


def load_filings(connection: Connection, connector_id: int) -> Filings:
    """Read the records of a connection, and whose they are."""
    table = record_copy
    theirs = (
        select(table.c.item_id, table.c.what, table.c.facts)
        .join(mailbox, mailbox.c.id == table.c.mailbox_id)
        .where(mailbox.c.connector_id == connector_id)
        .order_by(table.c.item_id)
    )
    companies, users, contacts = set[str](), dict[str, bool](), {}
    for row in connection.execute(theirs):
        if row.what == "company":
            companies.add(row.item_id)
        elif row.what == "colleague":
            users[row.item_id] = read_colleague(row.facts.removeprefix(row.what)).active
        elif row.what == "contact":
            told = read_contact(row.facts.removeprefix(row.what))
            if told.merged_into is None:
                contacts[row.item_id] = told.company_ref
    belonging = load_belonging(connection)
    return Filings(
        belonging=belonging,
        persons=_persons(connection, belonging, contacts, companies),
        ours=_ours(connection, users),
        accounts=_accounts(connection, belonging, companies),
    )


def _persons(
    connection: Connection, belonging: Belonging, contacts: Mapping[str, str | None], companies: set[str]
) -> dict[int, Filing]:
    """Return the record of each person; of several the first that has an account, else the first by its id."""
    of_crm = select(identity.c.value, identity.c.person_id).where(
        identity.c.kind == IdentityKind.CRM, identity.c.person_id.is_not(None)
    )
    found: dict[int, Filing] = {}
    for row in connection.execute(of_crm.order_by(identity.c.value)):
        if row.value not in contacts:
            continue
        company = contacts[row.value]
        filing = Filing(record=row.value, account=company if company in companies else None)
        person = belonging.root(row.person_id) or 0
        if person not in found or (found[person].account is None and filing.account is not None):
            found[person] = filing
    return found


def _ours(connection: Connection, users: Mapping[str, bool]) -> dict[str, str]:
    """Return the user of each address; of several one who is active, else the first by its id."""
    query = select(identity.c.value, identity.c.address).where(
        identity.c.kind == IdentityKind.CRM, identity.c.own, identity.c.address.is_not(None)
    )
    rows = [row for row in connection.execute(query.order_by(identity.c.value.desc())) if row.value in users]
    return {row.address: row.value for row in sorted(rows, key=lambda row: users[row.value])}  # the last one stays


def _accounts(connection: Connection, belonging: Belonging, companies: set[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    rows = connection.execute(select(client.c.id, client.c.ref, client.c.closed).order_by(client.c.ref))
    for row in rows:
        account = long_crm_id(row.ref.removeprefix(_CLIENT_OF_CRM))
        living = belonging.living(row.id)
        if row.ref.startswith(_CLIENT_OF_CRM) and account in companies and not row.closed and living is not None:
            found.setdefault(living, account)
    return found
