from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.connector_kit.contract import ConnectorContract
from guardian.ports.connector import Connector
from tests.lab.certificates import AppKey
from tests.lab.company import seeded
from tests.lab.google_world import World, new_world
from tests.lab.serving import running_lab


class TestGoogle(ConnectorContract):
    privacy = "metadata"
    cap = 10_000

    @pytest.fixture(autouse=True)
    def _lab(self, tmp_path_factory: pytest.TempPathFactory, app_key: AppKey) -> Iterator[None]:
        folder = tmp_path_factory.mktemp("lab")
        with running_lab(folder) as lab:
            self.world: World = new_world(lab, folder, app_key, company=seeded(3, reps=2, threads=3), cap=self.cap)
            yield

    def make(self, folder: Path) -> Connector:
        self.world.privacy = self.privacy
        return self.world.connector()


class TestGoogleInFull(TestGoogle):
    privacy = "full"


class TestGoogleInManyPages(TestGoogle):
    cap = 2
