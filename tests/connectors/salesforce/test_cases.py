"""Cases: what they are to us, that nobody asks for them unless told to, and how they come and go."""

from typing import Any

import pytest

from connectors.salesforce.row import Row
from connectors.salesforce.translate_case import read_case
from guardian.domain.activity import Activity, Kind, Role
from guardian.domain.cases import folded
from guardian.domain.complaint import NOTHING_HEARD, InboundKind
from guardian.domain.errors import UserError
from guardian.ports.connector import Gone
from tests.connectors.salesforce.organisation import Organisation

ORG = "00D000000000001EAA"
TYPES = frozenset(map(folded, ("Problem", "Reclamación")))
CASE = {
    "Id": "500000000000001",
    "Type": "Problem",
    "Priority": "Medium",
    "Subject": "Pump leaks",
    "Description": "It has leaked since Monday.",
    "IsClosed": False,
    "ContactId": "003000000000001AAA",
    "AccountId": "001000000000001AAA",
    "SuppliedEmail": "Luis@Cliente.example",
    "OwnerId": "005000000000001AAA",
    "CreatedDate": "2024-05-03T10:00:00.000+0000",
    "SystemModstamp": "2024-05-04T10:00:00.000+0000",
}


def told(**fields: Any) -> Activity:
    case = read_case(Row(CASE | fields), ORG, TYPES)
    assert isinstance(case, Activity)
    return case


def seats(case: Activity) -> list[tuple[str, str]]:
    return [(p.role.value, p.identity.value) for p in case.participants]


def test_a_case_is_a_word_of_the_client_to_whom_it_belongs_among_us() -> None:
    case = told()
    assert (case.kind, case.key) == (Kind.EMAIL, f"sf:{ORG}/500000000000001AAA")
    assert (f"{case.occurred_at:%d %H:%M}", case.duration_s, case.snippet) == ("03 10:00", None, CASE["Description"])
    assert seats(case) == [
        ("from", "003000000000001AAA"),
        ("about", "luis@cliente.example"),
        ("about", "001000000000001AAA"),
        ("to", "005000000000001AAA"),
    ]


@pytest.mark.parametrize(
    ("gone", "speaks"),
    [(("ContactId",), "luis@cliente.example"), (("ContactId", "SuppliedEmail"), CASE["AccountId"])],
)
def test_without_a_contact_the_address_speaks_and_without_that_the_account(gone: tuple[str], speaks: str) -> None:
    case = told(**dict.fromkeys(gone))
    assert [p.identity.value for p in case.participants if p.role is Role.FROM] == [speaks]


def test_a_queue_that_owns_it_is_nobody() -> None:
    assert [p.role for p in told(OwnerId="00G000000000001AAA").participants] == [Role.FROM, Role.ABOUT, Role.ABOUT]


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({}, 2),
        ({"Priority": "High"}, 3),
        ({"Type": "RECLAMACION"}, 2),
        ({"Type": "Question", "Reason": "problem "}, 2),
        ({"Type": "Question", "Priority": "High"}, 0),
        ({"Type": None}, 0),
        ({"MasterRecordId": "500000000000002AAA"}, 0),
    ],
)
def test_its_type_or_reason_makes_it_a_complaint_and_its_priority_a_grave_one(
    fields: dict[str, Any], severity: int
) -> None:
    case = told(**fields)
    assert case.told is not None
    assert case.told.severity == severity
    if severity:
        assert (case.told.kind, case.told.spans) == (InboundKind.COMPLAINT, ("Pump leaks",))
    else:
        assert case.told == NOTHING_HEARD


def test_a_closed_case_tells_how_long_it_was_open() -> None:
    closed = "2024-05-03T12:00:00.000+0000"
    assert told(IsClosed=True, ClosedDate=closed).duration_s == 7200
    assert told(IsClosed=True).duration_s == 86_400  # by its last change
    assert told(IsClosed=False, ClosedDate=closed).duration_s is None


def test_a_deleted_case_is_gone() -> None:
    assert read_case(Row(CASE | {"IsDeleted": True}), ORG, TYPES) == Gone(item_id="500000000000001AAA")


def opened(acme: Organisation, **fields: Any) -> str:
    contact = next(iter(acme.living("Contact")))
    values = {"Type": "Problem", "Subject": "Pump", "Description": "It leaks", "ContactId": contact}
    made = acme.org.create("Case", **values | fields)
    acme.org.pass_time(minutes=5)
    return made


def test_by_default_nobody_asks_for_cases(acme: Organisation) -> None:
    opened(acme)
    one = acme.connector()
    assert [list(feed.changes(None)) for feed in one.feeds()]
    assert (list(one.parts()), "Case" in one.check()) == (list(acme.connector().parts()), False)
    assert "Case" not in one.parts()
    assert not [asked for asked in acme.questions("") if "Case" in f"{asked.path}{asked.query}"]


def test_cases_are_read_beside_whatever_objects_are_read(acme: Organisation) -> None:
    one = acme.connector(cases=True, objects=["Account"])
    assert list(one.parts()) == ["Account", "Case"]
    assert one.check().startswith("Reads Account, Case of Acme")


def test_check_says_that_the_permission_for_cases_is_missing_and_so_does_the_sync(acme: Organisation) -> None:
    acme.org.hidden.add("Case")
    assert "cannot see Case, which its profile must be allowed to read" in acme.connector(cases=True).check()
    with pytest.raises(UserError, match="read Case in Salesforce, or set cases to false"):
        list(acme.feed("Case", cases=True).changes(None))


@pytest.mark.parametrize(
    ("privacy", "asked", "words"),
    [("metadata", (False, False), ()), ("subject", (True, False), ("Pump",)), ("full", (True, True), ("Pump",))],
)
def test_only_the_words_that_privacy_allows_are_asked_for(
    acme: Organisation, privacy: str, asked: tuple[bool, bool], words: tuple[str, ...]
) -> None:
    acme.privacy, acme.settings = privacy, {"cases": True}
    case_id = opened(acme)
    case = acme.local("Case").sync().items[case_id]
    assert isinstance(case, Activity)
    assert case.told is not None
    assert case.told.spans == words
    (query, *_) = acme.queries("FROM Case")
    assert tuple(name in query for name in ("Subject", "Description")) == asked


def test_cases_come_change_go_and_come_back_with_the_rounds(acme: Organisation) -> None:
    acme.settings = {"cases": True}
    local = acme.local("Case")
    case_id = opened(acme)
    assert local.sync().items.keys() == {case_id}
    acme.org.update(case_id, IsClosed=True, ClosedDate=acme.org.now)
    acme.org.pass_time(minutes=5)
    case = local.sync().items[case_id]
    assert isinstance(case, Activity)
    assert case.duration_s == 300
    acme.org.delete(case_id)
    acme.org.pass_time(minutes=5)
    assert local.sync().items == {}
    acme.org.restore(case_id)
    acme.org.pass_time(minutes=5)
    assert local.sync().items.keys() == {case_id}


def test_other_complaint_types_have_every_case_read_anew(acme: Organisation) -> None:
    case_id = opened(acme, Type="Avería")
    acme.settings = {"cases": True}
    local = acme.local("Case")
    severities = []
    for types in ([], ["Problem"], ["averia"]):
        acme.settings = {"cases": True, "complaint_case_types": types}
        case = local.sync().items[case_id]
        assert isinstance(case, Activity)
        severities.append(case.told.severity if case.told else None)
    assert severities == [0, 0, 2]
