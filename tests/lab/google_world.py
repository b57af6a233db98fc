"""A lab that plays Google for a seeded company, and the connector that reads it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.google import connector
from connectors.google.settings import GoogleSettings
from guardian.connector_kit.http import Pace
from guardian.ports.connector import Connector, Cursor, Feed, Page, Record, Surroundings
from tests.lab.certificates import AppKey
from tests.lab.company import OWN_DOMAIN, Company, seeded
from tests.lab.company_oracle import Local
from tests.lab.google import Google
from tests.lab.serving import Lab


@dataclass
class World:
    """The lab, the truth, and how the connector is set up."""

    lab: Lab
    company: Company
    google: Google
    folder: Path
    privacy: str = "metadata"
    slept: list[float] = field(default_factory=list)
    pace: Pace | None = None

    @property
    def ana(self) -> str:
        return self.company.reps[0].address

    def settings(self, **more: Any) -> GoogleSettings:
        given = {
            "service_account": self.google.login.key_file(),
            "mailboxes": [rep.address for rep in self.company.reps],
            "api_url": self.lab.url,
            "ca_bundle": str(self.lab.ca_bundle),
        }
        return GoogleSettings.model_validate(given | more)

    def connector(self, **more: Any) -> Connector:
        surroundings = Surroundings(
            own_domains=frozenset({OWN_DOMAIN}),
            folder=self.folder,
            privacy=self.privacy,
            extra={"now": self.company.now, "pace": self.pace or Pace(sleep=self.slept.append)},
        )
        return connector.open(self.settings(**more), surroundings)

    def feed(self, name: str, **more: Any) -> Feed:
        return next(one for one in self.connector(**more).feeds() if one.scope.name == name)

    def local(self, kind: str, mailbox: str = "", **more: Any) -> Local:
        return Local(lambda: self.feed(f"{kind}/{mailbox or self.ana}", **more))

    def pages(self, kind: str, after: Cursor | None = None, **more: Any) -> list[Page]:
        return list(self.feed(f"{kind}/{self.ana}", **more).changes(after))

    def records(self, kind: str, after: Cursor | None = None, **more: Any) -> list[Record]:
        return [record for page in self.pages(kind, after, **more) for record in page.records]


def new_world(lab: Lab, folder: Path, key: AppKey, *, company: Company | None = None, cap: int = 10_000) -> World:
    """Let a lab play Google for a company; `cap` bounds its pages."""
    truth = company or seeded(1)
    return World(lab, truth, Google(lab, truth, key, cap=cap), folder)
