import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.connector_kit.address_lists import read_addresses
from guardian.connector_kit.encoded_words import decode_words
from guardian.connector_kit.headers import (
    every,
    first,
    header_fields,
    parameter,
    read_date,
    read_text,
    received_date,
    split_mail,
)

HANGS = 60  # seconds of processor: what takes so long grows with a square; how fast it is belongs to benchmarks/

JAN_8 = datetime(2024, 1, 8, 9, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?Oferta_de_v=C3=A1lvulas?=", "Oferta de válvulas"),
        ("=?UTF-8?B?w4FyYm9s?=", "Árbol"),
        ("=?iso-8859-1?q?Espa=F1a?= =?iso-8859-1?q?_y_m=E1s?=", "España y más"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=B1?=", "ñ"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?windows-1252?q?=80?=", "€"),
        ("=?nonsense?q?=E1?=", "á"),
        ("=?utf-8*es?q?hola?=", "hola"),
        ("=?utf-8?q?=E1?=", "á"),
        ("=?utf-7?q?+2AA-?=", "?"),
        ("=?utf-8?b?####?=", ""),
        ("=?zlib?b?eJw=?=", "x\u0153"),
        ("=?utf-8?q?a=0D=0AB?=", "a B"),
        ("=?utf-8?q?never ends", "=?utf-8?q?never ends"),
        ("a\x00b\tc", "a b c"),
    ],
)
def test_encoded_words(raw, text) -> None:
    assert read_text(raw) == text


@given(st.text(max_size=300) | st.text(alphabet="=?utf-8bqQ_ <>\ud800", max_size=80))
def test_no_text_raises_and_all_can_be_stored(raw) -> None:
    read_text(raw).encode("utf-8")


@pytest.mark.parametrize(
    ("field", "pairs"),
    [
        ("ana@x.example", [("", "ana@x.example")]),
        ("Ana Núñez <Ana@X.example>", [("Ana Núñez", "ana@x.example")]),
        ('"Núñez, Ana" <ana@x.example>, b@y.example', [("Núñez, Ana", "ana@x.example"), ("", "b@y.example")]),
        ("=?utf-8?q?N=C3=BA=C3=B1ez=2C_Ana?= <ana@x.example>", [("Núñez, Ana", "ana@x.example")]),
        ("ana@x.example (Ana (the first))", [("Ana the first", "ana@x.example")]),
        ("a@x.example; b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("Equipo: a@x.example, B <b@x.example>;", [("", "a@x.example"), ("B", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example,@two.example:ana@x.example>", [("", "ana@x.example")]),
        ("Ana <mailto:ana@x.example>", [("Ana", "ana@x.example")]),
        ("mailto:ana@x.example", [("", "ana@x.example")]),
        ("ana@x.example <ana@x.example>", [("", "ana@x.example")]),
        ("'ana@x.example' <ana@x.example>", [("", "ana@x.example")]),
        ("Ana ana@x.example", [("Ana", "ana@x.example")]),
        ("Ana <ana@x.example, Eva <eva@x.example>", [("Ana", "ana@x.example"), ("Eva", "eva@x.example")]),
        ('"Ana \\"Anita\\" N" <ana@x.example>', [('Ana "Anita" N', "ana@x.example")]),
        ("/O=ACME/OU=EXCHANGE/CN=ANA", []),
        ("Ana <>", []),
        ("(unbalanced ana@x.example", [("unbalanced", "ana@x.example")]),
        ("=?utf-8?q?Ana_=3Cana=40x=2Eexample=3E?=", [("Ana", "ana@x.example")]),
        ("a@x.example, A <A@x.example>", [("A", "a@x.example")]),
        ("", []),
    ],
)
def test_address_lists(field, pairs) -> None:
    assert list(read_addresses([field])) == pairs


@given(st.lists(st.text(alphabet='abc@.<>(),;:"\\= ?', max_size=60), max_size=3))
def test_no_address_list_raises(fields) -> None:
    for _, address in read_addresses(fields):
        assert "@" in address


@pytest.mark.parametrize(
    "hostile", ["(" * 60_000, '\\"' * 30_000, "<" * 60_000, "a@b.c," * 10_000, '"' + "\\" * 60_000]
)
def test_hostile_address_lists_take_no_time(hostile) -> None:
    began = time.process_time()
    assert len(read_addresses([hostile, hostile])) <= 2_000
    assert time.process_time() - began < HANGS


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 8 Jan 2024 10:15:30 +0100",
        "8 Jan 2024 09:15:30 GMT",
        "Mon, 08 Jan 2024 09:15:30",
        "Mon, 8 Jan 24 09:15:30 UT (comment)",
        "Mon, 8 Jan 2024 04:15:30 EST",
        "lun, 8 ene 2024 10:15:30 +0100",
        "lunes, 8 enero 2024 09:15:30 Z",
        "Mon Jan  8 09:15:30 2024",
        "Mon Jan 08 09:15:30 +0000 2024",
        "Mon, 8 Jan 2024 09.15.30 +0000",
        "8-Jan-2024 09:15:30 -0000",
        "2024-01-08T09:15:30Z",
        "2024-01-08 10:15:30+01:00",
        "Mon, 8 Jan 2024 09:15:30 +9999",
    ],
)
def test_every_way_to_write_a_date(text) -> None:
    assert read_date(text) == JAN_8


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "32 Jan 2024 10:00:00", "8 Foo 2024 10:00", "8 Jan 1601 10:00:00", "8 Jan 9999 23:59:59 -1200",
     "0000-00-00", "1 Jan 0000 00:00:00 +2359"],
)  # fmt: skip
def test_what_is_no_date(text) -> None:
    assert read_date(text) is None


@given(st.text(max_size=80) | st.from_regex(r"\d{1,3} [A-Z][a-z]{2} \d{1,5} \d{1,3}:\d\d:\d\d [+-]\d{4}"))
def test_no_date_raises(text) -> None:
    moment = read_date(text)
    assert moment is None or moment.tzinfo is UTC


def test_a_header_block_is_unfolded_and_cut_from_the_body() -> None:
    raw = b"Subject: one\r\n two\r\nFrom : a@b\r\nnot a field\r\nX-Raw: \xe1\xc3\r\n\r\nBody: no\r\n"
    fields, body_at = split_mail(raw)
    assert list(fields) == [("Subject", "one two"), ("From", "a@b"), ("X-Raw", "áÃ")]
    assert raw[body_at:] == b"Body: no\r\n"
    assert (first(fields, "subject"), first(fields, "to"), every(fields, "from")) == ("one two", "", ["a@b"])


@pytest.mark.parametrize(
    "raw", [b"\n\nA: 1\nB: 2\n\nbody", b"A: 1\rB: 2\r\rbody", b"A: 1\r\r\nB: 2\r\r\n\r\r\nbody", b"A: 1\nB: 2"]
)
def test_every_line_end_is_understood(raw) -> None:
    fields, body_at = split_mail(raw)
    assert list(fields) == [("A", "1"), ("B", "2")]
    assert raw[body_at:] in (b"body", b"")


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_no_bytes_raise(raw) -> None:
    fields, body_at = split_mail(raw)
    assert 0 <= body_at <= len(raw)
    assert all("\n" not in value for _, value in fields)


def test_a_huge_header_takes_no_time() -> None:
    began = time.process_time()
    fields, _ = split_mail(b"X: y\r\n" * 300_000 + b"A: " + b"(" * 3_000_000)
    assert len(fields) == 2_000
    read_addresses(["(" * 60_000])
    assert time.process_time() - began < HANGS


def test_the_topmost_received_tells_when_the_mail_came() -> None:
    fields = header_fields(
        b"Received: from a; nonsense\nReceived: from b by c;\n Mon, 8 Jan 2024 09:15:30 +0000 (UTC)\n"
    )
    assert received_date(fields) == JAN_8


def test_parameters() -> None:
    value = 'multipart/mixed; charset=UTF-8;\n boundary="a;b"; method=REPLY'
    assert [parameter(value, name) for name in ("boundary", "charset", "method", "x")] == [
        "a;b",
        "UTF-8",
        "REPLY",
        "",
    ]


def test_words_are_not_decoded_twice() -> None:
    assert decode_words("=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=") == "=?utf-8?q?a?="
