"""Mail that comes back through a hosted mail service: let through once by its stamp, and judged at the next round."""

from collections.abc import Iterator

import dkim
import pytest

from guardian.guard.passes import STAMP_FIELD
from tests.gateways.round_trip import CLIENT, COLLEAGUE, RoundTrip, round_trip, without_trace
from tests.gateways.sink import Delivered
from tests.gateways.test_dkim import key_pair

HEAD = b"From: ana@acme.example\r\nTo: x@cliente.example\r\nSubject: Oferta\r\nMessage-ID: <1@acme.example>\r\n"
STAMP = STAMP_FIELD.encode()


@pytest.fixture(scope="module")
def standing() -> Iterator[RoundTrip]:
    """One for all tests of this page, whose gateway stamps."""
    with round_trip({"FAKE_STAMP": "600"}) as whole:
        yield whole


@pytest.fixture
def way(standing: RoundTrip) -> RoundTrip:
    """The same, with nothing on its way."""
    standing.empty()
    return standing


def through(way: RoundTrip, raw: bytes, *to: str) -> Delivered:
    """Send a mail through the gateway, and return it as it comes out."""
    way.sink.mails.clear()
    with way.connect() as client:
        client.sendmail("ana@acme.example", to or (CLIENT,), raw)
    return way.arrived(1)[0]


def judged(way: RoundTrip) -> int:
    return way.gateway.log.count("fake.judged")


def test_a_mail_that_circles_is_judged_every_second_time(way: RoundTrip) -> None:
    raw, before = HEAD + b"\r\nun saludo\r\n", judged(way)
    first = through(way, raw)
    assert first.raw.count(STAMP) == 1
    assert first.raw.endswith(raw)
    second = through(way, first.raw)
    assert (judged(way) - before, second.raw.count(STAMP)) == (1, 0)
    assert second.raw.endswith(raw)
    third = through(way, second.raw)
    assert (judged(way) - before, third.raw.count(STAMP)) == (2, 1)


def test_a_stamp_that_somebody_invented_comes_off(way: RoundTrip) -> None:
    invented = STAMP + b": v=1; q=x; x=99999999999; c=AAAAAAAAAAA; s=" + b"A" * 43 + b"\r\n"
    mail = through(way, invented + HEAD + invented + b"\r\nun saludo\r\n")
    assert mail.raw.count(STAMP) == 1
    assert invented not in mail.raw


def test_a_stamp_does_not_carry_an_insult(way: RoundTrip) -> None:
    mail = through(way, HEAD + b"\r\nun saludo\r\n")
    with way.connect() as client:
        client.sendmail("ana@acme.example", [CLIENT], mail.raw.replace(b"un saludo", b"eres un cretino"))
    (hold,) = (one for one in way.holds.list() if one.state == "held")
    assert b"eres un cretino" in way.holds.raw(hold.id)
    way.release_everything()
    way.arrived(2)


def test_a_released_mail_is_not_held_when_it_comes_back_and_keeps_its_signature(way: RoundTrip) -> None:
    private, record = key_pair()
    raw = HEAD + b"\r\neres  un cretino \r\n"
    raw = dkim.sign(raw, b"s", b"acme.example", private) + raw
    with way.connect() as client:
        client.sendmail("ana@acme.example", [CLIENT, COLLEAGUE], raw)
    (hold,) = way.release_everything()
    (released,) = way.arrived(1)
    assert without_trace(released.raw).partition(b"\r\n")[2] == raw
    assert without_trace(released.raw).startswith(STAMP + b": v=1; q=" + hold.id.encode())
    returned = through(way, released.raw, CLIENT, COLLEAGUE)
    assert STAMP not in returned.raw
    assert returned.raw.endswith(raw)
    for mail in (released, returned):
        assert dkim.verify(mail.raw, dnsfunc=lambda name, timeout=5: record)


def test_mail_that_no_client_reads_is_not_touched(way: RoundTrip) -> None:
    raw = HEAD + b"\r\nun saludo\r\n"
    assert without_trace(through(way, raw, COLLEAGUE).raw) == raw
