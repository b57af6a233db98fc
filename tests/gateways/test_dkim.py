"""A signature that was valid before a mail was held is valid on what is kept."""

import base64
import subprocess

import dkim

from guardian.gateways.milter.codec import packet
from tests.gateways.conftest import RunningGateway

MAIL = (
    b"From: ana@acme.example\r\nTo:  luis@cliente.example\r\nSubject: Oferta\r\n\tde  otono \r\n"
    b"X-Empty:\r\n\r\neres  un cretino \r\n\r\ncaf\xc3\xa9\r\n\r\n\r\n"
)


def key_pair() -> tuple[bytes, bytes]:
    """Return a private key and the DNS record of its public half."""
    private = subprocess.run(["openssl", "genrsa", "-traditional", "2048"], capture_output=True, check=True).stdout
    public = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"], input=private, capture_output=True, check=True
    ).stdout
    return private, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def test_a_signed_mail_that_is_held_keeps_its_signature(gateway: RunningGateway) -> None:
    private, record = key_pair()
    for canonical in ((b"simple", b"simple"), (b"relaxed", b"relaxed")):
        signed = dkim.sign(MAIL, b"s", b"acme.example", private, canonicalize=canonical) + MAIL
        if gateway.process is None:
            gateway.start()
        server = gateway.talk()
        assert server.envelope("luis@cliente.example") == b"c"
        head, _, body = signed.partition(b"\r\n\r\n")
        for field in head.replace(b"\r\n\t", b"\n\t").replace(b"\r\n ", b"\n ").split(b"\r\n"):
            name, _, value = field.partition(b":")
            server.say(packet(b"L", name + b"\0" + value + b"\0"))
        server.say(packet(b"N") + packet(b"B", body) + packet(b"E"))
        assert server.hear() == b"d"
        (kept,) = (raw for hold in gateway.holds.list() if (raw := gateway.holds.raw(hold.id)) == signed)
        assert dkim.verify(kept, dnsfunc=lambda name, timeout=5: record)
        assert not dkim.verify(kept.replace(b"otono", b"verano"), dnsfunc=lambda name, timeout=5: record)
