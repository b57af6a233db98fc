"""Whatever a provider sends in the shape that its schema allows, nothing but a bug of ours may raise."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.google.calendar_groups import Group, told
from connectors.google.cursors import MailToken, read_cursor
from connectors.google.refusals import Refused, error_of
from connectors.google.translate_events import EventReader, series_of
from connectors.google.translate_mail import read_message
from connectors.google.translate_people import read_person
from guardian.domain.errors import CursorExpired, GuardianError
from guardian.ports.connector import Cursor
from tests.lab.google_schema import Discovery, discovery

ASKED = frozenset(
    """
    id threadId labelIds internalDate snippet payload headers name value mimeType body data parts
    status iCalUID recurringEventId originalStartTime recurrence start end date dateTime timeZone endTimeUnspecified
    organizer attendees email displayName responseStatus resource sequence updated visibility summary description
    emailAddresses metadata names organizations phoneNumbers primary canonicalForm current title deleted
    previousResourceNames givenName familyName
    """.split()
)
UNTIL = datetime(2025, 1, 1, tzinfo=UTC)
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "RRULE:FREQ=DAILY",
            "RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=3",
            "EXDATE:20240101T000000Z",
            "2024-02-30",
            "2024-01-01",
            "2024-01-01T10:00:00Z",
            "Europe/Madrid",
            "a@b.example",
            "cancelled",
            "1704700800000",
            "<x@y>",
        ]
    ),
)


def shaped(api: Discovery, ref: str, depth: int = 2) -> st.SearchStrategy[Any]:
    """Return values of a schema, each property that the connector asks for there or not."""
    asked = {name: spec for name, spec in api.document["schemas"][ref]["properties"].items() if name in ASKED}
    return st.fixed_dictionaries({}, optional={name: _shaped(api, spec, depth) for name, spec in asked.items()})


def _shaped(api: Discovery, spec: Any, depth: int) -> st.SearchStrategy[Any]:
    if "$ref" in spec:
        return shaped(api, spec["$ref"], depth - 1) if depth else st.just({})
    if spec.get("type") == "array":
        return st.lists(_shaped(api, spec["items"], depth), max_size=3 if depth else 0)
    if spec.get("type") == "object":
        inner = spec.get("properties", {})
        return st.fixed_dictionaries(
            {}, optional={name: _shaped(api, one, depth) for name, one in inner.items() if name in ASKED}
        )
    return {"integer": st.integers(), "boolean": st.booleans(), "number": st.floats()}.get(spec["type"], TEXTS)


@settings(max_examples=40)
@given(message=shaped(discovery("gmail", "v1"), "Message"), privacy=st.sampled_from(["metadata", "full"]))
def test_any_message_is_read(message: dict[str, Any], privacy: str) -> None:
    read_message({**message, "id": "m1"}, privacy=privacy)


@settings(max_examples=40)
@given(events=st.lists(shaped(discovery("calendar", "v3"), "Event"), max_size=3))
def test_any_events_are_read(events: list[dict[str, Any]]) -> None:
    reader = EventReader(own_domains=frozenset(), privacy="full")
    for n, event in enumerate(events):
        named = {**event, "id": f"e{n}"}
        for group in (
            Group(id=series_of(named), events=[named], known=None, walk=True),
            Group(id="e0", events=[{**one, "id": f"e{k}"} for k, one in enumerate(events)], known=None, walk=False),
        ):
            told(group, reader, until=UNTIL)


@settings(max_examples=40)
@given(person=shaped(discovery("people", "v1"), "Person"))
def test_any_card_is_read(person: dict[str, Any]) -> None:
    assert list(read_person({**person, "resourceName": "people/c1"}))


@given(
    status=st.sampled_from([400, 401, 403, 404, 410, 429, 500]), body=st.binary(max_size=60), resuming=st.booleans()
)
def test_any_refusal_is_told(status: int, body: bytes, resuming: bool) -> None:
    refused = Refused(status=status, headers={}, body=body)
    assert isinstance(error_of(refused, mailbox="a@b", api="Gmail", resuming=resuming), GuardianError)


@given(token=st.text(max_size=60))
def test_any_text_is_no_cursor(token: str) -> None:
    with pytest.raises(CursorExpired):
        read_cursor(Cursor(token=token), MailToken)
