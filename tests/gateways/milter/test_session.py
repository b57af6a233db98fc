"""One milter conversation: the gate at DATA, the bytes as offered, two mails on one connection."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.mail import Envelope
from guardian.gateways.milter import codec, events
from guardian.gateways.milter.codec import Decoder, packet
from guardian.gateways.milter.outcome import Decision, Outcome
from guardian.gateways.milter.paths import address_in, spelled_in
from guardian.gateways.milter.session import Offer, Session

POSTFIX_STEPS = 0x1FFFFF
NEGOTIATE = packet(b"O", struct.pack(">III", 6, 0x1FF, POSTFIX_STEPS))


def mail(*recipients: bytes, headers: tuple[tuple[bytes, bytes], ...] = (), body: bytes = b"") -> bytes:
    return b"".join(
        (
            packet(b"M", b"<ana@acme.example>\0"),
            *(packet(b"R", recipient + b"\0") for recipient in recipients),
            packet(b"T"),
            *(packet(b"L", name + b"\0" + value + b"\0") for name, value in headers),
            packet(b"N"),
            *([packet(b"B", body)] if body else []),
            packet(b"E"),
        )
    )


def answers(session: Session, data: bytes) -> list[bytes | Offer]:
    return [answer for event in Decoder().feed(data) for answer in session.take(event)]


def a_client_is_among(envelope: Envelope) -> bool:
    return any(one.endswith("@cliente.example") for one in envelope.recipients)


@pytest.fixture
def session() -> Session:
    session = Session(a_client_is_among)
    list(answers(session, NEGOTIATE))
    return session


def test_a_mail_without_clients_is_accepted_before_its_body_moves(session: Session) -> None:
    said = answers(
        session, packet(b"M", b"<ana@acme.example>\0") + packet(b"R", b"<eva@acme.example>\0") + packet(b"T")
    )
    assert said == [codec.ACCEPT]


def test_a_mail_to_a_client_is_offered_whole(session: Session) -> None:
    said = answers(
        session,
        packet(b"D", b"Mi\x004bXyz\0")
        + mail(b"<Luis@CLIENTE.example>", headers=((b"Subject", b" uno\n\tdos"), (b"X", b"")), body=b"hola\r\n.\r\n"),
    )
    assert said[0] == codec.CONTINUE
    (offer,) = said[1:]
    assert isinstance(offer, Offer)
    assert offer.raw == b"Subject: uno\r\n\tdos\r\nX:\r\n\r\nhola\r\n.\r\n"
    assert offer.envelope.recipients == ("luis@cliente.example",)
    assert offer.queue_id == "4bXyz"


def test_the_header_changes_by_what_the_server_allows() -> None:
    decision = Decision(outcome=Outcome.PASSED, name="X-A", value="b", stale=2)
    said = {}
    for actions in (0x1FF, 0x11, 0x1, 0x10, 0x20):
        session = Session(a_client_is_among, changes_headers=True)
        list(answers(session, packet(b"O", struct.pack(">III", 6, actions, POSTFIX_STEPS))))
        said[actions] = session.changes(decision)
    off = b"".join(packet(b"m", struct.pack(">I", place) + b"X-A\0\0") for place in (2, 1))
    on = packet(b"i", struct.pack(">I", 0) + b"X-A\0 b\0")
    assert said == {0x1FF: off + on, 0x11: off + on, 0x1: b"", 0x10: b"", 0x20: b""}


def test_who_changes_nothing_does_not_ask_for_the_right_to(session: Session) -> None:
    assert session.changes(Decision(outcome=Outcome.PASSED, name="X-A", value="b")) == b""


def test_a_server_that_adds_the_blank_itself_gets_none() -> None:
    session = Session(a_client_is_among, changes_headers=True)
    list(answers(session, packet(b"O", struct.pack(">III", 6, 0x1FF, 0))))
    on = session.changes(Decision(outcome=Outcome.PASSED, name="X-A", value="b"))
    assert on == packet(b"i", struct.pack(">I", 0) + b"X-A\0b\0")


def test_a_second_mail_forgets_the_first(session: Session) -> None:
    answers(session, mail(b"<luis@cliente.example>", body=b"first\r\n"))
    (offer,) = answers(session, mail(b"<eva@cliente.example>", body=b"second\r\n"))[1:]
    assert isinstance(offer, Offer)
    assert offer.envelope.recipients == ("eva@cliente.example",)
    assert offer.raw == b"\r\nsecond\r\n"


def test_an_aborted_mail_leaves_nothing_behind(session: Session) -> None:
    answers(session, packet(b"M", b"<x@acme.example>\0") + packet(b"R", b"<luis@cliente.example>\0") + packet(b"A"))
    said = answers(
        session, packet(b"M", b"<ana@acme.example>\0") + packet(b"R", b"<eva@acme.example>\0") + packet(b"T")
    )
    assert said == [codec.ACCEPT]


def test_a_server_that_waits_for_every_answer_gets_one() -> None:
    session = Session(a_client_is_among)
    answers(session, packet(b"O", struct.pack(">III", 2, 0x1F, 0)))
    said = answers(session, mail(b"<luis@cliente.example>", headers=((b"Subject", b"hola"),), body=b"x"))
    assert said[:-1] == [codec.CONTINUE] * 6
    assert isinstance(said[-1], Offer)
    assert said[-1].raw == b"Subject: hola\r\n\r\nx"


def test_quit_ends_the_conversation_and_quit_for_reuse_does_not(session: Session) -> None:
    answers(session, packet(b"K"))
    assert not session.over
    answers(session, packet(b"Q"))
    assert session.over


def test_a_peer_without_end_of_recipients_is_cut_off(session: Session) -> None:
    flood = packet(b"R", b"<x@cliente.example>\0") * 10_001
    with pytest.raises(codec.ProtocolError):
        answers(session, packet(b"M", b"<ana@acme.example>\0") + flood)


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_path_is_an_address_or_kept_as_it_is(paths: list[bytes]) -> None:
    session = Session(a_client_is_among)
    for path in paths:
        for _ in session.take(events.RcptTo(path=path, args=())):
            pass
    assert len(session.envelope().recipients) == len(paths)


def test_a_mail_whose_recipients_come_after_data_is_not_let_pass_before(session: Session) -> None:
    said = answers(session, packet(b"M", b"<ana@acme.example>\0") + packet(b"T"))
    assert said == [codec.CONTINUE]
    (offer,) = answers(session, packet(b"R", b"<luis@cliente.example>\0") + packet(b"N") + packet(b"E"))
    assert isinstance(offer, Offer)
    assert offer.envelope.recipients == ("luis@cliente.example",)


@pytest.mark.parametrize(
    "path",
    [b'<"eva x"@CLIENTE.example>', b'<"eva, x"@cliente.example.>', b"<" + b"x" * 400 + b"@Cliente.Example>"],
)
def test_an_odd_local_part_does_not_hide_the_domain(session: Session, path: bytes) -> None:
    said = answers(session, packet(b"M", b"<ana@acme.example>\0") + packet(b"R", path + b"\0") + packet(b"T"))
    assert said == [codec.CONTINUE]
    assert session.envelope().recipients[0].endswith("@cliente.example")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("<x@cliente\u3002example\u3002>", "x@cliente.example"),
        ("<x@CLIENTE.EXAMPLE\uff0e>", "x@cliente.example"),
        ("<x@Stra\u00dfe.example>", "x@xn--strae-oqa.example"),
        ("<x@XN--STRAE-OQA.example>", "x@xn--strae-oqa.example"),
        ("<x@\uff23liente.example>", "x@cliente.example"),
        ("<x@m\u00fcnchen.example>", "x@xn--mnchen-3ya.example"),
    ],
)
def test_an_international_domain_has_one_name_however_it_is_written(path: str, address: str) -> None:
    assert address_in(path.encode()) == address


@pytest.mark.parametrize(
    ("path", "address", "spelled"),
    [
        (b"<Luis.Gil@Cliente.Example>", "luis.gil@cliente.example", "Luis.Gil@cliente.example"),
        (b"<luis@CLIENTE.example>", "luis@cliente.example", "luis@cliente.example"),
        (b'<"Eva X"@cliente.example>', '"eva x"@cliente.example', '"Eva X"@cliente.example'),
        (b"<@Relay.example:Luis@cliente.example>", "luis@cliente.example", "Luis@cliente.example"),
        (b"<Luis%cliente.example@acme.example>", "luis@cliente.example", "luis@cliente.example"),
        ("<JOSÉ@cliente.example>".encode(), "josé@cliente.example", "JOSÉ@cliente.example"),
        (b"<>", "", ""),
        (b"<LUIS>", "luis", "luis"),
        (b"<\xffA@x>", "otro@x", "otro@x"),
    ],
)
def test_an_address_is_remembered_as_it_was_written(path: bytes, address: str, spelled: str) -> None:
    assert spelled_in(path, address) == spelled


def test_the_same_mail_is_the_same_whatever_the_case_of_its_addresses(session: Session) -> None:
    envelopes = []
    for path in (b"<LUIS@cliente.example>", b"<luis@cliente.example>"):
        answers(session, packet(b"M", b"<ana@acme.example>\0") + packet(b"R", path + b"\0"))
        envelopes.append(session.envelope())
    assert envelopes[0] == envelopes[1]
    assert envelopes[0].spelled("luis@cliente.example") == "LUIS@cliente.example"
    assert envelopes[1].spellings == ()


def test_a_resolved_address_without_domain_does_not_replace_what_was_said(session: Session) -> None:
    """Sendmail tells the bare name of a local alias."""
    answers(session, packet(b"M", b"<ana@acme.example>\0") + packet(b"D", b"R{rcpt_addr}\0todos\0"))
    answers(session, packet(b"R", b"<todos@acme.example>\0"))
    assert session.envelope().recipients == ("todos@acme.example",)
