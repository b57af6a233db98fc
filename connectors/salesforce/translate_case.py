"""What clients ask for and complain of: Case as an activity; pure."""

from collections.abc import Iterator
from datetime import datetime

from connectors.salesforce.row import Row
from connectors.salesforce.translate_activity import USER, snippet_of, subject_of
from guardian.domain.activity import Activity, Kind, Participant, Role
from guardian.domain.cases import heard_in_case
from guardian.domain.complaint import NOTHING_HEARD, Heard
from guardian.domain.identity import crm_key
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.connector import Gone


def read_case(row: Row, org_id: str, complaint_types: frozenset[str]) -> Activity | Gone:
    """Return a case as what it is to us: the client wrote, and perhaps complained.

    It weighs what a mail does, whatever way it came. `complaint_types` are folded types and reasons.
    """
    if row.is_true("IsDeleted"):
        return Gone(item_id=row.id)
    opened = row.first_moment("CreatedDate")
    return Activity(
        item_id=row.id,
        kind=Kind.EMAIL,
        key=crm_key(org_id, row.id),
        occurred_at=opened,
        participants=(*_seats(row),),
        subject=subject_of(row),
        snippet=snippet_of(row, "Description"),
        duration_s=_open_for(row, opened),
        told=_told(row, complaint_types),
        revision=row.revision,
    )


def _told(row: Row, complaint_types: frozenset[str]) -> Heard:
    """Return what the case says of itself; what was merged into another case says it there."""
    if row.ref("MasterRecordId"):
        return NOTHING_HEARD
    return heard_in_case((row["Type"], row["Reason"]), row["Priority"], subject_of(row), complaint_types)


def _open_for(row: Row, opened: datetime) -> int | None:
    """Return for how many seconds a case was open; None while it is."""
    if not row.is_true("IsClosed"):
        return None
    closed = row.first_moment("ClosedDate", "SystemModstamp")
    return max(int((closed - opened).total_seconds()), 0)


def _seats(row: Row) -> Iterator[Participant]:
    """Yield who speaks (the contact, else the address that was given, else the account), about whom, and to whom.

    Its owner is who it is spoken to: a case is the client's word. A queue is nobody.
    """
    given = [Identity(kind=IdentityKind.EMAIL, value=one) for one in row.addresses(["SuppliedEmail"])]
    contact, account = (
        [Identity(kind=IdentityKind.CRM, value=one) for one in row.refs(name)] for name in ("ContactId", "AccountId")
    )
    client = [*contact, *given, *account]
    for place, identity in enumerate(client):
        yield Participant(role=Role.ABOUT if place else Role.FROM, identity=identity)
    for ref in row.refs("OwnerId"):
        if ref.startswith(USER):
            yield Participant(role=Role.TO, identity=Identity(kind=IdentityKind.CRM, value=ref))
