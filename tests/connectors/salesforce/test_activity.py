from datetime import UTC, datetime

import pytest

from connectors.salesforce.row import Row, Unreadable
from connectors.salesforce.translate_activity import read_event, read_mail, read_task
from guardian.domain.activity import Activity, Kind, Role, Signal
from guardian.ports.connector import Gone

ORG = "00D000000000001EAA"
CALL = {
    "Id": "00T000000000001AAA",
    "TaskSubtype": "Call",
    "ActivityDate": "2024-05-03",
    "OwnerId": "005000000000001AAA",
    "WhoId": "003000000000001AAA",
    "WhatId": "001000000000001AAA",
    "AccountId": "001000000000001AAA",
    "IsClosed": True,
    "CallDurationInSeconds": 300,
}
MEETING = {
    "Id": "00U000000000001AAA",
    "StartDateTime": "2024-05-03T10:00:00.000+0000",
    "DurationInMinutes": 45,
    "OwnerId": "005000000000001AAA",
    "WhoId": "003000000000001AAA",
}
MAIL = {
    "Id": "02s000000000001AAA",
    "MessageDate": "2024-05-03T10:00:00.000Z",
    "FromAddress": "luz@acme.example",
    "FromName": "Luz",
    "ToAddress": "ana@cliente.example; eva@cliente.example",
    "CcAddress": "",
    "MessageIdentifier": "<M1@Mail.Acme.Example>",
    "RelatedToId": "001000000000001AAA",
}


def seats(activity) -> list[tuple[str, str]]:
    assert isinstance(activity, Activity)
    return [(p.role.value, p.identity.value) for p in activity.participants]


def told(read, row, *more) -> Activity:
    activity = read(Row(row), ORG, *more)
    assert isinstance(activity, Activity)
    return activity


def test_a_logged_call_knows_who_when_and_how_long() -> None:
    call = told(read_task, CALL)
    assert (call.kind, call.key, call.duration_s) == (Kind.CALL, f"sf:{ORG}/00T000000000001AAA", 300)
    assert call.occurred_at == datetime(2024, 5, 3, tzinfo=UTC)
    assert seats(call) == [
        ("owner", "005000000000001AAA"),
        ("about", "003000000000001AAA"),
        ("about", "001000000000001AAA"),
    ]


@pytest.mark.parametrize(
    ("fields", "signal"),
    [
        ({"IsClosed": False}, Signal.NOT_HELD),
        ({"CallDisposition": "Left voicemail"}, Signal.NOT_HELD),
        ({"CallDisposition": "sin respuesta"}, Signal.NOT_HELD),
        ({"CallDurationInSeconds": "20"}, Signal.SHORT),
        ({"TaskSubtype": "ListEmail"}, Signal.BULK),
    ],
)
def test_what_a_task_says_about_the_touch(fields, signal) -> None:
    assert told(read_task, CALL | fields).signals == {signal}


@pytest.mark.parametrize(
    ("subtype", "more", "kind"),
    [
        ("Task", {"Type": "Call"}, Kind.CALL),
        ("Task", {"Type": "Llamada"}, Kind.CALL),
        ("Task", {"CallType": "Outbound"}, Kind.CALL),
        ("Task", {"Type": "Email"}, Kind.EMAIL),
        ("Task", {"Type": "Email", "IsClosed": False}, Kind.TASK),  # still to be written
        ("Task", {"Type": "Prep"}, Kind.TASK),
        ("Task", {}, Kind.TASK),
        (None, {"Type": "Call"}, Kind.CALL),
        ("Email", {"Type": "Call"}, Kind.EMAIL),
        ("Call", {"Type": "Email"}, Kind.CALL),
    ],
)
def test_where_the_subtype_is_the_one_that_every_task_has_its_type_says_what_it_logs(subtype, more, kind) -> None:
    assert told(read_task, CALL | {"TaskSubtype": subtype} | more).kind is kind


@pytest.mark.parametrize(("of", "kind"), [("Call", Kind.CALL), ("Meeting", Kind.MEETING), (None, Kind.MEETING)])
def test_an_event_of_the_usual_subtype_is_a_call_where_its_type_says_so(of, kind) -> None:
    assert told(read_event, MEETING | {"EventSubtype": "Event", "Type": of}).kind is kind


def test_more_than_one_contact_of_a_task_comes_from_its_relations() -> None:
    relations = [Row({"RelationId": "003000000000002AAA"}), Row({"RelationId": "003000000000001AAA"})]
    assert seats(told(read_task, CALL, relations)) == [
        ("owner", "005000000000001AAA"),
        ("about", "003000000000002AAA"),
        ("about", "003000000000001AAA"),
        ("about", "001000000000001AAA"),
    ]


def test_a_task_and_the_mail_it_was_logged_for_are_one_interaction() -> None:
    task = told(read_task, CALL | {"TaskSubtype": "Email"}, (), [Row(MAIL)])
    mail = told(read_mail, MAIL)
    assert (task.key, task.kind, task.occurred_at) == (mail.key, Kind.EMAIL, mail.occurred_at)


def test_a_meeting_tells_who_was_invited_and_who_declined() -> None:
    relations = [
        Row({"RelationId": "003000000000001AAA", "IsInvitee": True, "Status": "Declined"}),
        Row({"RelationId": "005000000000002AAA", "IsInvitee": "true", "Status": "Accepted"}),
        Row({"RelationId": "001000000000001AAA", "IsInvitee": False, "IsWhat": True}),
    ]
    meeting = told(read_event, MEETING, relations)
    assert (meeting.kind, meeting.duration_s) == (Kind.MEETING, 2700)
    assert [(p.role, p.declined) for p in meeting.participants] == [
        (Role.OWNER, False),
        (Role.ATTENDEE, True),
        (Role.ATTENDEE, False),
        (Role.ABOUT, False),
    ]


@pytest.mark.parametrize("fields", [{"IsRecurrence": True}, {"IsRecurrence2": True, "GroupEventType": "3"}])
def test_the_pattern_of_a_series_was_never_held(fields) -> None:
    assert told(read_event, MEETING | fields).signals == {Signal.NOT_HELD}


@pytest.mark.parametrize("kind", ["0", "1", None])
def test_every_meeting_of_a_series_repeats_and_was_held(kind) -> None:
    assert told(read_event, MEETING | {"IsRecurrence2": True, "GroupEventType": kind}).signals == frozenset()


def test_a_mail_meets_its_copy_in_a_mailbox_by_message_id() -> None:
    mail = told(read_mail, MAIL)
    assert mail.key == "mid:M1@mail.acme.example"
    assert seats(mail) == [
        ("from", "luz@acme.example"),
        ("to", "ana@cliente.example"),
        ("to", "eva@cliente.example"),
        ("about", "001000000000001AAA"),
    ]
    assert mail.participants[0].name == "Luz"


def test_a_mail_without_message_id_is_known_by_its_record() -> None:
    assert told(read_mail, MAIL | {"MessageIdentifier": None}).key == f"sf:{ORG}/02s000000000001AAA"


def test_a_mails_relations_name_further_addresses_and_records() -> None:
    relations = [
        Row(
            {"RelationType": "CcAddress", "RelationAddress": "x@cliente.example", "RelationId": "003000000000003AAA"}
        ),
        Row({"RelationType": "ToAddress", "RelationAddress": "Ana@cliente.example"}),
        Row({"RelationType": "OtherAddress", "RelationAddress": "y@cliente.example"}),
    ]
    assert seats(told(read_mail, MAIL, relations))[3:] == [
        ("cc", "x@cliente.example"),
        ("about", "003000000000003AAA"),
        ("about", "001000000000001AAA"),
    ]


def test_headers_tell_what_a_machine_wrote_and_what_is_answered() -> None:
    headers = "Auto-Submitted: auto-replied\r\nReferences: <a@x>\r\n <b@x>"
    mail = told(read_mail, MAIL | {"Headers": headers})
    assert mail.signals == {Signal.AUTO_REPLY, Signal.REPLY}
    assert mail.thread_refs == ("a@x", "b@x")


def test_what_was_not_asked_for_is_not_there() -> None:
    mail = told(read_mail, MAIL)
    assert (mail.subject, mail.snippet) == (None, None)


@pytest.mark.parametrize(("read", "row"), [(read_task, CALL), (read_event, MEETING), (read_mail, MAIL)])
def test_what_was_deleted_is_gone(read, row) -> None:
    assert read(Row(row | {"IsDeleted": True}), ORG) == Gone(item_id=row["Id"])


@pytest.mark.parametrize(
    ("created", "due", "completed", "at"),
    [
        ("2024-02-01T09:00", "2024-05-03", "2024-08-01T10:00", "2024-08-01T10:00"),  # late
        ("2024-05-01T09:00", "2024-05-20", "2024-05-03T10:00", "2024-05-03T10:00"),  # before it was due
        ("2024-05-03T09:00", "2024-05-03", "2024-05-03T10:00", "2024-05-03T10:00"),
        ("2024-05-06T09:00", "2024-05-03", "2024-05-06T09:00", "2024-05-03T00:00"),  # logged later than it happened
        ("2024-05-06T09:00", "2024-05-20", "2024-05-06T09:00", "2024-05-06T09:00"),
        ("2024-05-06T09:00", "2024-05-03", None, "2024-05-03T00:00"),
        ("2024-05-06T09:00", None, "2024-05-07T10:00", "2024-05-07T10:00"),
        (None, "2024-05-03", "2024-05-06T09:00", "2024-05-03T00:00"),
    ],
)
def test_what_was_planned_happened_when_it_was_completed_and_what_was_logged_when_that_says(
    created: str | None, due: str | None, completed: str | None, at: str
) -> None:
    dates = {"CreatedDate": created, "ActivityDate": due, "CompletedDateTime": completed}
    assert told(read_task, CALL | dates).occurred_at == datetime.fromisoformat(f"{at}+00:00")


def test_what_is_still_to_be_done_stands_where_it_is_due() -> None:
    open_yet = {"IsClosed": False, "CreatedDate": "2024-02-01T09:00", "CompletedDateTime": "2024-03-01T09:00"}
    assert told(read_task, CALL | open_yet).occurred_at == datetime(2024, 5, 3, tzinfo=UTC)


def test_what_guardian_logged_happened_on_the_day_that_it_says() -> None:
    dates = {"CreatedDate": "2024-05-03T20:00", "CompletedDateTime": "2024-05-03T20:00"}
    ours = read_task(Row(CALL | dates | {"Key__c": "mid:a@x.example"}), ORG, key_field="Key__c")
    assert isinstance(ours, Activity)
    assert ours.occurred_at == datetime(2024, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(("field", "value"), [("ActivityDate", "soon"), ("ActivityDate", None)])
def test_a_task_without_a_date_is_unreadable(field, value) -> None:
    with pytest.raises(Unreadable):
        read_task(Row(CALL | {field: value}), ORG)
