import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.archive import connector
from connectors.archive.settings import ArchiveSettings
from guardian.domain.activity import Activity
from guardian.domain.people import Colleague, Company, Contact
from guardian.ports.connector import Connector, Cursor, DeadLetter, Feed, Page, Record, Surroundings

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2024, 6, 1, tzinfo=UTC)


@dataclass
class Folder:
    """A folder of exports and what a connector makes of it."""

    path: Path
    privacy: str = "metadata"
    now: datetime | None = NOW
    own_domains: frozenset[str] = frozenset({"acme.example"})

    def write(self, name: str, content: str | bytes) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def sample(self, name: str) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(SAMPLES / name, target))

    def connector(self, **settings: object) -> Connector:
        extra = {"now": self.now} if self.now else {}
        surroundings = Surroundings(own_domains=self.own_domains, folder=self.path, privacy=self.privacy, extra=extra)
        return connector.open(ArchiveSettings.model_validate({"path": ".", **settings}), surroundings)

    def feeds(self, **settings: object) -> dict[str, Feed]:
        return {feed.scope.name: feed for feed in self.connector(**settings).feeds()}

    def pages(self, name: str, after: Cursor | None = None, **settings: object) -> list[Page]:
        return list(self.feeds(**settings)[name].changes(after))

    def records(self, name: str, **settings: object) -> list[Record]:
        return [record for page in self.pages(name, **settings) for record in page.records]

    def activities(self, name: str, **settings: object) -> dict[str, Activity]:
        return {one.item_id: one for one in self.records(name, **settings) if isinstance(one, Activity)}

    def people(self, name: str, **settings: object) -> dict[str, Contact | Company | Colleague]:
        found = self.records(name, **settings)
        return {one.ref: one for one in found if isinstance(one, Contact | Company | Colleague)}

    def dead(self, name: str, **settings: object) -> list[DeadLetter]:
        return [dead for page in self.pages(name, **settings) for dead in page.dead_letters]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "exports").mkdir()
    return Folder(tmp_path / "exports")


@pytest.fixture
def folder_at() -> Callable[[Path], Folder]:
    return Folder
