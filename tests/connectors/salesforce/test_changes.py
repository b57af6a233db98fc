"""What happens in an organisation and what must become of the local copy: one test a fact of the protocol."""

from datetime import timedelta

import pytest

from guardian.domain.activity import Activity, Kind, Role
from guardian.domain.errors import CursorExpired
from guardian.domain.people import Company, Contact
from guardian.ports.connector import Cursor
from tests.connectors.salesforce.organisation import Organisation
from tests.lab.company_oracle import Local

OBJECTS = ("User", "Account", "Contact", "Lead", "Task", "Event", "EmailMessage")


def first_of(acme: Organisation, name: str) -> str:
    return next(iter(acme.living(name)))


@pytest.mark.parametrize("name", OBJECTS)
def test_a_walk_knows_everything_that_lives(acme: Organisation, name: str) -> None:
    assert acme.local(name).sync().items.keys() == acme.living(name)


def test_a_new_record_comes_with_the_next_round(acme: Organisation) -> None:
    local = acme.local("Contact").sync()
    new = acme.org.create("Contact", Name="Eva", Email="eva@client0.example")
    acme.org.pass_time(minutes=5)
    assert new in local.sync().items


def test_a_feed_that_is_kept_for_later_rounds_goes_on_to_find_what_is_new(acme: Organisation) -> None:
    feed = acme.feed("Contact")
    local = Local(lambda: feed).sync()
    new = acme.org.create("Contact", Name="Eva")
    acme.org.pass_time(minutes=5)
    assert new in local.sync().items


def test_what_has_not_settled_is_left_to_the_next_round(acme: Organisation) -> None:
    local = acme.local("Contact").sync()
    acme.org.pass_time(hours=1)
    new = acme.org.create("Contact", Name="Eva")
    assert new not in local.sync().items
    acme.org.pass_time(minutes=3)
    assert new in local.sync().items


def test_a_record_committed_late_below_the_watermark_is_seen(acme: Organisation) -> None:
    """Airbyte #27146."""
    local = acme.local("Task").sync()
    acme.org.pass_time(hours=1)
    began = acme.org.now - timedelta(minutes=6)
    local.sync()
    late = acme.org.create("Task", Subject="Late", ActivityDate="2026-10-01", stamped=began)
    acme.org.pass_time(minutes=5)
    assert late in local.sync().items


def test_a_record_committed_hours_late_is_seen_within_a_day(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    acme.org.pass_time(hours=10)
    local.sync()
    late = acme.org.create("Task", ActivityDate="2026-10-01", stamped=acme.org.now - timedelta(hours=5))
    acme.org.pass_time(hours=1)
    assert late not in local.sync().items
    acme.org.pass_time(hours=14)
    assert late in local.sync().items


def test_a_record_committed_days_late_is_seen_within_a_week(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    acme.org.pass_time(days=3)
    local.sync()
    late = acme.org.create("Task", ActivityDate="2026-10-01", stamped=acme.org.now - timedelta(days=2, hours=12))
    acme.org.pass_time(days=1)
    assert late not in local.sync().items
    acme.org.pass_time(days=4)
    assert late in local.sync().items


def test_an_archived_task_is_read_and_stays(acme: Organisation) -> None:
    archived = first_of(acme, "Task")
    acme.org.archive(archived)
    local = acme.local("Task").sync()
    assert archived in local.items
    acme.org.pass_time(days=8)
    assert archived in local.sync().items


def test_a_record_in_the_recycle_bin_is_gone(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    gone = first_of(acme, "Task")
    acme.org.delete(gone)
    acme.org.pass_time(minutes=5)
    assert gone not in local.sync().items


def test_a_record_deleted_for_good_is_gone_by_the_delete_log(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    gone = first_of(acme, "Task")
    acme.org.pass_time(minutes=30)
    acme.org.purge(gone)
    acme.org.pass_time(minutes=30)
    assert gone not in local.sync().items
    assert acme.asked("Task/deleted") == 1


def test_a_record_deleted_without_a_trace_is_gone_within_a_week(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    gone = first_of(acme, "Task")
    acme.org.purge(gone, logged=False)
    acme.org.pass_time(days=1)
    assert gone in local.sync().items
    acme.org.pass_time(days=6)
    assert gone not in local.sync().items


def test_a_weekly_sweep_asks_for_ids_only(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    acme.org.pass_time(days=7)
    acme.forget()
    assert local.sync().items.keys() == acme.living("Task")
    assert acme.queries("SELECT Id FROM Task")
    assert all("SystemModstamp >=" in one for one in acme.queries("ActivityDate"))


def test_a_restored_record_lives_though_the_delete_log_lists_it(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    back = first_of(acme, "Task")
    acme.org.pass_time(minutes=30)
    acme.org.delete(back)
    acme.org.pass_time(minutes=1)
    acme.org.restore(back)
    acme.org.pass_time(minutes=30)
    assert back in local.sync().items
    acme.org.pass_time(minutes=30)
    assert back in local.sync().items


def test_a_delete_log_that_lags_takes_nothing_back(acme: Organisation) -> None:
    acme.service.log_lag = timedelta(minutes=40)
    local = acme.local("Task").sync()
    back, gone = sorted(acme.living("Task"))[:2]
    acme.org.pass_time(minutes=60)
    acme.org.delete(back)
    acme.org.purge(gone)
    acme.org.restore(back)
    for _ in range(3):
        acme.org.pass_time(minutes=30)
        local.sync()
    assert local.items.keys() == acme.living("Task")


def test_a_delete_log_that_begins_too_late_leads_to_a_sweep(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    gone = first_of(acme, "Task")
    acme.org.purge(gone, logged=False)
    acme.org.pass_time(days=2)
    acme.org.log_begins = acme.org.now - timedelta(days=1)
    assert gone not in local.sync().items


def test_after_fifteen_days_of_silence_everything_is_swept(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    gone = first_of(acme, "Task")
    acme.org.purge(gone)
    acme.org.pass_time(days=30)
    assert local.sync().items.keys() == acme.living("Task")
    assert acme.asked("Task/deleted") == 0


def test_too_many_deletions_at_once_are_asked_for_in_halves(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    acme.service.most_deleted = 2
    for n, task in enumerate(sorted(acme.living("Task"))[:5]):
        acme.org.pass_time(minutes=10)
        acme.org.purge(task, logged=n >= 0)
    acme.org.pass_time(minutes=10)
    assert local.sync().items.keys() == acme.living("Task")
    assert acme.asked("Task/deleted") > 2


def test_the_next_look_at_the_delete_log_begins_where_the_last_one_ended(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    for _ in range(3):
        acme.org.pass_time(hours=1)
        local.sync()
    asked = [(one.param("start"), one.param("end")) for one in acme.questions("Task/deleted")]
    assert len(asked) == 3
    assert [start for start, _ in asked[1:]] == [end for _, end in asked[:-1]]


def test_rounds_in_quick_succession_leave_the_delete_log_alone(acme: Organisation) -> None:
    local = acme.local("Task").sync()
    acme.org.pass_time(seconds=50)
    local.sync()
    assert acme.asked("Task/deleted") == 0


def test_the_loser_of_a_merge_points_to_the_winner(acme: Organisation) -> None:
    local = acme.local("Contact").sync()
    winner, loser = sorted(acme.living("Contact"))[:2]
    acme.org.pass_time(minutes=30)
    acme.org.merge(winner, loser)
    acme.org.pass_time(minutes=30)
    local.sync()
    merged = local.items[loser]
    assert isinstance(merged, Contact)
    assert merged.merged_into == winner
    acme.org.pass_time(days=8)
    assert loser in local.sync().items


def test_a_merged_account_is_gone_and_its_contacts_move(acme: Organisation) -> None:
    accounts, contacts = acme.local("Account").sync(), acme.local("Contact").sync()
    winner, loser = sorted(acme.living("Account"))[:2]
    acme.org.pass_time(minutes=30)
    acme.org.merge(winner, loser)
    acme.org.pass_time(minutes=30)
    assert loser not in accounts.sync().items
    assert loser not in {one.company_ref for one in contacts.sync().items.values() if isinstance(one, Contact)}


def test_a_converted_lead_becomes_the_contact(acme: Organisation) -> None:
    local = acme.local("Lead").sync()
    lead, contact = first_of(acme, "Lead"), first_of(acme, "Contact")
    acme.org.convert(lead, contact)
    acme.org.pass_time(minutes=5)
    converted = local.sync().items[lead]
    assert isinstance(converted, Contact)
    assert converted.merged_into == contact


def test_a_change_of_owner_is_seen(acme: Organisation) -> None:
    local = acme.local("Account").sync()
    account, owner = first_of(acme, "Account"), sorted(acme.living("User"))[-1]
    acme.org.update(account, OwnerId=owner)
    acme.org.pass_time(minutes=5)
    told = local.sync().items[account]
    assert isinstance(told, Company)
    assert told.owner_ref == owner


def test_an_answer_to_an_invitation_changes_the_meeting(acme: Organisation) -> None:
    """Only the relation changes; the event itself does not."""
    local = acme.local("Event").sync()
    seat = next(one for one in acme.org.living("EventRelation").values() if one["Status"] == "New")
    acme.org.update(seat["Id"], Status="Declined")
    acme.org.pass_time(minutes=5)
    meeting = local.sync().items[seat["EventId"]]
    assert isinstance(meeting, Activity)
    assert [p.declined for p in meeting.participants if p.identity.value == seat["RelationId"]] == [True]


def test_a_sale_changes_what_the_client_is_worth(acme: Organisation) -> None:
    local = acme.local("Account").sync()
    account = first_of(acme, "Account")
    before = local.items[account]
    acme.org.create("Opportunity", AccountId=account, Amount=500.0, IsWon=True, CloseDate="2026-10-30")
    acme.org.create("Opportunity", AccountId=account, Amount=9e9, IsWon=False, CloseDate="2026-10-30")
    acme.org.pass_time(minutes=5)
    after = local.sync().items[account]
    assert isinstance(before, Company)
    assert isinstance(after, Company)
    assert before.value is not None
    assert after.value == before.value + 500.0


@pytest.mark.parametrize(("source", "value"), [("annual_revenue", 9e6), ("nothing", None)])
def test_the_admin_says_where_the_worth_comes_from(acme: Organisation, source: str, value: float | None) -> None:
    acme.settings["value_from"] = source
    assert {one.value for one in acme.local("Account").sync().items.values() if isinstance(one, Company)} == {value}


def test_a_sale_of_more_than_a_year_ago_no_longer_counts(acme: Organisation) -> None:
    local = acme.local("Account").sync()
    acme.org.pass_time(days=400)
    assert {one.value for one in local.sync().items.values() if isinstance(one, Company)} == {None}


def test_a_logged_mail_and_its_task_have_one_key(acme: Organisation) -> None:
    tasks, mails = acme.local("Task").sync().items, acme.local("EmailMessage").sync().items
    pairs = [(one["ActivityId"], key) for key, one in acme.org.living("EmailMessage").items() if one["ActivityId"]]
    assert pairs
    for task, mail in pairs:
        logged, sent = tasks[task], mails[mail]
        assert isinstance(logged, Activity)
        assert isinstance(sent, Activity)
        assert (logged.key, logged.kind) == (sent.key, Kind.EMAIL)
        assert logged.key.startswith("mid:")


def test_a_task_that_is_a_mail_by_its_type_has_the_key_of_the_mail_beside_it(acme: Organisation) -> None:
    task = acme.org.create("Task", Type="Email", ActivityDate="2026-10-01", IsClosed=True)
    acme.org.create("EmailMessage", MessageIdentifier="<m@x.example>", MessageDate=acme.org.now, ActivityId=task)
    acme.org.pass_time(minutes=5)
    logged = acme.local("Task").sync().items[task]
    assert isinstance(logged, Activity)
    assert (logged.key, logged.kind) == ("mid:m@x.example", Kind.EMAIL)


def test_a_draft_is_no_mail_until_it_is_sent(acme: Organisation) -> None:
    local = acme.local("EmailMessage").sync()
    draft = next(key for key, one in acme.org.living("EmailMessage").items() if one["Status"] == "5")
    assert draft not in local.items
    acme.org.update(draft, Status="3")
    acme.org.pass_time(minutes=5)
    assert draft in local.sync().items


def test_a_colleagues_copy_of_an_event_is_not_a_second_meeting(acme: Organisation) -> None:
    copy = acme.org.create("Event", StartDateTime=acme.org.now, IsChild=True)
    acme.org.pass_time(minutes=5)
    assert copy not in acme.local("Event").sync().items


def test_a_colleague_is_a_participant_by_his_record(acme: Organisation) -> None:
    users = acme.living("User")
    meetings = [one for one in acme.local("Event").sync().items.values() if isinstance(one, Activity)]
    owners = {p.identity.value for one in meetings for p in one.participants if p.role is Role.OWNER}
    assert owners <= users


def test_a_field_that_becomes_visible_is_read_for_every_record(acme: Organisation) -> None:
    """Airbyte #77627."""
    acme.org.hidden.add("Contact.Second_Address__c")
    known = first_of(acme, "Contact")
    acme.org.update(known, Second_Address__c="two@client0.example")
    acme.org.pass_time(days=2)
    local = acme.local("Contact").sync()
    acme.org.hidden.clear()
    acme.org.pass_time(days=2)
    contact = local.sync().items[known]
    assert isinstance(contact, Contact)
    assert "two@client0.example" in contact.addresses


def test_a_cursor_of_another_organisation_is_lost(acme: Organisation) -> None:
    place = acme.local("Contact").sync().cursor
    assert place is not None
    other = Cursor(token=place.token.replace(acme.org.id, "00D000000000099EAA"))
    with pytest.raises(CursorExpired):
        list(acme.feed("Contact").changes(other))


def test_a_poison_row_is_a_dead_letter_and_the_page_goes_on(acme: Organisation) -> None:
    bad = acme.org.create("Task", ActivityDate="someday")
    acme.org.pass_time(minutes=5)
    local = acme.local("Task").sync()
    assert local.items.keys() == acme.living("Task") - {bad}
    assert "ActivityDate" in local.dead[bad]


@pytest.mark.parametrize(
    ("privacy", "asked", "not_asked"),
    [
        ("metadata", (), ("Subject", "Headers", "Description", "TextBody")),
        ("subject", ("Subject", "Headers"), ("Description", "TextBody")),
        ("full", ("Subject", "Headers", "Description", "TextBody"), ("HtmlBody",)),
    ],
)
def test_what_privacy_forbids_is_never_asked_for(
    acme: Organisation, privacy: str, asked: tuple[str, ...], not_asked: tuple[str, ...]
) -> None:
    acme.privacy = privacy
    for name in ("Task", "Event", "EmailMessage"):
        acme.local(name).sync()
    words = " ".join(acme.queries()).replace(",", " ").split()
    assert set(asked) <= set(words)
    assert not set(not_asked) & set(words)


def test_fax_numbers_and_compound_fields_are_never_asked_for(acme: Organisation) -> None:
    acme.local("Contact").sync()
    assert not acme.queries("Fax")
    assert not acme.queries("MailingAddress")
    assert acme.queries("Second_Address__c")
