import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.google.translate_mail import HEADERS, read_message
from guardian.domain import automatic
from guardian.domain.activity import Activity, Role, Signal
from guardian.ports.connector import DeadLetter, Gone
from guardian.sync.rules import Rules

VIA_GROUP = {
    "From": "\"'Ana Ruiz' via Ventas\" <sales@acme.example>",
    "To": "sales@acme.example",
    "Delivered-To": "luis@acme.example",
    "Precedence": "list",
    "Mailing-list": "list sales@acme.example; contact sales+owners@acme.example",
    "List-ID": "<sales.acme.example>",
}


def mail(headers: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    shown = {
        "From": "Ana Ruiz <ana@cliente.example>",
        "To": '"Luis" <luis@acme.example>, eva@acme.example',
        "Date": "Mon, 8 Jan 2024 09:00:00 +0100",
        "Message-ID": "<Abc.1@Mail.Cliente.Example>",
        **(headers or {}),
    }
    listed = [{"name": name, "value": value} for name, value in shown.items() if value]
    return {"id": "18c1", "threadId": "18c0", "labelIds": ["INBOX"], "payload": {"headers": listed}, **more}


def activity(message: dict[str, Any], privacy: str = "metadata") -> Activity:
    read = read_message(message, privacy=privacy)
    assert isinstance(read, Activity)
    return read


def test_a_mail_is_named_by_its_message_id_and_its_thread() -> None:
    one = activity(mail({"References": "<a@x> <b@x>", "In-Reply-To": "<b@x>"}))
    assert (one.item_id, one.key) == ("18c1", "mid:Abc.1@mail.cliente.example")
    assert one.occurred_at == datetime(2024, 1, 8, 8, tzinfo=UTC)
    assert (one.thread_refs, one.thread_hint) == (("a@x", "b@x"), "18c0")
    assert [(p.role, p.identity.value, p.name) for p in one.participants] == [
        (Role.FROM, "ana@cliente.example", "Ana Ruiz"),
        (Role.TO, "luis@acme.example", "Luis"),
        (Role.TO, "eva@acme.example", ""),
    ]
    assert one.signals == {Signal.REPLY}


def test_a_message_id_with_and_without_brackets_is_one_key() -> None:
    assert activity(mail({"Message-ID": "Abc.1@Mail.Cliente.Example"})).key == activity(mail()).key


def test_a_mail_without_message_id_has_the_same_key_at_every_level() -> None:
    bare = mail({"Message-ID": "", "Subject": "Oferta"})
    assert activity(bare).key == activity(bare, "full").key
    assert activity(bare).key.startswith("fp:")


@pytest.mark.parametrize("label", ["DRAFT", "SPAM", "TRASH", "CHAT"])
def test_drafts_spam_trash_and_chats_are_not_there(label: str) -> None:
    assert read_message(mail(labelIds=[label, "STARRED"]), privacy="full") == Gone(item_id="18c1")


def test_an_archived_mail_is_still_there() -> None:
    assert activity(mail(labelIds=[])).item_id == "18c1"


def test_a_mail_without_a_date_takes_the_time_it_came_in() -> None:
    one = activity(mail({"Date": "soon"}, internalDate="1704700800123"))
    assert one.occurred_at == datetime(2024, 1, 8, 8, tzinfo=UTC)


@pytest.mark.parametrize("date", ["Tue, 19 Jan 2038 03:14:07 +0000", "Wed, 10 Jan 2024 09:00:01 +0100"])
def test_a_mail_dated_after_it_came_in_takes_the_time_it_came_in(date: str) -> None:
    one = activity(mail({"Date": date}, internalDate="1704700800123"))
    assert one.occurred_at == datetime(2024, 1, 8, 8, tzinfo=UTC)


def test_a_clock_a_little_fast_and_a_mail_moved_in_from_elsewhere_keep_their_date() -> None:
    ahead = activity(mail({"Date": "Mon, 8 Jan 2024 22:00:00 +0000"}, internalDate="1704700800123"))
    moved_in = activity(mail({"Date": "Mon, 5 Mar 2012 09:00:00 +0000"}, internalDate="1704700800123"))
    assert (ahead.occurred_at.hour, moved_in.occurred_at.year) == (22, 2012)


def test_two_copies_of_a_mail_without_message_id_dated_ahead_are_one_mail() -> None:
    ahead = {"Message-ID": "", "Date": "Tue, 19 Jan 2038 03:14:07 +0000"}
    copies = [activity(mail(ahead, internalDate=came)) for came in ("1704700800123", "1704700803123")]
    assert copies[0].key == copies[1].key


def test_a_mail_without_people_or_time_is_a_dead_letter() -> None:
    nobody = read_message(mail({"From": "", "To": "undisclosed-recipients:;"}), privacy="metadata")
    never = read_message(mail({"Date": ""}), privacy="metadata")
    assert isinstance(nobody, DeadLetter)
    assert isinstance(never, DeadLetter)
    assert "neither a sender" in nobody.why
    assert "no date" in never.why
    assert b"18c1" in never.raw


def test_words_come_only_at_the_level_that_allows_them() -> None:
    message = mail({"Subject": "=?utf-8?q?Renovaci=C3=B3n?="}, snippet="Hola, Luis: &quot;ya&quot; est&aacute;")
    assert (activity(message).subject, activity(message).snippet) == (None, None)
    assert (activity(message, "subject").subject, activity(message, "subject").snippet) == ("Renovación", None)
    assert activity(message, "full").snippet == 'Hola, Luis: "ya" está'


def test_the_whole_new_text_is_there_to_be_listened_to_where_it_may_be_read() -> None:
    text = "Hola, Luis:\n\n" + "Seguimos esperando. " * 30 + "\n\nEl lun, 8 ene 2024, Ana escribió:\n> lo viejo\n"
    data = base64.urlsafe_b64encode(text.encode()).decode()
    message = mail()
    message["payload"] |= {
        "mimeType": "multipart/alternative",
        "parts": [{"mimeType": "text/plain", "body": {"data": data}}],
    }
    words = activity(message, "full").words
    assert words == "Hola, Luis:\n" + ("Seguimos esperando. " * 30).strip()
    assert (activity(message).words, activity(message, "subject").words) == (None, None)


def test_of_a_mail_without_plain_text_only_a_short_snippet_is_all_of_it() -> None:
    assert activity(mail(snippet="Recibido, gracias."), "full").words == "Recibido, gracias."
    assert activity(mail(snippet="Gracias por la visita. " * 8), "full").words is None
    assert activity(mail(snippet="Recibido, gracias."), "subject").words is None


@pytest.mark.parametrize(
    "quoted",
    [
        "El lun, 8 ene 2024 a las 9:00, Ana (ana@cliente.example) escribió: no",
        "De: Ana &lt;ana@acme.example&gt; Enviado el: lunes, 8 de enero de 2024 9:00 Para: Luis Asunto: Pedido no",
        "________________________________ From: Ana &lt;ana@acme.example&gt; Sent: Monday, 8 January 2024 To: Luis",
    ],
)
def test_a_snippet_ends_where_the_quotation_begins(quoted: str) -> None:
    assert activity(mail(snippet=f"De acuerdo. {quoted}"), "full").snippet == "De acuerdo."
    letter = mail(snippet="De: Madrid a Irún va todo. Lo enviado: dos cajas.")
    assert activity(letter, "full").snippet == "De: Madrid a Irún va todo. Lo enviado: dos cajas."


def test_a_snippet_with_a_number_that_python_refuses_is_read() -> None:
    assert (
        activity(mail(snippet=f"De acuerdo &#{'9' * 5_000};, gracias."), "full").snippet
        == "De acuerdo \ufffd, gracias."
    )


def test_machines_are_told_from_people() -> None:
    assert Signal.AUTO_REPLY in activity(mail({"Auto-Submitted": "auto-replied"})).signals
    assert Signal.BULK in activity(mail({"List-Unsubscribe": "<https://x.example>"})).signals
    report = "multipart/report; report-type=delivery-status"
    assert activity(mail({"Content-Type": report})).signals == {Signal.BOUNCE}


def test_the_headers_that_tell_machines_are_asked_for_and_the_subject_is_not() -> None:
    asked = {name.lower() for name in HEADERS}
    assert {"auto-submitted", "list-id", "precedence", "content-type", "return-path", "x-guardian-hold"} <= asked
    assert not asked & {"subject", "thread-topic", "comments", "keywords"}


def test_a_declined_invitation_is_read_from_its_calendar_part() -> None:
    text = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nATTENDEE;PARTSTAT=DECLINED:mailto:ana@cliente.example\r\n"
    part = {
        "mimeType": "text/calendar",
        "headers": [{"name": "Content-Type", "value": "text/calendar; method=REPLY"}],
        "body": {"data": base64.urlsafe_b64encode(text.encode()).decode()},
    }
    message = mail()
    message["payload"]["parts"] = [{"mimeType": "text/plain"}, {"mimeType": "multipart/mixed", "parts": [part]}]
    assert activity(message, "full").signals == {Signal.DECLINE}


def test_an_invitation_is_told_by_the_header_alone() -> None:
    message = mail({"Content-Type": "text/calendar; charset=utf-8; method=REQUEST"})
    assert activity(message).signals == {Signal.INVITE}


def test_every_name_that_tells_an_automatic_mail_is_asked_for_whole() -> None:
    asked = {name.lower() for name in HEADERS}
    judged_by = automatic._AUTO_REPLY_FIELDS | automatic._LIST_FIELDS | automatic._MAILING_FIELDS
    assert (judged_by | automatic._UNSUBSCRIBE_FIELDS) - asked == set()
    assert not [name for name in HEADERS if name.endswith("-")]


@pytest.mark.parametrize("behind", ["X-Original-From", "X-Original-Sender"])
def test_a_client_who_writes_to_a_group_that_takes_his_place_in_from_is_not_one_of_us(behind: str) -> None:
    one = activity(mail({**VIA_GROUP, behind: "Ana Ruiz <ana@cliente.example>"}))
    assert one.participants[0].identity.value == "ana@cliente.example"
    assert not one.signals
    assert Rules(own_domains=frozenset({"acme.example"})).exclusion(one) is None
    assert behind in HEADERS


def test_only_the_list_itself_can_name_somebody_else_as_the_writer() -> None:
    forged = {"X-Original-From": "ana@cliente.example"}
    for group in ({**VIA_GROUP, "List-ID": ""}, {**VIA_GROUP, "List-ID": "<ventas.acme.example>"}):
        assert activity(mail({**group, **forged})).participants[0].identity.value == "sales@acme.example"
