"""Files in mails: texts are read out of them, passwords and keys are noticed, and nothing breaks the reading."""

import base64
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.mail import Unscannable
from guardian.guard.read_mail import read_mail
from guardian.guard.read_mail.cms import NotReadable as NotSigned
from guardian.guard.read_mail.cms import signed_content
from guardian.guard.read_mail.rtf import rtf_text
from guardian.guard.read_mail.sealed import HEAD, found_inside, must_be_opened, sealed_by_head
from guardian.guard.read_mail.tnef import NotReadable, contents, unpacked_rtf
from tests.guard.disguises import mail, uu
from tests.guard.files import (
    PACKED_RTF,
    RTF,
    SEVEN,
    attribute_of,
    packed_seven,
    properties_of,
    property_of,
    rar4_of,
    rar5_of,
    seven_of,
    signed_of,
    tnef,
    tnef_of,
    zip_of,
)

SEALED = {
    "zip, its first file": zip_of(sealed=(True, False)),
    "zip, its last file": zip_of(sealed=(False, False, True)),
    "zip, cut short": zip_of(sealed=(True,))[:60],
    "7z with AES": seven_of(b"\x01\x04\x06\x00\x01\x24\x06\xf1\x07\x01\x0a"),
    "7z of which nobody can tell": seven_of(b"\x17\x06\x00\x01"),
    "7z with AES in a packed header": packed_seven(b"\x01\x04\x06\x00\x01\x24\x06\xf1\x07\x01\x0a"),
    "7z with AES in a header packed twice": packed_seven(b"\x01\x04\x06\xf1\x07\x01\x0a", levels=2),
    "7z with a header that is encrypted": seven_of(
        b"\x17\x06\x00\x01\x09\x60\x00\x07\x0b\x01\x00\x02\x24\x06\xf1\x07\x01"
    ),
    "7z with a header of any length": packed_seven(b"\x01", told=1 << 40),
    "7z with a header shorter than told": packed_seven(b"\x01\x04", told=3),
    "7z with a header packed again and again": packed_seven(b"\x01\x04", levels=40),
    "7z, cut short": seven_of(b"\x01")[:20],
    "rar 4, its names as well": rar4_of((0x73, 0x80, b"")),
    "rar 4, its second file": rar4_of((0x74, 0x8000, b"x" * 300), (0x74, 0x8004, b"yy")),
    "rar 5, its names as well": rar5_of((4, b"", b"")),
    "rar 5, its second file": rar5_of((2, b"\x02\x02x", b"x" * 300), (2, b"\x02\x03x\x02\x01x", b"yy")),
}
OPEN = {
    "zip": zip_of(sealed=(False, False)),
    "7z": seven_of(b"\x01\x04\x06\x00\x01"),
    "7z of 7-Zip": SEVEN,
    "7z with a large header": packed_seven(b"\x01" + bytes(2_000_000), dictionary=0xFFFFFFFF),
    "rar 4": rar4_of((0x74, 0x8000, b"x" * 300), (0x7B, 0, b"")),
    "rar 5": rar5_of((2, b"\x02\x02x", b"x" * 300), (5, b"", b"")),
    "a document of Word": bytes.fromhex("d0cf11e0a1b11ae1") + "WordDocument".encode("utf-16-le"),
}


@pytest.mark.parametrize("name", SEALED)
def test_an_archive_that_needs_a_password_is_known(name: str) -> None:
    assert must_be_opened(SEALED[name][:HEAD])
    assert found_inside(SEALED[name]) is Unscannable.ENCRYPTED


@pytest.mark.parametrize("name", OPEN)
def test_an_archive_that_needs_none_is_left_alone(name: str) -> None:
    assert must_be_opened(OPEN[name][:HEAD])
    assert found_inside(OPEN[name]) is None


def test_an_archive_of_more_files_than_are_looked_at_is_not_called_encrypted() -> None:
    assert found_inside(zip_of(sealed=(False,) * 10_000)) is None
    assert found_inside(zip_of(sealed=(False,) * 10_001)) is Unscannable.TOO_MANY_PARTS
    assert found_inside(rar4_of(*[(0x74, 0, b"")] * 10_001)) is Unscannable.TOO_MANY_PARTS
    assert found_inside(rar5_of(*[(2, b"", b"")] * 10_001)) is Unscannable.TOO_MANY_PARTS


def test_more_files_in_uuencode_than_are_read_leave_a_finding() -> None:
    files = [uu(f"Nota {number}") for number in range(21)]
    enough, more = (read_mail(mail(body=b"\r\n".join([b"Hola", *files[:count]]))) for count in (20, 21))
    assert enough.unscannable == ()
    assert more.unscannable == (Unscannable.TOO_MANY_PARTS,)


def test_a_key_is_not_a_sealed_mail() -> None:
    assert not sealed_by_head(b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "clave.asc")
    assert not sealed_by_head(b"-----BEGIN PGP SIGNATURE-----\n", "firma.asc")
    assert not sealed_by_head(b"", "vacio.gpg")
    assert not sealed_by_head(b"\x99\x01\x0d\x04", "clave.gpg")


def test_a_signature_is_not_a_sealed_mail() -> None:
    signed = bytes.fromhex("3082010006092a864886f70d010702a0")
    assert not sealed_by_head(signed, "smime.p7s")
    assert sealed_by_head(signed.replace(b"\x07\x02", b"\x07\x03"), "x")


ENTITY = b"Content-Type: text/plain\r\n\r\nHola\r\n"


@pytest.mark.parametrize("endless", [False, True])
@pytest.mark.parametrize("piece", [0, 7])
def test_what_was_signed_is_read_however_it_is_cut(piece: int, endless: bool) -> None:
    signed = signed_of(ENTITY, piece=piece, endless=endless)
    assert signed_content(signed) == ENTITY
    letters = b"-----BEGIN PKCS7-----\n" + base64.encodebytes(signed) + b"-----END PKCS7-----\n"
    assert signed_content(letters) == ENTITY
    with pytest.raises(NotSigned):
        signed_content(signed[: signed.index(b"Hola") if not piece else len(signed) // 2])


def test_a_signature_alone_holds_nothing() -> None:
    assert signed_content(signed_of(None)) == b""
    assert signed_content(signed_of(None, endless=True)) == b""


def test_what_is_not_signed_is_no_signed_file() -> None:
    signed = signed_of(ENTITY)
    assert signed_content(signed.replace(b"\x01\x07\x02", b"\x01\x07\x03")) is None
    assert signed_content(b"Hola") is None
    assert signed_content(b"") is None


def test_rtf_is_read_as_it_is_shown() -> None:
    assert rtf_text(RTF) == ("Hola\ncaña €\xa05 cretino", True)
    assert rtf_text(b"{\\rtf1 a{\\b b}}}} c") == ("ab c", True)


SHOWN_OF_RTF = {
    "a comment, behind the text": (
        rb"Oferta{\*\atnid AR}{\*\atnauthor Ana}\chatn {\*\annotation{\*\atnref 1}\pard\plain cre{\b ti}no} lista",
        "Oferta lista\ncretino",
    ),
    "a text box": (
        rb"Oferta {\shp{\*\shpinst\shpleft0{\sp{\sn shapeType}{\sv 202}}{\shptxt \pard cretino\par}}{\shprslt}}lista",
        "Oferta lista\ncretino\n",
    ),
    "an old text box": (rb"Oferta{\*\do\dobxcolumn{\dptxbxtext \pard cretino}\dpx1}", "Oferta\ncretino"),
    "a footnote": (rb"Ofer{\footnote cretino}ta{\footnote payaso}", "Oferta\ncretino\npayaso"),
    "what an object shows": (rb"{\object\objemb{\*\objclass Word}{\*\objdata 00}{\result cretino}}", "cretino"),
    "a comment in what is not shown": (rb"{\*\nada{\*\annotation x}}Hola", "Hola"),
    "letters without stand-ins": (rb"\uc0 imb\u233 cil", "imbécil"),
    "letters with some in a group of its own": (rb"{\uc0 a\u233 b}\u233 ?c{\u233 ?d}", "aébécéd"),
    "letters with two stand-ins": (rb"\uc2 imb\u233\'c3\'a9cil\u8364 ??", "imbécil€"),
    "a stand-in that is a command": (rb"a\u8211\endash b", "a–b"),
    "cells": (rb"\trowd Luis\cell imb\'e9cil\cell\row uno\nestcell dos\nestrow", "Luis\timbécil\t\nuno\tdos\n"),
    "wide blanks": (rb"un\emspace imb\'e9cil\enspace m\'e1s", "un imbécil más"),
    "letters in two halves": (rb"un \u-10179?\u-8704? payaso\u-10179?", "un \U0001f600 payaso"),
    "lines that the file breaks": (b"imb\\'e9\r\ncil", "imbécil"),
}


@pytest.mark.parametrize("name", SHOWN_OF_RTF)
def test_rtf_is_read_with(name: str) -> None:
    data, text = SHOWN_OF_RTF[name]
    assert rtf_text(rb"{\rtf1\ansi " + data + b"}") == (text, True)


def test_rtf_of_too_many_pieces_is_read_in_part_and_says_so() -> None:
    text, whole = rtf_text(rb"{\rtf1 Hola" + b"{}" * 600_000 + b"adios}")
    assert (text, whole) == ("Hola", False)


def test_rtf_of_outlook_is_unpacked() -> None:
    text = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked_rtf(PACKED_RTF, 100) == (text, True)
    assert unpacked_rtf(PACKED_RTF, 10) == (text[:10], False)
    assert unpacked_rtf(PACKED_RTF[:-4], 100) == (text[:-2], True)


def test_packed_rtf_may_repeat_itself_and_begin_with_blanks() -> None:
    head = struct.pack("<II4sI", 0, 0, b"LZFu", 0)
    itself = bytes([0b10]) + b"a" + struct.pack(">H", 207 << 4 | 8)
    assert unpacked_rtf(head + itself, 100) == (b"a" * 11, True)
    blanks = bytes([0b1]) + struct.pack(">H", 1000 << 4 | 2)
    assert unpacked_rtf(head + blanks, 100) == (b" " * 4, True)


def test_all_rtf_of_one_winmail_is_unpacked_within_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contents.__globals__, "MAX_DATA_BYTES", 60)
    told = properties_of(*[property_of(0x1009, 0x102, PACKED_RTF)] * 3)
    assert [(len(one.data), one.cut) for one in contents(tnef_of(told))] == [(43, False), (17, True), (0, True)]


def test_winmail_tells_its_texts_files_and_mails_inside() -> None:
    inner = tnef("dentro")
    properties = struct.pack("<I", 3) + property_of(0x1000, 0x1F, "caña\0".encode("utf-16-le"))
    properties += property_of(0x1013, 0x102, b"<p>hola") + property_of(0x3701, 0x0D, bytes(16) + inner)
    data = tnef_of(
        attribute_of(0x0002800C, b"texto\0"),
        attribute_of(0x00069003, properties),
        attribute_of(0x00018010, b"nota.txt\0", 2),
        attribute_of(0x0006800F, b"en la nota", 2),
    )
    told = [(one.kind, one.name, one.data) for one in contents(data)]
    assert told == [
        ("text/plain", "", b"texto"),
        ("text/plain", "", "caña".encode("utf-16-le")),
        ("text/html", "", b"<p>hola"),
        ("application/ms-tnef", "", inner),
        ("application/octet-stream", "nota.txt", b"en la nota"),
    ]


FILE_NAME, FILE = 0x00018010, 0x0006800F
NEXT_FILE = attribute_of(0x00069002, bytes(14), 2)


@pytest.mark.parametrize("marked", [True, False])
def test_files_of_winmail_keep_their_names_whichever_comes_first(marked: bool) -> None:
    between = NEXT_FILE if marked else b""
    for order in (1, -1):
        files = [
            between + b"".join([attribute_of(FILE, data, 2), attribute_of(FILE_NAME, name, 2)][::order])
            for name, data in ((b"uno.txt\0", b"1"), (b"dos.pdf\0", b"2"))
        ]
        assert [(one.name, one.data) for one in contents(tnef_of(*files))] == [("uno.txt", b"1"), ("dos.pdf", b"2")]


def test_a_file_that_winmail_keeps_as_a_property_is_found() -> None:
    data, name = property_of(0x3701, 0x102, b"en la nota"), "año.txt\0".encode("utf-16-le")
    told = [NEXT_FILE, properties_of(data, property_of(0x3707, 0x1F, name), file=True), NEXT_FILE]
    assert [(one.name, one.data) for one in contents(tnef_of(*told))] == [("año.txt", b"en la nota")]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (properties_of(property_of(0x3707, 0x1E, b"nota larga.pdf\0"), file=True), "nota larga.pdf"),
        (
            properties_of(property_of(0x3001, 0x1E, b"nota\0"), property_of(0x3704, 0x1E, b"B\0"), file=True),
            "NOTALA~1.PDF",
        ),
        (properties_of(property_of(0x3707, 0x1E, b"\0"), file=True), "NOTALA~1.PDF"),
    ],
)
def test_the_long_name_of_a_file_in_winmail_goes_before_the_short_one(told: bytes, name: str) -> None:
    data = tnef_of(NEXT_FILE, attribute_of(FILE_NAME, b"NOTALA~1.PDF\0", 2), told)
    assert [one.name for one in contents(data)] == [name]


def test_a_mail_in_winmail_is_found_without_the_words_that_stand_in_for_it() -> None:
    inner = tnef("dentro")
    stand_in = b"This attachment is a MAPI 1.0 embedded message and is not supported by this mail system."
    told = [attribute_of(FILE_NAME, b"Untitled Attachment\0", 2), attribute_of(FILE, stand_in, 2)]
    found = contents(
        tnef_of(NEXT_FILE, *told, properties_of(property_of(0x3701, 0x0D, bytes(16) + inner), file=True))
    )
    assert [(one.kind, one.data) for one in found] == [("application/ms-tnef", inner)]


def test_winmail_without_words_holds_nothing() -> None:
    assert contents(tnef_of(attribute_of(0x00069007, struct.pack("<II", 1252, 0)))) == []


@pytest.mark.parametrize("end", [0, 3, -3, -20])
def test_winmail_cut_short_is_not_readable(end: int) -> None:
    with pytest.raises(NotReadable):
        contents(tnef("hola")[:end])


@given(
    st.sampled_from([*SEALED.values(), *OPEN.values(), tnef("hola"), RTF, PACKED_RTF, signed_of(ENTITY, piece=5)]),
    st.data(),
)
def test_no_damage_breaks_the_reading(raw: bytes, data: st.DataObject) -> None:
    damaged = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    whole = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    assert isinstance(rtf_text(whole)[0], str)
    if must_be_opened(whole[:HEAD]):
        found_inside(whole)
    with suppress(NotReadable):
        contents(whole)
    with suppress(NotReadable, struct.error):
        unpacked_rtf(whole, 1000)
    with suppress(NotSigned):
        signed_content(whole)
