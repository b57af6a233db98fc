"""Writing into Salesforce: which records, found again by their key, each refused by itself; what an admin is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.salesforce.connector import Organisation as SeenOrganisation
from connectors.salesforce.write import SalesforceWriter
from guardian.connector_kit.contract import records_of, round_of
from guardian.domain.activity import Activity, Kind, Signal
from guardian.domain.errors import TryLater, UserError
from guardian.ports.connector import Cursor
from guardian.ports.write_back import Draft, Entry, Mark, Outcome, WritingConnector
from tests.connectors.salesforce.organisation import Organisation
from tests.lab.faults import FaultPlan, dropped_after, refused, unavailable
from tests.lab.salesforce_org import Record

AT = datetime(2026, 10, 20, 23, 30, tzinfo=UTC)
UPSERT = r"PATCH .*/composite/sobjects/"
KEY = "Guardian_Key__c"
FLAG, STATE, STEP = "Guardian_At_Risk__c", "Guardian_State__c", "Guardian_Next_Step__c"


@pytest.fixture
def open_to_us(acme: Organisation) -> Organisation:
    acme.org.make_field(f"Task.{KEY}", f"Account.{FLAG}", f"Account.{STATE}", f"Account.{STEP}")
    return acme


def writer(acme: Organisation, **settings: Any) -> SalesforceWriter:
    connector = acme.connector(write_back="on", **settings)
    assert isinstance(connector, WritingConnector)
    assert isinstance(connector, SeenOrganisation)
    return connector.writer()


def contact(acme: Organisation, n: int = 0) -> Record:
    return list(acme.org.living("Contact").values())[n]


def an_entry(acme: Organisation, n: int = 1, **more: Any) -> Entry:
    who = contact(acme)
    usual: dict[str, Any] = {
        "key": f"mid:{n}@norte.example",
        "kind": Kind.EMAIL,
        "occurred_at": AT,
        "subject": f"Pedido {n}",
        "who": who["Id"],
        "account": who["AccountId"],
        "owner": next(iter(acme.org.records["User"])),
        "sender": "luis@norte.example",
        "to": ("ana@acme.example",),
        "inbound": True,
    }
    return Entry(**(usual | more))


def written(one: SalesforceWriter, *entries: Entry) -> list[Outcome]:
    drafts = one.draft(entries)
    return list(one.write([draft for draft in drafts if draft.record is None]))


def ours(acme: Organisation, name: str = "Task") -> list[Record]:
    return [one for one in acme.org.living(name).values() if one[KEY]]


def test_a_mail_becomes_a_task_that_is_done_filed_under_who_wrote_it(open_to_us: Organisation) -> None:
    acme, who = open_to_us, contact(open_to_us)
    (outcome,) = written(writer(acme), an_entry(acme, words="Hola Ana"))
    (task,) = ours(acme)
    assert outcome.record == task["Id"]
    told = {name: task[name] for name in (KEY, "Subject", "ActivityDate", "TaskSubtype", "Status", "Description")}
    assert told == {
        KEY: "mid:1@norte.example",
        "Subject": "Pedido 1",
        "ActivityDate": "2026-10-20",
        "TaskSubtype": "Email",
        "Status": "Completed",
        "Description": "Hola Ana",
    }
    assert (task["WhoId"], task["WhatId"], task["IsClosed"]) == (who["Id"], who["AccountId"], True)
    assert task["OwnerId"] == next(iter(acme.org.records["User"]))


def test_it_comes_back_as_a_copy_under_the_same_key(open_to_us: Organisation) -> None:
    written(
        writer(open_to_us), an_entry(open_to_us), an_entry(open_to_us, 2, key="ical:u@x/single", kind=Kind.MEETING)
    )
    told = [one for one in records_of(round_of(open_to_us.feed("Task"))) if isinstance(one, Activity)]
    copies = {one.key: one.kind for one in told if Signal.WRITTEN_BACK in one.signals}
    assert copies == {"mid:1@norte.example": Kind.EMAIL, "ical:u@x/single": Kind.MEETING}


def test_other_words_in_the_field_are_not_ours(open_to_us: Organisation) -> None:
    task = open_to_us.org.create("Task", Subject="x", ActivityDate="2026-10-20", Guardian_Key__c="note: call Luis")
    told = {one.item_id: one for one in records_of(round_of(open_to_us.feed("Task"))) if isinstance(one, Activity)}
    assert told[task].key.startswith("sf:")
    assert Signal.WRITTEN_BACK not in told[task].signals


def test_what_is_there_is_found_and_left_alone(open_to_us: Organisation) -> None:
    written(writer(open_to_us), an_entry(open_to_us))
    (task,) = ours(open_to_us)
    open_to_us.org.update(task["Id"], Subject="A rep wrote more here")
    (draft,) = writer(open_to_us).draft([an_entry(open_to_us)])
    assert draft.record == task["Id"]
    assert written(writer(open_to_us), an_entry(open_to_us)) == []
    assert ours(open_to_us)[0]["Subject"] == "A rep wrote more here"


def test_what_a_person_deleted_there_is_not_written_again(open_to_us: Organisation) -> None:
    written(writer(open_to_us), an_entry(open_to_us))
    (task,) = ours(open_to_us)
    open_to_us.org.delete(task["Id"])
    assert written(writer(open_to_us), an_entry(open_to_us)) == []
    assert ours(open_to_us) == []


def test_an_answer_that_is_lost_writes_nothing_twice(open_to_us: Organisation) -> None:
    """The records are there, and their subtype cannot change any more: what is sent again is refused, row by row."""
    open_to_us.lab.faults = FaultPlan().lay(dropped_after(), on=UPSERT)
    outcomes = written(writer(open_to_us), an_entry(open_to_us), an_entry(open_to_us, 2))
    assert open_to_us.asked(UPSERT) == 2
    assert sorted(one["Id"] for one in ours(open_to_us)) == sorted(str(one.record) for one in outcomes)
    assert [one.problem for one in outcomes] == ["", ""]


def test_two_hundred_go_in_one_request_and_none_is_lost(open_to_us: Organisation) -> None:
    entries = [an_entry(open_to_us, n, key=f"mid:{'x' * 150}{n}@norte.example") for n in range(200)]
    assert len(written(writer(open_to_us), *entries)) == 200
    assert open_to_us.asked(UPSERT) == 1
    assert all(draft.record for draft in writer(open_to_us).draft(entries))


def test_one_row_that_is_refused_does_not_keep_the_others_back(open_to_us: Organisation) -> None:
    open_to_us.org.rule = lambda name, record: "Say which product." if record.get("Subject") == "Pedido 2" else ""
    first, second, third = written(writer(open_to_us), *(an_entry(open_to_us, n) for n in (1, 2, 3)))
    assert (bool(first.record), second.record, bool(third.record)) == (True, None, True)
    assert second.problem == "Salesforce refuses it: Say which product (FIELD_CUSTOM_VALIDATION_EXCEPTION)."


def test_a_task_of_somebody_who_left_has_no_owner_of_ours(open_to_us: Organisation) -> None:
    owner = next(iter(open_to_us.org.records["User"]))
    open_to_us.org.update(owner, IsActive=False)
    (outcome,) = written(writer(open_to_us), an_entry(open_to_us))
    assert outcome.record
    assert ours(open_to_us)[0]["OwnerId"] != owner


def test_a_leads_task_is_filed_under_the_lead_only(open_to_us: Organisation) -> None:
    lead = next(iter(open_to_us.org.living("Lead")))
    (outcome,) = written(writer(open_to_us), an_entry(open_to_us, who=lead))
    assert outcome.problem == ""
    assert (ours(open_to_us)[0]["WhoId"], ours(open_to_us)[0]["WhatId"]) == (lead, None)


def test_a_call_keeps_its_length_and_long_words_are_cut(open_to_us: Organisation) -> None:
    call = an_entry(open_to_us, kind=Kind.CALL, duration_s=90, subject="s" * 300)
    written(writer(open_to_us), call)
    (task,) = ours(open_to_us)
    assert (task["TaskSubtype"], task["CallDurationInSeconds"]) == ("Call", 90)
    assert task["Subject"] == "s" * 254 + "…"


def test_where_mails_may_be_made_a_mail_of_an_account_is_a_mail(open_to_us: Organisation) -> None:
    open_to_us.org.locked.discard("EmailMessage")
    open_to_us.org.make_field(f"EmailMessage.{KEY}")
    entry = an_entry(open_to_us, who=None, cc=("eva@norte.example",))
    written(writer(open_to_us), entry)
    (mail,) = ours(open_to_us, "EmailMessage")
    assert (mail["MessageIdentifier"], mail["MessageDate"]) == ("<1@norte.example>", AT)
    assert (mail["FromAddress"], mail["ToAddress"], mail["CcAddress"]) == (entry.sender, *entry.to, *entry.cc)
    assert (mail["Incoming"], mail["Status"], mail["RelatedToId"]) == (True, "1", entry.account)
    assert ours(open_to_us) == []
    told = [one for one in records_of(round_of(open_to_us.feed("EmailMessage"))) if isinstance(one, Activity)]
    assert [one.key for one in told if Signal.WRITTEN_BACK in one.signals] == [entry.key]
    assert writer(open_to_us).draft([entry])[0].record == mail["Id"]


@pytest.mark.parametrize("name", ["Contact", "Lead"])
def test_a_mail_of_who_has_a_record_is_filed_under_it_even_there(open_to_us: Organisation, name: str) -> None:
    open_to_us.org.locked.discard("EmailMessage")
    open_to_us.org.make_field(f"EmailMessage.{KEY}")
    who = next(iter(open_to_us.org.living(name)))
    written(writer(open_to_us), an_entry(open_to_us, who=who, account=None))
    assert [(one["WhoId"], one["TaskSubtype"]) for one in ours(open_to_us)] == [(who, "Email")]
    assert ours(open_to_us, "EmailMessage") == []


def test_a_meeting_is_a_task_even_there(open_to_us: Organisation) -> None:
    open_to_us.org.locked.discard("EmailMessage")
    open_to_us.org.make_field(f"EmailMessage.{KEY}")
    written(writer(open_to_us), an_entry(open_to_us, key="ical:u@x/single", kind=Kind.MEETING))
    assert [one["TaskSubtype"] for one in ours(open_to_us)] == ["Task"]


def a_mark(acme: Organisation, **more: Any) -> Mark:
    account = next(iter(acme.org.living("Account")))
    mark = Mark(account=account, at_risk=True, state="En riesgo", next_step="Llame a Luis.")
    return replace(mark, **more)


@pytest.mark.parametrize(("flag", "value"), [(FLAG, True), (STATE, "En riesgo")])
def test_an_account_gets_its_flag_as_the_field_wants_it_and_its_next_step(
    open_to_us: Organisation, flag: str, value: object
) -> None:
    one, mark = writer(open_to_us, flag_field=flag, next_step_field=STEP), a_mark(open_to_us)
    assert one.notices() == ()
    one.write(one.draft_marks([mark]))
    account = open_to_us.org.record(mark.account)
    assert (account[flag], account[STEP]) == (value, "Llame a Luis.")


def test_an_account_that_says_so_already_is_not_touched(open_to_us: Organisation) -> None:
    one = writer(open_to_us, flag_field=FLAG, next_step_field=STEP)
    one.write(one.draft_marks([a_mark(open_to_us)]))
    assert one.draft_marks([a_mark(open_to_us)]) == []
    (draft,) = one.draft_marks([a_mark(open_to_us, next_step="")])
    assert draft == Draft(key=draft.key, object="Account", fields={STEP: None}, record=draft.key)


def test_a_field_that_accounts_lack_is_left_out_with_one_sentence(open_to_us: Organisation) -> None:
    one = writer(open_to_us, flag_field=FLAG, next_step_field="Another__c")
    assert [notice.partition(",")[0] for notice in one.notices()] == [
        "Account has no field Another__c that the integration user may edit"
    ]
    (draft,) = one.draft_marks([a_mark(open_to_us)])
    assert draft.fields == {FLAG: True}


def test_a_field_that_may_not_be_changed_is_left_out_too(open_to_us: Organisation) -> None:
    open_to_us.org.locked.add(f"Account.{STEP}")
    one = writer(open_to_us, next_step_field=STEP)
    assert len(one.notices()) == 1
    assert one.draft_marks([a_mark(open_to_us)]) == []


def test_checking_says_that_it_can_write_back_and_what_is_left_out(open_to_us: Organisation) -> None:
    said = open_to_us.connector(write_back="on", next_step_field="Another__c").check()
    assert "; can write back. Account has no field Another__c" in said
    assert "write back" not in open_to_us.connector().check()


def test_checking_fails_where_it_is_to_write_back_and_cannot(acme: Organisation) -> None:
    with pytest.raises(UserError, match="Make a text field"):
        acme.connector(write_back="on").check()


def test_without_the_field_for_the_key_it_says_how_to_make_it(acme: Organisation) -> None:
    with pytest.raises(UserError, match="Make a text field Guardian_Key__c of Activity"):
        writer(acme).notices()


def test_without_the_permission_it_says_what_to_grant(open_to_us: Organisation) -> None:
    open_to_us.org.locked.add("Task")
    with pytest.raises(UserError, match="Let the integration user create and edit tasks"):
        writer(open_to_us).notices()


def test_who_does_not_read_tasks_cannot_tell_what_is_missing(open_to_us: Organisation) -> None:
    with pytest.raises(UserError, match="Add Task to objects"):
        writer(open_to_us, objects=("Account", "Contact", "Event")).notices()


def test_who_does_not_read_the_mails_that_salesforce_holds_cannot_tell_what_is_missing(
    open_to_us: Organisation,
) -> None:
    objects = ("Account", "Contact", "Task", "Event")
    with pytest.raises(UserError, match="Add EmailMessage to objects"):
        writer(open_to_us, objects=objects).notices()
    open_to_us.org.hidden.add("EmailMessage")
    assert writer(open_to_us, objects=objects).notices() == ()


@pytest.mark.parametrize("hidden", ["TaskStatus", "User.IsActive", "User"])
def test_what_cannot_be_asked_before_writing_is_one_sentence(open_to_us: Organisation, hidden: str) -> None:
    open_to_us.org.hidden.add(hidden)
    with pytest.raises(UserError, match="does not answer what must be known before anything is written back"):
        writer(open_to_us).draft([an_entry(open_to_us)])


def test_a_list_of_readers_that_is_too_long_ends_with_a_whole_address(open_to_us: Organisation) -> None:
    open_to_us.org.locked.discard("EmailMessage")
    open_to_us.org.make_field(f"EmailMessage.{KEY}")
    many = tuple(f"reader{n}@norte.example" for n in range(100))
    written(writer(open_to_us), an_entry(open_to_us, who=None, to=many, cc=("x" * 300 + "@norte.example",)))
    (mail,) = ours(open_to_us, "EmailMessage")
    assert mail["ToAddress"] == "; ".join(many[:11])
    assert mail["CcAddress"] is None


def cursors_of(acme: Organisation) -> dict[str, Cursor | None]:
    return {one.scope.name: round_of(one)[-1].cursor for one in acme.connector().feeds()}


def test_salesforce_is_known_up_to_where_the_feed_that_is_furthest_behind_ended(open_to_us: Organisation) -> None:
    behind = cursors_of(open_to_us)
    first = open_to_us.org.now - timedelta(minutes=2)
    open_to_us.org.pass_time(days=1)
    ahead = {name: round_of(open_to_us.feed(name), cursor)[-1].cursor for name, cursor in behind.items()}
    known = writer(open_to_us).read_until
    assert known(ahead) == open_to_us.org.now - timedelta(minutes=2)
    for name in ("Account", "Contact", "Task", "Event", "EmailMessage"):
        assert known({**ahead, name: behind[name]}) == first
        assert known({**ahead, name: None}) is None
        assert known({other: one for other, one in ahead.items() if other != name}) is None


def test_a_feed_that_says_nothing_of_what_is_logged_holds_nothing_up(open_to_us: Organisation) -> None:
    ahead = cursors_of(open_to_us)
    assert writer(open_to_us).read_until({**ahead, "Lead": None, "Case": None}) is not None


def test_an_organisation_without_mails_of_its_own_is_known_without_them(open_to_us: Organisation) -> None:
    open_to_us.org.hidden.add("EmailMessage")
    assert writer(open_to_us).read_until(cursors_of(open_to_us)) is not None


def test_who_may_no_longer_read_mails_cannot_tell_what_is_missing(open_to_us: Organisation) -> None:
    known = cursors_of(open_to_us)
    with pytest.raises(UserError, match="would be logged twice"):
        writer(open_to_us, objects=("Account", "Contact", "Task", "Event")).read_until(known)
    open_to_us.org.hidden.add("EmailMessage")
    with pytest.raises(UserError, match="Let the integration user read EmailMessage"):
        writer(open_to_us).read_until(known)


def test_a_cursor_that_is_none_of_ours_tells_nothing(open_to_us: Organisation) -> None:
    assert writer(open_to_us).read_until({**cursors_of(open_to_us), "Task": Cursor(token="{}")}) is None


def test_a_request_that_is_refused_as_a_whole_is_one_sentence(open_to_us: Organisation) -> None:
    body = b'[{"errorCode": "INVALID_FIELD", "message": "No such column"}]'
    open_to_us.lab.faults = FaultPlan().lay(refused(400, body), on=UPSERT)
    with pytest.raises(UserError, match="does not take what is written back: INVALID_FIELD: No such column"):
        written(writer(open_to_us), an_entry(open_to_us))


def test_a_busy_salesforce_is_waited_for(open_to_us: Organisation) -> None:
    open_to_us.lab.faults = FaultPlan().lay(unavailable(), on=UPSERT)
    (outcome,) = written(writer(open_to_us), an_entry(open_to_us))
    assert outcome.record
    assert open_to_us.slept


def test_writing_stops_where_the_days_requests_are_used(open_to_us: Organisation) -> None:
    one = writer(open_to_us, quota_ceiling=0.5)
    drafts = one.draft([an_entry(open_to_us)])
    open_to_us.service.used = open_to_us.service.limit // 2
    one.write(drafts)  # the answer tells how much is used
    with pytest.raises(TryLater, match="the rest is for others"):
        one.write([replace(drafts[0], key="mid:other@norte.example")])
    assert open_to_us.asked(UPSERT) == 1
