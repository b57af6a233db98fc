"""What an admin fills in, by hand or as the text that the environment and `guardian connectors set` give."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.salesforce.settings import SalesforceSettings


def filled(**more: Any) -> SalesforceSettings:
    return SalesforceSettings(client_id="x", client_secret="y", **more)


@pytest.mark.parametrize("given", ["Account,Contact", "Account, Contact", "Account Contact", ["Account", "Contact"]])
def test_objects_may_be_given_as_a_text(given: object) -> None:
    assert filled(objects=given).objects == ("Account", "Contact")


def test_types_of_cases_given_as_a_text_keep_their_blanks() -> None:
    given = "Queja formal, Incidencia,"
    assert filled(complaint_case_types=given).complaint_case_types == ("Queja formal", "Incidencia")


@pytest.mark.parametrize("given", ["Account,Invoice", "", ","])
def test_a_text_that_names_no_objects_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        filled(objects=given)
