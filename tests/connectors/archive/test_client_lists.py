"""A plain list of clients, as somebody without a CRM keeps it."""

import pytest

from guardian.domain.people import Company, Contact


def test_a_domain_makes_a_company_and_a_mailbox_a_person_at_it(folder) -> None:
    folder.write("clients.csv", "address,client\nclient.example,Cliente SA\neva@gmail.com, cliente  sa \n")
    company, person = folder.records("clients.csv")
    assert isinstance(company, Company)
    assert isinstance(person, Contact)
    assert (company.name, company.domains) == ("Cliente SA", ("client.example",))
    assert (person.addresses, person.company_name) == (("eva@gmail.com",), "cliente sa")
    assert company.ref.startswith(f"{person.company_ref}/")


@pytest.mark.parametrize(
    ("heading", "line"),
    [("Dirección;Cliente", "@client.example;Cliente"), ("client,domain", "Cliente,CLIENT.example")],
)
def test_headings_may_be_spanish_and_in_any_order(folder, heading: str, line: str) -> None:
    folder.write("lista.csv", f"{heading}\n{line}\n")
    (company,) = folder.records("lista.csv")
    assert company.domains == ("client.example",)


def test_a_line_that_names_nobody_is_a_dead_letter_with_its_number(folder) -> None:
    folder.write(
        "clients.csv", "address,client\nlocalhost,Cliente\na@b.example,\nfine.example,Fine\ntwo words.example,Two\n"
    )
    assert [one.why for one in folder.dead("clients.csv")] == [
        "Row 2: 'localhost' is neither a mail address nor a domain.",
        "Row 3: the client's name is missing.",
        "Row 5: 'two words.example' is neither a mail address nor a domain.",
    ]
    assert [one.name for one in folder.records("clients.csv")] == ["Fine"]


@pytest.mark.parametrize(
    "place",
    ["https://client.example/", "*.client.example", "client.example/", "@CLIENT.example", "www.client.example"],
)
def test_a_domain_is_understood_however_it_was_written(folder, place: str) -> None:
    folder.write("clients.csv", f"address,client\n{place},Cliente\n")
    (company,) = folder.records("clients.csv")
    assert company.domains == ("client.example",)


@pytest.mark.parametrize("place", ["Eva Gil <EVA@gmail.com>", "mailto:eva@gmail.com", "<eva@gmail.com>"])
def test_a_mailbox_is_understood_however_it_was_written(folder, place: str) -> None:
    folder.write("clients.csv", f"address,client\n{place},Cliente\n")
    (person,) = folder.records("clients.csv")
    assert person.addresses == ("eva@gmail.com",)


@pytest.mark.parametrize(
    "place", ["client.example;other.example", "client.example/contact", "a@b.example / c@b.example", "eva@gmail"]
)
def test_what_names_no_place_or_several_is_a_dead_letter(folder, place: str) -> None:
    folder.write("clients.csv", f'address,client\n"{place}",Cliente\n')
    assert [one.why for one in folder.dead("clients.csv")] == [
        f"Row 2: '{place}' is neither a mail address nor a domain."
    ]
    assert folder.records("clients.csv") == []
