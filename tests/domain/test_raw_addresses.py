"""Whom raw mail names is found however it is encoded, and nobody else."""

import base64
import json
import quopri

import pytest

from guardian.domain.raw_addresses import addresses_in, addresses_in_text

ANA = "ana.gil@client.example"


@pytest.mark.parametrize(
    "text",
    [
        ANA,
        "Ana.Gil@CLIENT.example",
        f"To: <{ANA}>",
        f"mailto:{ANA}?subject=x",
        f"Escribe a {ANA}.",
        f"to={ANA}&x=1",
        json.dumps({"to": [f"\n{ANA}"]}),
        "to=ana.gil%40client.example&x=1",
        f"\"'{ANA}'\" <x>",
    ],
)
def test_an_address_is_found_however_it_is_written(text: str) -> None:
    assert ANA in addresses_in(text.encode())


def test_an_address_of_other_letters_is_found_where_json_spells_them_out() -> None:
    assert "josé@xn--bcher-kva.example" in addresses_in(json.dumps({"to": "José@bücher.example"}).encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "latin-1"])
def test_an_address_is_found_in_exports_of_any_encoding(encoding: str) -> None:
    assert ANA in addresses_in(f"Id,Email\r\n1,{ANA.upper()}\r\n".encode(encoding))


def test_an_address_is_found_in_encoded_mail() -> None:
    body = f"{'Señores: ' * 9}{ANA} dice que no.\n" * 3
    headers = b"Content-Transfer-Encoding: x\r\n\r\n"
    for encoded in (quopri.encodestring(body.encode()), base64.encodebytes(body.encode())):
        assert ANA in addresses_in(headers + encoded)


@pytest.mark.parametrize(
    "text", ["", "mariana.gil@client.example", "x-ana.gil@client.example", f"{ANA}.com", f"{ANA}s"]
)
def test_nobody_elses_address_is_taken_for_it(text: str) -> None:
    assert ANA not in addresses_in(text.encode())


def test_an_address_in_a_text_is_found_also_as_json_or_a_link_writes_it() -> None:
    text = '["jos\\u00e9@client.example","x"] box/ana@client.example/1 ?to=eva%40client.example'
    found = addresses_in_text(text)
    assert found >= {"josé@client.example", "ana@client.example", "eva@client.example"}
