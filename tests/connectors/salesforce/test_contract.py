"""The contract of every connector, against the lab."""

from pathlib import Path
from typing import Any

import pytest

from guardian.connector_kit.contract import ConnectorContract, records_of, round_of
from guardian.ports.connector import Connector
from tests.connectors.salesforce.organisation import Organisation


class TestOverRest(ConnectorContract):
    privacy = "metadata"
    settings: dict[str, Any]

    @pytest.fixture(autouse=True)
    def _lab(self, acme: Organisation) -> None:
        self.acme = acme
        acme.privacy = self.privacy
        acme.service.page_rows = 3
        self.settings = {}

    def make(self, folder: Path) -> Connector:
        return self.acme.connector(**self.settings)


class TestInFull(TestOverRest):
    privacy = "full"


class TestByBulkJobs(ConnectorContract):
    @pytest.fixture(autouse=True)
    def _lab(self, acme: Organisation) -> None:
        self.acme = acme
        acme.service.bulk_rows = 4

    def make(self, folder: Path) -> Connector:
        return self.acme.connector(bulk_above=1)

    def test_a_replayed_walk_holds_the_same_records(self, tmp_path: Path) -> None:
        """Cursors name the job, which is another one each time."""
        for feed in self.make(tmp_path).feeds():
            assert records_of(round_of(feed)) == records_of(round_of(feed))
