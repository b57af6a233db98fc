from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.salesforce.organisation import Organisation
from tests.lab.company import seeded
from tests.lab.salesforce import mount_salesforce
from tests.lab.salesforce_seed import organisation_of
from tests.lab.serving import running_lab


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Organisation]:
    org = organisation_of(seeded(1))
    with running_lab(tmp_path) as lab:
        yield Organisation(lab=lab, org=org, service=mount_salesforce(lab, org))
