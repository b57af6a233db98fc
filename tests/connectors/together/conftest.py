from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.storage import Database
from tests.lab.certificates import make_app_key
from tests.lab.company import Company
from tests.lab.company_facts import Account, Outsider, Rep
from tests.lab.in_process import without_wire
from tests.lab.loopback import only_loopback
from tests.lab.nights import new_store
from tests.lab.office import Office, open_office
from tests.lab.serving import Lab


def a_small_company() -> Company:
    """Two reps and two clients with two people each; nothing has happened yet."""
    reps = tuple(Rep(ref=f"rep-{n}", address=f"{n}@acme.example", name=n.title()) for n in ("ana", "bruno"))
    accounts = tuple(
        Account(ref=f"acc-{n}", name=f"{n.title()} S.L.", domain=f"{n}.example", owner="ana@acme.example", value=1.0)
        for n in ("norte", "sur")
    )
    people = tuple(
        Outsider(ref=f"{at}-{who}", address=f"{who}@{at}.example", name=who.title(), account=f"acc-{at}", phone="")
        for at in ("norte", "sur")
        for who in ("luis", "eva")
    )
    return Company(reps=reps, accounts=accounts, outsiders=people)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Ana's mailbox is at Microsoft, Bruno's at Google; both use one Salesforce organisation."""
    lab = Lab(tmp_path)
    with only_loopback(), without_wire(lab):
        yield open_office(lab, tmp_path, make_app_key(), a_small_company())
    lab.stop()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = new_store(tmp_path / "guardian.db")
    yield database
    database.engine.dispose()
