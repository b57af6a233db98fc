"""An address is found however it is written, and nobody else's is taken for it."""

import base64
import json
import quopri

import pytest

from guardian.storage.traces import trace_of

ADDRESS = "ana.gil@client.example"
TRACE = trace_of(ADDRESS)


@pytest.mark.parametrize(
    "text",
    [
        ADDRESS,
        "Ana.Gil@CLIENT.example",
        f"<{ADDRESS}>",
        f"mailto:{ADDRESS}?subject=x",
        f"Escribe a {ADDRESS}.",
        json.dumps({"to": [f"\n{ADDRESS}"]}),
        "to=ana.gil%40client.example&x=1",
    ],
)
def test_an_address_is_found_in_any_text(text: str) -> None:
    assert TRACE.in_text(text)
    assert ADDRESS not in TRACE.without(text).lower()
    assert TRACE.in_bytes(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mariana.gil@client.example",
        "x-ana.gil@client.example",
        "ana.gil@client.example.com",
        "ana.gil@client.examples",
        "anaxgil@client.example",
        "ana.gil at client.example",
    ],
)
def test_nobody_elses_address_is_taken_for_it(text: str) -> None:
    assert not TRACE.in_text(text)
    assert TRACE.without(text) == text
    assert not TRACE.in_bytes(text.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "latin-1"])
def test_an_address_is_found_in_exports_of_any_encoding(encoding: str) -> None:
    assert TRACE.in_bytes(f"Id,Email\r\n1,{ADDRESS.upper()}\r\n".encode(encoding))


def test_an_address_is_found_in_encoded_mail() -> None:
    body = f"{'Señores: ' * 9}{ADDRESS} dice que no.\n" * 3
    headers = b"Content-Transfer-Encoding: x\r\n\r\n"
    assert TRACE.in_bytes(headers + quopri.encodestring(body.encode()))
    assert TRACE.in_bytes(headers + b"ana.gil=40client.example")
    assert TRACE.in_bytes(headers + b"ana.gil@cli=\r\nent.example")
    assert TRACE.in_bytes(headers + base64.encodebytes(body.encode()))
    assert TRACE.in_bytes(headers + base64.encodebytes(body.encode()).replace(b"\n", b"\r\n"))


def test_letters_beyond_ascii_are_found_as_well() -> None:
    trace = trace_of("josé@xn--mnchen-3ya.example")
    for text in ("josé@münchen.example", "JOSÉ@xn--mnchen-3ya.example", json.dumps("josé@münchen.example")):
        assert trace.in_text(text)
        assert trace.in_bytes(text.encode())


def test_any_bytes_can_be_searched() -> None:
    for raw in (b"", b"\0", bytes(range(256)) * 40, b"=" * 1000, b"A" * 10_001, b"=\xff=4"):
        assert not TRACE.in_bytes(raw)
