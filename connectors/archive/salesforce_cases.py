"""Salesforce exports of what clients ask for and complain of: Case."""

from dataclasses import replace
from datetime import datetime

from connectors.archive.cells import Cells, Context
from connectors.archive.salesforce_activity import crm_seats, mail_seats, subject_of, when, words_of
from guardian.domain.activity import Activity, Kind, Participant, Role
from guardian.domain.cases import COMPLAINT_TYPES, folded, heard_in_case
from guardian.domain.complaint import NOTHING_HEARD, Heard
from guardian.domain.identity import crm_key
from guardian.ports.connector import Gone, Record

_TYPES = frozenset(map(folded, COMPLAINT_TYPES))
_USER = "005"  # how the ids of our own people begin; a case may be a queue's


def announces_cases(columns: frozenset[str], _name: str) -> bool:
    """Say whether these are the columns of a Case export."""
    return {"id", "casenumber", "createddate"} <= columns


def read_case(cells: Cells, context: Context) -> Record:
    """Return a case as a word of the client, and perhaps a complaint; it weighs what a mail does."""
    record_id = cells.record_id("id")
    if cells.is_true("isdeleted"):
        return Gone(item_id=record_id)
    opened = when(cells, context, "createddate")
    return Activity(
        item_id=record_id,
        kind=Kind.EMAIL,
        key=crm_key(context.org_id, record_id),
        occurred_at=opened,
        participants=_seats(cells),
        subject=subject_of(cells, context),
        snippet=words_of(cells, context, "description"),
        duration_s=_open_for(cells, context, opened),
        told=_told(cells, context),
        revision=cells["systemmodstamp lastmodifieddate"],
    )


def _told(cells: Cells, context: Context) -> Heard:
    if cells["masterrecordid"]:
        return NOTHING_HEARD
    return heard_in_case((cells["type"], cells["reason"]), cells["priority"], subject_of(cells, context), _TYPES)


def _open_for(cells: Cells, context: Context, opened: datetime) -> int | None:
    if not cells.is_true("isclosed"):
        return None
    return max(int((when(cells, context, "closeddate systemmodstamp createddate") - opened).total_seconds()), 0)


def _seats(cells: Cells) -> tuple[Participant, ...]:
    """Return who speaks (the contact, else the address that was given, else the account), about whom, and to whom."""
    client = (
        *crm_seats(Role.ABOUT, cells, ["contactid"]),
        *mail_seats(Role.ABOUT, [cells["suppliedemail"]]),
        *crm_seats(Role.ABOUT, cells, ["accountid"]),
    )
    ours = crm_seats(Role.TO, cells, ["ownerid"] if cells["ownerid"].startswith(_USER) else [])
    return (*(replace(one, role=Role.FROM) for one in client[:1]), *client[1:], *ours)
