"""The contract of every connector, against the lab."""

from pathlib import Path

import pytest

from guardian.connector_kit.contract import ConnectorContract
from guardian.ports.connector import Connector
from tests.connectors.outlook.tenant import Tenant


class TestTenant(ConnectorContract):
    privacy = "metadata"

    @pytest.fixture(autouse=True)
    def _lab(self, tenant: Tenant) -> None:
        self.tenant = tenant
        tenant.privacy = self.privacy

    def make(self, folder: Path) -> Connector:
        return self.tenant.connector()


class TestTenantInFull(TestTenant):
    privacy = "full"
