from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from guardian.connector_kit.contract import ConnectorContract
from guardian.ports.connector import Connector
from tests.lab.certificates import AppKey
from tests.lab.company import seeded
from tests.lab.google_world import World, new_world
from tests.lab.serving import running_lab


class TestGoogle(ConnectorContract):
    world: ClassVar[World]
    privacy = "metadata"
    cap = 10_000

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _lab(cls, tmp_path_factory: pytest.TempPathFactory, app_key: AppKey) -> Iterator[None]:
        folder = tmp_path_factory.mktemp("lab")
        with running_lab(folder) as lab:
            cls.world = new_world(lab, folder, app_key, company=seeded(3, reps=2, threads=3), cap=cls.cap)
            cls.world.privacy = cls.privacy
            yield
            assert not cls.world.google.wrong

    def make(self, folder: Path) -> Connector:
        return self.world.connector(mailboxes=[self.world.ana])


class TestGoogleInFull(TestGoogle):
    privacy = "full"


class TestGoogleInManyPages(TestGoogle):
    cap = 2
