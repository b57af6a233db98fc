"""The milter codec: any cut of the stream gives the same events, and no bytes get past its errors."""

import contextlib
import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.gateways.milter import codec, events
from guardian.gateways.milter.codec import Decoder, ProtocolError, packet

CONVERSATION = b"".join(
    (
        packet(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF)),
        packet(b"D", b"Cj\0mx.acme.example\0"),
        packet(b"C", b"client.example\0" + b"4" + struct.pack(">H", 4711) + b"192.0.2.1\0"),
        packet(b"H", b"client.example\0"),
        packet(b"D", b"Mi\x004bXyz\0"),
        packet(b"M", b"<ana@acme.example>\0SIZE=120\0BODY=8BITMIME\0"),
        packet(b"R", b"<luis@cliente.example>\0NOTIFY=NEVER\0"),
        packet(b"T"),
        packet(b"L", b"Subject\0 hola\0"),
        packet(b"N"),
        packet(b"B", b"Hola\r\n"),
        packet(b"E"),
        packet(b"Q"),
    )
)


def decoded(pieces: list[bytes]) -> list[events.Event]:
    decoder = Decoder()
    return [event for piece in pieces for event in decoder.feed(piece)]


def test_a_whole_conversation_is_understood() -> None:
    found = decoded([CONVERSATION])
    assert found[0] == events.Negotiate(version=6, actions=0x1FF, steps=0x1FFFFF)
    assert found[2] == events.Connect(host=b"client.example", family=b"4", port=4711, address=b"192.0.2.1")
    assert found[4] == events.Macros(command=b"M", values=((b"i", b"4bXyz"),))
    assert found[5] == events.MailFrom(path=b"<ana@acme.example>", args=(b"SIZE=120", b"BODY=8BITMIME"))
    assert found[6] == events.RcptTo(path=b"<luis@cliente.example>", args=(b"NOTIFY=NEVER",))
    assert found[8] == events.Header(name=b"Subject", value=b" hola")
    assert found[-1] == events.Quit()


@given(st.lists(st.integers(0, len(CONVERSATION)), max_size=30))
def test_where_the_network_cuts_makes_no_difference(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(CONVERSATION)]
    pieces = [CONVERSATION[a:b] for a, b in itertools.pairwise(edges)]
    assert decoded(pieces) == decoded([CONVERSATION])


@given(st.binary(max_size=200))
def test_any_bytes_are_events_or_a_protocol_error(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        decoded([data])


@given(st.sampled_from(sorted(codec._READERS)), st.binary(max_size=60))
def test_any_body_of_a_known_command_is_an_event_or_a_protocol_error(command: bytes, body: bytes) -> None:
    try:
        assert len(decoded([packet(command, body)])) == 1
    except ProtocolError:
        assert command == b"O"


@pytest.mark.parametrize("length", [0, codec.LARGEST_PACKET + 1, 0xFFFFFFFF])
def test_an_impossible_length_is_refused_before_anything_is_kept(length: int) -> None:
    with pytest.raises(ProtocolError):
        decoded([struct.pack(">I", length) + b"B"])


def test_a_percent_sign_in_our_answer_reaches_the_client_as_one() -> None:
    assert codec.reply_code("451 4.7.1 50% full") == packet(b"y", b"451 4.7.1 50%% full\0")
