"""One canonical form for ESMTP parameters, whoever tells them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.gateways.milter.esmtp import mail_parameters, plain, rcpt_parameters, xtext
from guardian.gateways.milter.paths import address_in


def test_what_the_next_server_need_not_know_is_left_out_and_the_rest_has_one_form() -> None:
    told = (b"SIZE=100", b"envid=a+2bb", b"body=8bitmime", b"ret=hdrs", b"AUTH=<>", b"SMTPUTF8")
    assert mail_parameters(told) == ("BODY=8BITMIME", "SMTPUTF8", "RET=HDRS", "ENVID=a+2Bb")
    assert mail_parameters((b"BODY=7BIT",)) == ()


@pytest.mark.parametrize(
    ("told", "canonical"),
    [
        ((b"notify=delay,Success",), ("NOTIFY=SUCCESS,DELAY",)),
        ((b"NOTIFY=NEVER",), ("NOTIFY=NEVER",)),
        ((b"ORCPT=RFC822;luis@cliente.example",), ()),
        ((b"ORCPT=rfc822;other+2Bx@x.example",), ("ORCPT=rfc822;other+2Bx@x.example",)),
        ((b"X-ODD=1",), ("X-ODD=1",)),
    ],
)
def test_a_recipients_parameters_likewise(told: tuple[bytes, ...], canonical: tuple[str, ...]) -> None:
    assert rcpt_parameters(told, "luis@cliente.example") == canonical


@given(st.text())
def test_xtext_comes_back_as_it_went(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert plain(xtext(text)) == text
    assert all("!" <= letter <= "~" for letter in xtext(text))


@given(st.lists(st.binary(max_size=30), max_size=5))
def test_the_canonical_form_is_its_own_canonical_form(args: list[bytes]) -> None:
    once = mail_parameters(args)
    assert mail_parameters(one.encode("utf-8", "surrogateescape") for one in once) == once


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (b"<luis@Cliente.Example>", "luis@cliente.example"),
        (b'<"luis"@cliente.example>', "luis@cliente.example"),
        (b'<"lu\\is"@cliente.example>', "luis@cliente.example"),
        (b"<@relay.example,@b.example:luis@cliente.example>", "luis@cliente.example"),
        (b"<luis@cliente.example.>", "luis@cliente.example"),
        ("<luis@ñandú.example>".encode(), "luis@xn--and-6ma2c.example"),
        (b'<"luis garcia"@cliente.example>', '"luis garcia"@cliente.example'),
        (b"luis garcia@Cliente.example", '"luis garcia"@cliente.example'),
        (b'<"a\\"b c"@cliente.example>', '"a\\"b c"@cliente.example'),
        (b"<>", ""),
        (b"luis", "luis"),
    ],
)
def test_a_path_names_the_mailbox_it_delivers_to(path: bytes, address: str) -> None:
    assert address_in(path) == address
