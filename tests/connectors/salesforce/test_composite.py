"""Several questions in one request: what it counts, and what becomes of a part that fails while the others do not."""

from typing import Any

import pytest

from connectors.salesforce.api import Api, Refused
from connectors.salesforce.composite import in_groups
from connectors.salesforce.connector import Organisation as Connected
from connectors.salesforce.connector import Unseen
from guardian.connector_kit.contract import round_of
from guardian.domain.errors import TryLater, UserError
from tests.connectors.salesforce.organisation import Organisation
from tests.lab.company_oracle import Local
from tests.lab.faults import CALM, FaultPlan, dropped, refused, throttled, truncated, unauthorized, unavailable

ROOT = "/services/data/v62.0"
COMPOSITE = "POST .*/composite$"
DELETED = "GET .*/Contact/deleted"
QUERY = "GET .*/queryAll$"
NO_LOG = refused(400, b'[{"errorCode": "INVALID_REPLICATION_DATE", "message": "startDate before org enabled"}]')
MALFORMED = refused(400, b'[{"errorCode": "MALFORMED_QUERY", "message": "unexpected token"}]')
LOCKED = refused(400, b'[{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access"}]')
QUOTA_GONE = refused(403, b'[{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]')
GONE = refused(404, b'[{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]')


def part(n: int, url: str) -> dict[str, str]:
    return {"method": "GET", "url": f"{ROOT}/{url}", "referenceId": f"r{n}"}


def describes(count: int) -> list[dict[str, str]]:
    return [part(n, "sobjects/Task/describe") for n in range(count)]


def queries(count: int) -> list[dict[str, str]]:
    return [part(n, "queryAll?q=SELECT+COUNT()+FROM+Task") for n in range(count)]


def api_of(acme: Organisation) -> Api:
    connector = acme.connector()
    assert isinstance(connector, Connected)
    return connector.api


def asked_together(acme: Organisation, parts: list[dict[str, str]], *, all_or_none: bool = False) -> list[Any]:
    body = {"allOrNone": all_or_none, "compositeRequest": parts}
    told = api_of(acme).send("POST", f"{ROOT}/composite", body=body).json()
    return [one["httpStatusCode"] for one in told["compositeResponse"]]


def test_the_lab_counts_a_composite_request_as_one(acme: Organisation) -> None:
    acme.forget()
    assert asked_together(acme, [*describes(20), part(99, "queryAll?q=SELECT+Id+FROM+Task")]) == [200] * 21
    assert acme.service.used == 1
    assert len(acme.service.parts) == 21


@pytest.mark.parametrize(
    "parts",
    [
        [],
        describes(26),
        queries(6),
        [part(1, "limits")],
        [part(1, "jobs/query/750")],
        [{**part(1, "sobjects/Task/describe"), "referenceId": "a-b"}],
        [part(1, "sobjects/Task/describe"), part(1, "sobjects/Event/describe")],
        [{**part(1, "sobjects/Task/describe"), "url": "/services/data/v63.0/sobjects/Task/describe"}],
    ],
)
def test_the_lab_refuses_what_salesforce_does_not_take(acme: Organisation, parts: list[dict[str, str]]) -> None:
    with pytest.raises(UserError, match="HTTP 400"):
        asked_together(acme, parts)


def test_in_the_lab_each_part_has_a_status_of_its_own(acme: Organisation) -> None:
    parts = [
        part(1, "sobjects/Task/describe"),
        part(2, "queryAll?q=SELECT+nonsense"),
        part(3, "sobjects/No/describe"),
    ]
    assert asked_together(acme, parts) == [200, 400, 404]


def test_in_the_lab_one_for_all_takes_the_others_along(acme: Organisation) -> None:
    parts = [part(1, "sobjects/Task/describe"), part(2, "sobjects/No/describe")]
    assert asked_together(acme, parts, all_or_none=True) == [400, 404]


def test_a_night_of_seven_objects_asks_eight_times(acme: Organisation) -> None:
    feeds = {feed.scope.name: round_of(feed)[-1].cursor for feed in acme.connector().feeds()}
    acme.org.pass_time(hours=23)
    acme.forget()
    for feed in acme.connector().feeds():
        round_of(feed, feeds[feed.scope.name])
        assert feed.count() == len(acme.living(feed.scope.name))
    assert len(feeds) == 7
    assert acme.service.used == 8  # what all objects are like, then one an object
    assert len(acme.service.parts) > 35


def with_news(acme: Organisation) -> Local:
    """Return a copy of the contacts that lacks one which came and still has one that went."""
    local = acme.local("Contact").sync()
    acme.org.pass_time(minutes=30)
    acme.org.purge(sorted(acme.living("Contact"))[0])
    acme.org.create("Contact", Name="Eva", Email="eva@client0.example")
    acme.org.pass_time(minutes=30)
    return local


@pytest.mark.parametrize("fault", [throttled(1), unavailable(), LOCKED, unauthorized(), dropped(), truncated()])
@pytest.mark.parametrize("on", ["GET .*/Contact/describe", DELETED, QUERY, COMPOSITE])
@pytest.mark.parametrize("skip", [0, 1])
def test_what_fails_for_a_while_is_asked_again_and_costs_nothing(
    acme: Organisation, fault: Any, on: str, skip: int
) -> None:
    local = with_news(acme)
    acme.lab.faults = FaultPlan().lay(fault, on=on, skip=skip if on in (QUERY, COMPOSITE) else 0)
    assert local.sync().items.keys() == acme.living("Contact")
    assert len(acme.lab.faults.struck) == 1


def test_a_part_that_fails_costs_one_more_request_and_the_others_none(acme: Organisation) -> None:
    local = with_news(acme)
    acme.forget()
    local.sync()
    undisturbed = acme.service.used
    acme.org.pass_time(minutes=30)
    acme.org.create("Contact", Name="Noa", Email="noa@client0.example")
    acme.org.purge(sorted(acme.living("Contact"))[0])
    acme.org.pass_time(minutes=30)
    acme.forget()
    acme.lab.faults = FaultPlan().lay(unavailable(), on=DELETED)
    local.sync()
    assert acme.service.used == undisturbed + 1


def test_one_question_that_is_refused_is_refused_alone(acme: Organisation) -> None:
    local = with_news(acme)
    acme.lab.faults = FaultPlan().lay(MALFORMED, on=QUERY)
    with pytest.raises(Refused, match="MALFORMED_QUERY"):
        local.sync()
    assert acme.asked(DELETED) == 1
    assert local.sync().items.keys() == acme.living("Contact")


def test_a_delete_log_that_is_refused_leads_to_a_sweep(acme: Organisation) -> None:
    local = with_news(acme)
    acme.lab.faults = FaultPlan().lay(NO_LOG, on=DELETED)
    assert local.sync().items.keys() == acme.living("Contact")
    assert acme.queries("SELECT Id FROM Contact")


def test_a_days_requests_that_end_within_it_stop_the_run_at_once(acme: Organisation) -> None:
    local = with_news(acme)
    acme.lab.faults = FaultPlan().lay(QUOTA_GONE, on="GET .*/(deleted|queryAll)", times=99)
    with pytest.raises(TryLater, match="used up") as stopped:
        local.sync()
    assert stopped.value.after_seconds == 3600
    acme.lab.faults = CALM
    assert local.sync().items.keys() == acme.living("Contact")


def test_an_object_that_may_not_be_described_hides_no_other(acme: Organisation) -> None:
    acme.org.hidden.add("Lead")
    names = [one.scope.name for one in acme.connector().feeds() if not isinstance(one, Unseen)]
    assert names == ["User", "Account", "Contact", "Task", "Event", "EmailMessage"]
    assert acme.asked("Lead/describe") == 1


@pytest.mark.parametrize("fault", [GONE, refused(403), refused(400)])
def test_where_it_is_not_taken_everything_is_asked_by_itself(acme: Organisation, fault: Any) -> None:
    local = with_news(acme)
    acme.lab.faults = FaultPlan().lay(fault, on=COMPOSITE, times=99)
    assert local.sync().items.keys() == acme.living("Contact")
    assert len(acme.lab.faults.struck) == 1


def test_questions_go_five_queries_or_twenty_five_others_at_a_time() -> None:
    others, asked = [f"/sobjects/{n}/describe" for n in range(30)], [f"/queryAll?q={n}" for n in range(11)]
    assert [len(group) for group in in_groups(others)] == [25, 5]
    assert [len(group) for group in in_groups(asked)] == [5, 5, 1]
    assert [len(group) for group in in_groups([*others[:22], *asked])] == [25, 5, 3]
    assert [one for group in in_groups([*asked, *asked]) for one in group] == asked
