"""Cases of a CRM through a night's sync: the client is angry until one is closed and he speaks of other things."""

from datetime import timedelta
from typing import Any

import pytest

from guardian.ageing.assessment import assess
from guardian.ageing.policy import AgeingPolicy
from guardian.domain.complaint_life import Complaint, Ending
from guardian.domain.standing import State
from guardian.ports.complaints import ComplaintBook
from guardian.storage import Database, StoredTimelines
from guardian.storage.complaints import StoredComplaints
from guardian.storage.erasure import forget
from tests.connectors.together.test_one_meeting import LUIS, ids
from tests.lab.nights import a_night
from tests.lab.office import Office
from tests.sync.dump import dump


@pytest.fixture(autouse=True)
def reads_cases(office: Office) -> None:
    office.crm_settings = {"cases": True}
    office.privacy["crm"] = "subject"


def opened(office: Office, contact: str = LUIS, **fields: Any) -> str:
    person = ids(office)[contact]
    values = {"Type": "Problem", "Priority": "High", "Subject": "Pump leaks", "Description": "Since Monday"}
    about = {"ContactId": person, "AccountId": office.org.record(person)["AccountId"]}
    return office.org.create("Case", **values | about | fields)


def closed(office: Office, case_id: str, *, is_closed: bool = True) -> None:
    office.org.update(case_id, IsClosed=is_closed, ClosedDate=office.org.now if is_closed else None)


def night(office: Office, store: Database, *, days: float = 1, full: bool = False) -> None:
    office.pass_time(timedelta(days=days))
    assert [(one.state, one.problems) for one in a_night(office, store, full=full)] == [("ok", ())] * 3


def states(office: Office, store: Database) -> dict[str, State]:
    timelines, book = StoredTimelines(store), ComplaintBook(store=StoredComplaints(store))
    told = assess(timelines, as_of=office.company.now, policy=AgeingPolicy(), complaints=book)
    names = {client.id: client.name for client in timelines.clients()}
    return {names[one.client_id]: one.state for one in told}


def complaints_of(office: Office, store: Database) -> list[Complaint]:
    book = ComplaintBook(store=StoredComplaints(store))
    found = book.followed(StoredTimelines(store).clients(), {}, now=office.company.now)
    return [one for those in found.values() for one in those]


def test_a_complaining_case_makes_its_client_angry_and_another_case_does_not(office: Office, store: Database) -> None:
    opened(office)
    opened(office, "luis@sur.example", Type="Question")
    night(office, store)
    told = states(office, store)
    assert told["Norte S.L."] is State.ANGRY
    assert told["Sur S.L."] not in (State.ANGRY, State.INDIFFERENT)
    (one,) = complaints_of(office, store)
    assert (one.severity, one.words) == (3, ("Pump leaks",))


def test_a_case_is_heard_without_its_words_and_where_no_words_may_be_read(office: Office, store: Database) -> None:
    office.privacy["crm"] = "metadata"
    opened(office)
    night(office, store)
    assert states(office, store)["Norte S.L."] is State.ANGRY
    assert complaints_of(office, store)[0].words == ()
    assert "Pump" not in repr(dump(store))


def test_each_case_is_a_touch_on_both_clocks(office: Office, store: Database) -> None:
    case_id = opened(office, Type="Question")
    night(office, store)
    at = int(office.org.record(case_id)["CreatedDate"].timestamp())
    touches = StoredTimelines(store).touches(until=office.company.now)
    (place,) = (place for place, moment in enumerate(touches.at.tolist()) if moment == at)
    assert (touches.weight[place], touches.inbound[place], touches.outbound[place]) == (1.0, True, False)


def test_a_closed_case_is_over_when_the_client_speaks_of_other_things(office: Office, store: Database) -> None:
    case_id = opened(office)
    night(office, store)
    closed(office, case_id)
    night(office, store)
    assert states(office, store)["Norte S.L."] is State.ANGRY  # he has not spoken since
    opened(office, Type="Question", Subject="Which oil?")
    night(office, store)
    assert states(office, store)["Norte S.L."] is not State.ANGRY
    assert [one.ending for one in complaints_of(office, store)] == [Ending.SETTLED]
    closed(office, case_id, is_closed=False)
    night(office, store)
    assert states(office, store)["Norte S.L."] is State.ANGRY
    office.org.delete(case_id)
    night(office, store)
    assert complaints_of(office, store) == []


def test_a_night_in_which_nothing_happens_changes_nothing(office: Office, store: Database) -> None:
    closed(office, opened(office))
    night(office, store)
    before = dump(store)
    night(office, store)
    night(office, store, full=True)
    assert dump(store) == before


def test_other_complaint_types_make_stored_cases_complaints(office: Office, store: Database) -> None:
    opened(office, Type="Avería")
    night(office, store)
    assert complaints_of(office, store) == []
    office.crm_settings["complaint_case_types"] = ["averia"]
    night(office, store)
    assert [one.severity for one in complaints_of(office, store)] == [3]


def test_who_was_forgotten_does_not_come_back_as_the_writer_of_a_case(office: Office, store: Database) -> None:
    opened(office)
    night(office, store)
    forget(store, LUIS, now=office.company.now)
    night(office, store, full=True)
    assert complaints_of(office, store) == []
    assert [copy for copy in dump(store)["copies"] if copy[0] == "Case"] == []
    assert "Pump" not in repr(dump(store))
