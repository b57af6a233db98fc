"""Mail addresses as people type them into exports: read where they can be, told where they cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.archive import connector
from connectors.archive.address_cells import read_cell
from guardian.domain.people import Colleague, Company, Contact
from guardian.storage import Database, open_database, upgrade
from guardian.sync import Rules
from tests.sync.conftest import sync_account

LUIS, ROS, ROS2 = "luis.gil@gmail.com", "ros@gmail.com", "ros2@gmail.com"


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("Luis Gil <Luis.Gil@GMAIL.com>", (LUIS,)),
        ("Gil, Luis <luis.gil@gmail.com>", (LUIS,)),
        ('"Gil, Luis" <luis.gil@gmail.com>; ros@gmail.com', (LUIS, ROS)),
        ("luis.gil@gmail.com <luis.gil@gmail.com>", (LUIS,)),
        ("Luis <luis.gil@gmail.com> Ros <ros@gmail.com>", (LUIS, ROS)),
        ("mailto:luis.gil@gmail.com", (LUIS,)),
        ("MAILTO: luis.gil@gmail.com", (LUIS,)),
        ("ros@gmail.com / ros2@gmail.com", (ROS, ROS2)),
        ("ros@gmail.com/ros2@gmail.com", (ROS, ROS2)),
        ("ros@gmail.com ros2@gmail.com", (ROS, ROS2)),
        ("ros@gmail.com\nros2@gmail.com", (ROS, ROS2)),
        ("ros@gmail.com | ros2@gmail.com", (ROS, ROS2)),
        ("ros@gmail.com ::: ros2@gmail.com", (ROS, ROS2)),
        ("ros@gmail.com,ros2@gmail.com;ros@gmail.com", (ROS, ROS2)),
        ("ros@gmail.com (casa), ros2@gmail.com (oficina)", (ROS, ROS2)),
        ("Correo: ros@gmail.com", (ROS,)),
    ],
)
def test_addresses_are_read_however_they_are_typed(cell: str, addresses: tuple[str, ...]) -> None:
    assert read_cell(cell) == (addresses, ())


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-",
        "N/A",
        "N/D",
        "n.d.",
        "No tiene",
        "sin e-mail",
        "unknown",
        "0",
        "/o=ExchangeLabs/ou=Group (FYD)/cn=ana",
    ],
)
def test_a_cell_that_says_there_is_none_holds_nothing_to_be_told(cell: str) -> None:
    assert read_cell(cell) == ((), ())


@pytest.mark.parametrize(
    "cell",
    [
        "mas(at)gmail.com",
        "mas@gmail",
        "mas arroba gmail.com",
        "mas@gmail.com?subject=hola",
        "a@b@c.example",
        "luis.gil.gmail.com",
    ],
)
def test_a_filled_cell_without_an_address_is_told(cell: str) -> None:
    assert read_cell(cell) == ((), (cell,))


def test_what_cannot_be_read_beside_an_address_is_told() -> None:
    assert read_cell("ros@gmail.com / mas(at)gmail.com") == ((ROS,), ("mas(at)gmail.com",))


@pytest.mark.parametrize(
    "text", ['"' * 60_000, "<" * 60_000, "a@" * 60_000, "(" * 60_000, ", " * 60_000, "/ " * 60_000]
)
def test_no_cell_takes_long(text: str) -> None:
    read_cell(text)


CONTACTS = (
    "Id,LastName,Email\n"
    "003000000000001AAA,Gil,Luis Gil <luis.gil@gmail.com>\n"
    "003000000000002AAA,Ros,ros@gmail.com / ros2@gmail.com\n"
    "003000000000003AAA,Mas,mas(at)gmail.com\n"
    "003000000000004AAA,Paz,mailto:paz@gmail.com\n"
)


def test_contacts_keep_their_addresses_and_one_that_cannot_be_read_is_told_beside_its_card(folder) -> None:
    folder.write("Contact.csv", CONTACTS)
    assert [(one.name, one.addresses) for one in folder.records("Contact.csv")] == [
        ("Gil", (LUIS,)),
        ("Ros", (ROS, ROS2)),
        ("Mas", ()),
        ("Paz", ("paz@gmail.com",)),
    ]
    (dead,) = folder.dead("Contact.csv")
    assert dead.why == "Row 4: 'mas(at)gmail.com' is no mail address; the rest of the row was read."
    assert (dead.about, dead.raw) == ("003000000000003AAA", b"003000000000003AAA,Mas,mas(at)gmail.com\n")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    yield database
    database.engine.dispose()


def test_an_address_that_cannot_be_read_makes_the_run_partial_and_the_counts_agree(
    folder, database: Database
) -> None:
    rules = Rules(own_domains=folder.own_domains)
    folder.write("Contact.csv", CONTACTS)
    for full in (False, True):
        told = sync_account(database, folder.connector(), rules=rules, full=full)
        assert (told.state, told.dead_letters, told.source, told.local) == ("partial", 1, 5, 5)
    folder.write("Contact.csv", CONTACTS.replace("(at)", "@"))
    told = sync_account(database, folder.connector(), rules=rules)
    assert (told.state, told.dead_letters, told.source, told.local) == ("ok", 0, 4, 4)


def test_a_table_that_an_earlier_version_read_without_its_addresses_is_read_anew(
    folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("Contact.csv", CONTACTS)
    with monkeypatch.context() as earlier:
        earlier.setitem(type(connector).open.__globals__, "READING", "")
        *_, last = folder.pages("Contact.csv")
        assert folder.pages("Contact.csv", last.cursor) == []
    (page,) = folder.pages("Contact.csv", last.cursor)
    assert [one.name for one in page.records] == ["Gil", "Ros", "Mas", "Paz"]


def test_a_list_of_people_tells_what_it_could_not_read(folder) -> None:
    folder.write(
        "book.csv", "Name,E-mail,Phone\nAna Ruiz,Ana Ruiz <ana.ruiz@client.example>,\nEva,eva(at)x,600112233\n"
    )
    ana, eva = folder.records("book.csv")
    assert isinstance(eva, Contact)
    assert (ana.addresses, eva.addresses, eva.phones) == (("ana.ruiz@client.example",), (), ("600112233",))
    (dead,) = folder.dead("book.csv")
    assert dead.why == "Row 3: 'eva(at)x' is no mail address; the rest of the row was read."
    assert dead.about == eva.ref


def test_a_card_tells_what_it_could_not_read(folder) -> None:
    folder.write(
        "a.vcf",
        "BEGIN:VCARD\nVERSION:3.0\nUID:7\nFN:Ana\nEMAIL:MAILTO:ana@client.example\nEMAIL:Ana <a@b.example>\n"
        "EMAIL:mas(at)gmail.com\nEND:VCARD\n",
    )
    (ana,) = folder.records("a.vcf")
    assert ana.addresses == ("ana@client.example", "a@b.example")
    (dead,) = folder.dead("a.vcf")
    assert dead.why == "'mas(at)gmail.com' is no mail address; the rest of the card was read."
    assert dead.about == ana.ref == "7"


def test_an_account_keeps_its_name_where_the_address_of_its_owner_cannot_be_read(folder) -> None:
    folder.write("a.csv", "Account Name,Website,Owner Email\nCliente,client.example,ana(at)acme\n")
    (company,) = folder.records("a.csv")
    assert isinstance(company, Company)
    assert (company.name, company.owner_address) == ("Cliente", None)
    assert [one.about for one in folder.dead("a.csv")] == [company.ref]


def test_a_user_name_need_not_be_an_address(folder) -> None:
    folder.write(
        "User.csv", "Id,Name,Username,Email\n1,Ana,ana.r,ana@acme.example\n2,Eva,eva,\n3,Luz,luz@acme.example,\n"
    )
    assert folder.records("User.csv") == [
        Colleague(ref="1", name="Ana", address="ana@acme.example"),
        Colleague(ref="2", name="Eva", address=None),
        Colleague(ref="3", name="Luz", address="luz@acme.example"),
    ]
    assert folder.dead("User.csv") == []
