"""Whoever was forgotten is told of by Salesforce again and again, and does not come back."""

from datetime import timedelta

import pytest

from guardian.storage import Database, forget
from guardian.sync import SyncSummary
from tests.connectors.together.test_one_meeting import ANA, EVA, LUIS, a_meeting, ids
from tests.lab.nights import a_night
from tests.lab.office import Office
from tests.lab.salesforce_seed import log_meeting
from tests.sync.dump import dump


def a_call(office: Office, *who: str) -> str:
    """Ana logs a call with people at the client, under their account; returns the task."""
    org, known = office.org, ids(office)
    account = org.record(known[who[0]])["AccountId"]
    task = org.create(
        "Task", TaskSubtype="Call", ActivityDate="2026-10-01", OwnerId=known[ANA], WhoId=known[who[0]],
        AccountId=account, WhatId=account,
    )  # fmt: skip
    for one in who:
        org.create("TaskRelation", TaskId=task, RelationId=known[one], IsWhat=False)
    return task


def night(office: Office, store: Database, *, full: bool = False) -> SyncSummary:
    office.pass_time(timedelta(minutes=15))
    return next(one for one in a_night(office, store, full=full) if one.connector == "crm")


@pytest.fixture
def alone(office: Office, store: Database) -> str:
    """Luis is forgotten, who was called alone, called with Eva, and met; returns the call with him alone."""
    alone = a_call(office, LUIS)
    a_call(office, EVA, LUIS)
    office.company.meet(a_meeting(office))
    log_meeting(office.org, ids(office), a_meeting(office))
    night(office, store)
    night(office, store)
    assert ids(office)[LUIS] in repr(dump(store)["copies"])
    forget(store, LUIS, now=office.company.now)
    return alone


@pytest.mark.parametrize("full", [False, True])
def test_his_record_is_in_no_copy_and_no_identity_again(
    office: Office, store: Database, alone: str, full: bool
) -> None:
    before = dump(store)
    office.org.update(alone, Type="Call")  # told anew
    for _ in range(2):
        night(office, store, full=full)
    after = dump(store)
    for what in ("interactions", "copies", "identities", "records"):
        assert ids(office)[LUIS] not in repr(after[what]), what
    assert alone not in repr(after["copies"])
    assert [one for one in after["copies"] if one[0] == "Task"] == [
        one for one in before["copies"] if one[0] == "Task"
    ]


def test_what_went_with_him_is_accounted_for(office: Office, store: Database, alone: str) -> None:
    night(office, store, full=True)
    summary = night(office, store)
    assert (summary.state, summary.problems) == ("ok", ())
    assert (summary.new, summary.changed, summary.gone) == (0, 0, 0)


def test_a_task_that_is_filed_under_somebody_else_comes_back_with_her(
    office: Office, store: Database, alone: str
) -> None:
    org, known = office.org, ids(office)
    org.update(alone, WhoId=known[EVA])
    (seat,) = [one for one in org.living("TaskRelation").values() if one["TaskId"] == alone]
    org.update(seat["Id"], RelationId=known[EVA])
    night(office, store)
    (copy,) = [one for one in dump(store)["copies"] if one[1] == alone]
    assert known[EVA] in repr(copy)


def test_a_record_of_his_under_another_address_stays_out_too(office: Office, store: Database, alone: str) -> None:
    office.org.update(ids(office)[LUIS], Email="luis.new@norte.example")
    for full in (False, True):
        night(office, store, full=full)
        assert "luis.new@norte.example" not in repr(dump(store))
