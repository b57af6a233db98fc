"""A meeting in Outlook, in Google Calendar and as an event in Salesforce is one interaction; so is a mail."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guardian.domain.activity import Direction
from guardian.ports.timeline import Interaction
from guardian.storage import Database, StoredTimelines
from tests.lab.company_facts import Attendance, Meeting
from tests.lab.nights import a_night
from tests.lab.office import Office
from tests.lab.salesforce_seed import log_letter, log_meeting

ANA, BRUNO, LUIS, EVA, SUR = (
    "ana@acme.example",
    "bruno@acme.example",
    "luis@norte.example",
    "eva@norte.example",
    "luis@sur.example",
)


def a_meeting(office: Office, uid: str = "m-1@acme.example", guest: str = LUIS, repeats: int = 0) -> Meeting:
    """Ana invites Bruno and a guest, an hour from now."""
    return Meeting(
        uid=uid,
        start=office.company.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1),
        length=timedelta(hours=1),
        organizer=ANA,
        attendees=(Attendance(address=BRUNO, name="Bruno"), Attendance(address=guest, name="Guest")),
        subject="Renewal",
        repeats=repeats,
    )


def ids(office: Office) -> dict[str, str]:
    people = (*office.org.records["User"].items(), *office.org.records["Contact"].items())
    return {str(one["Email"]): key for key, one in people}


def told(office: Office, store: Database) -> list[Interaction]:
    """Let a night go by, and return what the timeline tells."""
    office.pass_time(timedelta(minutes=15))
    summaries = a_night(office, store)
    assert [(one.state, one.problems) for one in summaries] == [("ok", ())] * 3
    later = office.company.now + timedelta(days=60)
    return [one for one in StoredTimelines(store).interactions(now=later) if one.kind in ("meeting", "email")]


def places(one: Interaction) -> list[tuple[str, str]]:
    return sorted((copy.connector, copy.mailbox) for copy in one.copies)


EVERYWHERE = [("crm", "Event"), ("google", BRUNO), ("microsoft", ANA)]


def test_a_meeting_seen_by_all_three_providers_is_one_interaction(office: Office, store: Database) -> None:
    office.company.meet(a_meeting(office))
    log_meeting(office.org, ids(office), a_meeting(office))
    (one,) = told(office, store)
    assert (one.key, places(one)) == ("ical:m-1@acme.example/single", EVERYWHERE)
    assert one.touch.weight == 2.0


def test_it_is_one_interaction_whichever_provider_tells_it_first(office: Office, store: Database) -> None:
    log_meeting(office.org, ids(office), a_meeting(office))
    (event,) = told(office, store)
    assert places(event) == [("crm", "Event")]
    office.company.meet(a_meeting(office))
    (one,) = told(office, store)
    assert places(one) == EVERYWHERE


def test_an_event_filed_under_the_client_only_is_the_meeting_with_that_client(
    office: Office, store: Database
) -> None:
    meeting = a_meeting(office)
    office.company.meet(meeting)
    account = next(key for key, one in office.org.living("Account").items() if one["Name"] == "Norte S.L.")
    office.org.create(
        "Event", StartDateTime=meeting.start, DurationInMinutes=60, OwnerId=ids(office)[ANA], WhatId=account
    )
    (one,) = told(office, store)
    assert places(one) == EVERYWHERE


def test_each_meeting_of_a_series_meets_its_own_event(office: Office, store: Database) -> None:
    series = a_meeting(office, repeats=3)
    office.company.meet(series)
    for start in series.starts:
        log_meeting(office.org, ids(office), replace(series, start=start, repeats=0))
    found = told(office, store)
    assert [places(one) for one in found] == [EVERYWHERE] * 3
    assert len({one.key for one in found}) == 3


def test_another_client_at_the_same_time_is_another_meeting(office: Office, store: Database) -> None:
    office.company.meet(a_meeting(office))
    log_meeting(office.org, ids(office), a_meeting(office, guest=SUR))
    assert sorted(len(one.copies) for one in told(office, store)) == [1, 2]


def test_an_event_of_a_colleague_who_is_not_in_the_meeting_is_another(office: Office, store: Database) -> None:
    alone = replace(a_meeting(office), attendees=(Attendance(address=LUIS, name="Luis"),))
    office.company.meet(alone)
    log_meeting(office.org, ids(office), replace(alone, organizer=BRUNO))
    assert len(told(office, store)) == 2


@pytest.mark.parametrize("change", [{"start": timedelta(minutes=30)}, {"length": timedelta(minutes=30)}])
def test_another_time_is_another_meeting(office: Office, store: Database, change: dict[str, timedelta]) -> None:
    meeting = a_meeting(office)
    office.company.meet(meeting)
    other = replace(meeting, **{name: getattr(meeting, name) + by for name, by in change.items()})
    log_meeting(office.org, ids(office), other)
    assert len(told(office, store)) == 2


def test_where_two_meetings_would_fit_the_event_stands_for_itself(office: Office, store: Database) -> None:
    office.company.meet(a_meeting(office))
    office.company.meet(a_meeting(office, uid="m-2@acme.example", guest=EVA))
    log_meeting(office.org, ids(office), a_meeting(office))
    found = told(office, store)
    assert len(found) == 3
    assert [len(one.copies) for one in found if one.key.startswith("sf:")] == [1]


def test_a_meeting_that_moves_in_the_calendars_parts_from_its_event_until_that_moves_too(
    office: Office, store: Database
) -> None:
    meeting = a_meeting(office)
    office.company.meet(meeting)
    log_meeting(office.org, ids(office), meeting)
    assert len(told(office, store)) == 1
    moved = replace(meeting, start=meeting.start + timedelta(days=1))
    office.company.change_meeting(meeting.uid, moved)
    event, calendars = told(office, store)
    assert (event.occurred_at, calendars.occurred_at) == (meeting.start, moved.start)
    (record,) = office.org.living("Event")
    office.org.update(record, StartDateTime=moved.start, EndDateTime=moved.start + moved.length)
    (one,) = told(office, store)
    assert (places(one), one.occurred_at) == (EVERYWHERE, moved.start)


def test_it_is_there_until_its_last_copy_goes(office: Office, store: Database) -> None:
    meeting = a_meeting(office)
    office.company.meet(meeting)
    log_meeting(office.org, ids(office), meeting)
    told(office, store)
    office.company.delete_meeting(meeting.uid)
    (one,) = told(office, store)
    assert (one.key.partition(":")[0], places(one)) == ("sf", [("crm", "Event")])
    (record,) = office.org.living("Event")
    office.org.delete(record)
    assert told(office, store) == []


def test_a_colleague_who_is_taken_off_a_meeting_does_not_cancel_it_for_the_client(
    office: Office, store: Database
) -> None:
    guests = (Attendance(address=ANA, name="Ana"), Attendance(address=LUIS, name="Luis"))
    meeting = replace(a_meeting(office), organizer=BRUNO, attendees=guests)
    office.company.meet(meeting)
    office.company.take_off(meeting.uid, ANA)
    (one,) = told(office, store)
    assert (places(one), one.touch.weight) == ([("google", BRUNO), ("microsoft", ANA)], 2.0)
    assert ANA not in {seat.address for seat in one.seats}
    in_brunos = next(ref for ref, of in office.company.desks[BRUNO].calendar.items.items() if of.uid == meeting.uid)
    office.company.desks[BRUNO].calendar.remove(in_brunos)
    (one,) = told(office, store)
    assert (places(one), one.touch.weight) == ([("microsoft", ANA)], 0.0)


def test_the_pattern_of_a_series_is_no_meeting_and_takes_none_away(office: Office, store: Database) -> None:
    series = a_meeting(office, repeats=3)
    office.company.meet(series)
    log_meeting(office.org, ids(office), series)
    pattern, *meetings = sorted(told(office, store), key=lambda one: len(one.copies))
    assert (places(pattern), pattern.touch.weight) == ([("crm", "Event")], 0.0)
    assert [(places(one), one.touch.weight) for one in meetings] == [(EVERYWHERE, 2.0)] * 3


def test_a_mail_in_two_mailboxes_as_email_message_and_as_task_is_one_interaction(
    office: Office, store: Database
) -> None:
    letter = office.company.write(LUIS, (ANA, BRUNO))
    log_letter(office.org, ids(office), letter, with_task=True)
    (one,) = told(office, store)
    assert one.key == f"mid:{letter.message_id}"
    assert places(one) == [("crm", "EmailMessage"), ("crm", "Task"), ("google", BRUNO), ("microsoft", ANA)]


def test_a_mail_to_many_is_no_mailing_because_the_crm_names_them_again(office: Office, store: Database) -> None:
    guests = tuple(f"g{n}@norte.example" for n in range(7))
    for guest in guests:
        office.org.create("Contact", Name=guest, Email=guest)
    letter = office.company.write(ANA, guests)
    log_letter(office.org, ids(office), letter, with_task=False)
    (one,) = told(office, store)
    assert places(one) == [("crm", "EmailMessage"), ("microsoft", ANA)]
    assert one.touch.weight == 0.5


@pytest.mark.parametrize("with_task", [True, False])
def test_a_mail_among_ourselves_stays_out_though_it_is_filed_under_an_account(
    office: Office, store: Database, with_task: bool
) -> None:
    letter = office.company.write(ANA, (BRUNO,))
    log_letter(office.org, ids(office), letter, with_task=with_task)
    account = office.org.record(ids(office)[LUIS])["AccountId"]
    mail = next(key for key, one in office.org.living("EmailMessage").items() if one["MessageIdentifier"])
    office.org.update(mail, RelatedToId=account)
    if task := office.org.record(mail)["ActivityId"]:
        office.org.update(task, WhatId=account, AccountId=account)
    assert told(office, store) == []


@pytest.mark.parametrize("with_task", [True, False])
def test_a_mail_of_the_client_is_his_however_salesforce_logs_it(
    office: Office, store: Database, with_task: bool
) -> None:
    letter = office.company.write(EVA, (ANA,))
    log_letter(office.org, ids(office), letter, with_task=with_task)
    (one,) = told(office, store)
    assert (one.direction, one.touch.weight) == (Direction.IN, 1.0)


def test_a_meeting_that_the_client_declined_was_not_held_though_it_is_filed_under_his_account(
    office: Office, store: Database
) -> None:
    known, start = ids(office), office.company.now + timedelta(hours=1)
    account = office.org.record(known[LUIS])["AccountId"]
    event = office.org.create(
        "Event", StartDateTime=start, DurationInMinutes=60, OwnerId=known[ANA], WhoId=known[LUIS], AccountId=account
    )
    office.org.create("EventRelation", EventId=event, RelationId=known[LUIS], IsInvitee=True, Status="Declined")
    (one,) = told(office, store)
    assert one.touch.weight == 0.0


def test_a_colleague_who_declined_does_not_keep_a_meeting_from_being_with_whom_it_is_filed_under(
    office: Office, store: Database
) -> None:
    known, start = ids(office), office.company.now + timedelta(hours=1)
    event = office.org.create(
        "Event", StartDateTime=start, DurationInMinutes=60, OwnerId=known[ANA], WhoId=known[LUIS]
    )
    office.org.create("EventRelation", EventId=event, RelationId=known[BRUNO], IsInvitee=True, Status="Declined")
    (one,) = told(office, store)
    assert one.touch.weight == 2.0


def test_a_mail_that_only_a_task_tells_of_counts_as_one_of_ours(office: Office, store: Database) -> None:
    known, day = ids(office), office.company.now.date().isoformat()
    office.org.create(
        "Task", TaskSubtype="Email", IsClosed=True, ActivityDate=day, OwnerId=known[ANA], WhoId=known[EVA]
    )
    (one,) = told(office, store)
    assert (one.direction, one.touch.weight, one.touch.any_clock) == (Direction.OUT, 0.5, True)
