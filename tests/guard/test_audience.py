"""Who is who among the recipients."""

from pathlib import Path
from time import process_time

import pytest

from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.guard.audience import audience_of
from guardian.guard.directory import SnapshotDirectory, directory_from_csv

HANGS = 60  # seconds of processor: what takes so long grows with a square; how fast it is belongs to benchmarks/

DIRECTORY = SnapshotDirectory(
    own_domains=["Acme.example", "acmé.example"],
    addresses={"Luis@Gmail.com": "Luis Peña", "socio@acme.example": "Socio"},
    domains={"cliente.example": "Cliente", "filial.cliente.example": "Filial"},
    lists={
        "ventas@acme.example": ["eva@acme.example", "todos@acme.example"],
        "todos@acme.example": ["ventas@acme.example", "ana@acme.example", "x@cliente.example"],
        "vacia@acme.example": [],
    },
)


@pytest.mark.parametrize(
    ("address", "client", "own"),
    [
        ("a@cliente.example", "Cliente", False),
        ("a@mail.cliente.example", "Cliente", False),
        ("a@filial.cliente.example", "Filial", False),
        ("a@notcliente.example", None, False),
        ("luis@gmail.com", "Luis Peña", False),
        ("otro@gmail.com", None, False),
        ("eva@acme.example", None, True),
        ("eva@mail.acme.example", None, True),
        ("eva@xn--acm-dma.example", None, True),
        ("socio@acme.example", "Socio", True),
        ("", None, False),
        ("root", None, False),
    ],
)
def test_an_address_is_looked_up_by_itself_then_by_its_domain(address: str, client: str | None, own: bool) -> None:
    assert DIRECTORY.client_of(address) == client
    assert DIRECTORY.is_own(address) is own


def audience(*recipients: str, directory: SnapshotDirectory = DIRECTORY) -> tuple[object, ...]:
    """Return the audience in a short form."""
    found = audience_of(Envelope(sender="ana@acme.example", recipients=recipients), directory)
    return found.internal, tuple((one.address, one.client) for one in found.clients), found.others


def test_recipients_are_sorted_into_ours_clients_and_others() -> None:
    assert audience("eva@acme.example", "a@cliente.example", "x@other.example", "eva@acme.example") == (
        ("eva@acme.example",),
        (("a@cliente.example", "Cliente"),),
        ("x@other.example",),
    )


def test_our_own_domain_is_never_a_client() -> None:
    directory = SnapshotDirectory(own_domains=["acme.example"], domains={"acme.example": "Acme", "example": "All"})
    assert audience("eva@acme.example", directory=directory) == (("eva@acme.example",), (), ())


def test_a_client_hidden_in_a_list_is_found_and_the_list_stands_for_him() -> None:
    internal, clients, others = audience("ventas@acme.example")
    assert (internal, others) == (("eva@acme.example", "ana@acme.example"), ())
    assert clients == (("ventas@acme.example", "Cliente"),)


def test_an_empty_list_is_just_an_address() -> None:
    assert audience("vacia@acme.example") == (("vacia@acme.example",), (), ())


def test_a_stale_directory_takes_every_unknown_outsider_for_a_client() -> None:
    stale = SnapshotDirectory(own_domains=["acme.example"], cautious=True)
    assert audience("eva@acme.example", "x@other.example", directory=stale) == (
        ("eva@acme.example",),
        (("x@other.example", "other.example"),),
        (),
    )


def test_names_of_clients_are_told_once() -> None:
    found = audience_of(Envelope(sender="", recipients=("a@cliente.example", "b@cliente.example")), DIRECTORY)
    assert found.client_names == ("Cliente",)


def test_ten_thousand_recipients_are_no_matter() -> None:
    recipients = tuple(f"a{number}@{'x.' * 20}d{number}.example" for number in range(10_000))
    began = process_time()
    assert len(audience(*recipients)[2]) == 10_000
    assert process_time() - began < HANGS


@pytest.mark.parametrize(
    "data",
    [
        b"address,client\nluis@gmail.com,Luis\ncliente.example,Cliente\n",
        "luis@gmail.com;Luis\r\n\r\n@cliente.example;Cliente\r\n".encode("utf-8-sig"),
        "Correo\tNombre\nLuis@GMAIL.com\tLuis\nCLIENTE.example.\tCliente".encode("utf-16"),
        b'"luis@gmail.com","Luis"\n"cliente.example","Cliente","more"\n',
    ],
)
def test_a_file_of_clients_is_read_however_it_was_saved(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(data)
    directory = directory_from_csv(path, ["acme.example"])
    assert directory.client_of("luis@gmail.com") == "Luis"
    assert directory.client_of("a@www.cliente.example") == "Cliente"


@pytest.mark.parametrize(
    ("domain", "mailbox"),
    [
        ("https://cliente.example/", "Luis Gil <luis@gmail.com>"),
        ("*.cliente.example", "mailto:luis@gmail.com"),
        ("www.cliente.example", "<LUIS@gmail.com>"),
        ("*@cliente.example", " luis@gmail.com. "),
    ],
)
def test_places_in_a_file_of_clients_are_understood_as_people_write_them(
    tmp_path: Path, domain: str, mailbox: str
) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(f"{domain},Cliente\n{mailbox},Luis\n", "utf-8")
    directory = directory_from_csv(path, ["acme.example"])
    assert directory.client_of("eva@cliente.example") == directory.client_of("eva@mail.cliente.example") == "Cliente"
    assert directory.client_of("luis@gmail.com") == "Luis"


@pytest.mark.parametrize(
    "text",
    [
        "address,owner,client\nluis@gmail.com,ana@acme.example,Luis\ncliente.example,ana@acme.example,Cliente\n",
        "Cliente;Dirección\nLuis;luis@gmail.com\nCliente;cliente.example\n",
        "\n\nowner,E-Mail,Client\n,luis@gmail.com,Luis\n,cliente.example,Cliente\n",
        "domain,name\nluis@gmail.com,Luis\ncliente.example,Cliente\n",
        "cliente.example,Cliente\nluis@gmail.com,Luis\n",
    ],
)
def test_the_client_of_a_file_is_in_the_column_that_is_called_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(text, "utf-8")
    directory = directory_from_csv(path, ["acme.example"])
    assert directory.client_of("luis@gmail.com") == "Luis"
    assert directory.client_of("a@cliente.example") == "Cliente"


def test_a_client_may_be_called_like_a_heading(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("cliente.example,Correo\n", "utf-8")
    assert directory_from_csv(path, []).client_of("a@cliente.example") == "Correo"


@pytest.mark.parametrize("heading", ["address,owner,account", "address", "domain,mail,client"])
def test_a_heading_that_does_not_tell_the_columns_is_refused(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(f"{heading}\ncliente.example,ana,Cliente\n", "utf-8")
    with pytest.raises(UserError, match="line 1: call one column `address` and one `client`"):
        directory_from_csv(path, [])


@pytest.mark.parametrize("text", ["", "\n \n", "address,client\n"])
def test_a_file_that_names_no_client_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError, match=r"clients\.csv names no client; write"):
        directory_from_csv(path, [])


def test_names_keep_their_letters_in_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes("peña.example,Peña e Hijos\n".encode("latin-1"))
    assert directory_from_csv(path, []).client_of("a@xn--pea-8ma.example") == "Peña e Hijos"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("cliente.example,Cliente\nnonsense,Name\n", 2),
        ("cliente.example,Cliente\nx@y@,Name\n", 2),
        ("cliente.example\n", 1),
        ("cliente.example,Cliente\n\nother.example,\n", 3),
        ("a b.example,Name\n", 1),
        ("cliente.example;other.example,Name\n", 1),
        ("cliente.example,Cliente\nother.example/contact,Name\n", 2),
        ("cliente.example,Cliente\neva@gmail,Name\n", 2),
        ("a@b.example / c@b.example,Name\n", 1),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError, match=f"line {line}:"):
        directory_from_csv(path, [])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.csv"):
        directory_from_csv(tmp_path / "none.csv", [])


ALIASES = SnapshotDirectory(
    own_domains=["acme.example", "acme.test"],
    domains={"cliente.example": "Cliente"},
    lists={
        "todos": ["luis@cliente.example"],
        "ventas@acme.example": ["luis@cliente.example"],
        "@promo.acme.example": ["luis@cliente.example"],
        "@viejo.example": ["@cliente.example"],
    },
)


@pytest.mark.parametrize(
    "recipient",
    [
        "ventas+oferta@acme.example",
        "todos@acme.example",
        "todos+x@acme.test",
        "todos@mail.acme.example",
        "todos@localhost",
        "todos",
        "quien-sea@promo.acme.example",
        "luis@viejo.example",
        "luis%cliente.example@acme.example",
        "luis%cliente.example%acme.test@acme.example",
        "cliente.example!luis@acme.example",
        "x@[203.0.113.5]",
        "x@[ipv6:2001:db8::1]",
        "x@203.0.113.5",
    ],
)
def test_no_way_to_write_a_recipient_hides_the_client_behind_it(recipient: str) -> None:
    found = audience_of(Envelope(sender="ana@acme.example", recipients=(recipient,)), ALIASES)
    assert [one.address for one in found.clients] == [recipient]


@pytest.mark.parametrize(
    "recipient", ["todos@other.example", "a%b@other.example", "eva+todos@acme.example", "%@acme.test"]
)
def test_what_only_looks_like_an_alias_or_a_route_is_none(recipient: str) -> None:
    assert audience(recipient, directory=ALIASES)[1] == ()


LAYERS = SnapshotDirectory(
    own_domains=["acme.example", "marca.example"],
    domains={"cliente.example": "Cliente"},
    lists={
        "ventas@acme.example": ["ventas"],
        "ventas@marca.example": ["ventas@marca.example"],
        "ventas": ["ana@acme.example", "luis@cliente.example"],
        "obra@acme.example": ["equipo"],
        "equipo@acme.example": ["obra"],
        "equipo": ["obra"],
        "obra": ["luis@cliente.example"],
        "pedidos@marca.example": ["pedidos"],
        "pedidos@acme.example": ["luis@cliente.example"],
        "pedidos": ["eva@acme.example"],
        "avisos@marca.example": ["avisos"],
        "avisos@acme.example": ["eva@acme.example"],
        "avisos": ["luis@cliente.example"],
        "@acme.example": ["luis@cliente.example"],
        "eva@acme.example": ["eva@acme.example"],
        "ana@acme.example": ["ana"],
        "leo@acme.example": ["leo"],
        "leo": ["leo", "archivo@marca.example"],
        "info@marca.example": ["info@acme.example"],
        "info@acme.example": ["eva@acme.example"],
        "info": ["luis@cliente.example"],
    },
)


@pytest.mark.parametrize(
    "recipient",
    [
        "ventas@acme.example",
        "ventas+oferta@acme.example",
        "ventas@marca.example",
        "ventas",
        "obra@acme.example",
        "pedidos@marca.example",
        "pedidos",
        "avisos@marca.example",
    ],
)
def test_a_list_that_is_told_first_by_its_address_and_then_by_its_name_is_expanded(recipient: str) -> None:
    """Postfix asks virtual(5), adds a domain of its own to a member that has none, and then asks aliases(5)."""
    assert audience(recipient, directory=LAYERS)[1] == ((recipient, "Cliente"),)


@pytest.mark.parametrize(
    ("recipient", "members"),
    [
        ("eva@acme.example", ("eva@acme.example",)),
        ("ana@acme.example", ("ana@acme.example",)),
        ("leo@acme.example", ("leo@acme.example", "archivo@marca.example")),
        ("info@marca.example", ("eva@acme.example",)),
        ("", ("",)),
    ],
)
def test_who_is_on_a_list_of_his_own_name_has_a_mailbox_and_gets_nothing_for_everybody(
    recipient: str, members: tuple[str, ...]
) -> None:
    assert sorted(LAYERS.expand(recipient)) == sorted(members)
