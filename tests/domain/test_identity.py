from datetime import UTC, datetime, timedelta, timezone
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.identity import (
    clean_message_id,
    crm_key,
    fingerprint,
    long_crm_id,
    mail_key,
    meeting_key,
    message_ids,
    normalise_phone,
    plain_subject,
)

SENT = datetime(2024, 1, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "clean"),
    [
        ("<A.b@Host.EXAMPLE>", "A.b@host.example"),
        ("A.b@Host.example", "A.b@host.example"),
        (" <a@b>\r\n (comment)", "a@b"),
        ("<a@b> <c@d>", "a@b"),
        ("\r\n\t<a@b>", "a@b"),
        ("a@b (added by x@y)", "a@b"),
        ("<no-at-sign>", "no-at-sign"),
        ("<", None),
        ("<>", None),
        ("", None),
        ("  \t ", None),
    ],
)
def test_one_message_id_however_it_is_written(header, clean) -> None:
    assert clean_message_id(header) == clean


@given(st.from_regex(r"<?[!-;=?-~]{1,40}@[!-;=?-~]{1,40}>?", fullmatch=True))
def test_brackets_make_no_difference_to_a_message_id(header) -> None:
    bare = header.strip("<>")
    assert clean_message_id(f"<{bare}>") == clean_message_id(f" <{bare}>\r\n") == clean_message_id(f"\t<{bare}> x")


def test_references_are_kept_in_order_without_repeats() -> None:
    assert message_ids("<a@B>\r\n\t<c@d> <a@b> junk") == ("a@b", "c@d")
    assert message_ids("no brackets") == ()


def test_a_mail_is_known_by_its_id_or_else_by_its_fingerprint() -> None:
    assert mail_key("<a@B>", "ff") == "mid:a@b"
    assert mail_key(None, "ff") == mail_key(" ", "ff") == "fp:ff"


def test_a_fingerprint_overlooks_what_transport_changes() -> None:
    one = fingerprint(
        sender="a@x", recipients=["b@x", "c@x"], sent_at=SENT, subject="Re: Oferta", body="Hola  Ana\r\n"
    )
    east = SENT.astimezone(timezone(timedelta(hours=5)))
    two = fingerprint(sender="a@x", recipients=["c@x", "b@x"], sent_at=east, subject="oferta", body="Hola\nAna")
    assert one == two
    assert len(one) == 32


@pytest.mark.parametrize(
    "change",
    [
        {"sender": "z@x"},
        {"recipients": ["b@x"]},
        {"sent_at": SENT + timedelta(seconds=1)},
        {"subject": "Otra"},
        {"body": "Adiós"},
    ],
)
def test_a_fingerprint_sees_every_difference(change) -> None:
    facts = {"sender": "a@x", "recipients": ["b@x", "c@x"], "sent_at": SENT, "subject": "Oferta", "body": "Hola"}
    assert fingerprint(**facts) != fingerprint(**{**facts, **change})


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: RV: Fwd: Oferta  2024", "oferta 2024"),
        ("RE[2]: Oferta", "oferta"),
        ("[lista] Re: Oferta", "oferta"),
        ("Reunión", "reunión"),
        ("Ref: x", "x"),
        ("Resumen: x", "resumen: x"),
        ("", ""),
    ],
)
def test_threads_share_their_plain_subject(subject, plain) -> None:
    assert plain_subject(subject) == plain


def test_a_meeting_key_is_the_same_from_every_zone() -> None:
    madrid = datetime(2024, 1, 8, 10, tzinfo=timezone(timedelta(hours=1)))
    assert meeting_key(" u@x ", madrid) == meeting_key("u@x", SENT) == "ical:u@x/20240108T090000Z"
    assert meeting_key("u", None) == "ical:u/single"


def test_a_subject_that_nearly_begins_with_a_reply_mark_is_read_quickly() -> None:
    began = process_time()
    assert plain_subject("Re" + " " * 200_000 + "x") == "re x"
    assert process_time() - began < 60  # in the square it takes minutes


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
        ("001A0000006Vm9rIAC", "001A0000006Vm9rIAC"),
        ("000000000000000", "000000000000000AAA"),
        (" 003 ", "003"),
        ("Luis Rep", "Luis Rep"),
    ],
)
def test_crm_ids_are_case_safe(short, long) -> None:
    assert long_crm_id(short) == long
    assert crm_key("00D", short) == f"sf:00D/{long}"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+34 600 11-22.33", "+34600112233"),
        ("0034 600112233", "+34600112233"),
        ("(91) 555 01 01", "915550101"),
        ("123456", None),
        ("+1234567890123456", None),
        ("ext", None),
    ],
)
def test_phones(text, number) -> None:
    assert normalise_phone(text) == number
