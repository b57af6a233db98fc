"""The lab's company as an organisation of Salesforce knows it."""

from datetime import datetime, timedelta

from tests.lab.company import Company
from tests.lab.company_facts import Letter, Meeting
from tests.lab.salesforce_org import Org

LATER = timedelta(days=60)


def organisation_of(company: Company) -> Org:
    """Return an organisation with the company's people, what it sold, and a part of what it logged.

    Everything in it was entered well before the organisation's present time.
    """
    org = Org(now=company.now)
    ids = _people(org, company)
    letters = {
        copy.letter.message_id: copy.letter for desk in company.desks.values() for copy in desk.mail.items.values()
    }
    for n, letter in enumerate(one for one in letters.values() if not one.message_id.startswith("draft")):
        if n % 2 == 0:
            log_letter(org, ids, letter, with_task=n % 4 == 0)
    for meeting in {m.uid: m for desk in company.desks.values() for m in desk.calendar.items.values()}.values():
        log_meeting(org, ids, meeting)
    for n, (address, contact) in enumerate(sorted(ids.items())):
        if not address.endswith("@acme.example"):
            _log_call(org, ids[company.reps[0].address], contact, n)
    org.create("EmailMessage", Status="5", FromAddress=company.reps[0].address, MessageDate=org.now)  # a draft
    org.now += LATER
    return org


def _people(org: Org, company: Company) -> dict[str, str]:
    ids = {}
    for rep in company.reps:
        ids[rep.address] = org.create("User", Name=rep.name, Email=rep.address, Username=rep.address, IsActive=True)
    accounts = {}
    for one in company.accounts:
        accounts[one.ref] = org.create(
            "Account", Name=one.name, Website=f"https://www.{one.domain}", OwnerId=ids[one.owner], AnnualRevenue=9e6
        )
        org.create("Opportunity", Amount=one.value, AccountId=accounts[one.ref], IsWon=True, CloseDate="2026-08-01")
    for person in company.outsiders:
        ids[person.address] = org.create(
            "Contact",
            Name=person.name,
            Email=person.address,
            Phone=person.phone,
            AccountId=accounts[person.account],
            OwnerId=ids[company.reps[0].address],
        )
    for n in range(3):
        org.create("Lead", Name=f"Lead {n}", Email=f"lead{n}@prospect.example", Company=f"Prospect {n}")
    return ids


def log_letter(org: Org, ids: dict[str, str], letter: Letter, *, with_task: bool) -> None:
    """Log a letter as a mail, with those of its readers who are in the CRM, and perhaps the task beside it."""
    task = None
    if with_task:
        task = org.create(
            "Task",
            TaskSubtype="Email",
            Subject=letter.subject,
            ActivityDate=letter.sent_at.date().isoformat(),
            IsClosed=True,
            OwnerId=next(iter(ids.values())),
        )
    mail = org.create(
        "EmailMessage",
        MessageIdentifier=f"<{letter.message_id}>",
        MessageDate=letter.sent_at,
        FromAddress=letter.sender,
        ToAddress="; ".join(letter.to),
        CcAddress="; ".join(letter.cc),
        Subject=letter.subject,
        TextBody=letter.body,
        Headers="".join(f"{name}: {value}\n" for name, value in letter.headers),
        ActivityId=task,
        Status="3",
    )
    for address in letter.to:
        if address in ids:
            org.create(
                "EmailMessageRelation",
                EmailMessageId=mail,
                RelationId=ids[address],
                RelationType="ToAddress",
                RelationAddress=address,
            )


def log_meeting(org: Org, ids: dict[str, str], meeting: Meeting) -> None:
    """Log a meeting as an event, with everybody invited; a series as its pattern, and every meeting of it."""
    if meeting.repeats:
        _log_event(org, ids, meeting, meeting.start, kind="3")
    for _, start in meeting.held:
        _log_event(org, ids, meeting, start, kind="1")


def _log_event(org: Org, ids: dict[str, str], meeting: Meeting, start: datetime, *, kind: str) -> None:
    event = org.create(
        "Event",
        Subject=meeting.subject,
        StartDateTime=start,
        EndDateTime=start + meeting.length,
        DurationInMinutes=int(meeting.length.total_seconds() // 60),
        OwnerId=ids[meeting.organizer],
        IsRecurrence2=bool(meeting.repeats),
        GroupEventType=kind,
    )
    for seat in meeting.attendees:
        status = "Declined" if seat.response == "declined" else "New"
        org.create("EventRelation", EventId=event, RelationId=ids[seat.address], IsInvitee=True, Status=status)


def _log_call(org: Org, rep: str, contact: str, n: int) -> None:
    call = org.create(
        "Task",
        TaskSubtype="Call",
        Subject="Call",
        Description="We talked.",
        ActivityDate=f"2026-08-{n % 28 + 1:02d}",
        CallDurationInSeconds=30 + 60 * (n % 3),
        IsClosed=n % 5 != 0,
        OwnerId=rep,
        WhoId=contact,
        AccountId=org.record(contact)["AccountId"],
    )
    org.create("TaskRelation", TaskId=call, RelationId=contact)
