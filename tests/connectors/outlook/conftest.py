from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.outlook.tenant import Tenant
from tests.lab.company import seeded
from tests.lab.graph import mount_graph
from tests.lab.loopback import only_loopback
from tests.lab.serving import running_lab


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    company = seeded(1)
    with only_loopback(), running_lab(tmp_path) as lab:
        yield Tenant(lab=lab, company=company, graph=mount_graph(lab, company))
