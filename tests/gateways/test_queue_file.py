"""Postfix's queue files as postcat prints them: the same mail that the milter saw, or a refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.gateways.milter.codec import Decoder, packet
from guardian.gateways.milter.session import Offer, Session
from guardian.gateways.postfix.offer import _content as content_of
from guardian.gateways.postfix.offer import _envelope as envelope_of
from guardian.gateways.postfix.queue_file import QueuedMail, StrangeQueueFile, read_queue_file

ENVELOPE = """\
*** ENVELOPE RECORDS hold/4jZZHH0FR6zJJ8l ***
message_size:            5269             972          {count}          12            5269          {utf8}
message_arrival_time: Wed Nov 25 22:34:35 2026
named_attribute: envelope_id=a+b
named_attribute: ret_flags=1
sender: ana@acme.example
named_attribute: encoding=8bit
named_attribute: notify_flags=6
named_attribute: dsn_orig_rcpt=rfc822;other+x@x.example
original_recipient: ventas@cliente.example
recipient: luis@cliente.example
original_recipient: ventas@cliente.example
recipient: eva@cliente.example
named_attribute: dsn_orig_rcpt=rfc822;eva x@acme.example
original_recipient: eva x@acme.example
recipient: eva x@acme.example
*** MESSAGE CONTENTS hold/4jZZHH0FR6zJJ8l ***
*** HEADER EXTRACTED hold/4jZZHH0FR6zJJ8l ***
*** MESSAGE FILE END hold/4jZZHH0FR6zJJ8l ***
"""
CONTENT = (
    b"Received: from [127.0.0.1] (unknown [127.0.0.1])\n\tby mx (Postfix) with ESMTP id 1\n"
    b"Received: by another.example\nSubject: hola\n\tdos\nX:\n\nuno\n\ndos \xff\n"
)


def read(content: bytes = CONTENT, count: int = 3, utf8: int = 7) -> QueuedMail:
    before, mark, after = ENVELOPE.format(count=count, utf8=utf8).encode().partition(b"*** HEADER EXTRACTED")
    return read_queue_file("4jZZHH0FR6zJJ8l", before + content + mark + after)


def test_envelope_and_parameters_are_what_the_client_said() -> None:
    mail = read()
    assert mail.sender == b"<ana@acme.example>"
    assert mail.mail_args == (b"BODY=8BITMIME", b"SMTPUTF8", b"RET=FULL", b"ENVID=a+2Bb")
    assert mail.recipients == (
        (b"<ventas@cliente.example>", (b"NOTIFY=SUCCESS,FAILURE", b"ORCPT=rfc822;other+2Bx@x.example")),
        (b'<"eva x"@acme.example>', (b"ORCPT=rfc822;eva+20x@acme.example",)),
    )
    assert b"SMTPUTF8" not in read(utf8=6).mail_args


def test_where_aliases_lead_is_told_beside_what_the_client_said() -> None:
    assert [path for path, _ in read().resolved] == [
        b"<luis@cliente.example>",
        b"<eva@cliente.example>",
        b'<"eva x"@acme.example>',
    ]


def test_recipients_behind_the_content_count_too() -> None:
    _, mark, behind = ENVELOPE.format(count=4, utf8=7).encode().partition(b"*** HEADER EXTRACTED")
    more = mark + behind.replace(b"***\n", b"***\noriginal_recipient: x@y.example\nrecipient: x@y.example\n", 1)
    before = ENVELOPE.format(count=4, utf8=7).encode().removesuffix(mark + behind)
    mail = read_queue_file("4jZZHH0FR6zJJ8l", before + CONTENT + more)
    assert mail.recipients[-1] == (b"<x@y.example>", ())
    assert mail.body == read().body


def test_the_header_is_what_a_milter_sees_without_postfixs_own_trace() -> None:
    mail = read()
    assert mail.headers == ((b"Received", b" by another.example"), (b"Subject", b" hola\n\tdos"), (b"X", b""))
    assert mail.body == b"uno\r\n\r\ndos \xff\r\n"


@pytest.mark.parametrize(
    ("content", "headers", "body"),
    [
        (b"Subject: x\n", ((b"Subject", b" x"),), b""),
        (b"Subject: x\n\n", ((b"Subject", b" x"),), b""),
        (b"\nbody\n", (), b"body\r\n"),
        (b"", (), b""),
    ],
)
def test_mails_without_header_or_body_are_read(
    content: bytes, headers: tuple[tuple[bytes, bytes], ...], body: bytes
) -> None:
    mail = read(content)
    assert (mail.headers, mail.body) == (headers, body)


@pytest.mark.parametrize("count", [0, 2, 4])
def test_recipients_that_do_not_add_up_are_refused(count: int) -> None:
    with pytest.raises(StrangeQueueFile):
        read(count=count)


@pytest.mark.parametrize(
    "printed",
    [
        b"",
        b"*** MESSAGE CONTENTS hold/1 ***\n*** HEADER EXTRACTED hold/1 ***\n",
        b"sender: a@b.example\n*** MESSAGE CONTENTS hold/2 ***\n*** HEADER EXTRACTED hold/1 ***\n",
    ],
)
def test_what_is_no_queue_file_is_refused(printed: bytes) -> None:
    with pytest.raises(StrangeQueueFile):
        read_queue_file("1", printed)


def test_marks_in_the_mail_itself_are_its_own_words() -> None:
    body = b"*** MESSAGE CONTENTS hold/x ***\n*** HEADER EXTRACTED hold/4jZZHH0FR6zJJ8l ***\nrecipient: a@b.example\n"
    assert read(b"Subject: x\n\n" + body).body == body.replace(b"\n", b"\r\n")


@given(
    st.lists(
        st.tuples(
            st.from_regex(rb"[A-Za-z-]{1,9}", fullmatch=True), st.from_regex(rb"[ -~\xa0-\xff]{0,20}", fullmatch=True)
        ),
        max_size=6,
    ),
    st.lists(st.binary(max_size=20).filter(lambda line: b"\r" not in line), max_size=4).map(
        lambda lines: b"".join(line + b"\n" for line in lines)
    ),
)
def test_what_is_offered_again_is_what_was_queued(headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    stored = b"".join(name + b":" + value + b"\n" for name, value in headers)
    mail = read(b"Received: by us\n" + stored + b"\n" + body)
    session = Session(lambda envelope: True)
    said = packet(b"O", bytes([0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0x1F, 0xFF, 0xFF])) + b"".join(envelope_of(mail))
    answers = [one for event in Decoder().feed(said + b"".join(content_of(mail))) for one in session.take(event)]
    offer = answers[-1]
    assert isinstance(offer, Offer)
    assert offer.raw == (stored + b"\n" + body).replace(b"\n", b"\r\n")
