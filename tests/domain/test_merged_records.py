"""Where somebody belongs whose records were merged at their provider: with the record that stayed."""

from typing import Any

from guardian.domain.people import Company, Contact
from tests.domain.test_listed_clients import clientele

OLD, NEW = "001000000000001AAA", "001000000000002AAA"
LOSER, WINNER = "003000000000001AAA", "003000000000002AAA"
ACCOUNTS = (Company(ref=OLD, name="Old"), Company(ref=NEW, name="New"))


def loser(**told: Any) -> Contact:
    addresses = ("luis@norte.example",)
    return Contact(ref=LOSER, name="Luis", addresses=addresses, company_ref=OLD, merged_into=WINNER, **told)


def winner(**told: Any) -> Contact:
    return Contact(ref=WINNER, name="Luis", **told)


def test_he_belongs_to_the_account_of_the_record_that_stayed() -> None:
    (person,) = clientele(*ACCOUNTS, loser(title="Trainee"), winner(company_ref=NEW, title="Director")).persons
    assert (person.client_ref, person.title) == (f"crm:{NEW}", "Director")


def test_where_the_record_that_stayed_is_silent_the_other_one_is_heard() -> None:
    (person,) = clientele(*ACCOUNTS, loser(title="Trainee"), winner()).persons
    assert (person.client_ref, person.title) == (f"crm:{OLD}", "Trainee")


def test_the_account_of_a_record_that_was_merged_away_claims_no_domain() -> None:
    found = clientele(*ACCOUNTS, loser(), winner(addresses=("luis@norte.example",), company_ref=NEW))
    assert {one.name: one.domains for one in found.clients.values()} == {"Old": set(), "New": {"norte.example"}}
