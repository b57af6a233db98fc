"""The digest as a mail."""

from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.digest.content import Coverage, Digest
from guardian.digest.message import WaysOut, build_message
from guardian.digest.plain import one_line
from guardian.digest.templating import Rendered
from guardian.domain.errors import UserError

MORNING = datetime(2026, 11, 25, 7, 30, tzinfo=ZoneInfo("Europe/Madrid"))
WORDS = Rendered(subject="Estás a punto de perder a Óptica Sanz", text="Hola, Marta:\n", html="<p>Hola, Marta:</p>")
DIGEST = Digest(
    address="marta@acme.example",
    rep_name="Marta Ruiz, ventas",
    language="es",
    timezone="Europe/Madrid",
    day=date(2026, 11, 25),
    lanes=(),
    coverage=Coverage(clients=0, reached_30=0, reached_90=0),
)


def raw(digest: Digest = DIGEST, words: Rendered = WORDS, sender: str = "guardian@acme.example") -> bytes:
    return build_message(digest, words, sender=sender, now=MORNING)


def parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_a_machine_says_that_it_is_one() -> None:
    message = parsed(raw())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Id"] == "Guardian <digest.guardian.acme.example>"


LINK = "https://guardian.acme.example/digest/stop.digest." + "W" * 22 + "." + "s" * 43


def test_a_mail_program_can_offer_to_stop_it_with_one_click() -> None:
    data = build_message(
        DIGEST,
        WORDS,
        sender="guardian@acme.example",
        now=MORNING,
        way_out=WaysOut(link=LINK, mail="it+help@acme.example"),
    )
    message = parsed(data)
    assert message["List-Unsubscribe"] == f"<{LINK}>, <mailto:it%2Bhelp@acme.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{LINK}>,\r\n <mailto:".encode() in data, "a link is one word on the wire"


@pytest.mark.parametrize(
    ("way", "offered", "click"),
    [
        (WaysOut(), None, None),
        (WaysOut(mail="it@acme.example"), "<mailto:it@acme.example?subject=unsubscribe>", None),
        (WaysOut(link="http://127.0.0.1:8025/digest/x"), "<http://127.0.0.1:8025/digest/x>", None),
    ],
)
def test_without_a_link_over_tls_no_click_is_promised(way: WaysOut, offered: str | None, click: str | None) -> None:
    message = parsed(build_message(DIGEST, WORDS, sender="guardian@acme.example", now=MORNING, way_out=way))
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (offered, click)


def test_who_when_and_about_what() -> None:
    message = parsed(raw())
    assert message["From"] == "Guardian <guardian@acme.example>"
    assert message["To"].addresses[0].display_name == "Marta Ruiz, ventas"
    assert message["To"].addresses[0].addr_spec == "marta@acme.example"
    assert message["Date"].datetime == MORNING
    assert message["Subject"] == WORDS.subject


def test_text_comes_first_and_html_as_the_alternative() -> None:
    message = parsed(raw())
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in parts] == ["utf-8", "utf-8"]
    assert [part.get_content().strip() for part in parts] == ["Hola, Marta:", "<p>Hola, Marta:</p>"]


def test_the_same_digest_is_the_same_mail() -> None:
    assert raw() == raw()
    other_day = replace(DIGEST, day=date(2026, 11, 26))
    assert parsed(raw())["Message-ID"] != parsed(raw(other_day))["Message-ID"]


def test_every_line_fits_the_wire() -> None:
    lines = raw(words=replace(WORDS, html="<td>ñ" * 5_000)).split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert raw().isascii()


def test_another_script_is_packed_so_that_it_stays_small() -> None:
    greek = "Καλημέρα σας " * 500
    data = raw(words=replace(WORDS, text=greek, html=greek))
    assert len(data) < 2 * len(greek.encode()) * 1.5
    assert [part.get_content().strip() for part in parsed(data).iter_parts()] == [greek.strip()] * 2


@settings(max_examples=50, deadline=None)
@given(name=st.text(max_size=60))
def test_no_name_starts_a_header(name: str) -> None:
    hostile = one_line(f"{name}\r\nBcc: all@evil.example\r\n\r\n<script>", 80)
    message = parsed(raw(replace(DIGEST, rep_name=hostile), replace(WORDS, subject=hostile)))
    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "marta@acme.example"
    assert message.get_content_type() == "multipart/alternative"


def test_its_sender_has_the_name_that_he_was_given() -> None:
    data = build_message(DIGEST, WORDS, sender="g@acme.example", sender_name="Guardián, SL", now=MORNING)
    assert str(parsed(data)["From"]) == '"Guardián, SL" <g@acme.example>'
    assert str(parsed(raw())["From"]) == "Guardian <guardian@acme.example>"


@pytest.mark.parametrize("address", ["", "marta", "marta@acme.example\r\nBcc: x@y.example", "a b@acme.example"])
def test_an_address_that_is_none_is_the_admins_to_mend(address: str) -> None:
    with pytest.raises(UserError, match="address"):
        raw(replace(DIGEST, address=address))
    with pytest.raises(UserError, match=r"mail\.sender"):
        raw(sender=address)
