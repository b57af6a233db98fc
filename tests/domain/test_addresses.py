import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.domain.addresses import (
    domain_of,
    is_domain,
    is_public_mail,
    is_robot_address,
    is_shared_address,
    is_within,
    mailbox_of,
    normalise_address,
    normalise_domain,
    parents,
    read_domain,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Ana@Cliente.EXAMPLE ", "ana@cliente.example"),
        ("<ana@cliente.example>", "ana@cliente.example"),
        ("'ana@cliente.example'", "ana@cliente.example"),
        ("ana@España.example", "ana@xn--espaa-rta.example"),
        ("ana@espan\u0303a.example", "ana@xn--espaa-rta.example"),
        ("ana@cliente.example.", "ana@cliente.example"),
        ("ana", None),
        ("@cliente.example", None),
        ("ana@", None),
        ("ana b@cliente.example", None),
        ("a@x,b@y", None),
        ("a" * 320 + "@x.example", None),
        ("", None),
    ],
)
def test_addresses_compare_as_plain_strings(text, address) -> None:
    assert normalise_address(text) == address


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_and_nothing_raises(text) -> None:
    address = normalise_address(text)
    assert address is None or normalise_address(address) == address


@pytest.mark.parametrize("domain", ["ñ" * 80 + ".example", "a..ñ"])
def test_a_domain_that_cannot_be_encoded_stays_as_it_is(domain) -> None:
    assert normalise_domain(domain) == domain


NO_DOMAINS = [
    "",
    "acme",
    "acme.",
    "acme..example",
    "two words.example",
    "ana@acme.example",
    "acme.example/contact",
    "acme.example:25",
    "acme.example;acme.test",
    "acme.example,acme.test",
    "mail.*.example",
    "*.example",
    "https://",
    "[10.0.0.1]",
    "a\0cme.example",
    "x" * 64 + ".example",
]


@pytest.mark.parametrize("text", NO_DOMAINS)
def test_a_domain_is_made_of_two_labels_or_more_that_a_host_may_have(text: str) -> None:
    assert not is_domain(text)


@pytest.mark.parametrize(
    "domain", ["acme.example", "mail.acme-2.example", "_spf.acme.example", "xn--pea-8ma.example"]
)
def test_letters_digits_hyphens_and_underscores_make_a_domain(domain: str) -> None:
    assert is_domain(domain)


@pytest.mark.parametrize(
    "text",
    [
        "acme.example",
        " ACME.example. ",
        "@acme.example",
        "*@acme.example",
        "*.acme.example",
        ".acme.example",
        "acme.example/",
        "http://acme.example",
        "https://ACME.example/",
        "https://www.acme.example/",
        "www.acme.example",
    ],
)
def test_a_domain_is_understood_however_people_write_it(text: str) -> None:
    assert read_domain(text) == "acme.example"


def test_a_domain_with_letters_of_its_own_is_understood() -> None:
    assert read_domain("https://peña.example/") == read_domain("@PEÑA.example") == "xn--pea-8ma.example"


def test_a_company_that_is_called_www_keeps_its_name() -> None:
    assert read_domain("www.example") == read_domain("https://www.www.example/") == "www.example"


@pytest.mark.parametrize("text", NO_DOMAINS)
def test_what_is_no_domain_or_more_than_one_is_not_understood(text: str) -> None:
    assert read_domain(text) is None


def test_sub_domains_are_within_their_domain() -> None:
    assert parents("mail.eu.acme.example") == ["mail.eu.acme.example", "eu.acme.example", "acme.example"]
    assert is_within("mail.acme.example", {"acme.example"})
    assert is_within("acme.example", {"acme.example"})
    assert not is_within("notacme.example", {"acme.example"})
    assert not is_within("acme.example", {"mail.acme.example"})
    assert not is_within("", {"acme.example"})


def test_the_domain_is_what_stands_behind_the_last_at() -> None:
    assert domain_of('"a@b"@c.example') == "c.example"
    assert domain_of("nobody") == ""


@pytest.mark.parametrize(
    ("address", "robot"),
    [
        ("no-reply@x.example", True),
        ("noreply+33@x.example", True),
        ("do_not_reply@x.example", True),
        ("no-contestar@x.example", True),
        ("mailer-daemon@x.example", True),
        ("notificaciones@x.example", True),
        ("newsletter-es@x.example", True),
        ("noemi@x.example", False),
        ("norberto.reply@x.example", False),
        ("ana@noreply.example", False),
        ("alertina@x.example", False),
    ],
)
def test_robots(address, robot) -> None:
    assert is_robot_address(address) is robot


def test_role_addresses_are_shared_and_public_domains_name_no_company() -> None:
    assert is_shared_address("ventas@x.example")
    assert is_shared_address("info+web@x.example")
    assert not is_shared_address("informatica@x.example")
    assert is_public_mail("gmail.com")
    assert not is_public_mail("cliente.example")


@pytest.mark.parametrize(
    "text",
    [
        "ana@acme.example",
        "ANA+x@Acme.example",
        '"ana"@acme.example',
        "prvs=0123456789=ana+y@acme.example",
        "<ana@acme.example.>",
    ],
)
def test_addresses_of_one_mailbox_come_out_alike(text: str) -> None:
    assert mailbox_of(text) == "ana@acme.example"
