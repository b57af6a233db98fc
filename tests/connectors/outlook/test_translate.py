"""From Graph's JSON to what happened, whatever the JSON."""

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.outlook.meetings import MeetingReader
from connectors.outlook.translate import read_contact, read_message
from guardian.domain.activity import Activity, Role, Signal
from guardian.domain.people import Contact
from guardian.ports.connector import DeadLetter


def a_message(**changes: Any) -> dict[str, Any]:
    def who(address: str, name: str = "") -> dict[str, Any]:
        return {"emailAddress": {"address": address, "name": name}}

    return {
        "id": "AAk=",
        "internetMessageId": "<M1@Mail.Client.example>",
        "from": who("Luis@Client.example", "Luis P."),
        "toRecipients": [who("ana@acme.example")],
        "sentDateTime": "2026-10-05T09:00:00Z",
        **changes,
    }


def read(**changes: Any) -> Activity:
    found = read_message(a_message(**changes), privacy="metadata")
    assert isinstance(found, Activity)
    return found


def headers(**fields: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in fields.items()]


def test_a_message_is_known_by_its_message_id_as_everywhere() -> None:
    assert read().key == "mid:M1@mail.client.example"


def test_a_message_without_id_is_known_by_its_print() -> None:
    assert read(internetMessageId=None).key.startswith("fp:")


def test_references_come_from_the_header_fields() -> None:
    found = read(internetMessageHeaders=headers(References="<a@x> <b@x>", In_Reply_To="<b@x>"))
    assert found.thread_refs == ("a@x", "b@x")
    assert Signal.REPLY in found.signals


@pytest.mark.parametrize(("size", "reply"), [(22, False), (27, True), (0, False)])
def test_a_sent_reply_is_told_by_its_conversation_index(size: int, reply: bool) -> None:
    index = base64.b64encode(bytes(size)).decode()
    assert (Signal.REPLY in read(conversationIndex=index).signals) is reply


@pytest.mark.parametrize(
    ("kind", "signal"),
    [
        ("meetingRequest", Signal.INVITE),
        ("meetingAccepted", Signal.ACCEPT),
        ("meetingTenativelyAccepted", Signal.ACCEPT),
        ("meetingDeclined", Signal.DECLINE),
        ("meetingCancelled", Signal.CANCELLED),
    ],
)
def test_meeting_mail_says_what_it_is(kind: str, signal: Signal) -> None:
    assert signal in read(meetingMessageType=kind).signals


def test_an_invitation_is_told_by_its_type_alone() -> None:
    assert Signal.INVITE in read(**{"@odata.type": "#microsoft.graph.eventMessageRequest"}).signals


def test_the_sender_stands_in_for_a_missing_from() -> None:
    found = read(**{"from": None, "sender": {"emailAddress": {"address": "x@y.example"}}})
    assert [one.identity.value for one in found.participants if one.role is Role.FROM] == ["x@y.example"]


def test_exchange_s_own_names_are_no_addresses() -> None:
    found = read(toRecipients=[{"emailAddress": {"address": "/O=EXCHANGELABS/OU=X/CN=RECIPIENTS/CN=1"}}])
    assert [one.role for one in found.participants] == [Role.FROM]


@pytest.mark.parametrize("changes", [{"sentDateTime": None}, {"from": None, "toRecipients": []}])
def test_what_cannot_be_understood_is_kept_without_its_words(changes: dict[str, Any]) -> None:
    row = a_message(subject="SECRET", internetMessageHeaders=headers(Subject="SECRET", X_One="1"), **changes)
    dead = read_message(row, privacy="metadata")
    assert isinstance(dead, DeadLetter)
    assert b"SECRET" not in dead.raw
    assert b"X-One" in dead.raw


def test_a_card_that_names_nobody_is_a_dead_letter() -> None:
    assert isinstance(read_contact({"id": "1", "displayName": "", "emailAddresses": []}, privacy="full"), DeadLetter)


NAMES = (
    "internetMessageId internetMessageHeaders from sender toRecipients sentDateTime receivedDateTime conversationId "
    "conversationIndex subject bodyPreview displayName emailAddresses businessPhones mobilePhone companyName start "
    "end attendees organizer iCalUId originalStart isCancelled sensitivity seriesMasterId type emailAddress address "
    "name value dateTime status response"
).split()
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("2026-10-05T09:00:00Z")
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=150)
@given(row=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=12), privacy=st.sampled_from(["metadata", "full"]))
def test_any_json_is_an_item_or_a_dead_letter(row: dict[str, Any], privacy: str) -> None:
    whole = {**row, "id": "AAk="}
    reader = MeetingReader(own_domains=frozenset({"acme.example"}), privacy=privacy)
    assert isinstance(read_message(whole, privacy=privacy), Activity | DeadLetter)
    assert isinstance(read_contact(whole, privacy=privacy), Contact | DeadLetter)
    assert isinstance(reader.read(whole, None), Activity | DeadLetter)
    assert isinstance(reader.read(whole, {**row, "id": "M"}), Activity | DeadLetter)


def test_a_meeting_tells_when_it_last_changed() -> None:
    reader = MeetingReader(own_domains=frozenset({"acme.example"}), privacy="metadata")
    row = {"id": "E", "start": {"dateTime": "2024-03-05T10:00:00.0000000"}}
    changed = reader.read({**row, "lastModifiedDateTime": "2024-03-01T08:00:00.5Z"}, None)
    silent = reader.read(row, None)
    assert isinstance(changed, Activity)
    assert isinstance(silent, Activity)
    assert (changed.revision, silent.revision) == ("2024-03-01T08:00:00.000+00:00", "")
    assert "lastModifiedDateTime" in reader.select


OURS = (
    "Hola Luis: sentimos que el pedido no llegara y que haya sido la tercera vez. ¿Te viene bien mañana? "
    "Si no quieres recibir más correos, escribe BAJA."
)
RULE = "_" * 32
SENT = f"{RULE}\r\nDe: Ana <ana@acme.example>\r\nEnviado: lunes, 5 de octubre\r\nAsunto: Pedido\r\n\r\n{OURS}"
LONG = "Gracias por la visita. " + "Ha sido un placer conoceros. " * 12


@pytest.mark.parametrize(
    ("preview", "snippet", "words"),
    [
        (f"Perfecto, gracias.\r\n\r\n{SENT}"[:255], "Perfecto, gracias.", "Perfecto, gracias."),
        (f"Perfecto.\r\nLuis\r\n{SENT.removeprefix(RULE)}"[:255], "Perfecto. Luis", "Perfecto.\nLuis"),
        (f"Vale.\r\n\r\nEl lun, 5 oct 2026, Ana escribió:\r\n> {OURS}"[:255], "Vale.", "Vale."),
        (f"> {OURS}", None, ""),
        ("Recibido, gracias.", "Recibido, gracias.", "Recibido, gracias."),
        (LONG[:255], LONG[:255].strip(), None),
        ("", None, None),
    ],
)
def test_our_words_that_a_preview_quotes_are_not_the_client_s(
    preview: str, snippet: str | None, words: str | None
) -> None:
    found = read_message(a_message(bodyPreview=preview), privacy="full")
    assert isinstance(found, Activity)
    assert (found.snippet, found.words) == (snippet, words)


@pytest.mark.parametrize("privacy", ["metadata", "subject"])
def test_of_a_preview_nothing_is_read_below_full(privacy: str) -> None:
    found = read_message(a_message(bodyPreview="Recibido."), privacy=privacy)
    assert isinstance(found, Activity)
    assert (found.snippet, found.words) == (None, None)
