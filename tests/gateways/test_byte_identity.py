"""What is released is what was offered, byte for byte and with its envelope, through a real Postfix both ways."""

import re
import smtplib
from collections.abc import Iterator
from pathlib import Path

import dkim
import pytest

from guardian.ports.holds import HoldState
from tests.gateways.postfix import ROOT
from tests.gateways.round_trip import (
    CLIENT,
    COLLEAGUE,
    RoundTrip,
    normalised,
    peak_memory_mb,
    round_trip,
    without_trace,
)
from tests.gateways.sink import Delivered
from tests.gateways.test_dkim import key_pair

MIME = ROOT.parent / "shared" / "mime"
HEAD = (
    b"From: ana@acme.example\r\nTo: x@cliente.example\r\nSubject: Oferta\r\nDate: Tue, 10 Nov 2026 10:00:00 +0100\r\n"
)


@pytest.fixture(scope="module")
def standing() -> Iterator[RoundTrip]:
    """One for all tests of this page; its judge holds every mail to a client."""
    with round_trip({"FAKE_HOLDS": "all"}) as whole:
        yield whole


@pytest.fixture
def way(standing: RoundTrip) -> RoundTrip:
    """The same, with nothing on its way."""
    standing.empty()
    return standing


def offer(
    way: RoundTrip, raw: bytes, *to: str, mail: str = "", rcpt: str = "", sender: str = "ana@acme.example"
) -> None:
    """Offer a mail with ESMTP parameters."""
    with way.connect() as client:
        assert client.docmd("MAIL", f"FROM:<{sender}> {mail}".strip())[0] == 250
        for one in to or (CLIENT,):
            assert client.docmd("RCPT", f"TO:<{one}> {rcpt}".strip())[0] == 250
        assert client.data(raw)[0] == 250


def test_a_released_mail_is_the_one_that_was_offered(way: RoundTrip) -> None:
    body = (
        b"caf\xc3\xa9\r\n.\x20punto\r\n..\r\n\r\n\ttab \r\n"
        + b"x" * 3000
        + b"\r\n--b\r\nContent-Type: text/plain\r\n\r\n\x01\x02\x7f\xff\r\n\r\n\r\n"
    )
    offer(
        way, HEAD + b"X-Folded: a\r\n\tb\r\n  c \r\nX-Empty:\r\n\r\n" + body, CLIENT, COLLEAGUE, mail="BODY=8BITMIME"
    )
    (hold,) = way.release_everything()
    assert hold.state is HoldState.RELEASED
    (mail,) = way.arrived(1)
    assert without_trace(mail.raw) == HEAD + b"X-Folded: a\r\n\tb\r\n  c \r\nX-Empty:\r\n\r\n" + body
    assert {one.split()[0] for one in mail.recipients} == {b"<luis@cliente.example>", b"<eva@acme.example>"}
    assert b"BODY=8BITMIME" in mail.mail_from


def test_what_the_sender_asked_of_delivery_reports_is_asked_again(way: RoundTrip) -> None:
    with way.connect() as client:
        client.docmd("MAIL", "FROM:<ana@acme.example> RET=HDRS ENVID=QQ+2B314159+3Dx BODY=8BITMIME")
        client.docmd("RCPT", f"TO:<{CLIENT}> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Luis+2Bventas@cliente.example")
        client.docmd("RCPT", f"TO:<{COLLEAGUE}> NOTIFY=NEVER")
        client.docmd("RCPT", "TO:<otro@cliente.example>")
        assert client.data(HEAD + b"\r\nhola\r\n")[0] == 250
    way.release_everything()
    (mail,) = way.arrived(1)
    assert {b"RET=HDRS", b"ENVID=QQ+2B314159+3Dx", b"BODY=8BITMIME"} <= set(mail.mail_from.split())
    told = {one.split()[0]: set(one.split()[1:]) for one in mail.recipients}
    assert told[b"<luis@cliente.example>"] == {
        b"NOTIFY=SUCCESS,DELAY",
        b"ORCPT=rfc822;Luis+2Bventas@cliente.example",
    }
    assert b"NOTIFY=NEVER" in told[b"<eva@acme.example>"]
    assert not any(one.startswith(b"NOTIFY") for one in told[b"<otro@cliente.example>"])


def test_international_addresses_and_headers_are_released_as_they_came(way: RoundTrip) -> None:
    raw = "From: ñu@acme.example\r\nTo: josé@cliente.example\r\nSubject: Oferta ñ\r\n\r\nqué tal\r\n".encode()
    offer(way, raw, "josé@cliente.example", COLLEAGUE, mail="SMTPUTF8 BODY=8BITMIME", sender="ñu@acme.example")
    way.release_everything()
    (mail,) = way.arrived(1)
    assert without_trace(mail.raw) == raw
    assert mail.mail_from.startswith("<ñu@acme.example>".encode())
    assert {b"SMTPUTF8", b"BODY=8BITMIME"} <= set(mail.mail_from.split())
    assert "<josé@cliente.example>".encode() in {one.split()[0] for one in mail.recipients}


def test_addresses_are_released_as_they_were_written(way: RoundTrip) -> None:
    written = (
        "Luis.Gil+Tok9X@Cliente.Example",
        '"Ana B"@cliente.example',
        "SRS0=aO/p=ON=X=y@cliente.example",
        "Eva@acme.example",
    )
    offer(way, HEAD + b"\r\nhola\r\n", *written, sender="prvs=12AbC=Ana@acme.example")
    (hold,) = way.release_everything()
    assert hold.envelope.recipients[0] == "luis.gil+tok9x@cliente.example"
    (mail,) = way.arrived(1)
    assert mail.mail_from.split()[0] == b"<prvs=12AbC=Ana@acme.example>"
    assert {one.partition(b"> ")[0].strip(b"<").decode() for one in mail.recipients} == {
        "Luis.Gil+Tok9X@cliente.example",
        '"Ana B"@cliente.example',
        "SRS0=aO/p=ON=X=y@cliente.example",
        "Eva@acme.example",
    }


def test_a_mail_sent_in_chunks_is_released_whole(way: RoundTrip) -> None:
    pieces = (HEAD + b"\r\nprime", b"ra\r\n.\r\nsegunda\r", b"\n..\r\ncaf\xc3\xa9\r\n")
    with way.connect() as client:
        client.docmd("MAIL", "FROM:<ana@acme.example> BODY=8BITMIME")
        client.docmd("RCPT", f"TO:<{CLIENT}>")
        for place, piece in enumerate(pieces):
            last = b" LAST" if place == len(pieces) - 1 else b""
            client.send(b"BDAT %d%s\r\n" % (len(piece), last) + piece)
            assert client.getreply()[0] == 250
    way.release_everything()
    (mail,) = way.arrived(1)
    assert without_trace(mail.raw) == b"".join(pieces)


def test_the_signature_of_a_held_mail_is_valid_when_it_arrives(way: RoundTrip) -> None:
    private, record = key_pair()
    body = b"From: ana@acme.example\r\nTo:  luis@cliente.example\r\nSubject: Oferta\r\n\tde  otono \r\n\r\n"
    body += b"hola  que tal \r\n.\r\n\r\ncaf\xc3\xa9 " + b"y" * 2000 + b"\r\n\r\n\r\n"
    ways = [(head, rest) for head in (b"simple", b"relaxed") for rest in (b"simple", b"relaxed")]
    for canonical in ways:
        offer(way, dkim.sign(body, b"s", b"acme.example", private, canonicalize=canonical) + body, CLIENT)
    way.release_everything()
    for mail in way.arrived(len(ways)):
        assert dkim.verify(mail.raw, dnsfunc=lambda name, timeout=5: record)
        assert not dkim.verify(mail.raw.replace(b"otono", b"verano"), dnsfunc=lambda name, timeout=5: record)


def test_a_mail_to_a_thousand_people_reaches_each_once(way: RoundTrip) -> None:
    everybody = [f"persona{number}@{'cliente' if number % 3 else 'acme'}.example" for number in range(1000)]
    offer(way, HEAD + b"\r\na todos\r\n", *everybody)
    (hold,) = way.release_everything()
    assert len(hold.client_addresses) == 666
    mails = way.arrived(20)  # Postfix sends to at most 50 at a time
    got = [one.split()[0].strip(b"<>").decode() for mail in mails for one in mail.recipients]
    assert sorted(got) == sorted(everybody)
    assert {without_trace(mail.raw) for mail in mails} == {HEAD + b"\r\na todos\r\n"}


@pytest.mark.slow
def test_a_mail_of_fifty_megabytes_is_released_whole_within_bounds(way: RoundTrip) -> None:
    before = max(map(peak_memory_mb, way.gateway.children()))
    raw = HEAD + b"\r\n" + b"una linea como todas las demas, ni corta ni larga\r\n" * 1_020_000
    assert len(raw) > 50 * 1024 * 1024 - 2_500_000
    offer(way, raw)
    way.release_everything()
    (mail,) = way.arrived(1, 120)
    assert without_trace(mail.raw) == raw
    grown = max(map(peak_memory_mb, way.gateway.children())) - before
    print(f"a mail of {len(raw) / 1e6:.0f} MB: the gateway's process grew by {grown:.0f} MB")  # noqa: T201
    assert grown < 6 * len(raw) / 1024 / 1024


@pytest.mark.slow
@pytest.mark.skipif(not MIME.is_dir(), reason="no folder shared/mime beside the checkout")
def test_all_nasty_mail_is_released_as_it_was_offered(way: RoundTrip) -> None:
    mails = {number: normalised(path.read_bytes()) for number, path in enumerate(nasty_files())}
    offered = submit_all(way, mails, way.mta.port, "held")
    direct = submit_all(way, mails, way.release_port, "direct")
    assert offered == direct, "the gateway changes what Postfix takes"
    came_directly = {
        number: without_trace(mail.raw) for number, mail in by_number(way, len(direct), "direct").items()
    }
    kept = {
        number_of(hold.envelope.sender): way.holds.raw(hold.id) for hold in way.holds.list() if hold.state == "held"
    }
    assert kept.keys() == offered
    way.sink.mails.clear()
    way.release_everything()
    released = {number: without_trace(mail.raw) for number, mail in by_number(way, len(offered), "held").items()}
    assert [number for number in offered if released[number] != kept[number]] == []
    bare_headers = [number for number in offered if released[number] == came_directly[number] + b"\r\n"]
    assert [n for n in offered if released[n] != came_directly[n] and n not in bare_headers] == []
    as_offered = [
        number for number in offered if without_stray_cr(released[number]) == without_stray_cr(mails[number])
    ]
    print(  # noqa: T201
        f"{len(mails)} files, {len(offered)} taken; released as Postfix alone delivers it: all but "
        f"{len(bare_headers)} without a body; equal to the file itself: {len(as_offered)}"
    )
    assert len(offered) > 600
    assert len(bare_headers) < 20
    # In the others Postfix itself mends what is no mail before anybody sees it: a blank line where text without a
    # header begins, X-Mailbox-Line for an mbox's From line, a header of more than 100 KB cut short.
    assert len(as_offered) > 0.6 * len(offered)


def without_stray_cr(raw: bytes) -> bytes:
    """Return bytes with a blank for every CR that ends no line: Postfix makes that of it before we see it."""
    return re.sub(rb"\r(?!\n)", b" ", raw)


def nasty_files() -> list[Path]:
    return sorted(path for path in MIME.rglob("*.*") if path.is_file() and path.name != "SOURCES.md")


def submit_all(way: RoundTrip, mails: dict[int, bytes], port: int, name: str) -> set[int]:
    """Send every mail under its number, and return which Postfix took."""
    taken = set()
    with way.connect(port) as client:
        for number, raw in mails.items():
            try:
                client.sendmail(f"{name}-{number}@acme.example", [CLIENT], raw)
            except smtplib.SMTPResponseException:
                client.rset()
            else:
                taken.add(number)
    return taken


def by_number(way: RoundTrip, count: int, name: str) -> dict[int, Delivered]:
    mails = [mail for mail in way.arrived(count, 180) if mail.mail_from.startswith(f"<{name}-".encode())]
    assert len(mails) == count
    return {number_of(mail.mail_from.decode()): mail for mail in mails}


def number_of(sender: str) -> int:
    return int(sender.partition("@")[0].rpartition("-")[2])
