"""A million broken conversations: each is understood, or refused as no milter protocol; nothing else ever happens."""

import random
import struct

import pytest

from guardian.gateways.milter import codec
from guardian.gateways.milter.codec import Decoder, ProtocolError, packet
from guardian.gateways.milter.session import Offer, Session

LARGEST = 4096
PIECES = (
    packet(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF)),
    packet(b"O", struct.pack(">III", 2, 0, 0)),
    packet(b"D", b"Mi\x004bXyz\0{mail_addr}\0ana@acme.example\0"),
    packet(b"D", b"R{rcpt_addr}\0luis@cliente.example\0"),
    packet(b"C", b"client.example\0" + b"4" + struct.pack(">H", 4711) + b"192.0.2.1\0"),
    packet(b"C", b"localhost\0L\0\0/run/x\0"),
    packet(b"H", b"client.example\0"),
    packet(b"M", b"<ana@acme.example>\0SIZE=120\0BODY=8BITMIME\0ENVID=a+2Bb\0"),
    packet(b"R", b'<"luis \\" x"@cliente.example>\0NOTIFY=NEVER\0ORCPT=rfc822;luis+40x\0'),
    packet(b"R", b"<@a.example,@b.example:luis@cliente.example>\0"),
    packet(b"T"),
    packet(b"L", b"Subject\0 hola\n\totra\0"),
    packet(b"N"),
    packet(b"B", b"Hola\r\n" * 20),
    packet(b"E", b"resto\r\n"),
    packet(b"A"),
    packet(b"K"),
    packet(b"U", b"XYZZY\0"),
    packet(b"Q"),
)


def broken(chance: random.Random) -> bytes:
    """Return a conversation in which some pieces, bytes or lengths are wrong."""
    stream = bytearray(b"".join(chance.choices(PIECES, k=chance.randrange(1, 9))))
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(stream) + 1)
        match chance.randrange(4):
            case 0:
                stream[place:place] = chance.randbytes(chance.randrange(1, 9))
            case 1:
                del stream[place : place + chance.randrange(1, 9)]
            case 2 if place < len(stream):
                stream[place] = chance.randrange(256)
            case _:
                stream += packet(chance.randbytes(1), chance.randbytes(chance.randrange(30)))
    return bytes(stream)


def listen(stream: bytes, chance: random.Random) -> None:
    """Follow a conversation in pieces as the network may cut it; fail on anything but answers or a ProtocolError."""
    decoder, session = Decoder(), Session(lambda envelope: bool(envelope.recipients), largest_mail=LARGEST)
    cut = chance.randrange(len(stream) + 1)
    try:
        for piece in (stream[:cut], stream[cut:]):
            for event in decoder.feed(piece):
                for answer in session.take(event):
                    if isinstance(answer, Offer):
                        assert len(answer.raw) <= LARGEST
                    else:
                        assert struct.unpack(">I", answer[:4])[0] == len(answer) - 4
    except ProtocolError:
        pass


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_no_bytes_surprise_us(count: int) -> None:
    chance = random.Random(4)
    for _ in range(count):
        listen(broken(chance), chance)


def test_a_length_that_never_comes_is_not_waited_for_with_open_hands() -> None:
    decoder = Decoder()
    list(decoder.feed(struct.pack(">I", codec.LARGEST_PACKET) + b"B"))
    with pytest.raises(ProtocolError):
        list(Decoder().feed(struct.pack(">I", codec.LARGEST_PACKET + 1) + b"B"))
