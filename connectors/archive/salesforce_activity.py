"""Salesforce exports of what happened: Task, Event, EmailMessage."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from connectors.archive.cells import Cells, Context, Unreadable
from connectors.archive.mail_text import snippet
from guardian.connector_kit.address_lists import read_addresses
from guardian.connector_kit.encoded_words import printable
from guardian.connector_kit.headers import header_fields
from guardian.connector_kit.new_words import new_words
from guardian.connector_kit.salesforce_kinds import event_kind, is_series, task_kind, task_signals
from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.automatic import mail_signals
from guardian.domain.identity import crm_key, mail_key, message_ids
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.connector import Gone, Record

DATES = tuple(
    """
    activitydate duedate date fecha fechadevencimiento completeddatetime completeddate startdatetime start
    activitydatetime enddatetime end createddate closeddate messagedate lastmodifieddate
    """.split()
)
WORDS = frozenset("subject description comments textbody htmlbody headers asunto comentarios fullcomments".split())

_EVENT_MARKS = frozenset("startdatetime activitydatetime enddatetime durationinminutes isalldayevent".split())
_WHO = "whoid contactid leadid"
_WHAT = "whatid relatedtoid opportunityid"
_DRAFT = frozenset({"5", "draft", "borrador"})
_DONE = re.compile(r"complet|closed|cerrad|finaliz|done|hech", re.I)


def announces_mails(columns: frozenset[str], _name: str) -> bool:
    """Say whether these are the columns of an EmailMessage export."""
    return {"id", "fromaddress", "toaddress"} <= columns


def announces_events(columns: frozenset[str], _name: str) -> bool:
    """Say whether these are the columns of an Event export."""
    return bool(columns & _EVENT_MARKS) and bool(columns & {"id", "eventid", "activityid"})


def announces_tasks(columns: frozenset[str], name: str) -> bool:
    """Say whether these are the columns of a Task export or of an activity report."""
    if not columns & {"activitydate", "duedate", "date", "tasksubtype", "fecha", "fechadevencimiento"}:
        return False
    filed = columns & {
        "whoid",
        "whatid",
        "accountid",
        "tasksubtype",
        "assigned",
        "assignedto",
        "asignadoa",
        "contactid",
    }
    return bool(columns & {"id", "taskid", "activityid"}) and bool(filed or name.startswith("task"))


def read_task(cells: Cells, context: Context) -> Record:
    """Return a task, or the call or mail that it logs."""
    record_id = cells.record_id("id taskid activityid")
    if cells.is_true("isdeleted"):
        return Gone(item_id=record_id)
    subtype, is_open = cells["tasksubtype"], _is_open(cells)
    kind = task_kind(subtype, cells["type tipo"], cells["calltype"], is_open=is_open)
    outcome, seconds = cells["calldisposition callresult"], _whole(cells["calldurationinseconds callduration"])
    return Activity(
        item_id=record_id,
        kind=kind,
        key=crm_key(context.org_id, record_id),
        occurred_at=when(
            cells, context, "activitydate duedate date fecha fechadevencimiento completeddatetime createddate"
        ),
        participants=_filed_under(cells),
        signals=task_signals(kind, subtype, outcome, seconds, is_open=is_open),
        subject=subject_of(cells, context),
        snippet=words_of(cells, context, "description comments"),
        duration_s=seconds if kind is Kind.CALL else None,
        revision=cells["systemmodstamp lastmodifieddate"],
    )


def read_event(cells: Cells, context: Context) -> Record | None:
    """Return a meeting (or a call that was put in the calendar); None for a colleague's copy of one."""
    if cells.is_true("ischild"):
        return None
    record_id = cells.record_id("id eventid activityid")
    if cells.is_true("isdeleted"):
        return Gone(item_id=record_id)
    pattern = is_series(recurs=cells.is_true("isrecurrence"), group_type=cells["groupeventtype"])
    begins = when(cells, context, "startdatetime activitydatetime start activitydate duedate date")
    return Activity(
        item_id=record_id,
        kind=event_kind(cells["eventsubtype"], cells["type tipo"]),
        key=crm_key(context.org_id, record_id),
        occurred_at=begins,
        participants=_filed_under(cells),
        signals=frozenset({Signal.NOT_HELD}) if pattern else frozenset(),
        subject=subject_of(cells, context),
        snippet=words_of(cells, context, "description comments"),
        duration_s=_length(cells, context, begins),
        revision=cells["systemmodstamp lastmodifieddate"],
    )


def read_mail(cells: Cells, context: Context) -> Record | None:
    """Return a mail that Salesforce sent or kept, None for a draft; by Message-ID it meets the copy in a mailbox."""
    if cells["status estado"].lower() in _DRAFT:
        return None
    record_id = cells.record_id("id")
    if cells.is_true("isdeleted"):
        return Gone(item_id=record_id)
    senders = mail_seats(Role.FROM, [cells["fromaddress"]], cells["fromname"])
    headers = header_fields(cells["headers"].encode("utf-8", "replace"))
    sender = senders[0].identity.value if senders else ""
    message_id = cells["messageidentifier"]
    signals = mail_signals(headers, sender=sender, subject=cells["subject"])
    return Activity(
        item_id=record_id,
        kind=Kind.EMAIL,
        key=mail_key(message_id, "") if message_id else crm_key(context.org_id, record_id),
        occurred_at=when(cells, context, "messagedate createddate"),
        participants=(
            *senders,
            *mail_seats(Role.TO, [cells["toaddress"]]),
            *mail_seats(Role.CC, [cells["ccaddress"]]),
            *mail_seats(Role.BCC, [cells["bccaddress"]]),
            *crm_seats(Role.ABOUT, cells, ["relatedtoid", "parentid", "accountid"]),
        ),
        signals=signals | {Signal.BOUNCE} if cells.is_true("isbounced") else signals,
        subject=subject_of(cells, context),
        snippet=words_of(cells, context, "textbody"),
        words=new_words(cells["textbody"]) if context.privacy == "full" else None,
        thread_refs=message_ids(" ".join(value for name, value in headers if name.lower() == "references")),
        thread_hint=cells["threadidentifier"] or None,
        revision=cells["systemmodstamp lastmodifieddate"],
    )


def _is_open(cells: Cells) -> bool:
    return cells["isclosed"].lower() == "false" or bool(cells["status"] and not _DONE.search(cells["status"]))


def when(cells: Cells, context: Context, names: str) -> datetime:
    """Return the first of these dates that is filled; Unreadable where none is."""
    column, text = cells.first_of(names)
    if not text:
        raise Unreadable("the date is missing.")
    moment = context.moment(column, text)
    if moment is None:
        raise Unreadable(f"{text[:40]!r} is no date.")
    return moment


def _length(cells: Cells, context: Context, begins: datetime) -> int | None:
    minutes = _whole(cells["durationinminutes duration"])
    if minutes is not None:
        return minutes * 60
    column, text = cells.first_of("enddatetime end")
    ends = context.moment(column, text) if text else None
    return int((ends - begins) / timedelta(seconds=1)) if ends and ends >= begins else None


def _filed_under(cells: Cells) -> tuple[Participant, ...]:
    return (
        *crm_seats(Role.OWNER, cells, ["ownerid assignedtoid"]),
        *crm_seats(Role.ABOUT, cells, [_WHO, _WHAT, "accountid"]),
    )


def crm_seats(role: Role, cells: Cells, columns: Iterable[str]) -> tuple[Participant, ...]:
    """Return the records that some columns name, each once."""
    ids = dict.fromkeys(crm_id for names in columns if (crm_id := cells.crm_id(names)))
    return tuple(Participant(role=role, identity=Identity(kind=IdentityKind.CRM, value=one)) for one in ids)


def mail_seats(role: Role, values: list[str], name: str = "") -> tuple[Participant, ...]:
    """Return the addresses in some texts."""
    return tuple(
        Participant(role=role, identity=Identity(kind=IdentityKind.EMAIL, value=address), name=shown or name)
        for shown, address in read_addresses(values)
    )


def subject_of(cells: Cells, context: Context) -> str | None:
    """Return the subject where privacy allows it."""
    return None if context.privacy == "metadata" else printable(cells["subject asunto"])[:1000]


def words_of(cells: Cells, context: Context, names: str) -> str | None:
    """Return how a text begins where privacy allows it."""
    return (snippet(cells[names]) or None) if context.privacy == "full" else None


def _whole(text: str) -> int | None:
    whole, _, decimals = text.partition(".")
    return int(whole) if re.fullmatch(r"\d{1,7}", whole) and not decimals.strip("0") else None
