"""Who the clients are when a plain list names them, with and without a CRM beside it."""

from guardian.domain.clientele import Clientele, Sources, work_out
from guardian.domain.listed_clients import line_of, listed_client
from guardian.domain.people import Company, Contact


def domain_line(name: str, domain: str) -> Company:
    return Company(ref=line_of(listed_client(name), domain), name=name, domains=(domain,))


def mailbox_line(name: str, address: str) -> Contact:
    return Contact(
        ref=f"row {address}", name=address, addresses=(address,), company_ref=listed_client(name), company_name=name
    )


def clientele(*records: Company | Contact) -> Clientele:
    return work_out(
        Sources(
            companies=[one for one in records if isinstance(one, Company)],
            contacts=[one for one in records if isinstance(one, Contact)],
            colleagues=(),
            met={},
            writers={},
            is_own=lambda address: address.endswith("@acme.example"),
        )
    )


def test_all_lines_of_a_name_are_one_client() -> None:
    found = clientele(
        domain_line("Sol", "sol.example"), domain_line("SOL", "sol.test"), mailbox_line("sol", "eva@gmail.com")
    )
    (client,) = found.clients.values()
    assert client.domains == {"sol.example", "sol.test"}
    assert [one.client_ref for one in found.persons] == [client.ref]


def test_a_client_may_have_nothing_but_a_free_mailbox() -> None:
    found = clientele(mailbox_line("Sol", "eva@gmail.com"))
    (client,) = found.clients.values()
    assert (client.name, client.domains) == ("Sol", set())
    assert [one.client_ref for one in found.persons] == [client.ref]


def test_a_list_adds_to_the_account_of_that_name() -> None:
    account = Company(ref="001000000000001AAA", name="Sol", domains=("sol.example",))
    found = clientele(domain_line("sol", "sol.test"), account)
    (client,) = found.clients.values()
    assert (client.ref, client.domains) == ("crm:001000000000001AAA", {"sol.example", "sol.test"})


def test_an_account_keeps_the_domain_that_a_list_gives_to_another() -> None:
    account = Company(ref="001000000000001AAA", name="Sol", domains=("sol.example",))
    found = clientele(domain_line("Luna", "sol.example"), account)
    assert {one.name: one.domains for one in found.clients.values()} == {"Sol": {"sol.example"}, "Luna": set()}


def test_our_own_domain_is_nobodys() -> None:
    found = clientele(domain_line("Us", "acme.example"))
    assert [one.domains for one in found.clients.values()] == [set()]
