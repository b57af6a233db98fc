"""What a sync says that it asked is what the providers count."""

import pytest

from guardian.storage import Database
from tests.connectors.together.test_one_meeting import ANA, BRUNO, LUIS
from tests.lab.faults import CALM, FaultPlan, dropped_after, throttled, unavailable
from tests.lab.nights import a_night
from tests.lab.office import NAMES, Office


def told_and_counted(office: Office, store: Database) -> tuple[dict[str, int], dict[str, int]]:
    """Let a night go by, and return for each connection the requests that it tells of and those that came."""
    office.lab.forget()
    office.google.parts.clear()
    told = {one.connector: one.requests for one in a_night(office, store)}
    batches = len(office.lab.asked("POST /batch"))
    counted = {
        "crm": len(office.lab.asked("/services/data/")),
        "microsoft": len(office.lab.asked(" /v1.0/")),
        "google": len(office.lab.asked(" /(gmail|calendar|v1/people)/")) + len(office.google.parts),
    }
    assert batches or not office.google.parts
    return told, counted


def test_every_request_is_counted_once(office: Office, store: Database) -> None:
    office.company.write(LUIS, (ANA, BRUNO))
    told, counted = told_and_counted(office, store)
    assert told == counted
    assert all(told[name] > 0 for name in NAMES)


def test_a_night_in_which_nothing_changed_asked_all_the_same(office: Office, store: Database) -> None:
    told_and_counted(office, store)
    for _ in range(2):  # the second within the same minute, when Salesforce has no round at all
        told, counted = told_and_counted(office, store)
        assert told == counted
        assert all(told[name] > 0 for name in NAMES)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_refused_and_asked_again_is_counted(office: Office, store: Database, seed: int) -> None:
    office.company.write(LUIS, (ANA, BRUNO))
    office.lab.faults = FaultPlan(seed=seed, rate=0.2, among=(throttled(1), unavailable(), dropped_after()))
    told, counted = told_and_counted(office, store)
    assert len(office.lab.faults.struck) > 5
    office.lab.faults = CALM
    assert told == counted


def test_a_feed_that_was_put_off_is_counted_too(office: Office, store: Database) -> None:
    office.lab.faults = FaultPlan().lay(throttled(4000), on="", skip=4, times=10**6)
    told, counted = told_and_counted(office, store)
    office.lab.faults = CALM
    assert told == counted
