"""How Salesforce is asked, what it refuses with, and what it must not be believed."""

from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce as SimpleSalesforce

from connectors.salesforce.feed import ObjectFeed
from guardian.connector_kit.contract import item_id, records_of, round_of
from guardian.domain.errors import TryLater, UserError
from guardian.ports.connector import Page
from tests.connectors.salesforce.organisation import Organisation
from tests.lab.certificates import make_app_key
from tests.lab.faults import (
    FaultPlan,
    Kind,
    dropped,
    dropped_after,
    refused,
    spoiled,
    throttled,
    truncated,
    unauthorized,
    unavailable,
)
from tests.lab.salesforce_login import SECRET

QUERY = r"GET .*/queryAll$"
RESULTS = r"GET .*/results$"
LOCKED = refused(400, b'[{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access"}]')
QUOTA_GONE = refused(403, b'[{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]')


def ids(pages: list[Page]) -> list[str]:
    return [item_id(one) for one in records_of(pages)]


def walk_until_stopped(feed: ObjectFeed) -> tuple[list[Page], str]:
    pages: list[Page] = []
    try:
        pages.extend(feed.changes(None))
    except (TryLater, UserError) as stopped:
        return pages, str(stopped)
    return pages, ""


def test_few_rows_come_over_rest_many_by_a_bulk_job(acme: Organisation) -> None:
    round_of(acme.feed("Task", bulk_above=1000))
    assert acme.asked("POST .*/jobs/query") == 0
    round_of(acme.feed("Task", bulk_above=2))
    assert acme.asked("POST .*/jobs/query") == 1


@pytest.mark.parametrize("name", ["Contact", "Task", "Event", "EmailMessage"])
def test_rest_and_bulk_tell_the_same(acme: Organisation, name: str) -> None:
    acme.service.bulk_rows = 3
    assert records_of(round_of(acme.feed(name))) == records_of(round_of(acme.feed(name, bulk_above=1)))


def test_a_page_of_rest_rows_follows_the_other(acme: Organisation) -> None:
    acme.service.page_rows = 2
    assert set(ids(round_of(acme.feed("Task")))) == acme.living("Task")
    assert acme.asked(r"GET .*/query/01g") > 2


def test_the_locator_null_ends_the_results(acme: Organisation) -> None:
    acme.service.bulk_rows = 3
    assert set(ids(round_of(acme.feed("Task", bulk_above=1)))) == acme.living("Task")
    locators = [one.param("locator") for one in acme.lab.asked(RESULTS)]
    assert locators == [None, *(str(n) for n in range(3, len(acme.living("Task")), 3))]


def test_a_job_that_takes_time_is_looked_at_until_it_is_done(acme: Organisation) -> None:
    acme.service.bulk_looks = 4
    assert set(ids(round_of(acme.feed("Task", bulk_above=1)))) == acme.living("Task")
    assert acme.slept == sorted(acme.slept)
    assert len(acme.slept) == 4


def test_a_job_that_takes_too_long_is_fetched_by_the_next_run(acme: Organisation) -> None:
    acme.service.bulk_looks = 10_000
    pages, said = walk_until_stopped(acme.object_feed("Task", bulk_above=1))
    assert "still preparing" in said
    for job in acme.service.jobs.values():
        job.looks = 0
    assert set(ids(round_of(acme.feed("Task", bulk_above=1), pages[-1].cursor))) == acme.living("Task")
    assert acme.asked("POST .*/jobs/query") == 1


def test_an_interrupted_round_goes_on_with_the_job_it_had(acme: Organisation) -> None:
    acme.service.bulk_rows = 3
    acme.lab.faults = FaultPlan().lay(refused(400), on=RESULTS, skip=1)
    pages, said = walk_until_stopped(acme.object_feed("Task", bulk_above=1))
    assert said
    rest = round_of(acme.feed("Task", bulk_above=1), pages[-1].cursor)
    assert sorted(ids(pages) + ids(rest)) == sorted(acme.living("Task"))
    assert acme.asked("POST .*/jobs/query") == 1


def sizes_asked(acme: Organisation) -> list[str | None]:
    return [one.param("maxRecords") for one in acme.lab.asked(RESULTS)]


@pytest.mark.parametrize(
    ("name", "privacy", "rows"),
    [("EmailMessage", "metadata", "50000"), ("EmailMessage", "subject", "2000"), ("Task", "full", "2000")],
)
def test_rows_with_long_texts_are_asked_for_in_smaller_pages(
    acme: Organisation, name: str, privacy: str, rows: str
) -> None:
    acme.privacy = privacy
    closed = round_of(acme.feed(name, bulk_above=1))[-1].cursor
    assert set(sizes_asked(acme)) == {rows}
    acme.forget()
    acme.org.pass_time(days=8)
    round_of(acme.feed(name, bulk_above=1), closed)
    assert sizes_asked(acme)[0] == "50000"  # a sweep asks for ids only


def test_a_page_of_results_that_is_too_long_is_asked_for_in_halves(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.privacy = "full"
    for n in range(30):
        acme.org.create("Task", Subject=str(n), Description="x" * 80_000, ActivityDate="2026-10-30")
    monkeypatch.setattr("connectors.salesforce.bulk.MOST_LONG_ROWS", 40)
    monkeypatch.setattr("guardian.connector_kit.http.LARGEST_BODY", 1_000_000)
    assert set(ids(round_of(acme.feed("Task", bulk_above=1)))) == acme.living("Task")
    assert sizes_asked(acme)[:3] == ["40", "20", "10"]
    assert set(sizes_asked(acme)[3:]) == {"10"}


def test_a_single_row_that_is_too_long_says_so(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.privacy = "full"
    acme.org.create("Task", Description="x" * 1_000_000, ActivityDate="2026-10-30")
    monkeypatch.setattr("guardian.connector_kit.http.LARGEST_BODY", 1_000_000)
    assert "in one answer" in walk_until_stopped(acme.object_feed("Task", bulk_above=1))[1]
    assert sizes_asked(acme)[-1] == "1"


def test_a_job_that_is_gone_is_made_anew_for_the_rows_not_yet_told(acme: Organisation) -> None:
    acme.service.bulk_rows = 3
    pages = round_of(acme.feed("Task", bulk_above=1))
    acme.service.jobs.clear()
    rest = round_of(acme.feed("Task", bulk_above=1), pages[2].cursor)
    assert ids(pages[:3]) + ids(rest) == ids(pages)


def test_a_job_that_fails_is_read_over_rest(acme: Organisation) -> None:
    acme.service.fails.add("Task")
    assert set(ids(round_of(acme.feed("Task", bulk_above=1)))) == acme.living("Task")


def test_a_query_too_long_for_an_address_goes_by_bulk(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.salesforce.soql.LONGEST_IN_URL", 100)
    assert set(ids(round_of(acme.feed("Contact")))) == acme.living("Contact")
    assert acme.asked("POST .*/jobs/query") == 1


@pytest.mark.parametrize(
    "fault", [throttled(1), unavailable(), dropped(), dropped_after(), truncated(), LOCKED, unauthorized()]
)
@pytest.mark.parametrize("on", [QUERY, r"GET .*/describe", "POST .*/jobs/query$", RESULTS])
def test_what_passes_is_waited_for_and_costs_no_row(acme: Organisation, fault: Any, on: str) -> None:
    acme.lab.faults = FaultPlan().lay(fault, on=on)
    found = ids(round_of(acme.feed("Task", bulk_above=1 if "jobs" in on or on == RESULTS else 2000)))
    assert set(found) == acme.living("Task")
    assert len(acme.lab.faults.struck) == 1


@pytest.mark.parametrize(("on", "bulk_above"), [(QUERY, 2000), (RESULTS, 1), (r"GET .*/query/01g", 2000)])
def test_a_page_that_lacks_rows_is_asked_for_again(acme: Organisation, on: str, bulk_above: int) -> None:
    acme.service.page_rows = 4
    acme.lab.faults = FaultPlan().lay(spoiled(Kind.PARTIAL), on=on)
    assert set(ids(round_of(acme.feed("Account", bulk_above=bulk_above)))) == acme.living("Account")


@pytest.mark.parametrize(("on", "bulk_above"), [(QUERY, 2000), (RESULTS, 1)])
def test_a_page_that_goes_on_lacking_rows_tells_none(acme: Organisation, on: str, bulk_above: int) -> None:
    feed = acme.object_feed("Contact", bulk_above=bulk_above)
    acme.lab.faults = FaultPlan().lay(spoiled(Kind.PARTIAL), on=on, times=99)
    pages, said = walk_until_stopped(feed)
    assert said
    assert ids(pages) == []


def test_a_session_that_ran_out_in_the_middle_is_renewed_once(acme: Organisation) -> None:
    acme.service.page_rows = 2
    feed = acme.feed("Task")
    pages = feed.changes(None)
    first = next(pages)
    acme.service.tokens.revoke()
    assert sorted(ids([first, *pages])) == sorted(acme.living("Task"))
    assert acme.service.tokens.given == 2


def test_a_session_that_is_refused_for_ever_does_not_loop(acme: Organisation) -> None:
    """simple-salesforce PR #685."""
    feed = acme.feed("Task")
    acme.lab.faults = FaultPlan().lay(unauthorized(), on=QUERY, times=99)
    acme.lab.forget()
    with pytest.raises(UserError, match="refuses our login"):
        round_of(feed)
    assert acme.asked("queryAll") == 2


def test_this_run_stops_at_its_share_of_the_quota(acme: Organisation) -> None:
    acme.service.limit = 40
    feed = acme.object_feed("Task", quota_share=0.5, quota_ceiling=1.0)
    acme.service.page_rows = 1
    pages, said = walk_until_stopped(feed)
    assert "This run has used its 20" in said
    assert acme.service.used == 20
    acme.service.limit, acme.service.page_rows = 15_000, 2000
    assert sorted(ids(pages) + ids(round_of(acme.feed("Task"), pages[-1].cursor))) == sorted(acme.living("Task"))


def test_the_rest_of_the_quota_is_left_to_others(acme: Organisation) -> None:
    feed = acme.object_feed("Task")
    acme.service.used = 12_001
    acme.service.page_rows = 1
    with pytest.raises(TryLater, match="12002 of its 15000") as stopped:
        round_of(feed)
    assert stopped.value.after_seconds == 3600


def test_an_exhausted_quota_stops_at_once_and_does_not_repeat(acme: Organisation) -> None:
    feed = acme.feed("Task")
    acme.lab.faults = FaultPlan().lay(QUOTA_GONE, on=QUERY, times=99)
    acme.lab.forget()
    with pytest.raises(TryLater, match="used up") as stopped:
        round_of(feed)
    assert stopped.value.after_seconds == 3600
    assert acme.asked("queryAll") == 1


def test_a_quiet_night_costs_few_requests(acme: Organisation) -> None:
    place = round_of(acme.feed("Task"))[-1].cursor
    acme.org.pass_time(hours=12)
    feed = acme.feed("Task")
    acme.forget()
    pages = round_of(feed, place)
    assert feed.count() == len(acme.living("Task"))
    assert len(pages) == 1
    assert acme.service.used == 1
    assert acme.asked("GET") == 5  # delete log, two relations, changes, count


def test_pages_say_what_they_cost(acme: Organisation) -> None:
    feed = acme.feed("Task")
    acme.forget()
    acme.lab.faults = FaultPlan().lay(throttled(3), on="GET .*/query/01g")
    acme.service.page_rows = 3
    pages = round_of(feed)
    throttled_ones = 1
    assert sum(one.requests for one in pages) == acme.service.used + throttled_ones
    assert sum(one.throttled_s for one in pages) == 3


def test_client_credentials_log_in_too(acme: Organisation) -> None:
    feed = acme.feed("User", auth="client_credentials", client_secret=SECRET)
    assert set(ids(round_of(feed))) == acme.living("User")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"client_id": "wrong"}, "client_id"),
        ({"username": "nobody@acme.example"}, "Activate the integration user"),
        ({"audience": "https://elsewhere.example"}, "audience"),
        ({"private_key": "no key"}, "private_key is no private key"),
        ({"auth": "client_credentials", "client_secret": "wrong"}, "client_secret"),
    ],
)
def test_a_wrong_login_says_what_to_mend(acme: Organisation, settings: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        acme.connector(**settings).check()


def test_a_key_whose_certificate_was_not_uploaded_is_refused(acme: Organisation) -> None:
    with pytest.raises(UserError, match="Upload the certificate"):
        acme.connector(private_key=make_app_key().private_key).check()


def test_an_app_that_was_not_approved_says_how_to_approve_it(acme: Organisation) -> None:
    acme.service.tokens.approved = False
    with pytest.raises(UserError, match="Approve the connected app"):
        acme.connector().check()


def test_check_says_whose_data_it_sees_and_what_is_missing(acme: Organisation) -> None:
    acme.org.hidden |= {"Lead", "EmailMessage"}
    said = acme.connector().check()
    assert said.startswith("Reads User, Account, Contact, Task, Event of Acme (sandbox)")
    assert "cannot see Lead, EmailMessage" in said
    assert "of 15000 requests" in said


def test_check_warns_of_a_user_who_sees_only_what_is_shared_with_him(acme: Organisation) -> None:
    assert "View All Data" not in acme.connector().check()
    acme.org.update(next(iter(acme.org.records["UserPermissionAccess"])), PermissionsViewAllData=False)
    assert "View All Data" in acme.connector().check()


def test_an_object_that_must_be_there_and_is_not_seen_is_no_empty_feed(acme: Organisation) -> None:
    acme.org.hidden.add("Contact")
    with pytest.raises(UserError, match="Let the integration user read Contact"):
        round_of(acme.feed("Contact"))


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("Contact", ("Email",)),
        ("Contact", ("AccountId",)),
        ("Lead", ("Email",)),
        ("EmailMessage", ("FromAddress", "ToAddress")),
        ("EmailMessage", ("MessageIdentifier",)),
        ("Task", ("WhoId",)),
        ("Event", ("OwnerId", "WhoId")),
    ],
)
def test_an_object_without_a_field_that_it_cannot_do_without_is_not_read(
    acme: Organisation, name: str, hidden: tuple[str, ...]
) -> None:
    closed = round_of(acme.feed(name))[-1].cursor
    acme.org.hidden |= {f"{name}.{field}" for field in hidden}
    with pytest.raises(UserError, match=f"Let the integration user see .*{hidden[0]}.* of {name}"):
        round_of(acme.feed(name), closed)
    assert acme.feed(name).count() is None
    other = "Account" if name == "Contact" else "Contact"
    assert set(ids(round_of(acme.feed(other)))) == acme.living(other)


def test_check_names_every_field_that_is_missing_and_how_to_grant_it(acme: Organisation) -> None:
    acme.org.hidden |= {"Contact.Email", "Task.WhoId", "Task.OwnerId", "Event.Type"}
    with pytest.raises(UserError, match=r"see Email of Contact; OwnerId and WhoId of Task in .* Field Permissions"):
        acme.connector().check()


def test_check_names_the_fields_that_it_does_without(acme: Organisation) -> None:
    assert "does without" not in acme.connector().check()
    acme.org.hidden |= {"Event.Type", "Contact.Title"}
    said = acme.connector().check()
    assert "does without Contact.Title, Event.Type, which it cannot see: tick Read Access" in said


def test_an_organisation_without_enhanced_email_has_no_feed_of_mails(acme: Organisation) -> None:
    acme.org.hidden |= {"EmailMessage", "TaskRelation", "EventRelation", "Opportunity"}
    names = [one.scope.name for one in acme.connector().feeds()]
    assert "EmailMessage" not in names
    assert set(ids(round_of(acme.feed("Task")))) == acme.living("Task")
    assert set(ids(round_of(acme.feed("Account")))) == acme.living("Account")


def test_the_public_client_reads_the_lab_as_well(acme: Organisation, tmp_path: Path) -> None:
    """A second opinion on the lab: simple-salesforce, pointed at it."""
    acme.connector().check()
    session = requests.Session()
    session.trust_env, session.verify = False, str(acme.lab.ca_bundle)
    token = next(iter(acme.service.tokens.valid))
    acme.service.page_rows = 2
    client = SimpleSalesforce(session_id=token, instance_url=acme.lab.url, session=session, version="62.0")
    told = client.query_all("SELECT Id FROM Contact", include_deleted=True)
    assert {one["Id"] for one in told["records"]} == set(acme.org.records["Contact"])
    assert client.Contact.describe()["keyPrefix"] == "003"
    session.close()
